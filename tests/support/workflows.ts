import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";

const root = path.resolve(__dirname, "../..");

export interface Step {
  readonly id?: string;
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, string | boolean | number>>;
}

export interface Job {
  readonly if?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly environment?: string;
  readonly "timeout-minutes"?: number;
  /** Empty where another workflow is called. */
  readonly steps: readonly Step[];
  readonly uses?: string;
}

export interface Workflow {
  readonly text: string;
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly concurrency?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

export function readWorkflow(file: string): Workflow {
  const text = readFileSync(path.join(root, file), "utf8");
  const { jobs, ...rest } = parse(text) as Omit<Workflow, "text" | "jobs"> & { jobs: Record<string, Partial<Job>> };
  const named = Object.entries(jobs).map(([name, job]) => [name, { ...job, steps: job.steps ?? [] }] as const);
  return { ...rest, jobs: Object.fromEntries(named), text };
}

type Pins = Readonly<Record<string, { readonly version: string; readonly sha: string }>>;
export const actionPins = JSON.parse(readFileSync(path.join(root, ".github/actions.json"), "utf8")) as Pins;

/** What is wrong with how a workflow names its actions: each has to be `name@sha # version`, as in .github/actions.json. */
export function pinFaults({ text }: Workflow): string[] {
  return [...text.matchAll(/^\s*(?:- )?uses: (.*)$/gm)].flatMap(([, used = ""]) => {
    // Of this repository, at the commit that runs.
    if (/^[.$]\//.test(used)) return [];
    const [, name = "", sha, version] = /^([\w.-]+\/[\w.-]+)(?:\/[\w./-]+)?@([0-9a-f]{40}) # (\S+)$/.exec(used) ?? [];
    const pin = actionPins[name];
    return pin !== undefined && pin.sha === sha && pin.version === version ? [] : [used];
  });
}

/** Expressions that stand in a script: what they hold, a branch's name for one, would be run. */
export function scriptExpressions({ jobs }: Workflow): string[] {
  return Object.values(jobs)
    .flatMap(({ steps }) => steps)
    .filter(({ run }) => run?.includes("${{") === true)
    .map(({ name, run }) => name ?? run ?? "");
}
