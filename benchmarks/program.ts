// A: what the program costs beside other ways to run it and beside an AWS CDK app of the same architecture. C: what each
// service more costs.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { bars } from "./chart";
import { medians, type Usage, type Variant } from "./measure";

const BASE = "variants/bare-load.cjs";
const OURS = "variants/platform.cjs";
const CDK = "cdk-twin/app.cjs";

const VARIANTS: readonly Variant[] = [
  { file: BASE, title: "the SDKs' bare load (@pulumi/pulumi, @pulumi/aws)" },
  { file: "variants/empty.cjs", title: "an empty program" },
  { file: OURS, title: "the whole production stack under mocks" },
  { file: "variants/platform-tsx.cjs", title: "the same, transpiled by a hook (tsx)", every: 5 },
  {
    file: "variants/platform-ts-node.cjs",
    title: "the same under ts-node's default (type-checked at each run)",
    every: 5,
  },
];
const TWIN: readonly Variant[] = [
  { file: CDK, title: "AWS CDK app of the same architecture, synthesised", every: 2 },
  { file: CDK, title: "the same with cdk-nag's AwsSolutions", env: { CDK_TWIN_NAG: "1" }, every: 2 },
];

export interface Report {
  readonly table: string;
  readonly svg?: string;
}

export async function programReport(rounds: number): Promise<Report> {
  const installed = existsSync(join(__dirname, "cdk-twin", "node_modules"));
  const variants = installed ? [...VARIANTS, ...TWIN] : VARIANTS;
  const usages = await medians(variants, rounds);
  const base = usages[0]?.cpuMs ?? NaN;
  const rows = variants.map(({ title, every = 1 }, index) => {
    const { cpuMs, wallMs, peakMiB, resources } = usages[index] as Usage;
    const cells = [cpuMs.toFixed(0), (cpuMs / base).toFixed(2), wallMs.toFixed(0), peakMiB.toFixed(0)];
    return `| ${title} | ${resources} | ${cells.join(" | ")} | ${Math.ceil(rounds / every)} |`;
  });
  const of = (file: string) => usages[variants.findIndex((variant) => variant.file === file)]?.cpuMs ?? NaN;
  const twin = installed
    ? `${(of(OURS) / of(CDK)).toFixed(2)} times the CDK app (goal: below 0.5).`
    : "The CDK app is not measured: `npm ci --prefix benchmarks/cdk-twin` installs it.";
  const table = [
    "| program | resources | CPU ms | CPU ratio | wall ms | peak MiB | runs |",
    "|---|---:|---:|---:|---:|---:|---:|",
    ...rows,
    "",
    `Medians; node ${process.version}, ${process.platform} ${process.arch}. The production stack costs ${(of(OURS) / base).toFixed(2)} times the bare load's CPU (goal: at most 2.5) and ${twin}`,
  ].join("\n");
  const svg = bars(
    "CPU of one run, ms",
    variants.map(({ title }, index) => ({ label: title, to: usages[index]?.cpuMs ?? 0 })),
  );
  return { table, svg };
}

/** Services of the platform: web, worker, scheduler, the database's agent. */
const SERVICES = 4;
const TIMES = [1, 5, 20];

export async function growthReport(rounds: number): Promise<Report> {
  const variants = TIMES.map((times) => ({
    file: "variants/growth.cjs",
    title: `${times * SERVICES} services`,
    env: { BENCHMARK_SERVICES: String((times - 1) * SERVICES) },
  }));
  const usages = await medians(variants, rounds);
  const rows = variants.map(({ title }, index) => {
    const { cpuMs, peakMiB, resources } = usages[index] as Usage;
    return `| ${title} | ${resources} | ${cpuMs.toFixed(0)} | ${peakMiB.toFixed(0)} | ${rounds} |`;
  });
  const [one, five, twenty] = usages as [Usage, Usage, Usage];
  const slope = (a: Usage, b: Usage) => (b.cpuMs - a.cpuMs) / (b.resources - a.resources);
  const [low, high] = [slope(one, five), slope(five, twenty)];
  return {
    table: [
      "| production with | resources | CPU ms | peak MiB | runs |",
      "|---|---:|---:|---:|---:|",
      ...rows,
      "",
      `Each resource more costs ${low.toFixed(2)} ms up to ${TIMES[1]} times the services and ${high.toFixed(2)} ms from there to ${TIMES[2]} times: the slope changes by ${((high / low - 1) * 100).toFixed(0)} % (goal: within 10 % of linear; a negative figure is growth slower than linear).`,
    ].join("\n"),
  };
}
