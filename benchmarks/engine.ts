// What an update costs through the real engine over the simulated cloud: preview, first up and an up that changes
// nothing, of production and of a stack with nothing in it, in turns.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { stringify } from "yaml";
import { Sandbox, type SandboxOptions, type Update } from "../sandbox/cli/sandbox";
import type { StateResource } from "./makespan";
import { median } from "./median";
import { endedCpuSeconds, watchMemory } from "./processes";

const STEPS = ["preview", "first up", "up that changes nothing"] as const;
type Step = (typeof STEPS)[number];
const OPERATION: Record<Step, Update> = { preview: "preview", "first up": "up", "up that changes nothing": "up" };

export interface EngineReport {
  readonly table: string;
  /** The state of production after its first up. */
  readonly resources: readonly StateResource[];
}

interface Program {
  readonly stack: string;
  readonly options: SandboxOptions;
}

/** A project with nothing in it: what the CLI, its language host and its backend cost by themselves. */
function emptyProject(folder: string): Program {
  mkdirSync(join(folder, "program"), { recursive: true });
  const project = join(folder, "Pulumi.yaml");
  const runtime = { name: "nodejs", options: { typescript: false } };
  writeFileSync(project, stringify({ name: "nothing", main: join(__dirname, "variants", "empty.cjs"), runtime }));
  writeFileSync(join(folder, "Pulumi.nothing.yaml"), "config: {}\n");
  return { stack: "nothing", options: { project, stackFiles: folder, folder: "nothing", policies: false } };
}

interface Cost {
  readonly seconds: number;
  /** Processor time of the engine and all that it starts. */
  readonly cpuSeconds: number;
  readonly peakMiB: number;
}

const COSTS = [
  { title: "seconds", key: "seconds", smaller: "ms", parts: 1000 },
  { title: "CPU seconds", key: "cpuSeconds", smaller: "ms", parts: 1000 },
  { title: "peak MiB", key: "peakMiB", smaller: "KiB", parts: 1024 },
] as const satisfies readonly { title: string; key: keyof Cost; smaller: string; parts: number }[];

async function costOf(home: string, { stack, options }: Program, step: Step): Promise<Cost> {
  const [began, cpuBefore, memory] = [performance.now(), endedCpuSeconds(), watchMemory()];
  const sandbox = new Sandbox({ ...options, home, output: "capture" });
  const { exitCode, stdout, stderr, events } = await sandbox.update(OPERATION[step], stack);
  const peakMiB = memory.stop();
  if (exitCode !== 0) throw new Error(`${step} of ${stack} failed:\n${stdout}\n${stderr}`);
  const changed = Object.entries(events.changes ?? {}).filter(([kind, count]) => kind !== "same" && count > 0);
  if (step === "up that changes nothing" && changed.length > 0) {
    throw new Error(`the second up of ${stack} changes something: ${JSON.stringify(events.changes)}`);
  }
  return { seconds: (performance.now() - began) / 1000, cpuSeconds: endedCpuSeconds() - cpuBefore, peakMiB };
}

export async function engineReport(rounds: number): Promise<EngineReport> {
  const folder = await mkdtemp(join(tmpdir(), "affiliate-bench-"));
  const programs: readonly [Program, Program] = [
    emptyProject(join(folder, "nothing")),
    { stack: "production", options: {} },
  ];
  const measured = new Map<string, Cost[]>();
  let resources: readonly StateResource[] = [];
  try {
    for (let round = 1; round <= rounds; round += 1) {
      const home = join(folder, `round-${round}`);
      for (const step of STEPS) {
        for (const program of programs) {
          process.stderr.write(`round ${round} of ${rounds}, ${program.stack}: ${step}\n`);
          const key = `${program.stack} ${step}`;
          measured.set(key, [...(measured.get(key) ?? []), await costOf(home, program, step)]);
        }
      }
      const { stdout } = await new Sandbox({ home, output: "capture" }).export("production");
      const { deployment } = JSON.parse(stdout) as { deployment: { resources: StateResource[] } };
      resources = deployment.resources;
      rmSync(home, { recursive: true, force: true });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const rows = STEPS.flatMap((step) =>
    COSTS.map(({ title, key, smaller, parts }) => {
      const [empty = NaN, whole = NaN] = programs.map(({ stack }) =>
        median((measured.get(`${stack} ${step}`) ?? []).map((cost) => cost[key])),
      );
      const own = whole - empty;
      const cells = [whole, empty, own].map((value) => value.toFixed(1)).join(" | ");
      return `| ${step}, ${title} | ${cells} | ${((own * parts) / resources.length).toFixed(0)} ${smaller} | ${rounds} |`;
    }),
  );
  const table = [
    "| through the engine | production | an empty stack | difference | for each resource | runs |",
    "|---|---:|---:|---:|---:|---:|",
    ...rows,
    "",
    `${resources.length} resources in the state; policies included; the cloud is simulated and answers at once. Medians.`,
  ].join("\n");
  return { table, resources };
}
