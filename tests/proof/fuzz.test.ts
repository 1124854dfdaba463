// Stack files made up from the schema, under mocks and through the engine, by the command that makes up thousands of them.
import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { unclear } from "../../proof/fuzz/judge";
import { scratch } from "../support/landed";

const MINUTES = 60_000;
/** The same in each run, so that a red test is a change's fault; proof:fuzz takes others. */
const SEED = process.env["FUZZ_SEED"] ?? "7";

describe(`stack files made up from the schema, seed ${SEED}`, () => {
  it(
    "plan without a violation where they are valid, and are refused in clear words where not",
    () => {
      const sizes = ["--runs", "100", "--engine", "5", "--budget", "20m"];
      const flags = ["--seed", SEED, ...sizes, "--folder", scratch("fuzz")];
      const { status, stdout, stderr } = spawnSync("npm", ["run", "--silent", "proof:fuzz", "--", ...flags], {
        encoding: "utf8",
      });
      expect(stderr + stdout).toContain(
        "100 of 100 valid and 100 of 100 invalid stack files under mocks, 5 of 5 through the engine; 0 at fault",
      );
      expect(status).toBe(0);
      // That the files are not all alike.
      expect([...stdout.matchAll(/(is|has) [a-z ]+: \d/g)].length).toBeGreaterThan(6);
      for (const part of ["restore", "kept", "release", "standbyFor"]) expect(stdout).toContain(` ${part}: `);
    },
    30 * MINUTES,
  );
});

describe("the judge of messages", () => {
  it("sees what is missing, a stack, and inner values", () => {
    const good = "  affiliate:x\n    found    1\n    allowed  2\n    example  2\n";
    expect(unclear(good)).toEqual([]);
    expect(unclear(good.replace("allowed", "")).join()).toMatch(/no "allowed"/);
    expect(unclear(`${good}\n    at load (index.ts:3)`).join()).toMatch(/has a stack/);
    expect(unclear(good.replace("found    1", "found    undefined")).join()).toMatch(/inner value/);
  });
});
