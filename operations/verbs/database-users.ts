import { z } from "zod";
import { databaseUser, type DatabaseUserName, databaseUserNames } from "../../config/database-users";
import { Failure } from "../failure";
import { invoke } from "../invoke";
import { confirmStack } from "../prompt";
import { columns } from "../terminal";
import type { ChangeOptions, Context, Verb } from "../verb";

interface Options extends ChangeOptions {
  readonly only?: string;
  readonly finishRotation: boolean;
}

/** What functions/database-users/ answers. */
const answerShape = z.object({
  users: z.array(
    z.object({
      user: z.enum(databaseUserNames),
      username: z.string(),
      result: z.enum(["unchanged", "planned", "changed", "failed"]),
      steps: z.array(z.string()),
      oldPassword: z.enum(["kept", "ended", "unknown"]),
      fault: z.string().optional(),
    }),
  ),
});
type Report = z.infer<typeof answerShape>["users"][number];

export const databaseUsersVerb: Verb<Options> = {
  path: "database users",
  summary: "makes the database's users, and gives them the passwords of their secrets",
  description:
    "Brings the users of the application, the migrations, the dump and the Datadog agent to what config/database-users.ts " +
    "says: each with TLS, its own rights and no other, and the password of its secret. A new password stands beside " +
    "the old one, which running tasks still use, until --finish-rotation. A function in the VPC does it, so that no " +
    "password passes through here. Run again, it changes nothing.",
  changes: true,
  options: [
    { flags: "--only <users>", description: `some of ${databaseUserNames.join(", ")}, by comma` },
    { flags: "--finish-rotation", description: "end the old passwords" },
  ],
  examples: [
    { command: "npm run operations -- database users --stack production", says: "after the first pulumi up" },
    {
      command: "npm run operations -- database users --stack production --only app",
      says: "after: secrets set database-app --rotate",
    },
    {
      command: "npm run operations -- database users --stack production --only app --finish-rotation",
      says: "after every task has restarted with the new password",
    },
  ],

  async run(context, options) {
    const users = usersNamed(options.only);
    const ask = async (action: "plan" | "apply" | "finish"): Promise<Report[]> => {
      const name = context.stack.facts.name("lambda", "database-users");
      const advice = `Its log: npm run operations -- logs database-users --stack ${context.stack.stack}`;
      const { data, error } = answerShape.safeParse(await invoke(context.aws, name, { action, users }, advice));
      if (data === undefined) throw new Failure("failed", `${name} answered something else: ${z.prettifyError(error)}`);
      return data.users;
    };
    const planned = options.finishRotation ? [] : await ask("plan");
    if (options.finishRotation)
      context.terminal.say(`The old passwords of ${users.join(", ")} end; whoever still uses one is refused.`);
    else show(context, planned);

    const nothing = !options.finishRotation && planned.every(({ result }) => result === "unchanged");
    if (options.dryRun || nothing) {
      context.terminal.say(nothing ? "Nothing to change." : "Dry run: nothing was changed.");
      return report(context, options, planned);
    }
    await confirmStack(context.prompt, context.stack.stack, context.stack.facts.environment, options.yes);
    const done = await ask(options.finishRotation ? "finish" : "apply");
    show(context, done);
    sayWhatFollows(context, done);
    return report(context, options, done);
  },
};

function usersNamed(given: string | undefined): DatabaseUserName[] {
  if (given === undefined) return databaseUserNames;
  return given.split(",").map((typed) => {
    const name = databaseUserNames.find((known) => known === typed.trim());
    if (name !== undefined) return name;
    throw new Failure("usage", `There is no database user "${typed}".`, `Users: ${databaseUserNames.join(", ")}`);
  });
}

function show({ terminal, stack }: Context, reports: readonly Report[]): void {
  const rows = reports.map(({ user, username, result, steps }) => [
    user,
    username || "-",
    result,
    steps.join("; ") || "-",
  ]);
  for (const row of columns([["USER", "NAME", "RESULT", "WHAT"], ...rows])) terminal.say(row);
  for (const { user, fault } of reports) {
    if (fault === undefined) continue;
    terminal.error(`${user}: ${fault}`);
    const { secret } = databaseUser(user);
    if (/no value|is not JSON/.test(fault)) {
      terminal.say(`  npm run operations -- secrets set ${secret} --stack ${stack.stack}`);
    }
  }
}

function sayWhatFollows({ terminal, stack }: Context, reports: readonly Report[]): void {
  const kept = reports.filter(({ result, oldPassword }) => result === "changed" && oldPassword === "kept");
  if (kept.length === 0) return;
  const names = kept.map(({ user }) => user).join(",");
  terminal.say(
    "Tasks read secrets when they start. After a new deployment of all of them, the old passwords end with:",
  );
  terminal.say(`  npm run operations -- database users --stack ${stack.stack} --only ${names} --finish-rotation`);
}

function report({ terminal, stack }: Context, { json }: Options, users: readonly Report[]): "ok" | "failed" {
  if (json) terminal.json({ stack: stack.stack, users });
  return users.some(({ result }) => result === "failed") ? "failed" : "ok";
}
