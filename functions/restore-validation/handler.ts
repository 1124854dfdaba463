import { backupFunctionMetrics, restoreValidationLimits } from "../../config/backup-functions";
import { messageOf } from "../shared/errors";
import { metricLine, type Value } from "../shared/metric-line";
import { hoursSince } from "../shared/slots";
import { Steps } from "../shared/steps";
import { createInstance, deleteInstance, findInstances, type Instance, instanceName, isNotNow } from "./instances";
import { findJobs, type Job, planMade, tell } from "./jobs";
import { judge, type Verdict } from "./verdict";
import type { World } from "./world";

/** States that an instance does not leave by itself. Source: Aurora user guide, "Viewing DB instance status". */
const HOPELESS =
  /^(failed|inaccessible-.+|incompatible-.+|insufficient-capacity|restore-error|stopp(ed|ing)|storage-full)$/;

/** The next step with a restored cluster. */
export type Action =
  | { readonly do: "create-instance" }
  | { readonly do: "wait"; readonly why: string }
  | { readonly do: "look"; readonly host: string }
  | { readonly do: "fail"; readonly why: string };

export function decide(job: Job, instance: Instance | undefined, now: Date): Action {
  const hours = hoursSince(job.completedAt, now);
  if (hours >= restoreValidationLimits.lookHours) {
    return { do: "fail", why: `its instance was ${instance?.status ?? "not there"} after ${Math.floor(hours)} hours` };
  }
  if (instance === undefined) return { do: "create-instance" };
  if (HOPELESS.test(instance.status)) return { do: "fail", why: `its instance is ${instance.status}` };
  if (instance.status !== "available" || instance.host === undefined) {
    return { do: "wait", why: `the instance is ${instance.status}` };
  }
  return { do: "look", host: instance.host };
}

/**
 * AWS Backup restores a cluster without an instance and waits some hours for a verdict. Each call looks at what is open and
 * makes the next step: an instance, a look into it, its deletion, the verdict; what a call before left is removed.
 */
export function createHandler(
  connect: (secondsLeft: () => number) => World,
): (event: unknown, context?: Context) => Promise<void> {
  return async (_event, context) => {
    const world = connect(() => (context?.getRemainingTimeInMillis() ?? 600_000) / 1000);
    const steps = new Steps(world.say);
    const jobs = await findJobs(world);
    const instances = await findInstances(world);
    const verdicts: Verdict[] = [];

    for (const job of jobs.filter(({ open }) => open)) {
      await steps.attempt(`Restore job ${job.id}`, async () => {
        const verdict = await stepOf(world, job, instances);
        if (verdict !== undefined) verdicts.push(verdict);
      });
    }
    const wanted = new Set(jobs.filter(({ open }) => open).map(({ id }) => instanceName(world, id)));
    for (const instance of instances.filter(({ identifier }) => !wanted.has(identifier))) {
      await steps.attempt(instance.identifier, () => remove(world, instance));
    }
    for (const job of jobs) await steps.attempt(job.resource, () => complain(job, world.now()));
    await steps.attempt("The metrics", () => writeMetrics(world, jobs, verdicts));
    steps.end();
  };
}

/** What is left behind is paid, holds everything, and is nobody's: for a day each call says so. */
function complain({ leftBehind, completedAt }: Job, now: Date): Promise<void> {
  if (leftBehind === undefined || hoursSince(completedAt, now) >= restoreValidationLimits.complainHours) {
    return Promise.resolve();
  }
  return Promise.reject(new Error(`AWS Backup could not delete it (${leftBehind}): delete it by hand`));
}

/** Lambda's context, as far as it is read. */
export interface Context {
  readonly getRemainingTimeInMillis: () => number;
}

async function stepOf(world: World, job: Job, instances: readonly Instance[]): Promise<Verdict | undefined> {
  if (job.resourceType !== "Aurora") {
    throw new Error(`${job.resource} is of ${job.resourceType}, and nobody has said how to look into that`);
  }
  const instance = instances.find(({ identifier }) => identifier === instanceName(world, job.id));
  const action = decide(job, instance, world.now());
  world.say(`${job.resource}: ${action.do}${"why" in action ? ` (${action.why})` : ""}`, { restoreJob: job.id });
  if (action.do === "wait") return undefined;
  if (action.do === "create-instance") {
    await patiently(world, job.resource, () => createInstance(world, job.id, job.resource));
    return undefined;
  }
  const verdict = action.do === "fail" ? { good: false, message: action.why } : await look(world, job, action.host);
  world.say(`${job.resource}: ${verdict.good ? "whole" : "NOT WHOLE"} (${verdict.message})`, { restoreJob: job.id });
  // Before the verdict: with it AWS Backup deletes the cluster, which RDS refuses while an instance stands.
  if (instance !== undefined) await remove(world, instance);
  await tell(world, job, verdict);
  return verdict;
}

/** What cannot be read is not whole; only a connection that breaks is worth another look. */
async function look(world: World, job: Job, host: string): Promise<Verdict> {
  const { database, port, newestWithinHours } = world.settings;
  const seconds = Math.max(0, world.secondsLeft() - restoreValidationLimits.reserveSeconds);
  try {
    const contents = await world.read({ host, port, database }, seconds);
    return judge(contents, job.recoveryPointAt, newestWithinHours);
  } catch (error) {
    if (!isOfDatabase(error)) throw error;
    return { good: false, message: `It cannot be read: ${messageOf(error)}` };
  }
}

/** MySQL's own answers have a number; a network's have none. */
const isOfDatabase = (error: unknown): boolean => typeof (error as { sqlState?: unknown }).sqlState === "string";

async function remove(world: World, instance: Instance): Promise<void> {
  await patiently(world, instance.identifier, () => deleteInstance(world, instance));
}

/** RDS refuses by state what it will do later: that is no error of a call that comes again. */
async function patiently({ say }: World, name: string, step: () => Promise<void>): Promise<void> {
  try {
    await step();
  } catch (error) {
    if (!isNotNow(error)) throw error;
    say(`${name}: not yet (${error.name}: ${error.message})`);
  }
}

async function writeMetrics(world: World, jobs: readonly Job[], verdicts: readonly Verdict[]): Promise<void> {
  const { namespace, dimension, names } = backupFunctionMetrics;
  const now = world.now();
  const good = jobs.filter((job) => job.good).map(({ completedAt }) => completedAt.getTime());
  // Without a good one, as old as the plan: a plan that never restores anything is found by it, too.
  const since = good.length > 0 ? Math.max(...good) : (await planMade(world))?.getTime();
  const fresh = verdicts.some((verdict) => verdict.good);
  const values: Value[] = [];
  if (since !== undefined) {
    const age = fresh ? 0 : Math.max(0, (now.getTime() - since) / 1000);
    values.push({ name: names.restoreTestAge, unit: "Seconds", value: age });
  }
  if (verdicts.length > 0) {
    const whole = verdicts.every((verdict) => verdict.good);
    values.push({ name: names.restoreValidated, unit: "Count", value: whole ? 1 : 0 });
  }
  if (values.length > 0) {
    world.write(metricLine(namespace, { [dimension]: world.settings.environment }, values, now));
  }
}
