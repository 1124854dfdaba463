import { secretDefinition, type SecretName, secretNames } from "../../config/secrets";
import { judge, type Verdict } from "../secrets/judge";
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
    "Looks at every secret of the stack: whether its container exists, has a value with all JSON keys, and how old it " +
    "is against its rotation. Names what would keep a task from starting. Prints no value.",
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

async function inspect({ aws, stack, redactor }: Context): Promise<Line[]> {
  const client = await aws.secretsManager();
  const now = new Date();
  return Promise.all(
    secretNames.map(async (name) => {
      const id = stack.facts.name("secret", name);
      const { observed } = await look(client, id, name, redactor);
      return { name, id, ...judge(secretDefinition(name), observed, now) };
    }),
  );
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
  const unset = lines.filter((line) => line.state === "no value" || line.state === "incomplete");
  if (unset.length > 0) terminal.say("To fill them:");
  for (const { name } of unset) terminal.say(`  npm run operations -- secrets set ${name} --stack ${stack.stack}`);
}
