import { dumpExitCodes } from "../../config/dump";
import { dumpLimits } from "../../config/backup-functions";
import { hoursSince } from "../shared/slots";

/** A clone as RDS shows it. */
export interface Clone {
  /** Of the dump too: `20261126-2100`. */
  readonly id: string;
  /** Name of the cluster, and of its instance. */
  readonly identifier: string;
  readonly arn: string;
  readonly status: string;
  readonly endpoint: string | undefined;
  /** When it was asked for: no later than the moment that it shows. */
  readonly requestedAt: Date;
  readonly instances: readonly Instance[];
  /** ARNs of the tasks that were started for it, in order. */
  readonly tasks: readonly string[];
}

export interface Instance {
  readonly identifier: string;
  readonly status: string;
  /** Made by this function: no other is ever deleted. */
  readonly own: boolean;
}

/** The last task of a clone. `missing`: ECS forgets a task an hour after its end. */
export type Look =
  | { readonly is: "none" }
  | { readonly is: "running"; readonly since: Date | undefined }
  | { readonly is: "missing" }
  | { readonly is: "ended"; readonly exitCode: number | null; readonly reason: string; readonly at: Date | undefined };

/** What lies in the bucket of a dump. */
export interface Kept {
  readonly manifest: boolean;
  /** The reason was written down why there will be none. */
  readonly givenUp: boolean;
}

/** The next step with a clone. */
export type Action =
  | { readonly do: "wait"; readonly why: string }
  | { readonly do: "create-instance" }
  | { readonly do: "start-task"; readonly number: number }
  | { readonly do: "stop-task"; readonly task: string; readonly why: string }
  /** First the reason is written down, then the clone goes. */
  | { readonly do: "give-up"; readonly reason: string }
  | { readonly do: "remove" };

/**
 * States that an instance or a cluster does not leave by itself, unlike failing-over. Source: Aurora user guide, "Viewing
 * DB cluster status" and "Viewing DB instance status".
 */
const HOPELESS =
  /^(failed|.+-failed|inaccessible-.+|incompatible-.+|insufficient-capacity|restore-error|stopp(ed|ing)|storage-full)$/;

/** Exit codes that another try cannot mend. */
const FINAL: ReadonlySet<number> = new Set([dumpExitCodes.usage, dumpExitCodes.refused, dumpExitCodes.damaged]);

export function decide(clone: Clone, look: Look, { manifest, givenUp }: Kept, now: Date): Action {
  const running = look.is === "running";
  const task = clone.tasks.at(-1);
  if (manifest || givenUp) {
    // A second task of a dump that is there ends by itself in a moment; one of a dump that was given up does not.
    if (running && task !== undefined && !manifest) return { do: "stop-task", task, why: "the dump was given up" };
    return { do: "remove" };
  }
  if (hoursSince(clone.requestedAt, now) >= dumpLimits.cloneHours) {
    return { do: "give-up", reason: `its clone is ${dumpLimits.cloneHours} hours old (${describe(clone, look)})` };
  }
  if (HOPELESS.test(clone.status)) return { do: "give-up", reason: `the clone is ${clone.status}` };
  if (clone.status === "deleting") return { do: "wait", why: "the clone is being deleted" };
  if (clone.status !== "available") return { do: "wait", why: `the clone is ${clone.status}` };
  const [instance] = clone.instances;
  if (instance === undefined) return { do: "create-instance" };
  if (HOPELESS.test(instance.status)) return { do: "give-up", reason: `the clone's instance is ${instance.status}` };
  if (instance.status !== "available") return { do: "wait", why: `the instance is ${instance.status}` };
  return withTask(clone, look, now);
}

function withTask(clone: Clone, look: Look, now: Date): Action {
  const task = clone.tasks.at(-1);
  if (task === undefined || look.is === "none") return { do: "start-task", number: clone.tasks.length + 1 };
  if (look.is === "running") {
    const late = look.since !== undefined && hoursSince(look.since, now) >= dumpLimits.taskHours;
    return late ? { do: "stop-task", task, why: "its time was up" } : { do: "wait", why: "the dump runs" };
  }
  const said = look.is === "missing" ? "ECS no longer knows the task" : sayEnd(look);
  if (look.is === "ended" && look.exitCode !== null && FINAL.has(look.exitCode)) return { do: "give-up", reason: said };
  if (clone.tasks.length >= dumpLimits.tries) {
    return { do: "give-up", reason: `${clone.tasks.length} tasks came to nothing; of the last: ${said}` };
  }
  const rested =
    look.is === "missing" || look.at === undefined || minutesSince(look.at, now) >= dumpLimits.pauseMinutes;
  if (!rested) return { do: "wait", why: `before the next try (${said})` };
  return { do: "start-task", number: clone.tasks.length + 1 };
}

const minutesSince = (since: Date, now: Date): number => hoursSince(since, now) * 60;

const sayEnd = ({ exitCode, reason }: Extract<Look, { is: "ended" }>): string =>
  `exit code ${exitCode ?? "none"}, ${reason}`;

function describe({ status, instances, tasks }: Clone, look: Look): string {
  const instance = instances[0]?.status ?? "none";
  const last = look.is === "ended" ? sayEnd(look) : look.is;
  return `cluster ${status}, instance ${instance}, ${tasks.length} tasks, the last: ${last}`;
}
