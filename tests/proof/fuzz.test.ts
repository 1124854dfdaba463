// Stack files made up from the schema, under mocks. Thousands of them, and through the engine: npm run proof:fuzz.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { invalidStackFile } from "../../proof/fuzz/invalid";
import { countsUnknown, faultsOfInvalid, faultsOfValid, unclear } from "../../proof/fuzz/judge";
import { ENVIRONMENTS, faultsIn, validStackFile } from "../../proof/fuzz/valid";

const MINUTES = 60_000;
/** The same in each run, so that a red test is a change's fault; proof:fuzz takes others. */
const SEED = Number(process.env["FUZZ_SEED"] ?? 7);
/** A valid one is a whole program, an invalid one a message. */
const VALID = 6;
const INVALID = 50;

const each = (count: number) => Array.from({ length: count }, (_, index) => index);
const environmentOf = (index: number) => ENVIRONMENTS[index % ENVIRONMENTS.length] ?? "production";

function sampled<T>(arbitrary: fc.Arbitrary<T>, index: number): T {
  const [one] = fc.sample(arbitrary, { numRuns: 1, seed: SEED + index });
  if (one === undefined) throw new Error("nothing was made");
  return one;
}

describe(`stack files made up from the schema, seed ${SEED}`, () => {
  it(
    "that are valid plan without a violation, each URN once, with the counts of the preview",
    async () => {
      for (const index of each(VALID)) {
        const config = sampled(validStackFile(environmentOf(index)), index);
        const about = `file ${index}: ${JSON.stringify(config)}`;
        expect(faultsIn(config), about).toEqual([]);
        expect(await faultsOfValid(environmentOf(index), config), about).toEqual([]);
        if (index % 20 === 0) expect(await countsUnknown(environmentOf(index), config), about).toEqual([]);
      }
    },
    10 * MINUTES,
  );

  it(
    "that are invalid are refused in clear words, and nothing is begun",
    async () => {
      const ways = new Set<string>();
      for (const index of each(INVALID)) {
        const { config, broken } = sampled(invalidStackFile(environmentOf(index)), index);
        ways.add(broken.split(" ").slice(1).join(" "));
        expect(await faultsOfInvalid(environmentOf(index), config, broken), `file ${index}: ${broken}`).toEqual([]);
      }
      expect(ways.size).toBeGreaterThan(6);
    },
    10 * MINUTES,
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
