// `npm run demo:recovery`: the database is lost and recovered, offline. The engine, the program, the policies and the change
// of the stack file are real; the cloud is simulated, and the times are those of a table (demo/durations.ts): it says so.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { targetsFor } from "../operations/backup/places";
import { readStackFile } from "../operations/stack-file";
import { columns } from "../operations/terminal";
import { announce, SIMULATION } from "../sandbox/cli/banner";
import { ONE_CHECKPOINT } from "../sandbox/cli/home";
import { Sandbox } from "../sandbox/cli/sandbox";
import { operations } from "../sandbox/cli/summary";
import { dataLost, durations, total } from "./durations";
import { loseDatabase, recover } from "./recovery-run";

const REPOSITORY = path.resolve(__dirname, "..");
const STACK = "production";

/** The stack files, to be changed: the repository's own stay as they are. */
function copyOfStackFiles(to: string): string {
  mkdirSync(to);
  for (const name of readdirSync(REPOSITORY).filter((one) => /^Pulumi\.\w+\.yaml$/.test(one))) {
    cpSync(path.join(REPOSITORY, name), path.join(to, name));
  }
  return to;
}

const minutes = (value: number): string => `${value} min`;

/** The times beside the targets; whether the table itself meets them. */
function times(stackFiles: string): boolean {
  const { rpoMinutes, rtoMinutes } = targetsFor(readStackFile(stackFiles, STACK), false);
  const line = ({ step, minutes: value, source, unverified }: (typeof durations)[number]) => [
    step,
    minutes(value),
    unverified ? "UNVERIFIED" : "",
    source,
  ];
  console.log("\nHow long it would take (demo/durations.ts; nothing here was measured on AWS):");
  for (const row of columns([...durations, dataLost].map(line), "  ")) console.log(row);
  const judged = (factor: number) =>
    [
      ["RPO", factor * dataLost.minutes, rpoMinutes] as const,
      ["RTO", total(durations, factor), rtoMinutes] as const,
    ].map(([name, value, target]) => [
      `${name}${factor === 1 ? "" : ` at ${factor} times the times`}`,
      minutes(value),
      `target ${minutes(target)}`,
      value <= target ? "met" : "MISSED",
    ]);
  const rows = judged(1);
  console.log();
  for (const row of columns([...rows, ...judged(2)], "  ")) console.log(row);
  return rows.every((row) => row[3] === "met");
}

async function main(): Promise<void> {
  announce(SIMULATION);
  const home = mkdtempSync(path.join(tmpdir(), "recovery-"));
  try {
    const stackFiles = copyOfStackFiles(path.join(home, "stack-files"));
    const env = { ...process.env, ...ONE_CHECKPOINT };
    const output = process.argv.includes("--verbose") ? "pass" : "capture";
    const sandbox = new Sandbox({ home, stackFiles, env, output });
    console.log(`== ${STACK} comes up`);
    const first = await sandbox.update("up", STACK);
    if (first.exitCode !== 0) throw new Error(`${STACK} did not come up:\n${first.stdout}${first.stderr}`);
    console.log(`   ${operations(first.events)}, ${first.events.seconds} s of the engine`);

    const loss = loseDatabase(sandbox, STACK);
    console.log(`== the database is lost: ${loss.cluster} (${loss.resourceId}) and its ${loss.instances} instances`);
    console.log("   deleted in the simulated cloud, behind the program's back");

    console.log("== operations restore database --to latest writes into the stack file");
    const { lines, update, faults } = await recover(sandbox, stackFiles, STACK, loss);
    for (const line of lines) console.log(`   + ${line}`);
    console.log("== the update, with --refresh");
    console.log(
      `   ${operations(update.events) ?? "did not come to its end"}, ${update.events.seconds ?? "?"} s of the engine`,
    );
    if (update.exitCode !== 0) console.log(update.stdout + update.stderr);
    for (const fault of faults) console.log(`   WRONG: ${fault}`);
    if (faults.length === 0) {
      console.log(
        `   ${loss.cluster}-g1 is made of it, with ${loss.instances} instances, and the task templates name it`,
      );
    }
    const met = times(stackFiles);
    announce(SIMULATION);
    process.exitCode = faults.length === 0 && met ? 0 : 1;
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

void main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
