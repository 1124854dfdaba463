import { backupFunctionMetrics, dumpLimits } from "../../config/backup-functions";
import { metricLine } from "../shared/metric-line";
import { hoursSince, latestDue, slotId } from "../shared/slots";
import { Steps } from "../shared/steps";
import { createClone, createInstance, findClones, isNotNow, noteTask, removeClone } from "./clones";
import { type Action, type Clone, decide } from "./decide";
import { folderOf, isSettled, lookInto, writeGivenUp } from "./kept";
import { lookAt, newestImage, startTask, stopTask } from "./tasks";
import type { World } from "./world";

/** What is asked of the function: by its schedule nothing, by an operator a dump now. */
export interface Request {
  readonly start?: "now" | undefined;
}

/** One clone and what was done about it. */
export interface Step {
  readonly id: string;
  readonly does: Action["do"] | "create-clone";
  readonly because: string;
  /** Where the dump will be, `s3://…`. */
  readonly place: string;
}

export interface Reply {
  readonly steps: readonly Step[];
  /** Why no dump was begun, when one was asked for or due; undefined otherwise. */
  readonly notBegun?: string | undefined;
}

/**
 * Looks at what is there and makes the next step with each clone, then begins what is due. Nothing is remembered between
 * two calls but in the clone's tags and in the bucket, so whatever a call before did, failed at or never came back from,
 * this one goes on from what is really there.
 */
export function createHandler(connect: () => World): (request?: unknown) => Promise<Reply> {
  return async (request) => {
    const world = connect();
    const steps = new Steps(world.say);
    const done: Step[] = [];
    let givenUp = 0;

    const clones = await findClones(world);
    for (const clone of clones) {
      await steps.attempt(clone.identifier, async () => {
        const action = await nextOf(world, clone);
        const because = reasonOf(action);
        done.push({ id: clone.id, does: action.do, because, place: placeOf(world, clone.requestedAt, clone.id) });
        world.say(`${clone.identifier}: ${action.do}${because && ` (${because})`}`, { dump: clone.id });
        if (action.do === "give-up") givenUp += 1;
        await carryOut(world, clone, action, steps);
      });
    }
    const notBegun = await steps.attempt("Beginning a dump", () => begin(world, clones, wants(request), done));

    // Last, so that what is measured is what this call found, whatever came of it.
    const now = world.now();
    const ages = clones.map(({ requestedAt }) => (now.getTime() - requestedAt.getTime()) / 1000);
    const { namespace, dimension, names } = backupFunctionMetrics;
    world.write(
      metricLine(
        namespace,
        { [dimension]: world.settings.environment },
        [
          { name: names.cloneAge, unit: "Seconds", value: Math.max(0, ...ages) },
          { name: names.dumpGivenUp, unit: "Count", value: givenUp },
        ],
        now,
      ),
    );
    steps.end();
    return { steps: done, notBegun };
  };
}

const wants = (request: unknown): boolean => (request as Request | null | undefined)?.start === "now";

const placeOf = ({ settings }: World, cloneTime: Date, id: string): string =>
  `s3://${settings.bucket}/${folderOf(cloneTime, id)}`;

async function nextOf(world: World, clone: Clone): Promise<Action> {
  const kept = await lookInto(world, clone.requestedAt, clone.id);
  return decide(clone, await lookAt(world, clone.tasks.at(-1)), kept, world.now());
}

function reasonOf(action: Action): string {
  if (action.do === "wait" || action.do === "stop-task") return action.why;
  if (action.do === "start-task") return `task ${action.number} of ${dumpLimits.tries}`;
  return action.do === "give-up" ? action.reason : "";
}

async function carryOut(world: World, clone: Clone, action: Action, steps: Steps): Promise<void> {
  switch (action.do) {
    case "wait":
      return;
    case "create-instance":
      return patiently(world, clone, () => createInstance(world, clone));
    case "start-task":
      return start(world, clone, action.number);
    case "stop-task":
      return stopTask(world, action.task, action.why);
    case "give-up": {
      const { requestedAt, id } = clone;
      const written = steps.attempt(`${clone.identifier}, the reason`, () =>
        writeGivenUp(world, requestedAt, id, action.reason),
      );
      await written;
      // The bound holds whether or not the reason could be written down.
      const bound = hoursSince(requestedAt, world.now()) >= dumpLimits.cloneHours;
      return bound ? patiently(world, clone, () => removeClone(world, clone)) : undefined;
    }
    case "remove":
      return patiently(world, clone, () => removeClone(world, clone));
  }
}

/** RDS refuses by state what it will do later: that is no error of a call that comes again. */
async function patiently(world: World, clone: Clone, step: () => Promise<void>): Promise<void> {
  try {
    await step();
  } catch (error) {
    if (!isNotNow(error)) throw error;
    world.say(`${clone.identifier}: not yet (${error.name}: ${error.message})`, { dump: clone.id });
  }
}

async function start(world: World, clone: Clone, number: number): Promise<void> {
  const image = await newestImage(world);
  if (image === undefined) throw new Error(noImage(world));
  const started = await startTask(world, clone, number, image);
  if ("refused" in started) {
    world.say(`${clone.identifier}: no task yet (${started.refused})`, { dump: clone.id });
    return;
  }
  await noteTask(world, clone, number, started.task);
}

const noImage = ({ settings }: World): string =>
  `${settings.repositoryName} holds no released image: npm run image -- --dump --push (application/backup/README.md)`;

/** Why nothing was begun, where something was due; one clone at a time, so that a fault does not cost many. */
async function begin(
  world: World,
  clones: readonly Clone[],
  asked: boolean,
  done: Step[],
): Promise<string | undefined> {
  const now = world.now();
  const due = asked ? now : latestDue(now, world.settings.startAt);
  const id = slotId(due);
  if (!asked && hoursSince(due, now) >= dumpLimits.beginHours) return undefined;
  if (clones.some((clone) => clone.id === id)) return undefined;
  if (!asked && (await isSettled(world, due, id))) return undefined;
  const refuse = (why: string): string => {
    world.say(`The dump ${id} is not begun: ${why}`, { dump: id });
    return why;
  };
  const [other] = clones;
  if (other !== undefined) return refuse(`${other.identifier} is still there`);
  // Before a clone is made and paid that no task would read.
  if ((await newestImage(world)) === undefined) return refuse(noImage(world));
  try {
    await createClone(world, due);
  } catch (error) {
    if (!isNotNow(error)) throw error;
    return refuse(`${error.name}: ${error.message}`);
  }
  world.say(`The dump ${id} has begun with a clone of ${world.settings.source}`, { dump: id });
  done.push({ id, does: "create-clone", because: asked ? "asked for" : "due", place: placeOf(world, now, id) });
  return undefined;
}
