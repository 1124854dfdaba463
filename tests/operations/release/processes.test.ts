// What only shows in a process of its own: the live view on a terminal, and the demonstration as its user runs it.
import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { onTerminal } from "../../support/pseudo-terminal";
import { type Installed, installOperations } from "../../support/release/installed";
import { type ReleaseWorld, startReleaseWorld } from "../../support/release/world";

const ESCAPE = "\u001b[";
/** Goes up a line, or wipes one: what only a live view does. */
const redraws = (shown: string) => shown.split(ESCAPE).some((part) => /^(\d*A|2K)/.test(part));

describe("the live view", () => {
  let world: ReleaseWorld;
  let installed: Installed;
  beforeAll(async () => {
    installed = installOperations();
    world = await startReleaseWorld();
  }, 300_000);
  afterAll(async () => {
    await world.stop();
    rmSync(installed.folder, { recursive: true });
  }, 60_000);

  const release = async (tag: string, more: Record<string, string>) => {
    await world.push(tag);
    const words = ["release", "--image", tag, "--stack", "production", "--interval", "0.1"];
    const command = ["node", installed.launcher, ...words, "--yes", "production"];
    return onTerminal(command, [], { ...world.environment, COLUMNS: "120", ...more });
  };

  it("draws over itself on a terminal, and leaves every event as a line", async () => {
    const { code, shown } = await release("v1", { TERM: "xterm" });
    expect(code, shown).toBe(0);
    expect(redraws(shown)).toBe(true);
    expect(shown).toMatch(/web +new {2}\d\/\d tasks/);
    expect(shown).toMatch(/Z {2}web +every task runs affiliate-production-web:1/);
  }, 180_000);

  it("has no colour with NO_COLOR, and is plain lines on a dumb terminal and in CI", async () => {
    const { shown: colourless, code } = await release("v2", { TERM: "xterm", NO_COLOR: "1" });
    expect(code, colourless).toBe(0);
    // A colour is an escape that ends in m.
    expect(colourless.split(ESCAPE).filter((part) => /^[\d;]*m/.test(part))).toEqual([]);
    const plain: Readonly<Record<string, Record<string, string>>> = {
      v3: { TERM: "dumb" },
      v4: { TERM: "xterm", CI: "true" },
    };
    for (const [tag, variables] of Object.entries(plain)) {
      const { shown } = await release(tag, variables);
      expect(redraws(shown)).toBe(false);
      expect(shown).toMatch(/Z {2}web +every task runs/);
    }
  }, 300_000);
});

describe("npm run demo:release", () => {
  it("says that it is a simulation, shows each end with its code, and ends with 0 only then", async () => {
    const root = path.resolve(__dirname, "../../..");
    const { code, stdout } = await new Promise<{ code: number; stdout: string }>((resolve) => {
      const argv = ["--import", "tsx", "demo/release.ts", "--short"];
      const child = execFile("node", argv, { cwd: root }, (_error, text) =>
        resolve({ code: child.exitCode ?? -1, stdout: text }),
      );
    });
    expect(stdout).toMatch(/^This is a simulation/);
    expect(stdout).not.toContain("WRONG");
    expect(stdout.match(/as it must/g)).toHaveLength(4);
    expect(stdout).toContain("exit code 7 (7), visitors on v1 (v1)  a release that fails the smoke test");
    expect(stdout).toContain("🚨 Emergency rollback completed. Previous version restored.");
    expect(code).toBe(0);
  }, 300_000);
});
