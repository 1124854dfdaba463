// What an operator waits for before anything happens: `--help` of the command line, against node that does nothing.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { median } from "./median";

const LAUNCHER = join(__dirname, "..", "operations", "launch.mjs");

function wallMs(argv: readonly string[]): number {
  const began = performance.now();
  const { status, stderr } = spawnSync(process.execPath, argv, { encoding: "utf8" });
  if (status !== 0) throw new Error(`node ${argv.join(" ")} ended with ${status}:\n${stderr}`);
  return performance.now() - began;
}

/** Medians of interleaved rounds, as Markdown. */
export function commandLineTable(rounds: number): string {
  wallMs([LAUNCHER, "--help"]); // bundles, where a source has changed
  const bare: number[] = [];
  const help: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    bare.push(wallMs(["-e", ""]));
    help.push(wallMs([LAUNCHER, "--help"]));
  }
  const [a, b] = [median(bare), median(help)];
  return [
    "| command line start-up | wall ms | ratio | runs |",
    "|---|---:|---:|---:|",
    `| bare node | ${a.toFixed(0)} | 1.00 | ${rounds} |`,
    `| operations --help | ${b.toFixed(0)} | ${(b / a).toFixed(2)} | ${rounds} |`,
    "",
    "Goal: at most 2 times bare node.",
  ].join("\n");
}
