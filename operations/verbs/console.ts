import { containers } from "../../config/vocabulary";
import { demandPlugin, openSession } from "../console/plugin";
import { consoleRevision, startConsole } from "../console/task";
import { Failure } from "../failure";
import { confirmStack } from "../prompt";
import { runningRelease } from "../released";
import { readTargets } from "../targets";
import type { ChangeOptions, Verb } from "../verb";

interface Options extends ChangeOptions {
  readonly command?: string;
}

export const consoleVerb: Verb<Options> = {
  path: "console",
  summary: "a shell, or one command, in a console task with the image that runs",
  description:
    "Starts a console task with the image of the web service, opens a session in it with ECS Exec, and stops the task " +
    "when the session ends. Services themselves have no shell. All that is typed and printed is kept in the audit " +
    "log (logs exec). Needs AWS's session-manager-plugin.",
  changes: true,
  options: [{ flags: "--command <command>", description: "run this instead of a shell" }],
  examples: [
    { command: "npm run operations -- console --stack production", says: "a shell" },
    {
      command: 'npm run operations -- console --stack production --command "php artisan queue:failed"',
      says: "one command",
    },
  ],

  async run(context, options) {
    const { aws, stack, terminal } = context;
    demandPlugin();
    const targets = await readTargets(aws, stack);
    const release = await runningRelease(aws, targets);
    terminal.say(`A console in ${stack.stack} with ${release.version}, ${release.image}.`);
    if (options.dryRun) {
      terminal.say("Dry run: nothing was started.");
      return "ok";
    }
    await confirmStack(context.prompt, stack.stack, stack.facts.environment, options.yes);
    const task = await startConsole(context, targets, await consoleRevision(context, targets, release));

    const ecs = await aws.ecs();
    const { session } = await ecs.executeCommand({
      cluster: targets.cluster.name,
      task: task.arn,
      container: containers.console,
      command: options.command ?? "/bin/sh",
      interactive: true,
    });
    if (session === undefined) throw new Failure("failed", "ECS opened no session.");
    context.redactor.learn(session.tokenValue ?? "");
    const place = {
      region: stack.facts.region,
      request: { Target: task.target },
      endpoint: `https://ssm.${stack.facts.region}.amazonaws.com`,
    };
    const code = await openSession(session, place, context.signal);
    if (code !== 0) throw new Failure("failed", `The session ended with ${code}.`);
    return "ok";
  },
};
