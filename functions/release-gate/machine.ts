import { keepsTime, limitOf, LIMITS, minutesSince, overdue } from "./limits";
import { type Answer, parseAnswer, question } from "./questions";
import * as say from "./reasons";
import { clientToken, type Ended, type GateState, type Purpose, type Result, snapshotName, type Step } from "./state";

/** What is to be done next, in AWS. */
export type Command =
  | { readonly do: "take-lock" }
  | { readonly do: "prepare" }
  /** No `command`: the one of the task's definition, which migrates. */
  | { readonly do: "start"; readonly token: string; readonly command?: readonly string[] }
  | { readonly do: "watch"; readonly task: string; readonly stop: boolean }
  | { readonly do: "read"; readonly task: string; readonly whole: boolean }
  | { readonly do: "prune" }
  | { readonly do: "snapshot"; readonly name: string }
  | { readonly do: "inspect"; readonly name: string };

/** What came of it. */
export type Event =
  | { readonly type: "locked" }
  | { readonly type: "held"; readonly by: string }
  | { readonly type: "busy"; readonly tasks: readonly string[] }
  | { readonly type: "prepared"; readonly taskDefinition: string }
  | { readonly type: "started"; readonly task: string }
  /** No task was started: no capacity, for example. */
  | { readonly type: "refused"; readonly reason: string }
  | { readonly type: "running" }
  /** `started`: whether its container ever ran. */
  | { readonly type: "ended"; readonly exitCode: number | null; readonly reason: string; readonly started: boolean }
  /** ECS does not know the task: just started, or stopped over an hour ago. */
  | { readonly type: "missing" }
  | { readonly type: "lines"; readonly lines: readonly string[] }
  | { readonly type: "pruned" }
  | { readonly type: "snapshot"; readonly status: "creating" | "available" | "failed" | "missing" }
  /** RDS cannot take one just now: it is backing up, or the quota is used up until deletions are through. */
  | { readonly type: "not-now"; readonly reason: string }
  /** `permanent`: asking again will not help. */
  | { readonly type: "error"; readonly message: string; readonly permanent: boolean };

export interface Facts {
  readonly snapshotPrefix: string;
  readonly logGroup: string;
  /** Name of the container of a migration task, which its log streams begin with. */
  readonly container: string;
}

export interface Next {
  readonly state: GateState;
  /** Seconds until it is worth looking again; undefined: go on at once. */
  readonly wait?: number;
}

const TAIL_LINES = 20;
const BEFORE_SNAPSHOT: Step = { at: "prune" };

/** What to do in a state; undefined when there is nothing left. */
export function commandFor(state: GateState, facts: Facts): Command | undefined {
  const { step } = state;
  switch (step.at) {
    case "lock":
      return { do: "take-lock" };
    case "prepare":
      return { do: "prepare" };
    case "start":
      return { do: "start", token: clientToken(state, step.purpose), ...commandLine(state, step.purpose) };
    case "watch":
      return { do: "watch", task: step.task, stop: step.stopping };
    case "read":
      return { do: "read", task: step.ended.task, whole: asks(step.purpose) && step.ended.exitCode === 0 };
    case "prune":
      return { do: "prune" };
    case "snapshot":
      return { do: "snapshot", name: state.snapshot ?? snapshotName(facts.snapshotPrefix, state) };
    case "await-snapshot":
      return { do: "inspect", name: state.snapshot ?? snapshotName(facts.snapshotPrefix, state) };
    case "done":
      return undefined;
  }
}

const asks = (purpose: Purpose): boolean => purpose === "ask" || purpose === "recount";

function commandLine(state: GateState, purpose: Purpose): { command?: readonly string[] } {
  if (purpose === "ask") return { command: question() };
  if (purpose === "recount") return { command: question(state.before?.highestBatch ?? 0) };
  if (purpose === "migrate") return {};
  const batch = state.batches?.[0] ?? 0;
  return { command: ["php", "artisan", "migrate:rollback", `--batch=${batch}`, "--force", "--no-interaction"] };
}

