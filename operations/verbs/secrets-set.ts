import { randomUUID } from "node:crypto";
import { secretDefinition, type SecretName } from "../../config/secrets";
import { Failure } from "../failure";
import { confirmStack } from "../prompt";
import { givenValues } from "../secrets/ask";
import { type Merged, merge } from "../secrets/merge";
import { type RedisUserChange, redisUserChange } from "../secrets/redis-user";
import { type Held, learnValues, look, secretNamed } from "../secrets/store";
import { columns } from "../terminal";
import type { ChangeOptions, Context, Verb } from "../verb";

interface SetOptions extends ChangeOptions {
  readonly fromStdin: boolean;
  readonly rotate: boolean;
  readonly finishRotation: boolean;
}

const KINDS = {
  kept: "stays",
  given: "as given",
  generated: "generated",
  fixed: "by the table",
  extended: "kept",
  missing: "has to be given",
};

export const secretsSet: Verb<SetOptions> = {
  path: "secrets set",
  summary: "fills or rotates a secret, and switches its Redis user on",
  description:
    "Writes a new version of one secret. Values are asked for on the terminal without being shown, or read as a JSON " +
    "object from standard input; passwords and keys that nobody has to know are generated. What is not given stays as " +
    "it is. A replaced APP_KEY moves to APP_PREVIOUS_KEYS. For redis-app and redis-metrics the ElastiCache user gets " +
    "the new password beside the old one, which running tasks still use; --finish-rotation takes the old one away.",
  changes: true,
  arguments: [{ name: "name", description: "the secret, as `secrets check` lists it" }],
  options: [
    { flags: "--from-stdin", description: "read a JSON object of values from standard input" },
    { flags: "--rotate", description: "generate anew what is generated" },
    { flags: "--finish-rotation", description: "Redis users: leave the present password as the only one" },
  ],
  examples: [
    { command: "npm run operations -- secrets set datadog --stack production", says: "asks for both keys" },
    {
      command:
        "pass show datadog.json | npm run operations -- secrets set datadog --stack production --from-stdin --yes production",
      says: "from a password manager",
    },
    { command: "npm run operations -- secrets set app-key --stack production --rotate", says: "a new APP_KEY" },
    {
      command: "npm run operations -- secrets set redis-app --stack production --finish-rotation",
      says: "after every task has restarted with the new password",
    },
  ],

  async run(context, options, typed) {
    const name = secretNamed(typed ?? "");
    refuseConflicts(name, options);
    const { terminal, stack } = context;
    const id = stack.secretsOf.name("secret", name);
    const client = await context.aws.secretsManager();
    const held = await look(client, id, name, context.redactor);
    const current = presentValue(held, id, stack.stack);

    const given = options.finishRotation ? {} : await givenValues(context, name, current, options);
    const merged = merge(secretDefinition(name), { current, given, rotate: options.rotate });
    learnValues(name, merged.value, context.redactor);
    const redis = await redisUserChange(context, name, {
      next: merged.value,
      current,
      finish: options.finishRotation,
    });

    show(context, name, id, merged, redis);
    const complete = merged.actions.every(({ action }) => action !== "missing");
    if (complete && !merged.changed && redis === undefined) return report(context, options, name, merged, "unchanged");
    if (options.dryRun) return report(context, options, name, merged, "dryRun");
    await confirmStack(context.prompt, stack.stack, stack.facts.environment, options.yes);

    if (merged.changed) await refuseIfOvertaken(context, id, name, held);
    // The user first: once tasks can read the new password, it has to work.
    if (redis !== undefined) await redis.apply();
    if (merged.changed) {
      await client.putSecretValue({
        SecretId: id,
        SecretString: JSON.stringify(merged.value),
        ClientRequestToken: randomUUID(),
      });
      terminal.say(`Wrote a new version of ${id}.`);
    }
    sayWhatFollows(context, name, current !== undefined && merged.changed, redis);
    return report(context, options, name, merged, "written");
  },
};

