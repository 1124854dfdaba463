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
import { median } from "./median";
import { endedCpuSeconds } from "./processes";

const run = promisify(execFile);

interface Preview {
  readonly seconds: number;
  /** Processor time of the engine and all that it starts. */
  readonly cpuSeconds: number;
  readonly resources: number;
}

async function preview(home: string, policies: boolean, env: NodeJS.ProcessEnv = {}): Promise<Preview> {
  const [begun, cpuBefore] = [performance.now(), endedCpuSeconds()];
  const sandbox = new Sandbox({ home, policies, output: "capture", env: { ...process.env, ...env } });
  const { exitCode, events, stdout, stderr } = await sandbox.update("preview", "production");
  if (exitCode !== 0) throw new Error(`the preview failed:\n${stdout}\n${stderr}`);
  const seconds = (performance.now() - begun) / 1000;
  return { seconds, cpuSeconds: endedCpuSeconds() - cpuBefore, resources: events.steps.length };
}

/** Processor time of the pack's parts in milliseconds. */
interface Parts {
  readonly load: number;
  readonly introduced: number;
  readonly resources: number;
  readonly stack: number;
  readonly total: number;
  /** Resources. */
  readonly count: number;
}

/** What the pack does for one preview, without the engine: medians of some runs. */
async function partsTable(questions: string, runs: number): Promise<string> {
  const env = { ...process.env, BENCHMARK_QUESTIONS: questions };
  const measured: Parts[] = [];
  for (let round = 0; round < runs; round += 1) {
    const { stdout } = await run(process.execPath, [join(__dirname, "variants", "pack.cjs")], { env });
    measured.push(JSON.parse(stdout) as Parts);
  }
  const of = (part: keyof Parts) => median(measured.map((parts) => parts[part])).toFixed(0);
  return [
    "| the pack in a process of its own, without the engine | CPU ms |",
    "|---|---:|",
    `| start and load | ${of("load")} |`,
    `| its ${rules.length} rules introduced, settings taken | ${of("introduced")} |`,
    `| ${of("count")} resources: each asked for remediations, then judged | ${of("resources")} |`,
    `| the stack judged | ${of("stack")} |`,
    `| together | ${of("total")} |`,
    "",
    `Medians of ${runs} runs.`,
  ].join("\n");
}

/** Markdown tables of medians, and the pack's share. */
export async function policyTable(runs: number): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), "affiliate-bench-"));
  const questions = join(home, "questions.jsonl");
  const asked = {
    BENCHMARK_QUESTIONS: questions,
    NODE_OPTIONS: `--require ${join(__dirname, "variants", "questions.cjs")}`,
  };
  try {
    await preview(home, true, asked);
    const bare: Preview[] = [];
    const judged: Preview[] = [];
    for (let round = 0; round < runs; round += 1) {
      process.stderr.write(`preview ${round + 1} of ${runs}, with the pack and without\n`);
      bare.push(await preview(home, false));
      judged.push(await preview(home, true));
    }
    const of = (previews: readonly Preview[], key: keyof Preview) => median(previews.map((each) => each[key]));
    const row = (title: string, previews: readonly Preview[]) =>
      `| ${title} | ${of(previews, "seconds").toFixed(1)} | ${of(previews, "cpuSeconds").toFixed(1)} | ${runs} |`;
    const more = (key: keyof Preview) => of(judged, key) - of(bare, key);
    const share = (key: keyof Preview) => `${((more(key) / of(judged, key)) * 100).toFixed(0)} %`;
    const each = ((more("cpuSeconds") * 1000) / of(judged, "resources")).toFixed(1);
    return [
      "| preview of production | seconds | CPU seconds | runs |",
      "|---|---:|---:|---:|",
      row("without the pack", bare),
      row(`with its ${rules.length} rules`, judged),
      "",
      `The pack's share: ${share("cpuSeconds")} of a preview's CPU time, ${share("seconds")} of its seconds; ${each} ms of CPU for each of ${of(judged, "resources")} resources, the engine's part included. Goal: at most 10 %.`,
      "",
      await partsTable(questions, 2 * runs + 1),
    ].join("\n");
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
