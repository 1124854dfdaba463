// What the policy pack costs: previews of the production stack through the real engine, with it and without it, in turns.
import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { promisify } from "node:util";
import { rules } from "../policy/rules";
import { Sandbox } from "../sandbox/cli/sandbox";
import { CONFIG } from "./measure";
import { median } from "./median";

const run = promisify(execFile);

interface Preview {
  readonly seconds: number;
  readonly resources: number;
}

async function preview(home: string, policies: boolean): Promise<Preview> {
  const begun = performance.now();
  const { exitCode, events, stdout, stderr } = await new Sandbox({ home, policies, output: "capture" }).update(
    "preview",
    "production",
  );
  if (exitCode !== 0) throw new Error(`the preview failed:\n${stdout}\n${stderr}`);
  return { seconds: (performance.now() - begun) / 1000, resources: events.steps.length };
}

/** Processor time of the pack's parts in milliseconds. */
interface Parts {
  readonly load: number;
  readonly resources: number;
  readonly remediations: number;
  readonly stack: number;
  /** Resources. */
  readonly count: number;
}

/** What the pack does for one preview, without the engine: medians of some runs. */
async function partsTable(folder: string, runs: number): Promise<string> {
  const env = { ...process.env, BENCHMARK_CONFIG: CONFIG, BENCHMARK_PLAN: join(folder, "plan.json") };
  const variant = (name: string) => run(process.execPath, [join(__dirname, "variants", `${name}.cjs`)], { env });
  await variant("plan");
  const measured: Parts[] = [];
  for (let round = 0; round < runs; round += 1) measured.push(JSON.parse((await variant("pack")).stdout) as Parts);
  const of = (part: keyof Parts) => median(measured.map((parts) => parts[part])).toFixed(0);
  return [
    "| the pack by itself, without the engine | CPU ms |",
    "|---|---:|",
    `| start and load | ${of("load")} |`,
    `| ${of("count")} resources judged, one by one | ${of("resources")} |`,
    `| the same asked for remediations | ${of("remediations")} |`,
    `| the stack judged | ${of("stack")} |`,
    "",
    `Medians of ${runs} runs.`,
  ].join("\n");
}

/** Markdown tables of medians, and the pack's share. */
export async function policyTable(runs: number): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), "affiliate-bench-"));
  try {
    await preview(home, true);
    const bare: number[] = [];
    const judged: number[] = [];
    let resources = 0;
    for (let round = 0; round < runs; round += 1) {
      process.stderr.write(`preview ${round + 1} of ${runs}, with the pack and without\n`);
      bare.push((await preview(home, false)).seconds);
      const withPack = await preview(home, true);
      judged.push(withPack.seconds);
      resources = withPack.resources;
    }
    const [without, with_] = [median(bare), median(judged)];
    const share = (with_ - without) / with_;
    const parts = await partsTable(home, 2 * runs + 1);
    return [
      "| preview of production | seconds | runs |",
      "|---|---:|---:|",
      `| without the pack | ${without.toFixed(1)} | ${runs} |`,
      `| with its ${rules.length} rules | ${with_.toFixed(1)} | ${runs} |`,
      "",
      `The pack's share: ${(share * 100).toFixed(0)} % of a preview, ${(((with_ - without) * 1000) / resources).toFixed(1)} ms for each of ${resources} resources. Goal: at most 10 %.`,
      "",
      parts,
    ].join("\n");
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
