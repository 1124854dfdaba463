import { secretDefinition, type SecretName, secretNames } from "../../config/secrets";
import { asFailure } from "../aws";
import { judge, type Verdict } from "../secrets/judge";
import { redisUserProblems } from "../secrets/redis-user";
import { look } from "../secrets/store";
import { columns } from "../terminal";
import type { Context, Verb } from "../verb";

interface Line extends Verdict {
  readonly name: SecretName;
  readonly id: string;
}

export const secretsCheck: Verb = {
  path: "secrets check",
  summary: "what every secret lacks, its age, and who needs it",
  description:
    "Looks at every secret of the stack: whether its container exists, has a value with all JSON keys, how old it is " +
    "against its rotation, and whether its Redis users are switched on. Names what would keep a task from starting. Prints no value.",
  changes: false,
  examples: [
    { command: "npm run operations -- secrets check --stack production", says: "before a release, or after pulumi up" },
    {
      command:
        "npm run --silent operations -- secrets check --stack production --json | jq '.secrets[] | select(.ready | not)'",
      says: "for a script: what is not ready",
    },
  ],

  async run(context, options) {
    const lines = await inspect(context);
    if (options.json) printJson(context, lines);
    else printTable(context, lines);
    const lacking = lines.filter((line) => !line.ready && !secretDefinition(line.name).optional);
    return lacking.length === 0 ? "ok" : "incomplete";
  },
};

async function inspect(context: Context): Promise<Line[]> {
  const { aws, stack, redactor } = context;
  const client = await aws.secretsManager();
  const now = new Date();
  return Promise.all(
    secretNames.map(async (name) => {
      const id = stack.secretsOf.name("secret", name);
      const { observed } = await look(client, id, name, redactor);
      const verdict = judge(secretDefinition(name), observed, now);
      return { name, id, ...(verdict.ready ? await withUsers(context, name, verdict) : verdict) };
    }),
  );
}

/** A password opens nothing while ElastiCache keeps its user switched off. */
async function withUsers(context: Context, name: SecretName, verdict: Verdict): Promise<Verdict> {
  try {
    const problems = await redisUserProblems(context, name);
    return problems.length === 0 ? verdict : { ...verdict, ready: false, state: "user is off", problems };
  } catch (error) {
    const failure = asFailure(error);
    if (failure.reason !== "noAccess" || failure.advice !== undefined) throw failure;
    const warnings = [...verdict.warnings, `its Redis users could not be looked at: ${failure.message}`];
    return { ...verdict, state: "ready, see warning", warnings };
  }
}

function printJson({ terminal, stack }: Context, lines: readonly Line[]): void {
  terminal.json({
    stack: stack.stack,
    accountId: stack.facts.accountId,
    region: stack.facts.region,
    ready: lines.every((line) => line.ready || secretDefinition(line.name).optional),
    secrets: lines.map(({ ageDays, ...line }) => {
      const { readers, rotation, optional } = secretDefinition(line.name);
      const rotationDays = rotation.kind === "days" ? rotation.days : null;
      return { ...line, optional, ageDays: ageDays ?? null, rotationDays, readers };
    }),
  });
}

function printTable({ terminal, stack }: Context, lines: readonly Line[]): void {
  const rows = lines.map((line) => {
    const { readers, rotation } = secretDefinition(line.name);
    const age = line.ageDays === undefined ? "-" : `${line.ageDays} d`;
    const due = rotation.kind === "days" ? `${rotation.days} d` : "by hand";
    return [line.name, line.state, age, due, readers.join(", ")];
  });
  for (const row of columns([["SECRET", "STATE", "AGE", "ROTATION", "READ BY"], ...rows])) terminal.data(row);

  for (const line of lines) {
    const { readers, optional } = secretDefinition(line.name);
    for (const problem of line.problems) {
      const text = `${line.name}: ${problem}; read by ${readers.join(", ")}`;
      if (optional) terminal.warn(`${text} (the platform runs without it)`);
      else terminal.error(text);
    }
    for (const warning of line.warnings) terminal.warn(`${line.name}: ${warning}`);
  }
  const unset = lines.filter((line) => ["no value", "incomplete", "user is off"].includes(line.state));
  if (unset.length > 0) terminal.say("To fill them:");
  for (const { name } of unset) terminal.say(`  npm run operations -- secrets set ${name} --stack ${stack.stack}`);
}
