import type { ECS, ServiceDeploymentBrief } from "@aws-sdk/client-ecs";
import type { Targets } from "../../config/targets";
import { Failure } from "../failure";
import { confirmStack } from "../prompt";
import { EMERGENCY } from "../release/announce";
import { versionOf } from "../release/definitions";
import { follow, followUpdate } from "../release/follow";
import { migrationsSince, schemaWarnings } from "../release/gate-memory";
import { lastGood, named, type Past, sameImage, successes } from "../release/rollback-plan";
import { type FollowOptions, intervalMs, intervalOption, type Run, startRun, toItsEnd, worst } from "../release/run";
import { deploymentsOf, isRunning, revisionsOf, SERVICES, type ServiceKey, shortName } from "../release/services";
import type { Verdict } from "../release/verdict";
import { readTargets } from "../targets";
import { columns } from "../terminal";
import type { Context, Verb } from "../verb";

interface RollbackOptions extends FollowOptions {
  readonly to?: string;
}

/** Successful deployments of each service that are looked at: all their revisions fit into one call (20). */
const LOOKED_AT = { web: 10, worker: 5, scheduler: 5 } as const;

type Lists = Readonly<Record<ServiceKey, ServiceDeploymentBrief[]>>;

/** What is done to a service. */
type Step =
  | { readonly service: ServiceKey; readonly do: "stop"; readonly deployment: ServiceDeploymentBrief }
  | { readonly service: ServiceKey; readonly do: "back"; readonly to: Past }
  | { readonly service: ServiceKey; readonly do: "nothing"; readonly why: string };

export const rollback: Verb<RollbackOptions> = {
  path: "rollback",
  summary: "goes back to the last release that succeeded, or stops the one under way",
  description:
    "In an emergency. A deployment under way is stopped and taken back by ECS. Otherwise web, workers and scheduler go " +
    "back together to the release that succeeded before this one: never to a revision that was merely registered. Going " +
    "back twice goes two releases back. It warns when the schema has changed since in a way that the old code may not " +
    "bear, checks /health, and tells Slack. It needs AWS credentials and the stack file: no Pulumi, no state.",
  changes: true,
  timeoutSeconds: 2 * 3600,
  options: [
    {
      flags: "--to <revision>",
      description: "another revision that has succeeded: 12, or affiliate-production-web:12",
    },
    intervalOption,
  ],
  examples: [
    { command: "npm run operations -- rollback --stack production --yes production", says: "at 3 a.m." },
    {
      command: "npm run operations -- rollback --stack production --dry-run",
      says: "where it would go, and what the schema says",
    },
    {
      command: "npm run operations -- rollback --stack production --to 12",
      says: "to a revision that `history` lists",
    },
  ],

  async run(context, options) {
    intervalMs(options);
    const targets = await readTargets(context.aws, context.stack);
    const ecs = await context.aws.ecs();
    const lists = await listAll(ecs, targets);
    const running = SERVICES.filter((service) => lists[service].some(isRunning));
    if (running.length > 0 && options.to !== undefined) {
      throw new Failure("refused", `A deployment of ${running.join(", ")} runs.`, "Leave --to out to stop it first");
    }
    const { steps, warnings } = lists.web.some(isRunning)
      ? { steps: stops(lists), warnings: [] }
      : await wayBack(context, ecs, targets, lists, options.to);
    const { terminal, stack, prompt } = context;
    show(context, steps, warnings);
    const facts = { steps: steps.map(plainStep), warnings };
    if (options.dryRun) {
      terminal.say("Dry run: nothing was changed.");
      if (options.json) terminal.json({ stack: stack.stack, result: "dryRun", ...facts });
      return "ok";
    }
    await confirmStack(prompt, stack.stack, stack.facts.environment, options.yes);

    const work = steps.map((step) => begin(ecs, targets, step));
    terminal.say(EMERGENCY);
    const web = steps.find(({ service }) => service === "web");
    const subject = web?.do === "back" ? shortName(web.to.taskDefinition) : "the running deployment";
    const run = await startRun(context, options, { ecs, targets }, { occasion: "rollback", subject, facts });
    return toItsEnd(run, context.signal, async () => {
      const verdicts = await Promise.all(
        steps.map(
          async (step, at) => [step.service, await end(run, ecs, step, lists[step.service], work[at])] as const,
        ),
      );
      const verdict = worst(verdicts);
      if (verdict.reason !== "ok") return verdict;
      const version = await servedVersion(ecs, targets);
      const fault = version === undefined ? "" : await run.health(version);
      return fault === "" ? verdict : { reason: "failed", because: `it has gone back, but visitors get: ${fault}` };
    });
  },
};

async function listAll(ecs: ECS, targets: Targets): Promise<Lists> {
  const [web, worker, scheduler] = await Promise.all(SERVICES.map((service) => deploymentsOf(ecs, targets, service)));
  return { web: web ?? [], worker: worker ?? [], scheduler: scheduler ?? [] };
}

/** Visitors are still on the old revision, or go back to it within the minute: nothing else has moved yet. */
function stops(lists: Lists): Step[] {
  return SERVICES.flatMap((service) => {
    const deployment = lists[service].find(isRunning);
    return deployment === undefined ? [] : [{ service, do: "stop" as const, deployment }];
  });
}

