// `npm run demo:release`: five releases and a rollback, offline; with `-- --short` three and a rollback. The command line is the real one, as a process; so is the release gate. AWS's API is
// an emulator's, and ECS's deployments and the tasks of a migration are a fake's: it says so, and prints what happened.
import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { type Installed, installOperations } from "../tests/support/release/installed";
import { type ReleaseWorld, startReleaseWorld } from "../tests/support/release/world";

interface Act {
  readonly title: string;
  readonly words: (tag: string) => string[];
  readonly arrange?: (world: ReleaseWorld, image: string, tag: string) => void;
  readonly code: number;
  /** The version that visitors must have afterwards. */
  readonly serves: string;
  /** Left out by --short. */
  readonly long?: boolean;
}

const release = (tag: string) => ["release", "--image", tag];
const ACTS: readonly Act[] = [
  { title: "a good release", words: release, code: 0, serves: "v1" },
  {
    title: "a release whose migration fails",
    words: release,
    arrange: (world, image, tag) => {
      world.fake.database.images.set(image, [`2026_11_01_${tag}`, `2026_11_02_${tag}_fails`]);
      world.fake.migrationSteps = 1;
    },
    code: 8,
    serves: "v1",
    long: true,
  },
  {
    title: "a release that fails the smoke test",
    words: release,
    arrange: (world) => (world.answerOnTest = "something-else"),
    code: 7,
    serves: "v1",
  },
  {
    title: "a release with an alarm in the bake time",
    words: release,
    arrange: (world) => world.meets("web", { alarm: "affiliate-production-web-deployment-errors" }),
    code: 7,
    serves: "v1",
    long: true,
  },
  { title: "another good release", words: release, code: 0, serves: "v5" },
  { title: "an emergency rollback", words: () => ["rollback"], code: 0, serves: "v1" },
];

/** The command line as a process of its own, as in a pipeline. */
function operations(launcher: string, words: readonly string[], world: ReleaseWorld): Promise<number> {
  const argv = [launcher, ...words, "--stack", "production", "--yes", "production"];
  console.log(`$ npm run operations -- ${[...words, "--stack", "production", "--yes", "production"].join(" ")}`);
  const env = { PATH: process.env["PATH"] ?? "", CI: "true", ...world.environment };
  const child = spawn(process.execPath, [...argv, "--interval", "0.1"], {
    env,
    stdio: ["ignore", "inherit", "inherit"],
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
}

/** Plays an act; whether it came out as it must, and a line that says how. */
async function play(act: Act, tag: string, { launcher }: Installed, world: ReleaseWorld): Promise<[boolean, string]> {
  const { title, words, arrange, code, serves } = act;
  console.log(`\n== ${title}`);
  const digest = await world.push(tag);
  Object.assign(world, { answerOnTest: undefined });
  world.fake.migrationSteps = Infinity;
  arrange?.(world, `${world.targets.images.repositoryUrl}@${digest}`, tag);
  const ended = await operations(launcher, words(tag), world);
  const runs = await world.running("web");
  const right = ended === code && runs === serves;
  const which = right ? "as it must" : "WRONG     ";
  return [right, `${which}  exit code ${ended} (${code}), visitors on ${runs} (${serves})  ${title}`];
}

async function main(): Promise<void> {
  const acts = ACTS.map((act, at) => ({ act, tag: `v${at + 1}` }));
  const played = process.argv.includes("--short") ? acts.filter(({ act }) => act.long !== true) : acts;
  console.log(
    "This is a simulation: an AWS emulator, and a fake of ECS's deployments and tasks. The command line and the gate are real.",
  );
  console.log("The emulator starts; the first time on a machine it is installed before.");
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
  const installed = installOperations();
  try {
    const world = await startReleaseWorld();
    try {
      const results: [boolean, string][] = [];
      for (const { act, tag } of played) results.push(await play(act, tag, installed, world));
      console.log("\nWhat happened (and what should have):");
      for (const [, line] of results) console.log(`  ${line}`);
      const last = world.slack.at(-1)?.replaceAll("\n", "\n  ");
      console.log(`Slack was told ${world.slack.length} times, at last:\n  ${last}`);
      const right = results.every(([one]) => one) && world.slack.length === played.length;
      process.exitCode = right ? 0 : 1;
    } finally {
      await world.stop();
    }
  } finally {
    rmSync(installed.folder, { recursive: true });
  }
}

void main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
