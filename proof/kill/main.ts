// `npm run proof:kill`: kills at provider calls of the whole production stack, in slices. docs/proof.md
import { rmSync } from "node:fs";
import path from "node:path";
import { Command } from "commander";
import { SIMULATION, announce } from "../../sandbox/cli/banner";
import { Sandbox } from "../../sandbox/cli/sandbox";
import { REPOSITORY } from "../../sandbox/repository";
import { deadlineIn, timeOf } from "../budget";
import { ProofError, Rounds, type RoundsOptions, type Victim } from "./rounds";
import {
  PHASES,
  STACK,
  pairsOf,
  type PhasePlan,
  phaseAfter,
  readProgress,
  writeProgress,
  writeStack,
  type Progress,
} from "./stack";

interface Flags {
  readonly budget: string;
  readonly victim: string;
  readonly gather: string;
  readonly parallel: string;
  readonly fresh?: boolean;
}

new Command("proof:kill")
  .description(
    "Kills the engine, or the provider, at each kind of call for each type of resource, recovers, and looks.",
  )
  .option(
    "--budget <time>",
    "how long this slice may take, such as 90s, 20m, 2h; the next one goes on from there",
    "20m",
  )
  .option("--victim <who>", "engine, provider, or both in turn", "both")
  .option("--gather <time>", "a kill waits until no further call has come for so long", "3s")
  .option("--parallel <count>", "operations that the engine has in the air at most", "500")
  .option("--fresh", "forget earlier slices")
  .addHelpText(
    "after",
    "\n  npm run proof:kill -- --budget 20m\n  npm run proof:kill -- --victim engine --budget 2h --fresh",
  )
  .action(async ({ budget, victim, gather, parallel, fresh = false }: Flags) => {
    announce(SIMULATION);
    const victims: readonly Victim[] = victim === "both" ? ["engine", "provider"] : [victimOf(victim)];
    for (const who of victims) {
      const inTheAir = { gatherMilliseconds: timeOf(gather, "--gather"), parallel: Number(parallel) };
      await slice(who, deadlineIn(budget, victims.length), fresh, inTheAir);
    }
  })
  .parseAsync()
  .catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });

function victimOf(word: string): Victim {
  if (word === "engine" || word === "provider") return word;
  throw new Error(`--victim ${word}: allowed are engine, provider, both`);
}

async function slice(
  victim: Victim,
  deadline: number,
  fresh: boolean,
  inTheAir: Pick<RoundsOptions, "gatherMilliseconds" | "parallel">,
): Promise<void> {
  const home = path.join(REPOSITORY, ".cache", "proof", `kill-${victim}`);
  if (fresh) rmSync(home, { recursive: true, force: true });
  const stackFiles = path.join(home, "stack-files");
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const rounds = new Rounds({ ...inTheAir, sandbox: { home, stackFiles }, stack: STACK, victim, say });
  let progress = readProgress(home);
  const save = (more: Partial<Progress>): void => {
    progress = { ...progress, ...more };
    writeProgress(home, progress);
  };
  const before = progress.kills;
  const enough = (): boolean => {
    save({ kills: before + rounds.kills });
    return Date.now() >= deadline;
  };
  try {
    if (progress.phase !== "done") await rounds.resume();
    while (progress.phase !== "done" && !enough()) {
      const { phase } = progress;
      const { operation, changed, calls, gatherMilliseconds }: PhasePlan = PHASES[phase];
      writeStack(stackFiles, changed);
      if (phase === "bring-up" && progress.types.length === 0)
        save({ types: await typesIn(home, stackFiles, "create") });
      if (phase === "change" && progress.updated.length === 0)
        save({ updated: await typesIn(home, stackFiles, "update") });
      // After the destruction there is nothing to compare.
      if (phase === "again" && rounds.cloud.all().length < progress.types.length) await rounds.whole("up");
      if (!(await rounds.through(operation, calls, enough, gatherMilliseconds))) break;
      say(`${phase}: done; the simulated cloud has every resource once, nothing is left over, and data is what it was`);
      save({ phase: phaseAfter(phase) });
    }
    if (progress.phase === "done" && rounds.cloud.all().length >= progress.types.length) await rounds.whole("destroy");
  } catch (error) {
    if (!(error instanceof ProofError)) throw error;
    process.exitCode = 1;
    say(`FAILED in ${progress.phase}: ${error.message}`);
  }
  save({ kills: before + rounds.kills });
  const met = new Set(rounds.met());
  const all = pairsOf(progress);
  const left = all.filter((pair) => !met.has(pair));
  const count = (pairs: readonly string[]): string =>
    `${pairs.filter((pair) => met.has(pair)).length} of ${pairs.length}`;
  const byCall = [...new Set(all.map(callOf))].map(
    (call) => `${call} ${count(all.filter((pair) => callOf(pair) === call))}`,
  );
  say(`${victim}: ${progress.kills} kills, each recovered from; ${count(all)} pairs of type and call`);
  say(`  ${byCall.join(", ")}; phase: ${progress.phase}`);
  if (progress.phase === "done" && left.length > 0) say(`  never called: ${left.join(", ")}`);
}

const callOf = (pair: string): string => pair.slice(0, pair.indexOf(" "));

/** Types of the resources for which a preview has this operation. */
async function typesIn(home: string, stackFiles: string, operation: "create" | "update"): Promise<string[]> {
  const sandbox = new Sandbox({ home, stackFiles, output: "capture", policies: false });
  const { events, exitCode, stdout, stderr } = await sandbox.update("preview", STACK);
  if (exitCode !== 0) throw new ProofError(`the preview failed:\n${stdout}\n${stderr}`);
  const served = events.steps.filter(({ type, op }) => op === operation && /^(aws|datadog|github):/.test(type));
  return [...new Set(served.map(({ type }) => type))].sort();
}
