import { type Ended, type GateState, type Purpose, type Step, taskId } from "./state";

// The sentences that operators read: in the log, in the record of the release, and in what the release command prints.

export interface LogPlace {
  readonly logGroup: string;
  readonly container: string;
}

/** `group stream`, as `operations logs` and the console take them. */
export const stream = ({ logGroup, container }: LogPlace, task: string): string =>
  `log group ${logGroup}, stream ${streamName(container, task)}`;

/** The name that the awslogs driver makes: prefix, container, task. */
export const streamName = (container: string, task: string): string => `${container}/${container}/${taskId(task)}`;

export const TIME_UP = "its time was up and it was stopped";

const names: Readonly<Record<Purpose, string>> = {
  ask: "The task that asks for pending migrations",
  migrate: "The migration task",
  recount: "The task that asks what was recorded",
  rollback: "The task that undoes a batch",
};

const quote = (tail: readonly string[]): string => {
  const last = tail.filter((line) => line.trim() !== "").at(-1);
  return last === undefined ? "" : ` Its last line: ${last.slice(0, 300)}`;
};
const ending = ({ exitCode, reason }: Ended): string =>
  exitCode === null ? `ended without an exit code (${reason})` : `ended with exit code ${exitCode} (${reason})`;

export const lockHeld = (by: string): string => `Another release, ${by}, holds the lock of the schema.`;
export const lostLock = (by: string): string =>
  `The lock of the schema went to another release, ${by}: this one was not called for too long. Release again.`;
export const ROLLING_BACK = "The deployment is being rolled back: a rollback never migrates.";
export const ROLLBACK_NOT_TRIED = "The deployment is being rolled back: what it goes back to is not tried again.";
export const BOOTSTRAP =
  "This is the bootstrap container, which waits for the first release: migration skipped, there is no code to migrate with.";
export const BOOTSTRAP_NOT_TRIED =
  "This is the bootstrap container, which waits for the first release: the load balancer's own checks are enough.";
export const deployedBefore = (version: string, when: Date): string =>
  `${version} was deployed successfully before, last on ${when.toISOString()}: migration skipped, no snapshot taken. ` +
  "If the database has been restored to an earlier time since, run the migrate command by hand.";
export const interrupted = (deployment: "rolling-back" | "stopped"): string =>
  deployment === "stopped" ? "The deployment has been stopped." : "The deployment is being rolled back.";
export const tasksRunning = (tasks: readonly string[]): string =>
  `A migration task of somebody else is still running: ${tasks.map(taskId).join(", ")}.`;
export const notStarted = (purpose: Purpose, reason: string): string => `${names[purpose]} did not start: ${reason}.`;
export const wouldNotStop = (purpose: Purpose, where: string): string =>
  `${names[purpose]} ran out of time and did not stop when told to (${where}).`;
export const noSnapshot = (name: string, reason: string): string => `No snapshot ${name}: ${reason}.`;
export const questionFailed = (ended: Ended, where: string, tail: readonly string[]): string =>
  `Whether migrations are pending is not known: the task that asks ${ending(ended)}; see ${where}.${quote(tail)}`;
export const noAnswer = (where: string, tail: readonly string[]): string =>
  `The task that asks for pending migrations ended well, but its answer is not in ${where}.${quote(tail)}`;
export const trouble = (step: Step, { since, message }: { since: string; message: string }): string =>
  `AWS refused at "${step.at}", first at ${since}: ${message}.`;
export const NOTHING_RECORDED = "Laravel recorded none of this release's migrations, so there is no batch to undo.";
export const strangers = (found: readonly string[]): string =>
  `Somebody else has migrated as well (${found.join(", ")}), so no batch is undone.`;
export const rollbackFailed = (batch: number, ended: Ended, where: string, tail: readonly string[]): string =>
  `Batch ${batch} could not be undone: the task ${ending(ended)}; see ${where}.${quote(tail)}`;

export const nothingPending = ({ release }: GateState): string =>
  `No migration is pending in ${release.version}: nothing to do, no snapshot taken.`;

export function migrated({ release, before, snapshot }: GateState, where: string): string {
  const count = before?.pending.length ?? 0;
  return (
    `${count} ${count === 1 ? "migration" : "migrations"} of ${release.version} ran as batch ` +
    `${(before?.highestBatch ?? 0) + 1}; snapshot ${snapshot} was taken before; see ${where}.`
  );
}

export function rolledBack(state: GateState, undone: readonly number[], place: LogPlace): string {
  const which = undone.length === 1 ? `batch ${undone[0]}` : `batches ${undone.join(", ")}`;
  return (
    `${migrationEnd(state, place)} What it had recorded, ${which}, was undone. A step that failed half-way may have ` +
    `left traces: MySQL does not undo it. Snapshot ${state.snapshot} holds the state before.`
  );
}

export function schemaAfterFailure(state: GateState, place: LogPlace): string {
  if (!state.began) {
    return state.safe
      ? `Nothing was migrated; snapshot ${state.snapshot} was taken and stays.`
      : "Nothing was migrated.";
  }
  const undone = state.undone?.length ? ` Undone before: batch ${state.undone.join(", ")}.` : "";
  return (
    `${migrationEnd(state, place)}${undone} The schema is left as it is; snapshot ${state.snapshot} holds the state ` +
    "before."
  );
}

function migrationEnd({ migration, step }: GateState, place: LogPlace): string {
  if (migration !== undefined) {
    return `The migration ${ending(migration)}; see ${stream(place, migration.task)}.${quote(migration.tail)}`;
  }
  if (step.at === "watch") return `How the migration ended is not known; see ${stream(place, step.task)}.`;
  if (step.at === "read") return `The migration ${ending(step.ended)}; see ${stream(place, step.ended.task)}.`;
  return "Whether the migration began is not known.";
}