/** What an answer of AWS makes of a state. */
export function apply(state: GateState, event: Event, facts: Facts, now: Date): Next {
  if (event.type === "error") return troubled(state, event, facts, now);
  const { step } = state;
  const at: GateState = { ...state, trouble: undefined };
  const to = (next: Step, changes: Partial<GateState> = {}): Next => ({
    state: { ...at, ...changes, step: next, since: keepsTime(step, next) ? at.since : now.toISOString() },
  });

  switch (step.at) {
    case "lock":
      if (event.type === "locked") return to({ at: "prepare" });
      if (event.type === "held") return waitOr(at, facts, now, 30, say.lockHeld(event.by));
      if (event.type === "busy") return waitOr(at, facts, now, 30, say.tasksRunning(event.tasks));
      break;
    case "prepare":
      if (event.type === "prepared") {
        return to({ at: "start", purpose: "ask" }, { taskDefinition: event.taskDefinition });
      }
      break;
    case "start":
      if (event.type === "started") {
        return to({ at: "watch", purpose: step.purpose, task: event.task, stopping: false });
      }
      if (event.type === "refused") {
        return overdue(at, now) ? neverRan(at, step.purpose, event.reason, facts) : { state: at, wait: 15 };
      }
      break;
    case "watch":
      if (event.type === "running" || (event.type === "missing" && !overdue(at, now))) {
        return watching(at, step, facts, now);
      }
      if (event.type === "missing") {
        const reason = "ECS no longer knows the task";
        return to({ at: "read", purpose: step.purpose, ended: { task: step.task, exitCode: null, reason } });
      }
      if (event.type === "ended" && !event.started) return neverRan(at, step.purpose, event.reason, facts);
      if (event.type === "ended") {
        const { exitCode } = event;
        const ended = { task: step.task, exitCode, reason: step.stopping ? say.TIME_UP : event.reason };
        return to({ at: "read", purpose: step.purpose, ended });
      }
      break;
    case "read":
      if (event.type === "lines") return afterTask(at, step.purpose, step.ended, event.lines, facts, now, to);
      break;
    case "prune":
      if (event.type === "pruned") return to({ at: "snapshot" }, { snapshot: snapshotName(facts.snapshotPrefix, at) });
      break;
    case "snapshot":
    case "await-snapshot":
      return afterSnapshot(at, event, facts, now, to);
    case "done":
      return { state };
  }
  return giveUp(at, `The gate cannot make sense of "${event.type}" at ${step.at}.`, facts);
}

type To = (next: Step, changes?: Partial<GateState>) => Next;

function afterSnapshot(at: GateState, event: Event, facts: Facts, now: Date, to: To): Next {
  const name = at.snapshot ?? "";
  if (event.type === "not-now") return waitOr(at, facts, now, 30, say.noSnapshot(name, event.reason));
  if (event.type !== "snapshot") return giveUp(at, `The gate cannot make sense of "${event.type}".`, facts);
  if (event.status === "failed") return giveUp(at, say.noSnapshot(name, "RDS says that it failed"), facts);
  if (event.status === "available") return to({ at: "start", purpose: "migrate" }, { safe: true, began: true });
  if (overdue(at, now)) return giveUp(at, say.noSnapshot(name, `it is ${event.status} since ${at.since}`), facts);
  return { ...to({ at: "await-snapshot" }), wait: 30 };
}

function afterTask(
  at: GateState,
  purpose: Purpose,
  ended: Ended,
  lines: readonly string[],
  facts: Facts,
  now: Date,
  to: To,
): Next {
  const stream = say.stream(facts, ended.task);
  const tail = lines.slice(-TAIL_LINES);
  const late = overdue(at, now);
  if (purpose === "migrate") {
    // Lines may still be on their way: the reason is worth a minute of waiting, a success is not.
    if (ended.exitCode !== 0 && lines.length === 0 && !late) return { state: at, wait: 10 };
    const migration = { ...ended, tail };
    if (ended.exitCode === 0) return done({ ...at, migration }, "migrated", say.migrated(at, stream));
    return to({ at: "start", purpose: "recount" }, { migration });
  }
  if (purpose === "rollback") {
    const [batch = 0, ...rest] = at.batches ?? [];
    if (ended.exitCode !== 0) return giveUp(at, say.rollbackFailed(batch, ended, stream, tail), facts);
    const undone = [...(at.undone ?? []), batch];
    if (rest.length > 0) return to({ at: "start", purpose: "rollback" }, { batches: rest, undone });
    return done({ ...at, batches: rest, undone }, "rolled-back", say.rolledBack(at, undone, facts));
  }
  if (ended.exitCode !== 0) {
    if (lines.length === 0 && !late) return { state: at, wait: 10 };
    return giveUp(at, say.questionFailed(ended, stream, tail), facts);
  }
  const answer = parseAnswer(lines);
  if (answer === undefined) {
    return late ? giveUp(at, say.noAnswer(stream, tail), facts) : { state: at, wait: 5 };
  }
  return purpose === "ask" ? afterAsking(at, answer, to) : afterRecount(at, answer, facts, to);
}

