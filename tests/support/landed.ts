// The two stacks as they stand after an update through the real engine, in one simulated cloud; read by many, changed by none.
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ONE_CHECKPOINT } from "../../sandbox/cli/home";
import { Sandbox, type SandboxOptions } from "../../sandbox/cli/sandbox";
import type { StateExport } from "../../policy/framework/state";
import { RUN_FOLDER } from "./run";

export type LandedStack = "production" | "staging";

export interface Landed {
  readonly state: StateExport;
  /** What the engine printed while it brought the stack up. */
  readonly printed: string;
  readonly seconds: number;
  /** Digest of the root's stack file before the run. */
  readonly stackFileBefore: string;
}

/** Stands in the environment of each run where a secret would: it must come to rest nowhere. */
export const CANARY = "canary-7f3b9c1e";

const PLANTED = [
  "APP_KEY",
  "DB_PASSWORD",
  "REDIS_PASSWORD",
  "DATADOG_API_KEY",
  "AWS_SECRET_ACCESS_KEY",
  "SLACK_WEBHOOK",
];

export function scratch(name: string): string {
  const run = process.env[RUN_FOLDER];
  if (run === undefined) throw new Error(`${RUN_FOLDER} is not set: tests/support/run.ts is vitest's global set-up`);
  return join(run, name);
}

/** A sandbox whose output is given back instead of printed. Nobody kills its runs: tests/proof and tests/sandbox-cli have their own. */
export function captured(
  home: string,
  { env, ...options }: Pick<SandboxOptions, "stackFiles" | "project" | "folder" | "policies" | "env"> = {},
): Sandbox {
  const planted = Object.fromEntries(PLANTED.map((name) => [name, CANARY]));
  return new Sandbox({
    home,
    output: "capture",
    env: { ...process.env, ...planted, ...ONE_CHECKPOINT, ...env },
    ...options,
  });
}

async function land(stack: LandedStack, folder: string): Promise<void> {
  const sandbox = captured(join(folder, "home"));
  const stackFile = readFileSync(join(__dirname, "..", "..", `Pulumi.${stack}.yaml`));
  const up = await sandbox.update("up", stack);
  if (up.exitCode !== 0) throw new Error(`${stack} did not come up:\n${up.stdout}\n${up.stderr}`);
  const exported = await sandbox.export(stack);
  const landed: Landed = {
    state: JSON.parse(exported.stdout) as StateExport,
    printed: up.stdout,
    seconds: up.events.seconds ?? Number.NaN,
    stackFileBefore: createHash("sha256").update(stackFile).digest("hex"),
  };
  writeFileSync(join(folder, `${stack}.json`), JSON.stringify(landed));
}

/** Brings the stack up once in a test run, whichever file asks first; the others wait for it. */
export async function landed(stack: LandedStack): Promise<Landed> {
  const folder = scratch("landed");
  const result = join(folder, `${stack}.json`);
  const failure = join(folder, `${stack}.failed`);
  mkdirSync(folder, { recursive: true });
  try {
    mkdirSync(join(folder, `${stack}.taken`));
    await land(stack, folder).catch((error: unknown) => {
      writeFileSync(failure, String(error));
      throw error;
    });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  while (!existsSync(result)) {
    if (existsSync(failure)) throw new Error(readFileSync(failure, "utf8"));
    await sleep(200);
  }
  return JSON.parse(readFileSync(result, "utf8")) as Landed;
}

/** A copy of the state and simulated cloud in which both stacks stand, to change. */
export async function copyOfLanded(name: string): Promise<string> {
  await landed("production");
  await landed("staging");
  const home = scratch(name);
  cpSync(landedHome(), home, { recursive: true });
  return home;
}

/** Where the landed stacks' simulated cloud is. */
export function landedHome(): string {
  return join(scratch("landed"), "home");
}
