import { messageOf, Refusal, isPermanent } from "../shared/errors";
import { deployedBefore, released, standingOf, targetOf } from "./deployments";
import type { HookEvent } from "./event";
import { minutesSince, LIMITS } from "./limits";
import {
  apply,
  type Command,
  commandFor,
  type Event,
  type Facts,
  interrupted,
  migrationAhead,
  type Standing,
} from "./machine";
import * as say from "./reasons";
import type { Saved } from "./records";
import * as snapshots from "./snapshots";
import { begin, type GateState, type Outcome, type Release, taskId } from "./state";
import * as tasks from "./tasks";
import type { World } from "./world";

/** What one call of the gate comes to. */
export type Answer =
  | { readonly outcome: Outcome }
  | {
      readonly wait: number;
      readonly step: string;
      readonly message: string;
      /** AWS has not let the gate read or write since. */
      readonly troubleSince?: string;
    };

/** Seconds that must be left of a call for another step to begin: the slowest answers of AWS are cut off before. */
const MARGIN_SECONDS = 45;
/** The step before there is a record. */
export const UNREAD = "examine";

/** PRE_SCALE_UP: nothing of the new revision runs yet, all traffic is on the old one. */
export async function guardSchema(event: HookEvent, world: World): Promise<Answer> {
  try {
    const saved = await taken(event, world);
    return "outcome" in saved ? saved : await advance(saved, world);
  } catch (error) {
    return inTrouble(event, error, world);
  }
}

/** AWS does not let the gate read or write what it must: patience, more of it when a migration may be under way. */
export function inTrouble({ details }: HookEvent, error: unknown, { now }: World): Answer {
  const since = details.troubleSince ?? now().toISOString();
  const step = details.step ?? UNREAD;
  const limit = step === UNREAD ? LIMITS.trouble : LIMITS.migrate;
  const message = messageOf(error);
  if (isPermanent(error) || minutesSince(since, now()) >= limit) {
    const place = step === UNREAD ? "Nothing was migrated." : `It was at "${step}"; see the record of the release.`;
    return { outcome: { status: "FAILED", result: "failed", reason: `${message}. ${place}` } };
  }
  return { wait: 10, step, message, troubleSince: since };
}

/** Where the gate was with this release, or its beginning; an outcome when there is nothing to do. */
async function taken(event: HookEvent, world: World): Promise<Saved | { outcome: Outcome }> {
  const id = idOf(event);
  // To go back at night must not hang on the table: what needs no migration needs no record either.
  const loaded = await settle(world.records.load(id));
  if ("value" in loaded && loaded.value !== undefined) return loaded.value;

  const release = await examine(event, id, world);
  if ("status" in release) return { outcome: release };
  if ("error" in loaded) throw loaded.error;
  if (event.details.step !== undefined && event.details.step !== UNREAD) {
    throw new Refusal(`The record of release ${id} is gone, so nobody knows how far its migration came`);
  }
  return { state: begin(release, world.now()), version: 0 };
}

/** Whether there may be something to migrate at all. */
async function examine(event: HookEvent, id: string, world: World): Promise<Release | Outcome> {
  const { ecs, settings } = world;
  if (event.kind === "byHand") {
    const { image, version } = event;
    const target = { taskDefinition: "The command", bootstrap: false, image, version };
    return { id, ...released(target, settings) };
  }
  const { deployment, revision } = event;
  const standing = await standingOf(ecs, deployment);
  if (standing === "rolling-back") return skip(say.ROLLING_BACK);
  if (standing === "stopped") return { status: "FAILED", result: "failed", reason: say.interrupted(standing) };
  const target = await targetOf(ecs, settings, revision);
  if (target.bootstrap) return skip(say.BOOTSTRAP);
  const { image, version } = released(target, settings);
  const before = await deployedBefore(ecs, settings, target);
  if (before !== undefined) return skip(say.deployedBefore(version, before));
  return { id, image, version, deployment };
}

const skip = (reason: string): Outcome => ({ status: "SUCCEEDED", result: "skipped", reason });

