import { Failure } from "../failure";
import { confirmStack } from "../prompt";
import { runningDeployment, shortName } from "../release/services";
import { readTargets } from "../targets";
import type { ChangeOptions, Verb } from "../verb";

export const abort: Verb<ChangeOptions> = {
  path: "abort",
  summary: "ends the deployment under way and goes back",
  description:
    "Tells ECS to stop the running deployment and to give the old revision back all that it had. It does not wait: " +
    "whoever follows the release sees it end as rolled back. `rollback` does the same, waits, and checks /health.",
  changes: true,
  examples: [
    { command: "npm run operations -- abort --stack production", says: "asks for the stack's name first" },
    { command: "npm run operations -- abort --stack staging --dry-run", says: "which deployment it would be" },
  ],

  async run(context, options) {
    const targets = await readTargets(context.aws, context.stack);
    const ecs = await context.aws.ecs();
    const running = await runningDeployment(ecs, targets);
    if (running === undefined)
      throw new Failure("refused", "No deployment runs. Nothing was changed.", "See `rollback`");
    const { serviceDeploymentArn, lifecycleStage, status } = running.deployment;
    const { terminal, stack, prompt } = context;
    terminal.say(
      `${shortName(serviceDeploymentArn)} of ${running.service}: ${status} ${lifecycleStage ?? ""}`.trimEnd(),
    );
    if (options.dryRun) terminal.say("Dry run: nothing was changed.");
    else {
      await confirmStack(prompt, stack.stack, stack.facts.environment, options.yes);
      await ecs.stopServiceDeployment({ serviceDeploymentArn, stopType: "ROLLBACK" });
      terminal.say("ECS goes back.");
    }
    if (options.json) terminal.json({ stack: stack.stack, deployment: serviceDeploymentArn, aborted: !options.dryRun });
    return "ok";
  },
};
