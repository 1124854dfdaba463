import { released, standingOf, targetOf } from "./deployments";
import { isPermanent, messageOf } from "../shared/errors";
import { type HookEvent, parseEvent, type Reply } from "./event";
import { type Answer, guardSchema, idOf, inTrouble, UNREAD } from "./gate";
import * as say from "./reasons";
import { tryOut } from "./smoke";
import type { Outcome } from "./state";
import type { World } from "./world";

/** Lambda's context, as far as it is read. */
export interface Context {
  readonly getRemainingTimeInMillis: () => number;
}

export type Say = World["say"];

/**
 * The one handler of both hooks. ECS rolls a deployment back when a hook throws or answers without a status, and shows
 * nobody why: so whatever happens there is a status, and its reason is in the log.
 */
export function createHandler(
  connect: (context: Context | undefined, write: Say) => World,
  write: Say,
): (input: unknown, context?: Context) => Promise<Reply> {
  return async (input, context) => {
    try {
      const event = parseEvent(input);
      const facts = { release: idOf(event), stage: event.stage };
      const heard: Say = (message, fields) => write(message, { ...facts, ...fields });
      const world = connect(context, heard);
      return reply(await inTime(answer(event, world), event, world), heard);
    } catch (error) {
      const permanent = isPermanent(error) ? "" : ", which is a fault of the gate itself or of its environment";
      return reply({ outcome: failed(`${messageOf(error)}${permanent}`) }, write);
    }
  };
}

/**
 * An answer before Lambda ends the call. What is still under way then may come about all the same: it is recorded
 * beforehand, and does nothing the second time.
 */
async function inTime(working: Promise<Answer>, { details }: HookEvent, { secondsLeft }: World): Promise<Answer> {
  const timeUp: Answer = { wait: 5, step: details.step ?? UNREAD, message: "The time of this call was up" };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Answer>((resolve) => {
    timer = setTimeout(() => resolve(timeUp), Math.max(0, secondsLeft() - 5) * 1000);
  });
  try {
    return await Promise.race([working, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function answer(event: HookEvent, world: World): Promise<Answer> {
  switch (event.stage) {
    case "PRE_SCALE_UP":
      return guardSchema(event, world);
    case "POST_TEST_TRAFFIC_SHIFT":
      return tryRelease(event, world);
    default:
      return {
        outcome: failed(`The gate has nothing to judge at ${event.stage}; take it out of the service's hooks.`),
      };
  }
}

/** POST_TEST_TRAFFIC_SHIFT: the new tasks are behind the test listener, visitors still on the old ones. */
async function tryRelease(event: HookEvent, world: World): Promise<Answer> {
  if (event.kind === "byHand") return { outcome: failed("Only a deployment can be tried.") };
  const { ecs, settings } = world;
  try {
    if ((await standingOf(ecs, event.deployment)) === "rolling-back") {
      return { outcome: { status: "SUCCEEDED", result: "skipped", reason: say.ROLLBACK_NOT_TRIED } };
    }
    const target = await targetOf(ecs, settings, event.revision);
    if (target.bootstrap)
      return { outcome: { status: "SUCCEEDED", result: "skipped", reason: say.BOOTSTRAP_NOT_TRIED } };
    const { version } = released(target, settings);
    const { passed, reason } = await tryOut(world.ask, version, world.pause, world.say);
    const outcome: Outcome = passed ? { status: "SUCCEEDED", result: "tried", reason } : failed(reason);
    await recordTrial(event, outcome, world);
    return { outcome };
  } catch (error) {
    return inTrouble(event, error, world);
  }
}

/** For whoever follows the deployment: ECS tells nobody why a hook refused. It decides nothing, so it stops nothing. */
async function recordTrial(event: HookEvent, outcome: Outcome, { records, now, say: write }: World): Promise<void> {
  try {
    await records.saveTrial(idOf(event), outcome, now());
  } catch (error) {
    write(`How the new tasks answered could not be recorded: ${messageOf(error)}`, { level: "WARN" });
  }
}

const failed = (reason: string): Outcome => ({ status: "FAILED", result: "failed", reason });

function reply(answered: Answer, write: Say): Reply {
  if ("outcome" in answered) {
    const { status, result, reason } = answered.outcome;
    write(reason, { level: status === "FAILED" ? "ERROR" : "INFO", status, result });
    return { hookStatus: status, hookDetails: { message: reason } };
  }
  const { wait, step, message, troubleSince } = answered;
  write(`Waiting at ${step}`, { step, detail: message, ...(troubleSince && { level: "WARN", troubleSince }) });
  return {
    hookStatus: "IN_PROGRESS",
    callBackDelay: wait,
    hookDetails: { step, message, ...(troubleSince && { troubleSince }) },
  };
}
