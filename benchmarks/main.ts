// `npm run bench`: what the program costs, measured in processes of its own, interleaved so that a noisy machine
// disturbs all variants alike. Prints medians and ratios and writes them as Markdown.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { parse } from "yaml";
import { commandLineTable } from "./command-line";
import { median } from "./median";
import { policyTable } from "./policy";

interface Usage {
  cpuMs: number;
  wallMs: number;
  peakMiB: number;
  resources: number;
}

interface Variant {
  readonly file: string;
  readonly title: string;
  /** Slow variants are run once in so many rounds. @default 1 */
  readonly every?: number;
}

const VARIANTS: readonly Variant[] = [
  { file: "bare-load", title: "the SDKs' bare load (@pulumi/pulumi, @pulumi/aws)" },
  { file: "empty", title: "an empty program" },
  { file: "platform", title: "the whole production stack under mocks" },
  { file: "platform-tsx", title: "the same, transpiled by a hook (tsx)", every: 5 },
  { file: "platform-ts-node", title: "the same under ts-node's default (type-checked at each run)", every: 5 },
];
const BASE = "bare-load";
/** Previews take seconds each: fewer rounds than the programs get. */
const PREVIEWS = 5;

const { values } = parseArgs({
  options: { runs: { type: "string", default: "10" }, help: { type: "boolean", short: "h", default: false } },
});
const runs = Number(values.runs);
if (values.help || !Number.isInteger(runs) || runs < 1) {
  console.error(
    "usage: npm run bench -- [--runs 10]\n  --runs N   rounds over all variants, a whole number from 1 on (default 10)",
  );
  process.exit(values.help ? 0 : 2);
}

const ROOT = join(__dirname, "..");

/** The stack file as the engine hands it to a program: texts, structured values as JSON. */
function configOf(stack: string): string {
  const { config } = parse(readFileSync(join(ROOT, `Pulumi.${stack}.yaml`), "utf8")) as {
    config: Record<string, unknown>;
  };
  const texts = Object.entries(config).map(([key, value]) => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return JSON.stringify(Object.fromEntries(texts));
}
const CONFIG = configOf("production");

function measure(variant: Variant): Promise<Usage> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      ["--require", join(__dirname, "usage.cjs"), join(__dirname, "variants", `${variant.file}.cjs`)],
      { cwd: ROOT, env: { ...process.env, BENCHMARK_CONFIG: CONFIG }, stdio: ["ignore", "ignore", "pipe", "pipe"] },
    );
    let report = "";
    let errors = "";
    child.stdio[3]?.on("data", (chunk: Buffer) => (report += chunk.toString()));
    child.stderr?.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0 && report !== "") resolve(JSON.parse(report) as Usage);
      else reject(new Error(`${variant.file} ended with ${code}:\n${errors}`));
    });
  });
}

async function main(): Promise<void> {
  const measured = new Map<string, Usage[]>(VARIANTS.map(({ file }) => [file, []]));
  for (let round = 0; round < runs; round += 1) {
    process.stderr.write(`round ${round + 1} of ${runs}\n`);
    for (const variant of VARIANTS) {
      if (round % (variant.every ?? 1) === 0) measured.get(variant.file)?.push(await measure(variant));
    }
  }
  const baseCpu = median((measured.get(BASE) ?? []).map((usage) => usage.cpuMs));
  const rows = VARIANTS.map(({ file, title }) => {
    const usages = measured.get(file) ?? [];
    const cpu = median(usages.map((usage) => usage.cpuMs));
    const wall = median(usages.map((usage) => usage.wallMs));
    const peak = median(usages.map((usage) => usage.peakMiB));
    const cells = [cpu.toFixed(0), (cpu / baseCpu).toFixed(2), wall.toFixed(0), peak.toFixed(0)];
    return `| ${title} | ${usages[0]?.resources ?? 0} | ${cells.join(" | ")} | ${usages.length} |`;
  });
  const table = [
    "| program | resources | CPU ms | CPU ratio | wall ms | peak MiB | runs |",
    "|---|---:|---:|---:|---:|---:|---:|",
    ...rows,
    "",
    `Medians; node ${process.version}, ${process.platform} ${process.arch}; \`npm run bench -- --runs ${runs}\`. Goal: at most 2.5 times the bare load's CPU.`,
  ].join("\n");
  console.log(table);
  const target = join(__dirname, "..", ".cache", "bench");
  await mkdir(target, { recursive: true });
  await writeFile(join(target, "program.md"), `${table}\n`);
  const commandLine = commandLineTable(runs);
  console.log(`\n${commandLine}`);
  await writeFile(join(target, "command-line.md"), `${commandLine}\n`);
  const policy = await policyTable(Math.min(runs, PREVIEWS));
  console.log(`\n${policy}`);
  await writeFile(join(target, "policy.md"), `${policy}\n`);
}

void main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
