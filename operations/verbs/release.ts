import type { ECS } from "@aws-sdk/client-ecs";
import type { Targets } from "../../config/targets";
import { asFailure } from "../aws";
import { Failure } from "../failure";
import { confirmStack } from "../prompt";
import { essentials } from "../release/checks";
import { register, type Wanted, wantedOf } from "../release/definitions";
import { followUpdate, prove } from "../release/follow";
import { type ReleaseImage, resolveImage, tagReleased } from "../release/image";
import { type FollowOptions, intervalMs, intervalOption, type Run, startRun, toItsEnd, worst } from "../release/run";
import { imageOf, type RunningNow, runningNow } from "../release/running";
import { deploymentsOf, SERVICES, shortName } from "../release/services";
import type { Verdict } from "../release/verdict";
import { readTargets } from "../targets";
import { columns } from "../terminal";
import type { Context, Verb } from "../verb";

interface ReleaseOptions extends FollowOptions {
  readonly image?: string;
  readonly running: boolean;
}

export const release: Verb<ReleaseOptions> = {
  path: "release",
  summary: "brings an image to visitors, blue/green, behind the gates",
  description:
    "Puts the image, by its digest, into the newest template of each task, and gives it to ECS: the web tier first, " +
    "blue/green, behind the schema gate, the smoke test and the alarms of the bake time; workers and scheduler when " +
    "visitors are on it. It follows each deployment and ends well only when every running task is of the revision asked " +
    "for, and visitors get it. Slack is told in every case. Ending the command ends no deployment: see `abort`.",
  changes: true,
  timeoutSeconds: 4 * 3600,
  options: [
    { flags: "--image <ref>", description: "a tag (v1.2.3) or a digest (sha256:…) of the repository" },
    { flags: "--running", description: "the image that the web service runs now, on the newest template" },
    intervalOption,
  ],
  examples: [
    { command: "npm run operations -- release --stack staging --image v1.2.3", says: "asks, then releases" },
    {
      command: "npm run operations -- release --stack production --image sha256:… --yes production",
      says: "in a pipeline: nobody is asked",
    },
    {
      command: "npm run operations -- release --stack production --image v1.2.3 --dry-run",
      says: "only says what it would do",
    },
    {
      command: "npm run operations -- release --stack production --running --yes production",
      says: "after an update, so that a changed template comes to visitors",
    },
  ],

  async run(context, options) {
    demandOne(options);
    intervalMs(options);
    const targets = await readTargets(context.aws, context.stack);
    const [ecs, ecr] = await Promise.all([context.aws.ecs(), context.aws.ecr()]);
    const running = options.running ? await runningNow(ecs, targets) : undefined;
    const [image, findings] = await Promise.all([
      running === undefined ? resolveImage(ecr, targets, options.image ?? "") : imageOf(ecs, ecr, targets, running),
      essentials(context, ecs, targets),
    ]);
    if (image === undefined) return nothing(context, options, "Nothing has been released yet: release with --image.");
    const wanted = await Promise.all(SERVICES.map((service) => wantedOf(ecs, targets, service, image)));
    show(context, image, wanted);
    const blocking = findings.filter(({ state }) => state === "blocked");
    if (blocking.length > 0) {
      throw new Failure("refused", blocking.map(({ check, found }) => `${check}: ${found}`).join(". "), "See `status`");
    }
    if (running !== undefined && wanted.every((one) => isRunning(one, running))) {
      return nothing(context, options, `${image.version} runs on the newest template already.`);
    }
    const { terminal, stack, prompt } = context;
    const facts = { version: image.version, image: image.image };
    if (options.dryRun) {
      terminal.say("Dry run: nothing was changed.");
      if (options.json) terminal.json({ stack: stack.stack, result: "dryRun", ...facts });
      return "ok";
    }
    await confirmStack(prompt, stack.stack, stack.facts.environment, options.yes);

    const run = await startRun(
      context,
      options,
      { ecs, targets },
      { occasion: "release", subject: image.version, facts },
    );
    return toItsEnd(run, context.signal, async () => {
      const verdict = await bring(run, ecs, targets, wanted);
      if (verdict.reason !== "ok") return verdict;
      // What served visitors stays in the repository. That it could not be marked is no reason to take it back.
      await tagReleased(ecr, targets, image).catch((error: unknown) =>
        terminal.warn(`The image was not marked as released, and may expire: ${asFailure(error).message}`),
      );
      const fault = await run.health(image.version);
      return fault === "" ? verdict : { reason: "failed", because: `every task runs it, but visitors get: ${fault}` };
    });
  },
};

function demandOne({ image, running }: ReleaseOptions): void {
  if (image !== undefined && running) {
    throw new Failure("usage", "--running takes the image that runs, --image names another: give one of the two.");
  }
  if (image === undefined && !running) {
    throw new Failure("usage", "Which image? Add --image v1.2.3, or a digest; or --running, for the one that runs.");
  }
}

const isRunning = ({ service, registered }: Wanted, running: RunningNow): boolean =>
  registered !== undefined && running.get(service) === registered;

/** An end as good as another, so that an update's pipeline is green; Slack has heard of this release before. */
function nothing({ terminal, stack }: Context, { json }: ReleaseOptions, because: string): "ok" {
  terminal.say(`${because} Nothing was changed.`);
  if (json) terminal.json({ stack: stack.stack, result: "ok", because });
  return "ok";
}

function show({ terminal, stack }: Context, image: ReleaseImage, wanted: readonly Wanted[]): void {
  terminal.say(`Release ${image.version} to ${stack.stack}: ${image.image}`);
  const rows = wanted.map(({ service, template, definition, registered }) => [
    service,
    registered === undefined ? `a new revision of ${definition.family}` : `${shortName(registered)}, which is there`,
    `from ${template}`,
  ]);
  for (const row of columns(rows, "  ")) terminal.say(row);
}

/** The web tier, and only when it stands the two that follow it: what visitors see decides. */
async function bring(run: Run, ecs: ECS, targets: Targets, wanted: readonly Wanted[]): Promise<Verdict> {
  const [web, ...others] = wanted;
  if (web === undefined) throw new Failure("failed", "There is nothing to release.");
  const first = await deploy(run, ecs, targets, web);
  if (first.reason !== "ok") return first;
  const verdicts = await Promise.all(
    others.map(async (one) => [one.service, await deploy(run, ecs, targets, one)] as const),
  );
  const rest = worst(verdicts);
  if (rest.reason === "ok") return worst([["web", first], ...verdicts]);
  return { ...rest, because: `visitors are on the new revision, but ${rest.because}. Release again, or roll back` };
}

/**
 * UpdateService is told the task definition and nothing else: what it is not told stays as it is. Target groups sent along
 * would stop the alternation of the two (terraform-provider-aws#45678), a count would undo the scaling.
 */
async function deploy({ following, view }: Run, ecs: ECS, targets: Targets, wanted: Wanted): Promise<Verdict> {
  const { service } = wanted;
  const place = { cluster: targets.cluster.name, service: targets.services[service].name };
  const [taskDefinition, { services = [] }, known] = await Promise.all([
    register(ecs, wanted),
    ecs.describeServices({ cluster: place.cluster, services: [place.service] }),
    deploymentsOf(ecs, targets, service, 10),
  ]);
  if (services[0]?.taskDefinition === taskDefinition) {
    view.event(service, `${shortName(taskDefinition)} is what it runs already`);
    return prove(following, service, taskDefinition);
  }
  await ecs.updateService({ ...place, taskDefinition });
  return followUpdate(following, service, taskDefinition, known);
}
