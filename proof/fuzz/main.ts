// `npm run proof:fuzz`: stack files made up from the schema, through the program and the policies, in slices. docs/proof.md
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Command } from "commander";
import fc from "fast-check";
import { REPOSITORY } from "../../sandbox/repository";
import { deadlineIn } from "../budget";
import { faultsInEngine } from "./engine";
import { invalidStackFile } from "./invalid";
import { faultsOfInvalid, faultsOfValid } from "./judge";
import { ENVIRONMENTS, validStackFile, type StackConfig } from "./valid";
import type { Environment } from "../../config/stack";

const FOLDER = path.join(REPOSITORY, ".cache", "proof", "fuzz");
/** One valid file in so many is planned a second time, to compare. */
const COMPARED = 20;

interface Progress {
  readonly seed: number;
  readonly valid: number;
  readonly invalid: number;
  readonly engine: number;
  /** What the files had, and how they were broken: that a proof has seen it, and how often. */
  readonly seen: Readonly<Record<string, number>>;
}

interface Flags {
  readonly budget: string;
  readonly runs: string;
  readonly engine: string;
  readonly seed?: string;
  readonly folder: string;
}

new Command("proof:fuzz")
  .description("Valid stack files plan without a violation; invalid ones are refused clearly, and nothing is made.")
  .option(
    "--budget <time>",
    "how long this slice may take, such as 90s, 20m, 2h; the next one goes on from there",
    "20m",
  )
  .option("--runs <count>", "files of each kind under mocks", "2000")
  .option("--engine <count>", "files through the real engine, valid and invalid in turn", "50")
  .option("--seed <number>", "begin anew, with this seed")
  .option("--folder <path>", "where it notes how far it came", FOLDER)
  .addHelpText(
    "after",
    "\n  npm run proof:fuzz -- --budget 20m\n  npm run proof:fuzz -- --seed 7 --runs 100 --engine 5",
  )
  .action(async (flags: Flags) => {
    process.exitCode = (await fuzz(flags)) ? 0 : 1;
  })
  .parseAsync()
  .catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });

function sampled<T>(arbitrary: fc.Arbitrary<T>, seed: number): T {
  const [one] = fc.sample(arbitrary, { numRuns: 1, seed });
  if (one === undefined) throw new Error(`seed ${seed} gives nothing`);
  return one;
}

async function fuzz(flags: Flags): Promise<boolean> {
  const deadline = deadlineIn(flags.budget);
  const [runs, throughEngine] = [Number(flags.runs), Number(flags.engine)];
  const { folder } = flags;
  const file = path.join(folder, "progress.json");
  if (flags.seed !== undefined) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const begun: Progress = {
    seed: Number(flags.seed ?? Date.now() % 1_000_000),
    valid: 0,
    invalid: 0,
    engine: 0,
    seen: {},
  };
  let progress = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Progress) : begun;
  const faults: string[] = [];
  const goesOn = (): boolean => Date.now() < deadline && faults.length === 0;
  const note: Note = (what, found, config, had) => {
    if (found.length > 0)
      faults.push(`${what} file ${progress[what]}:\n${found.slice(0, 5).join("\n")}\n${JSON.stringify(config)}`);
    const seen = { ...progress.seen };
    for (const one of had) seen[one] = (seen[one] ?? 0) + 1;
    progress = { ...progress, seen, [what]: progress[what] + 1 };
    writeFileSync(file, JSON.stringify(progress));
  };
  while (goesOn() && (progress.valid < runs || progress.invalid < runs || progress.engine < throughEngine)) {
    if (progress.valid < runs) await oneValid(progress, note);
    if (goesOn() && progress.invalid < runs) await oneInvalid(progress, note);
    // Spread over the slices, since one takes as long as a hundred under mocks.
    const due = progress.engine < Math.ceil((throughEngine * progress.valid) / runs);
    if (goesOn() && due && progress.engine < throughEngine) await oneInEngine(progress, folder, note);
  }
  process.stdout.write(
    `seed ${progress.seed}: ${progress.valid} of ${runs} valid and ${progress.invalid} of ${runs} invalid stack files under mocks, ` +
      `${progress.engine} of ${throughEngine} through the engine; ${faults.length} at fault\n`,
  );
  const counts = Object.entries(progress.seen).sort(([one], [other]) => (one < other ? -1 : 1));
  process.stdout.write(`  ${counts.map(([what, count]) => `${what}: ${count}`).join(", ")}\n`);
  for (const fault of faults) process.stdout.write(`${fault}\n`);
  return faults.length === 0;
}

type Note = (
  what: "valid" | "invalid" | "engine",
  found: readonly string[],
  config: StackConfig,
  had: readonly string[],
) => void;

/** What not each stack file says. */
const PARTS = ["restore", "kept", "release", "standbyFor", "delivery", "datadog", "copyRegion"];

function partsOf(config: StackConfig): string[] {
  const text = JSON.stringify(config);
  return PARTS.filter((part) => new RegExp(`"(affiliate:)?${part}":`).test(text));
}

/** "affiliate:redis.cache is a text" to "is a text". */
const wayOf = (broken: string): string => broken.slice(broken.indexOf(" ") + 1);

function environmentOf(index: number): Environment {
  return ENVIRONMENTS[index % ENVIRONMENTS.length] ?? "production";
}

async function oneValid({ seed, valid }: Progress, note: Note): Promise<void> {
  const environment = environmentOf(valid);
  const config = sampled(validStackFile(environment), seed + valid);
  note("valid", await faultsOfValid(environment, config, valid % COMPARED === 0), config, partsOf(config));
}

async function oneInvalid({ seed, invalid }: Progress, note: Note): Promise<void> {
  const environment = environmentOf(invalid);
  const { config, broken } = sampled(invalidStackFile(environment), seed + invalid);
  note("invalid", await faultsOfInvalid(environment, config, broken), config, [wayOf(broken)]);
}

async function oneInEngine({ seed, engine }: Progress, folder: string, note: Note): Promise<void> {
  const environment = environmentOf(engine);
  const expected = engine % 2 === 0 ? "plan" : "refusal";
  const config =
    expected === "plan"
      ? sampled(validStackFile(environment), seed + engine)
      : sampled(invalidStackFile(environment), seed + engine).config;
  note("engine", await faultsInEngine(path.join(folder, "engine"), environment, config, expected), config, []);
}
