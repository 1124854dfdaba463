import { Failure } from "../failure";
import { confirmStack } from "../prompt";
import { pauses, pauseStage, withPause } from "../release/pause-hook";
import { deploymentsOf, isRunning } from "../release/services";
import { readTargets } from "../targets";
import type { ChangeOptions, Verb } from "../verb";

interface PauseOptions extends ChangeOptions {
  readonly at?: string;
  readonly off: boolean;
}

export const pause: Verb<PauseOptions> = {
  path: "pause",
  summary: "makes the next releases wait for a person before a stage",
  description:
    "Puts a pause into the web service's deployments: the next ones stop there until `continue` or `abort`, and go back " +
    "by themselves after 24 hours. ECS takes what is to be paused when a deployment begins, so one that runs cannot be " +
    "paused: it can be aborted. The pause stays until --off, or until `pulumi up` writes the service's hooks anew.",
  changes: true,
  options: [
    {
      flags: "--at <stage>",
      description: "where (default pre-production-traffic-shift: tested, and not yet for visitors)",
    },
    { flags: "--off", description: "take the pause out again" },
  ],
  examples: [
    {
      command: "npm run operations -- pause --stack production",
      says: "the next release waits before visitors get it",
    },
    { command: "npm run operations -- pause --stack production --off --yes production", says: "no more" },
  ],

  async run(context, { at, off, ...options }) {
    if (off && at !== undefined)
      throw new Failure("usage", "--off takes the pause out wherever it is: leave --at out.");
    const stage = off ? undefined : pauseStage(at ?? "pre-production-traffic-shift");
    const targets = await readTargets(context.aws, context.stack);
    const ecs = await context.aws.ecs();
    const place = { cluster: targets.cluster.name, service: targets.services.web.name };
    const [{ services: [web] = [] }, deployments] = await Promise.all([
      ecs.describeServices({ cluster: place.cluster, services: [place.service] }),
      deploymentsOf(ecs, targets, "web", 10),
    ]);
    const configuration = web?.deploymentConfiguration;
    if (configuration === undefined) throw new Failure("refused", `There is no service ${place.service}.`);
    if (!off && deployments.some(isRunning)) {
      throw new Failure(
        "refused",
        "A deployment runs, and ECS cannot pause what has begun. Nothing was changed.",
        `To end it: npm run operations -- abort --stack ${context.stack.stack}`,
      );
    }
    const { terminal, stack, prompt } = context;
    const now = pauses(configuration).flatMap(({ lifecycleStages = [] }) => lifecycleStages);
    const wanted = stage === undefined ? [] : [stage];
    const same = now.join() === wanted.join();
    terminal.say(
      `Releases of ${stack.stack} pause at: ${now.join(", ") || "nothing"} → ${wanted.join(", ") || "nothing"}`,
    );
    if (same) terminal.say("Nothing to change.");
    if (options.dryRun) terminal.say("Dry run: nothing was changed.");
    if (!same && !options.dryRun) {
      await confirmStack(prompt, stack.stack, stack.facts.environment, options.yes);
      await ecs.updateService({ ...place, deploymentConfiguration: withPause(configuration, stage) });
    }
    if (options.json) terminal.json({ stack: stack.stack, pausesAt: options.dryRun ? now : wanted });
    return "ok";
  },
};
