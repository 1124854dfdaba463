import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseDocument } from "yaml";
import type { Update } from "../../sandbox/cli/sandbox";
import type { FaultCall } from "../../sandbox/cloud/faults";
import { REPOSITORY } from "../../sandbox/repository";

/** The stack that is killed: production as it is, but for its protection, which would refuse to be destroyed. */
export const STACK = "production";

/** What lets production's data be deleted; config takes it in staging only, so the stack calls itself that. */
const UNPROTECTED: readonly (readonly [readonly string[], unknown])[] = [
  [["affiliate:environment"], "staging"],
  [["affiliate:protect"], false],
  [["aws:defaultTags", "tags", "Environment"], "staging"],
];

/** A change that reaches every type that takes tags, some that do not, and that replaces the task templates. */
const CHANGED: readonly (readonly [readonly string[], unknown])[] = [
  [["aws:defaultTags", "tags", "Revision"], "2"],
  [["affiliate:compute", "web", "memoryMiB"], 4096],
  [["affiliate:storage", "noncurrentVersionDays"], 45],
  [["affiliate:database", "slowQuerySeconds"], 2],
];

/** Writes the stack's file into a folder. */
export function writeStack(folder: string, changed: boolean): void {
  const document = parseDocument(readFileSync(path.join(REPOSITORY, `Pulumi.${STACK}.yaml`), "utf8"));
  for (const [key, value] of [...UNPROTECTED, ...(changed ? CHANGED : [])]) document.setIn(["config", ...key], value);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, `Pulumi.${STACK}.yaml`), document.toString());
}

export interface PhasePlan {
  readonly operation: Update;
  /** Of the stack file that was changed. */
  readonly changed: boolean;
  /** At which calls it is killed. */
  readonly calls: readonly FaultCall[];
  /** @default as --gather says */
  readonly gatherMilliseconds?: number;
}

/**
 * In this order. The last is an update that changes nothing: what is checked and compared is all that is called then, and
 * the engine checks one resource at a time, so that there is nothing to wait for.
 */
export const PHASES = {
  "bring-up": { operation: "up", changed: false, calls: ["create"] },
  refresh: { operation: "refresh", changed: false, calls: ["read"] },
  change: { operation: "up", changed: true, calls: ["create", "update", "delete"] },
  destroy: { operation: "destroy", changed: true, calls: ["delete"] },
  again: { operation: "up", changed: true, calls: ["check", "diff"], gatherMilliseconds: 300 },
} satisfies Record<string, PhasePlan>;
export type Phase = keyof typeof PHASES;

/** The one after this. */
export function phaseAfter(phase: Phase): Phase | "done" {
  const phases = Object.keys(PHASES) as Phase[];
  return phases[phases.indexOf(phase) + 1] ?? "done";
}

/** What is known of a proof that goes on in the next slice. */
export interface Progress {
  readonly phase: Phase | "done";
  /** Types of the stack's resources. */
  readonly types: readonly string[];
  /** Those that the change updates in place; known once it was planned. */
  readonly updated: readonly string[];
  readonly kills: number;
}

const START: Progress = { phase: "bring-up", types: [], updated: [], kills: 0 };

export function readProgress(folder: string): Progress {
  const file = path.join(folder, "progress.json");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Progress) : START;
}

export function writeProgress(folder: string, progress: Progress): void {
  writeFileSync(path.join(folder, "progress.json"), JSON.stringify(progress));
}

/** Every pair that can be met: a call of a kind, for a type of resource. */
export function pairsOf({ types, updated }: Pick<Progress, "types" | "updated">): string[] {
  const always = ["check", "diff", "create", "read", "delete"].flatMap((call) =>
    types.map((type) => `${call} ${type}`),
  );
  return [...always, ...updated.map((type) => `update ${type}`)];
}
