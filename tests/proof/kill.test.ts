// Kills at provider calls and the recovery after each, on a small stack. All pairs of production's: npm run proof:kill.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Rounds, type Victim } from "../../proof/kill/rounds";
import { Sandbox } from "../../sandbox/cli/sandbox";
import { scratch } from "../support/landed";

const PROGRAM = join(__dirname, "program");
const MINUTES = 60_000;

const CALLS = ["create", "update", "read", "delete"] as const;

/** One run to its next kill, after which nobody recovers: the proof itself was killed. */
type Die = () => Promise<void>;

function roundsOf(victim: Victim): { rounds: Rounds; change: () => void; die: Die; isLocked: () => boolean } {
  const folder = scratch(`kill-${victim}`);
  mkdirSync(folder, { recursive: true });
  const stackFile = join(folder, "Pulumi.production.yaml");
  cpSync(join(PROGRAM, "Pulumi.production.yaml"), stackFile);
  const sandbox = { home: join(folder, "home"), stackFiles: folder, project: join(PROGRAM, "Pulumi.yaml") };
  const armed = new Sandbox({
    ...sandbox,
    output: "capture",
    policies: false,
    env: { ...process.env, SANDBOX_FAULTS: join(sandbox.home, "kill.json") },
  });
  return {
    die: async () => void (await armed.update("up", "production", ["--skip-preview"])),
    isLocked: () => armed.isLocked("production"),
    rounds: new Rounds({
      sandbox,
      stack: "production",
      victim,
      say: (line) => console.log(line),
    }),
    change: () => writeFileSync(stackFile, readFileSync(stackFile, "utf8").replace('revision: "1"', 'revision: "2"')),
  };
}

describe.each(["engine", "provider"] as const)("the %s is killed at provider calls", (victim) => {
  it(
    "and after recoveries everything is there once, nothing is left over, and data is what it was",
    async () => {
      const { rounds, change, die, isLocked } = roundsOf(victim);
      const upTo = (kills: number) => () => rounds.kills >= kills;
      await rounds.through("up", CALLS, upTo(1));
      await die();
      // The provider's death the engine notices, and ends by itself.
      expect(isLocked()).toBe(victim === "engine");
      await rounds.resume();
      expect(isLocked()).toBe(false);
      await rounds.through("up", CALLS, upTo(2));
      await rounds.whole("up");
      change();
      await rounds.through("up", CALLS, upTo(3));
      await rounds.whole("up");
      await rounds.through("refresh", CALLS, upTo(4));
      await rounds.through("destroy", CALLS, upTo(5));
      await rounds.whole("destroy");
      expect(rounds.cloud.all().filter(({ state }) => state["skipDestroy"] !== true)).toEqual([]);
      expect(rounds.kills).toBeGreaterThanOrEqual(5);
    },
    30 * MINUTES,
  );
});
