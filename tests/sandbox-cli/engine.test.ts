import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Sandbox, type SandboxOptions } from "../../sandbox/cli/sandbox";
import { plan } from "../../sandbox/cli/plan";
import { findPulumi } from "../../toolchain/find";
import { Command, FIXTURE, command } from "./command";

/** The runner with the real CLI and language host, over a program of three resources and a provider that keeps nothing. */
const ENGINE = 240_000;

let folder: string;
let options: SandboxOptions;
let env: NodeJS.ProcessEnv;

// A machine without a CLI builds one here, once.
beforeAll(() => findPulumi(), 30 * 60_000);

beforeEach(() => {
  // A blank and letters of another script: file URLs and process arguments have to survive them.
  folder = mkdtempSync(path.join(tmpdir(), "sandbox 試験 "));
  for (const stack of ["production", "staging"]) {
    cpSync(path.join(FIXTURE, `Pulumi.${stack}.yaml`), path.join(folder, `Pulumi.${stack}.yaml`));
  }
  const home = path.join(folder, "home");
  const project = path.join(FIXTURE, "Pulumi.yaml");
  // Policies have their own tests, and cost seconds in each of these runs.
  options = { home, project, stackFiles: folder, output: "capture", policies: false };
  env = { ...process.env, SANDBOX_HOME: home, SANDBOX_PROJECT: project, SANDBOX_STACK_FILES: folder };
});
afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));

test(
  "up, no changes, a change, refresh, destroy; the root's stack files stay as they were",
  async () => {
    const before = readFileSync(path.join(folder, "Pulumi.production.yaml"), "utf8");
    const sandbox = new Sandbox(options);
    const preview = await sandbox.update("preview", "production");
    expect(preview.events.changes, preview.stderr).toEqual({ create: 4 });
    expect((await sandbox.update("up", "production")).events.changes).toEqual({ create: 4 });
    expect((await sandbox.update("up", "production", ["--expect-no-changes"])).exitCode).toBe(0);

    writeFileSync(path.join(folder, "Pulumi.production.yaml"), before.replace("large", "larger"));
    const change = await sandbox.update("preview", "production");
    expect(change.events.changes).toEqual({ same: 2, update: 2 });
    writeFileSync(path.join(folder, "Pulumi.production.yaml"), before);

    expect(JSON.parse((await sandbox.outputs("production", ["--json"])).stdout)).toEqual({ stack: "production" });
    const state = JSON.parse((await sandbox.export("production")).stdout) as { deployment: { resources: object[] } };
    expect(state.deployment.resources.length).toBeGreaterThanOrEqual(4);
    expect((await sandbox.update("refresh", "production")).exitCode).toBe(0);
    expect((await sandbox.update("destroy", "production")).events.changes).toEqual({ delete: 4 });
    expect(readFileSync(path.join(folder, "Pulumi.production.yaml"), "utf8")).toBe(before);
    expect(readdirSync(folder).sort()).toEqual(["Pulumi.production.yaml", "Pulumi.staging.yaml", "home"]);
  },
  ENGINE * 2,
);

test(
  "start shows the engine's own output, the outputs, and the components",
  async () => {
    const { code, stdout } = await command(["start"], env);
    expect(code).toBe(0);
    expect(stdout).toMatch(/github:index:Repository store-first created/);
    expect(stdout).toMatch(/stack +production/);
    expect(stdout).toMatch(/data +store +Store +2 /);
    expect(stdout).toContain("production: up: create 4");
  },
  ENGINE,
);

test(
  "a program's failure is the command's",
  async () => {
    writeFileSync(path.join(folder, "Pulumi.staging.yaml"), "config:\n  affiliate:other: 1\n");
    const { exitCode, stdout, events } = await new Sandbox(options).update("up", "staging");
    expect(exitCode).not.toBe(0);
    expect(stdout).toContain("affiliate:store is missing");
    expect(events.steps.filter(({ type }) => type.startsWith("github:"))).toEqual([]);
  },
  ENGINE,
);

test(
  "a plan with stand-ins keeps nothing",
  async () => {
    const { exitCode, events, providers } = await plan({
      stack: "staging",
      stackFiles: folder,
      sandboxProject: path.join(FIXTURE, "Pulumi.yaml"),
      simulated: true,
      policies: false,
      output: "capture",
    });
    expect({ exitCode, providers, changes: events.changes }).toEqual({
      exitCode: 0,
      providers: "simulated",
      changes: { create: 4 },
    });
    expect(existsSync(path.join(folder, "home"))).toBe(false);
  },
  ENGINE,
);

test(
  "the program is not type-checked while it runs, whichever language host there is",
  async () => {
    await new Sandbox(options).update("preview", "staging");
    const log = readFileSync(path.join(folder, "home", ".state", "events", "staging-preview.jsonl"), "utf8");
    expect(log).not.toContain("ts-node");
  },
  ENGINE,
);

describe.runIf(process.platform === "linux")("interrupted", () => {
  /** Processes that have this test's cloud in their environment. */
  function left(): string[] {
    const mark = `SANDBOX_CLOUD=${path.join(folder, "home", ".cloud")}`;
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .filter((pid) => {
        try {
          return readFileSync(`/proc/${pid}/environ`, "utf8").includes(mark);
        } catch {
          return false;
        }
      })
      .map((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " "));
  }

  function engineOf(command: Command): number {
    const children = readFileSync(`/proc/${command.child.pid}/task/${command.child.pid}/children`, "utf8");
    return Number(children.trim().split(" ")[0]);
  }

  async function creating(): Promise<Command> {
    const up = new Command(["up"], { ...env, FIXTURE_CREATE_MILLISECONDS: "4000" });
    await up.seen("github:index:Repository store-first creating");
    return up;
  }

  test.each(["SIGINT", "SIGTERM"] as const)(
    "%s reaches the engine once: it finishes what it began, and nothing stays behind",
    async (signal) => {
      const up = await creating();
      up.child.kill(signal);
      const { code, stdout } = await up.ended;
      expect(code).not.toBe(0);
      expect(stdout.match(/received; cancelling/g), stdout).toHaveLength(1);
      expect(stdout).not.toContain("received; terminating");
      expect(stdout).toContain("store-first created");
      expect(left()).toEqual([]);
      // Nothing to cancel or to repair: the next update goes on.
      expect((await new Sandbox(options).update("up", "production")).exitCode).toBe(0);
    },
    ENGINE,
  );

  test(
    "an engine that is killed leaves a lock, which cancel takes away, and no process",
    async () => {
      const up = await creating();
      process.kill(engineOf(up), "SIGKILL");
      const { code, stderr } = await up.ended;
      expect(code).toBe(137);
      expect(stderr).toContain("npm run sandbox -- recover --stack production");
      // A process that was killed is gone when its parent has seen it.
      for (let tries = 0; left().length > 0 && tries < 50; tries++) {
        await sleep(100);
      }
      expect(left()).toEqual([]);

      const sandbox = new Sandbox(options);
      expect((await sandbox.update("up", "production")).stderr).toContain("locked");
      expect((await sandbox.cancel("production")).exitCode).toBe(0);
      expect((await sandbox.update("up", "production")).exitCode).toBe(0);
    },
    ENGINE,
  );
});
