import { Failure } from "../failure";
import { confirmStack } from "../prompt";
import { runningDeployment, shortName } from "../release/services";
import { readTargets } from "../targets";
import type { ChangeOptions, Verb } from "../verb";

export const continueVerb: Verb<ChangeOptions> = {
  path: "continue",
  summary: "lets a paused deployment go on",
  description: "Answers the pause that a deployment waits at; see `pause`. Whoever follows the release sees it go on.",
  changes: true,
  examples: [
    { command: "npm run operations -- continue --stack production", says: "visitors get it" },
    { command: "npm run operations -- continue --stack staging --yes staging", says: "in a script" },
  ],

  async run(context, options) {
    const targets = await readTargets(context.aws, context.stack);
    const ecs = await context.aws.ecs();
    const running = await runningDeployment(ecs, targets);
    if (running === undefined) throw new Failure("refused", "No deployment runs. Nothing was changed.", "See `status`");
    const { serviceDeploymentArn, lifecycleHookDetails = [], lifecycleStage } = running.deployment;
    const hook = lifecycleHookDetails.find(
      ({ targetType, status }) => targetType === "PAUSE" && status === "AWAITING_ACTION",
    );
    if (hook?.hookId === undefined) {
      throw new Failure(
        "refused",
        `The deployment of ${running.service} is at ${lifecycleStage ?? "no stage"} and waits for nobody. Nothing was changed.`,
      );
    }
    const { terminal, stack, prompt } = context;
    terminal.say(
      `${shortName(serviceDeploymentArn)} of ${running.service} waits at ${lifecycleStage}; it would go on.`,
    );
    if (options.dryRun) terminal.say("Dry run: nothing was changed.");
    else {
      await confirmStack(prompt, stack.stack, stack.facts.environment, options.yes);
      await ecs.continueServiceDeployment({ serviceDeploymentArn, hookId: hook.hookId, action: "CONTINUE" });
    }
    if (options.json)
      terminal.json({ stack: stack.stack, deployment: serviceDeploymentArn, continued: !options.dryRun });
    return "ok";
  },
};
