// Kills at provider calls and the recovery after each, on a small stack. All pairs of production's: npm run proof:kill.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Rounds, type Victim } from "../../proof/kill/rounds";
import { scratch } from "../support/landed";

const PROGRAM = join(__dirname, "program");
const MINUTES = 60_000;

const CALLS = ["create", "update", "read", "delete"] as const;

function roundsOf(victim: Victim): { rounds: Rounds; change: () => void } {
  const folder = scratch(`kill-${victim}`);
  mkdirSync(folder, { recursive: true });
  const stackFile = join(folder, "Pulumi.production.yaml");
  cpSync(join(PROGRAM, "Pulumi.production.yaml"), stackFile);
  const sandbox = { home: join(folder, "home"), stackFiles: folder, project: join(PROGRAM, "Pulumi.yaml") };
  return {
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
      const { rounds, change } = roundsOf(victim);
      const upTo = (kills: number) => () => rounds.kills >= kills;
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