/** Step after step, each recorded before the next begins, until something has to be waited for. */
async function advance(saved: Saved, world: World): Promise<Answer> {
  const { records, now, settings } = world;
  const facts: Facts = {
    snapshotPrefix: settings.snapshotPrefix,
    logGroup: settings.migrationLogGroup,
    container: settings.migrationContainer,
  };
  let { state, version } = saved;
  /** False when another call has been faster: this one knows less, and leaves it to that one. */
  const record = async (next: GateState): Promise<boolean> => {
    if (next === state && version > 0) return true;
    const written = await records.save(next, version, now());
    if (written === undefined) return false;
    if (next.step !== state.step) world.say(progress(state, next), { release: state.release.id });
    [state, version] = [next, written];
    return true;
  };
  const elsewhere: Answer = { wait: 10, step: nameOf(state), message: "Another call is at work on this release" };

  if (!(await record(state))) return elsewhere;
  const standing = await settle(stand(state, world));
  if ("error" in standing) {
    const next = apply(state, asEvent(standing.error), facts, now());
    if (!(await record(next.state))) return elsewhere;
    if (next.wait !== undefined) return waiting(state, next.wait);
  }

  for (;;) {
    // Each time: a task of a release that has lost the lock is seen to its end, and no other is begun.
    if ("value" in standing && !(await record(interrupted(state, standing.value, facts)))) return elsewhere;
    const command = commandFor(state, facts);
    if (command === undefined) break;
    if (world.secondsLeft() < MARGIN_SECONDS) return waiting(state, 1);
    const event = await perform(command, state, world).catch(asEvent);
    const next = apply(state, event, facts, now());
    if (!(await record(next.state))) return elsewhere;
    if (next.wait !== undefined) return waiting(state, next.wait, event);
  }

  await settle(records.releaseLock(state.release.id));
  const { outcome } = state;
  return { outcome: outcome ?? { status: "FAILED", result: "failed", reason: "The gate ended without an outcome." } };
}

/** What has changed since the last call: the deployment may be on its way back, the lock somebody else's. */
async function stand(state: GateState, world: World): Promise<Standing> {
  const { release, step } = state;
  const asked = migrationAhead(state) ? release.deployment : undefined;
  const deployment = asked === undefined ? "going" : await standingOf(world.ecs, asked);
  if (step.at === "lock" || step.at === "done") return { deployment };
  const { heldBy } = await world.records.renewLock(release.id, world.now());
  return { deployment, lockLostTo: heldBy };
}

async function perform(command: Command, state: GateState, world: World): Promise<Event> {
  const { ecs, rds, logs, records, settings } = world;
  switch (command.do) {
    case "take-lock": {
      const { heldBy } = await records.takeLock(state.release.id, world.now());
      if (heldBy !== undefined) return { type: "held", by: heldBy };
      // A release that is called no more leaves its lock behind, and maybe a task that still runs.
      const running = await tasks.runningTasks(ecs, settings);
      return running.length > 0 ? { type: "busy", tasks: running } : { type: "locked" };
    }
    case "prepare":
      return tasks.prepare(ecs, settings, state);
    case "start":
      return tasks.start(ecs, settings, state, command);
    case "watch":
      return tasks.watch(ecs, settings, command);
    case "read":
      return tasks.readLog(logs, settings, command);
    case "prune":
      return snapshots.prune(rds, settings, (message) => world.say(message, { release: state.release.id }));
    case "snapshot":
      return snapshots.create(rds, settings, state, command.name);
    case "inspect":
      return snapshots.inspect(rds, command.name);
  }
}

const asEvent = (error: unknown): Extract<Event, { type: "error" }> => ({
  type: "error",
  message: messageOf(error),
  permanent: isPermanent(error),
});

async function settle<T>(promise: Promise<T>): Promise<{ value: T } | { error: unknown }> {
  try {
    return { value: await promise };
  } catch (error) {
    return { error };
  }
}

function waiting(state: GateState, wait: number, event?: Event): Answer {
  const message = state.trouble?.message ?? (event === undefined ? "" : event.type);
  return { wait, step: nameOf(state), message };
}

/** "watch migrate", "snapshot". */
function nameOf({ step }: GateState): string {
  return "purpose" in step ? `${step.at} ${step.purpose}` : step.at;
}

function progress(from: GateState, to: GateState): string {
  const task = to.step.at === "watch" ? `, task ${taskId(to.step.task)}` : "";
  return `${nameOf(from)} → ${nameOf(to)}${task}`;
}

/** The service deployment's own id, or the command's. */
export function idOf(event: HookEvent): string {
  return event.kind === "byHand" ? event.id : (event.deployment.split("/").pop() ?? event.deployment);
}
