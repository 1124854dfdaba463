// `npm run bench`: what the program, its policies and its commands cost, and how long its first update takes in AWS. Prints
// Markdown, and writes it and the drawings to .cache/bench.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { commandLineTable } from "./command-line";
import { engineReport } from "./engine";
import { makespanReport } from "./makespan-report";
import { policyTable } from "./policy";
import { growthReport, programReport, type Report } from "./program";

const SECTIONS = ["program", "growth", "command-line", "policy", "engine"] as const;
type Section = (typeof SECTIONS)[number];

const USAGE = `usage: npm run bench -- [--runs 10] [--updates 10] [--only ${SECTIONS.join(",")}]
  --runs N      rounds over all programs, a whole number from 1 on (default 10)
  --updates N   rounds of what goes through the engine, two to three minutes each (default 10)
  --only LIST   these parts only; engine is updates, and the makespan from the state that they leave`;

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "10" },
    updates: { type: "string", default: "10" },
    only: { type: "string", default: SECTIONS.join(",") },
    help: { type: "boolean", short: "h", default: false },
  },
});
const runs = Number(values.runs);
const updates = Number(values.updates);
const only = values.only.split(",");
const valid = [runs, updates].every((count) => Number.isInteger(count) && count >= 1);
if (values.help || !valid || only.some((name) => !SECTIONS.includes(name as Section))) {
  console.error(USAGE);
  process.exit(values.help ? 0 : 2);
}

const TARGET = join(__dirname, "..", ".cache", "bench");

async function publish(name: string, { table, svg }: Report): Promise<void> {
  console.log(`\n${table}`);
  await mkdir(TARGET, { recursive: true });
  await writeFile(join(TARGET, `${name}.md`), `${table}\n`);
  if (svg !== undefined) await writeFile(join(TARGET, `${name}.svg`), svg);
}

const PARTS: Record<Section, () => Promise<void>> = {
  program: async () => publish("program", await programReport(runs)),
  growth: async () => publish("growth", await growthReport(runs)),
  "command-line": () => publish("command-line", { table: commandLineTable(runs) }),
  policy: async () => publish("policy", { table: await policyTable(updates) }),
  engine: async () => {
    const { table, resources } = await engineReport(updates);
    await publish("engine", { table });
    await publish("makespan", makespanReport(resources));
  },
};

async function main(): Promise<void> {
  for (const section of SECTIONS) if (only.includes(section)) await PARTS[section]();
  console.log(`\n\`npm run bench -- ${process.argv.slice(2).join(" ")}\`; tables and drawings are in .cache/bench.`);
}

void main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
