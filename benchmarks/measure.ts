// Programs in processes of their own, interleaved, so that a noisy machine disturbs all alike.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { median } from "./median";

export interface Usage {
  readonly cpuMs: number;
  readonly wallMs: number;
  readonly peakMiB: number;
  readonly resources: number;
}

export interface Variant {
  /** In this folder, with its extension. */
  readonly file: string;
  readonly title: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Slow variants are run once in so many rounds. @default 1 */
  readonly every?: number;
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
/** Production's settings, for BENCHMARK_CONFIG. */
export const CONFIG = configOf("production");

function measure({ file, env }: Variant): Promise<Usage> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--require", join(__dirname, "usage.cjs"), join(__dirname, file)], {
      cwd: ROOT,
      env: { ...process.env, BENCHMARK_CONFIG: CONFIG, ...env },
      stdio: ["ignore", "ignore", "pipe", "pipe"],
    });
    let report = "";
    let errors = "";
    child.stdio[3]?.on("data", (chunk: Buffer) => (report += chunk.toString()));
    child.stderr?.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0 && report !== "") resolve(JSON.parse(report) as Usage);
      else reject(new Error(`${file} ended with ${code}:\n${errors}`));
    });
  });
}

/** Medians over the rounds, by variant. */
export async function medians(variants: readonly Variant[], rounds: number): Promise<readonly Usage[]> {
  const measured: Usage[][] = variants.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    process.stderr.write(`programs: round ${round + 1} of ${rounds}\n`);
    for (const [index, variant] of variants.entries()) {
      if (round % (variant.every ?? 1) === 0) measured[index]?.push(await measure(variant));
    }
  }
  const of = (usages: readonly Usage[], key: keyof Usage) => median(usages.map((usage) => usage[key]));
  return measured.map((usages) => ({
    cpuMs: of(usages, "cpuMs"),
    wallMs: of(usages, "wallMs"),
    peakMiB: of(usages, "peakMiB"),
    resources: of(usages, "resources"),
  }));
}