/** One round trip: revisions and the gate's table are asked at once. */
async function wayBack(context: Context, ecs: ECS, targets: Targets, lists: Lists, to: string | undefined) {
  const good = (service: ServiceKey) =>
    lists[service]
      .filter(({ status }) => status === "SUCCESSFUL")
      .slice(0, to === undefined ? LOOKED_AT[service] : 100);
  const arns = SERVICES.flatMap((service) => good(service).map((one) => one.targetServiceRevisionArn));
  const oldest = good("web").at(-1)?.finishedAt ?? new Date(0);
  const [revisions, schema] = await Promise.all([revisionsOf(ecs, arns), migrationsSince(context, targets, oldest)]);
  const past = (service: ServiceKey) => successes(good(service), revisions, service, targets.services[service].family);
  const web = past("web");
  const target = to === undefined ? lastGood(web) : named(web, to);
  if (target === undefined) throw nowhere(web, to);
  if (target.taskDefinition === web[0]?.taskDefinition && lists.web[0]?.status === "SUCCESSFUL") {
    throw new Failure(
      "refused",
      `${shortName(target.taskDefinition)} is what runs. Nothing was changed.`,
      "See `history`",
    );
  }
  const steps: Step[] = [{ service: "web", do: "back", to: target }];
  for (const service of ["worker", "scheduler"] as const) {
    const deployment = lists[service].find(isRunning);
    const mate = sameImage(past(service), target.digest);
    if (deployment !== undefined) steps.push({ service, do: "stop", deployment });
    else if (mate === undefined)
      steps.push({ service, do: "nothing", why: "no success of that image is known: it stays" });
    else if (mate === past(service)[0]) steps.push({ service, do: "nothing", why: "it runs that image already" });
    else steps.push({ service, do: "back", to: mate });
  }
  return { steps, warnings: schemaWarnings(schema, target.finishedAt) };
}

function nowhere(past: readonly Past[], to: string | undefined): Failure {
  const known = [...new Set(past.map(({ taskDefinition }) => shortName(taskDefinition)))];
  const list = known.length > 0 ? `Successful: ${known.join(", ")}` : "No release has succeeded yet";
  return to === undefined
    ? new Failure("refused", "There is no release to go back to. Nothing was changed.", list)
    : new Failure("refused", `No deployment of "${to}" has succeeded in the last 90 days. Nothing was changed.`, list);
}

const plainStep = (step: Step) => ({
  service: step.service,
  does: step.do,
  ...(step.do === "back" && { to: shortName(step.to.taskDefinition) }),
  ...(step.do === "stop" && { deployment: step.deployment.serviceDeploymentArn }),
});

function show({ terminal, stack }: Context, steps: readonly Step[], warnings: readonly string[]): void {
  terminal.say(`Roll back ${stack.stack}:`);
  const rows = steps.map((step) => {
    if (step.do === "back") {
      return [
        step.service,
        `to ${shortName(step.to.taskDefinition)}`,
        `good since ${step.to.finishedAt.toISOString()}`,
      ];
    }
    if (step.do === "nothing") return [step.service, step.why];
    return [step.service, `stop ${shortName(step.deployment.serviceDeploymentArn)} and go back`];
  });
  for (const row of columns(rows, "  ")) terminal.say(row);
  for (const warning of warnings) terminal.warn(warning);
}

/** Sent at once for all services; a refusal is read with the others' ends. */
async function begin(ecs: ECS, { cluster, services }: Targets, step: Step): Promise<{ fault: unknown } | undefined> {
  try {
    if (step.do === "back") {
      const { taskDefinition } = step.to;
      await ecs.updateService({ cluster: cluster.name, service: services[step.service].name, taskDefinition });
    } else if (step.do === "stop") {
      const { serviceDeploymentArn } = step.deployment;
      await ecs.stopServiceDeployment({ serviceDeploymentArn, stopType: "ROLLBACK" });
    }
    return undefined;
  } catch (fault) {
    return { fault };
  }
}

async function end(
  run: Run,
  ecs: ECS,
  step: Step,
  known: readonly ServiceDeploymentBrief[],
  begun: ReturnType<typeof begin> | undefined,
): Promise<Verdict> {
  const { following } = run;
  const failed = await begun;
  if (failed !== undefined) throw failed.fault;
  if (step.do === "nothing") return { reason: "ok", because: step.why };
  if (step.do === "back") return followUpdate(following, step.service, step.to.taskDefinition, known);
  const { serviceDeploymentArn = "", targetServiceRevisionArn = "" } = step.deployment;
  const revisions = await revisionsOf(ecs, [targetServiceRevisionArn]);
  const leaving = revisions.get(targetServiceRevisionArn)?.taskDefinition ?? "";
  const verdict = await follow(following, step.service, serviceDeploymentArn, leaving);
  // Here the way back is what was asked for.
  if (verdict.reason === "rolledBack" || verdict.reason === "migrationFailed") {
    return { reason: "ok", because: "the deployment was stopped and taken back" };
  }
  if (verdict.reason !== "ok") return verdict;
  return { reason: "failed", because: "the deployment had already succeeded when it was stopped: roll back again" };
}

/** What the web service says that it runs, for the health check; the bootstrap has no version. */
async function servedVersion(ecs: ECS, { cluster, services }: Targets): Promise<string | undefined> {
  const { services: [web] = [] } = await ecs.describeServices({ cluster: cluster.name, services: [services.web.name] });
  if (web?.taskDefinition === undefined) return undefined;
  const { taskDefinition } = await ecs.describeTaskDefinition({ taskDefinition: web.taskDefinition });
  return versionOf(taskDefinition, "web");
}