function refuseConflicts(name: SecretName, { finishRotation, rotate, fromStdin, yes, dryRun }: SetOptions): void {
  if (finishRotation && (rotate || fromStdin)) {
    throw new Failure("usage", "--finish-rotation changes no value: leave --rotate and --from-stdin out.");
  }
  if (finishRotation && !name.startsWith("redis-")) {
    throw new Failure("usage", `--finish-rotation is for redis-app and redis-metrics, not for ${name}.`);
  }
  if (fromStdin && yes === undefined && !dryRun) {
    throw new Failure("usage", "With --from-stdin nobody can be asked: add --yes and the stack's name.");
  }
}

/** The texts that the secret holds; refuses what cannot be merged with. */
function presentValue({ observed }: Held, id: string, stack: string): Record<string, string> | undefined {
  if (observed.container === "absent") {
    throw new Failure(
      "refused",
      `The secret ${id} does not exist yet.`,
      `The program makes it: pulumi up --stack ${stack}`,
    );
  }
  if (observed.container === "deleted") {
    throw new Failure(
      "refused",
      `The secret ${id} is scheduled for deletion.`,
      `To keep it: aws secretsmanager restore-secret --secret-id ${id}`,
    );
  }
  if ("unreadable" in observed) throw new Failure("noAccess", `${id} cannot be read: ${observed.unreadable}`);
  if (observed.version === undefined) return undefined;
  const { value } = observed.version;
  if (value !== undefined && Object.values(value).every((text) => typeof text === "string")) {
    return value as Record<string, string>;
  }
  throw new Failure(
    "refused",
    `The present value of ${id} is not a JSON object of texts, so nothing can be merged with it.`,
    "Look at it in the AWS console; its older versions are kept there too",
  );
}

/** Secrets Manager has no compare-and-set: this leaves a second between two operators instead of minutes. */
async function refuseIfOvertaken(context: Context, id: string, name: SecretName, held: Held): Promise<void> {
  const now = await look(await context.aws.secretsManager(), id, name, context.redactor);
  if (now.versionId === held.versionId) return;
  throw new Failure("refused", `Somebody else wrote ${id} in the meantime. Nothing was changed.`, "Run this again");
}

function show({ terminal }: Context, name: SecretName, id: string, merged: Merged, redis?: RedisUserChange): void {
  terminal.say(`${id}: ${secretDefinition(name).purpose}`);
  const rows = merged.actions.map(({ key, action, note }) => [key, note ?? KINDS[action]]);
  for (const row of columns(rows, "  ")) terminal.say(row);
  for (const line of redis?.says ?? []) terminal.say(`  ${line}`);
}

function sayWhatFollows(
  { terminal, stack }: Context,
  name: SecretName,
  rotated: boolean,
  redis?: RedisUserChange,
): void {
  const { readers } = secretDefinition(name);
  const tasks = readers.filter((reader) => reader !== "operations");
  if (name.startsWith("database-")) {
    terminal.say(
      "This wrote the secret only. The user in the database is created, and gets this password, in a step of its own" +
        (rotated ? "; until then, a task that starts with the new password is refused by the database:" : ":"),
    );
    terminal.say(`  npm run operations -- database users --stack ${stack.stack}`);
  }
  if (!rotated) return;
  terminal.say(`Tasks read secrets when they start. A new deployment brings it to: ${tasks.join(", ")}.`);
  if (redis?.twoPasswords === true) {
    terminal.say("The old password works until, after that:");
    terminal.say(`  npm run operations -- secrets set ${name} --stack ${stack.stack} --finish-rotation`);
  }
}

function report(
  { terminal, stack }: Context,
  { json }: SetOptions,
  name: SecretName,
  merged: Merged,
  result: "unchanged" | "dryRun" | "written",
): "ok" {
  if (result === "unchanged") terminal.say("Nothing to change.");
  if (result === "dryRun") terminal.say("Dry run: nothing was changed.");
  if (json) terminal.json({ stack: stack.stack, name, result, keys: merged.actions });
  return "ok";
}
