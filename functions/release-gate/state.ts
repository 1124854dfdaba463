import { createHash } from "node:crypto";

/** A task in the migration family. `recount` asks again after a failure; `rollback` undoes one batch. */
export type Purpose = "ask" | "migrate" | "recount" | "rollback";

export interface Migration {
  readonly name: string;
  /** Its file says `@backward-compatible`: the release before works with what it leaves. */
  readonly declared: boolean;
  /** What in it the release before would trip over, as far as its text shows. */
  readonly found: readonly string[];
}

/** Where the gate is. A step is recorded before what it does is begun, so a call that dies is taken up where it was. */
export type Step =
  /** Waits until it is the only one that touches the schema. */
  | { readonly at: "lock" }
  /** Finds or registers the migration task of this image. */
  | { readonly at: "prepare" }
  | { readonly at: "start"; readonly purpose: Purpose }
  /** `stopping`: its time is up, and it has been told so. */
  | { readonly at: "watch"; readonly purpose: Purpose; readonly task: string; readonly stopping: boolean }
  /** `exitCode` is null when ECS has none to tell. */
  | { readonly at: "read"; readonly purpose: Purpose; readonly ended: Ended }
  /** Makes room for the snapshot: AWS keeps 100 manual ones in a region. */
  | { readonly at: "prune" }
  | { readonly at: "snapshot" }
  | { readonly at: "await-snapshot" }
  | { readonly at: "done" };

/** A task that is over. */
export interface Ended {
  readonly task: string;
  /** Null when ECS has none to tell. */
  readonly exitCode: number | null;
  /** In ECS's words. */
  readonly reason: string;
}

export type Result =
  /** Nothing was asked or done, and the reason says why. */
  | "skipped"
  | "nothing-pending"
  /** The new tasks answer as they should. */
  | "tried"
  | "migrated"
  /** The migration failed, and what it had recorded was undone. */
  | "rolled-back"
  | "failed";

export interface Outcome {
  readonly status: "SUCCEEDED" | "FAILED";
  readonly result: Result;
  /** A sentence for the operator; names the log stream and the snapshot where there are any. */
  readonly reason: string;
}

/** What is released. */
export interface Release {
  /** Of the deployment, or of a run by hand. */
  readonly id: string;
  /** Repository and digest. */
  readonly image: string;
  /** What the image calls itself: its RELEASE. */
  readonly version: string;
  /** Undefined when run by hand. */
  readonly deployment?: string | undefined;
}

export interface GateState {
  readonly schema: 1;
  readonly release: Release;
  readonly startedAt: string;
  readonly step: Step;
  /** When the step began whose time is limited; start and watch of a task share one. */
  readonly since: string;
  /** AWS does not answer, and since when. */
  readonly trouble?: { readonly since: string; readonly message: string } | undefined;
  readonly taskDefinition?: string | undefined;
  /** What the database said before anything was done. */
  readonly before?: { readonly highestBatch: number; readonly pending: readonly Migration[] } | undefined;
  /** Identifier of the snapshot, from the moment it is asked for. */
  readonly snapshot?: string | undefined;
  /** It is complete. No migration starts without. */
  readonly safe: boolean;
  /** From here on the schema may have been touched. */
  readonly began: boolean;
  readonly migration?: (Ended & { readonly tail: readonly string[] }) | undefined;
  /** Batches that are still to be undone, highest first. */
  readonly batches?: readonly number[] | undefined;
  readonly undone?: readonly number[] | undefined;
  readonly outcome?: Outcome | undefined;
}

export function begin(release: Release, now: Date): GateState {
  const at = now.toISOString();
  return { schema: 1, release, startedAt: at, step: { at: "lock" }, since: at, safe: false, began: false };
}

const hash = (text: string): string => createHash("sha256").update(text).digest("hex");

/**
 * The same for the same task of the same release, however often it is asked for: ECS starts one task a token. 64
 * characters, ECS's limit.
 */
export function clientToken({ release, batches }: GateState, purpose: Purpose): string {
  return hash(JSON.stringify([release.id, purpose, purpose === "rollback" ? batches?.[0] : null]));
}

/** At most 63 characters with a prefix of up to 37: `…-20261124-031500-1a2b3c4d`. */
export function snapshotName(prefix: string, { release, startedAt }: GateState): string {
  const [date = "", time = ""] = startedAt.replace(/\..*$/, "").replaceAll(/[-:]/g, "").split("T");
  return `${prefix}-${date}-${time}-${hash(release.id).slice(0, 8)}`;
}

export const taskId = (arn: string): string => arn.split("/").pop() ?? arn;