function afterAsking(at: GateState, { pending, highestBatch }: Answer, to: To): Next {
  const before = { pending, highestBatch };
  if (pending.length === 0) return done({ ...at, before }, "nothing-pending", say.nothingPending(at));
  return to(BEFORE_SNAPSHOT, { before });
}

/** Laravel records a migration once it has succeeded: what stands above the batch of before is what this release did. */
function afterRecount(at: GateState, { applied }: Answer, facts: Facts, to: To): Next {
  if (applied.length === 0) return giveUp(at, say.NOTHING_RECORDED, facts);
  const ours = new Set(at.before?.pending.map(({ name }) => name));
  const strange = applied.filter(({ name }) => !ours.has(name)).map(({ name }) => name);
  if (strange.length > 0) return giveUp(at, say.strangers(strange), facts);
  const batches = [...new Set(applied.map(({ batch }) => batch))].sort((a, b) => b - a);
  return to({ at: "start", purpose: "rollback" }, { batches });
}

function watching(at: GateState, step: Extract<Step, { at: "watch" }>, facts: Facts, now: Date): Next {
  if (!overdue(at, now)) return { state: at, wait: 10 };
  // Told to stop, and given time for it; then the gate lets go of it.
  if (step.stopping) return giveUp(at, say.wouldNotStop(step.purpose, say.stream(facts, step.task)), facts);
  return { state: { ...at, step: { ...step, stopping: true }, since: now.toISOString() } };
}

/** Its container never ran: a migration that did not begin has touched nothing. */
function neverRan(at: GateState, purpose: Purpose, reason: string, facts: Facts): Next {
  const untouched = purpose === "migrate" ? { ...at, began: false } : at;
  return giveUp(untouched, say.notStarted(purpose, reason), facts);
}

function troubled(state: GateState, error: Extract<Event, { type: "error" }>, facts: Facts, now: Date): Next {
  if (state.step.at === "done") return { state };
  const since = state.trouble?.since ?? now.toISOString();
  const trouble = { since, message: error.message };
  const { step } = state;
  // What the task left behind in the log is good to know, and decides nothing.
  if (step.at === "read" && !asks(step.purpose) && (error.permanent || overdue(state, now))) {
    return apply({ ...state, trouble }, { type: "lines", lines: [] }, facts, now);
  }
  const patience = state.began ? limitOf(step) : LIMITS.trouble;
  const hopeless = error.permanent && !state.began;
  if (hopeless || minutesSince(since, now) >= patience)
    return giveUp({ ...state, trouble }, say.trouble(step, trouble), facts);
  return { state: { ...state, trouble }, wait: 10 };
}

function waitOr(at: GateState, facts: Facts, now: Date, wait: number, reason: string): Next {
  return overdue(at, now) ? giveUp(at, reason, facts) : { state: at, wait };
}

/** How things stand when the gate is called again. */
export interface Standing {
  /** A run by hand is always `going`. */
  readonly deployment: "going" | "rolling-back" | "stopped";
  /** Who holds the lock of the schema instead; undefined while it is this release. */
  readonly lockLostTo?: string | undefined;
}

/** The migration has yet to be started, or it is not known that it was. */
export const migrationAhead = ({ began, step }: GateState): boolean =>
  step.at !== "done" && (!began || (step.at === "start" && step.purpose === "migrate"));

/** What has changed since the last call may end it. A migration that runs is seen to its end all the same. */
export function interrupted(state: GateState, { deployment, lockLostTo }: Standing, facts: Facts): GateState {
  const { step } = state;
  if (step.at === "done") return state;
  if (deployment !== "going" && migrationAhead(state)) {
    if (state.began || deployment === "stopped") return giveUp(state, say.interrupted(deployment), facts).state;
    return done(state, "skipped", say.ROLLING_BACK).state;
  }
  const underWay = state.began && (step.at === "watch" || step.at === "read");
  if (lockLostTo !== undefined && !underWay) return giveUp(state, say.lostLock(lockLostTo), facts).state;
  return state;
}

/** FAILED. Says what became of the schema: nothing, or that it is as the failure left it, and where the snapshot is. */
export function giveUp(state: GateState, reason: string, facts: Facts): Next {
  return done(state, "failed", `${reason} ${say.schemaAfterFailure(state, facts)}`);
}

export function done(state: GateState, result: Result, reason: string): Next {
  const status = result === "failed" || result === "rolled-back" ? "FAILED" : "SUCCEEDED";
  return { state: { ...state, step: { at: "done" }, outcome: { status, result, reason } } };
}
