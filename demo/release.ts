// `npm run demo:release`: five releases, offline. The command line is the real one, as a process; so is the release gate. AWS's API is
// an emulator's, and ECS's deployments and the tasks of a migration are a fake's: it says so, and prints what happened.
import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ReleaseWorld, startReleaseWorld } from "../tests/support/release/world";

interface Act {
  readonly title: string;
  readonly words: (tag: string) => string[];
  readonly arrange?: (world: ReleaseWorld, image: string, tag: string) => void;
  readonly code: number;
  /** The version that visitors must have afterwards. */
  readonly serves: string;
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
  },
  { title: "another good release", words: release, code: 0, serves: "v5" },
  { title: "an emergency rollback", words: () => ["rollback"], code: 0, serves: "v1" },
];

const ROOT = join(__dirname, "..");

/** The command line in a folder of its own with the emulator's account in its stack file. */
function operations(folder: string, words: readonly string[], world: ReleaseWorld): Promise<number> {
  const argv = [join(folder, "operations", "launch.mjs"), ...words, "--stack", "production", "--yes", "production"];
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

/** Stack file and command line side by side, as an installation has them. */
function install(): string {
  const launcher = join(ROOT, "operations", "launch.mjs");
  // Bundles it, where a source has changed since.
  const built = spawnSync(process.execPath, [launcher, "--help"], { encoding: "utf8" });
  if (built.status !== 0) throw new Error(built.stderr);
  const folder = mkdtempSync(join(tmpdir(), "release-demo-"));
  cpSync(join(ROOT, "operations", "dist"), join(folder, "operations", "dist"), { recursive: true });
  cpSync(launcher, join(folder, "operations", "launch.mjs"));
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  writeFileSync(
    join(folder, "Pulumi.production.yaml"),
    'config:\n  aws:region: ap-northeast-1\n  affiliate:environment: production\n  affiliate:accountId: "123456789012"\n',
  );
  return folder;
}

async function main(): Promise<void> {
  console.log(
    "This is a simulation: an AWS emulator, and a fake of ECS's deployments and tasks. The command line and the gate are real.",
  );
  const folder = install();
  const world = await startReleaseWorld();
  const rows: string[] = [];
  let wrong = 0;
  for (const [at, { title, words, arrange, code, serves }] of ACTS.entries()) {
    const tag = `v${at + 1}`;
    console.log(`\n== ${title}`);
    const digest = await world.push(tag);
    Object.assign(world, { answerOnTest: undefined });
    world.fake.migrationSteps = Infinity;
    arrange?.(world, `${world.targets.images.repositoryUrl}@${digest}`, tag);
    const ended = await operations(folder, words(tag), world);
    const runs = await world.running("web");
    const right = ended === code && runs === serves;
    if (!right) wrong += 1;
    rows.push(
      `${right ? "as it should" : "WRONG       "}  exit code ${ended} (${code}), visitors on ${runs} (${serves})  ${title}`,
    );
  }
  console.log("\nWhat happened (and what should have):");
  for (const row of rows) console.log(`  ${row}`);
  console.log(
    `Slack was told ${world.slack.length} times, at last:\n  ${world.slack.at(-1)?.replaceAll("\n", "\n  ")}`,
  );
  await world.stop();
  rmSync(folder, { recursive: true });
  process.exitCode = wrong === 0 ? 0 : 1;
}

void main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
