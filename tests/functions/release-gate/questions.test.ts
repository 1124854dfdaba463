import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseAnswer, question } from "../../../functions/release-gate/questions";

const line = (said: unknown): string => JSON.stringify({ releaseGate: said });
const counts = (pendingCount: number, appliedCount: number, highestBatch = 7) =>
  line({ pendingCount, appliedCount, highestBatch });

describe("an answer in a log", () => {
  it("is read from among other lines", () => {
    expect(
      parseAnswer([
        "   INFO  Configuration cached successfully.",
        '{"level":200,"message":"booted"}',
        '{"releaseGate":"not ours"}',
        line({ pending: "m1", declared: true, found: [] }),
        line({ applied: "m0", batch: 7 }),
        counts(1, 1),
        "bye",
      ]),
    ).toEqual({
      pending: [{ name: "m1", declared: true, found: [] }],
      applied: [{ name: "m0", batch: 7 }],
      highestBatch: 7,
    });
  });

  it("is none before all of it is there", () => {
    const pending = line({ pending: "m1", declared: false, found: ["dropColumn"] });
    expect(parseAnswer([])).toBeUndefined();
    expect(parseAnswer([pending])).toBeUndefined();
    expect(parseAnswer([counts(1, 0)])).toBeUndefined();
    expect(parseAnswer([counts(0, 1)])).toBeUndefined();
    expect(parseAnswer([pending.slice(0, -3), counts(1, 0)])).toBeUndefined();
    expect(parseAnswer([pending, counts(1, 0)])?.pending).toHaveLength(1);
  });
});

describe("a question", () => {
  it("fits into the overrides of a task, and says which batch it is about", () => {
    const overrides = JSON.stringify({ containerOverrides: [{ name: "migration", command: question(12) }] });
    expect(overrides.length).toBeLessThan(8192);
    expect(question(12).slice(-2)).toEqual(["--", "12"]);
    expect(question()).toHaveLength(3);
  });

  // The stand-in for Laravel in laravel/ has the methods that the question calls. PHP itself is Debian's (.ci/packages).
  describe("asked of PHP", () => {
    const ask = (recorded: Record<string, number> | null, above?: number) => {
      const [command = "", ...args] = question(above);
      const printed = execFileSync(command, args, {
        cwd: join(__dirname, "laravel"),
        env: { ...process.env, RECORDED: JSON.stringify(recorded) },
        encoding: "utf8",
      });
      return parseAnswer(printed.split("\n"));
    };
    const [first, second] = ["2026_01_01_000000_create_clicks", "2026_02_01_000000_rename_payout"] as const;

    it("names what is pending, what it declares, and what the release before would trip over", () => {
      expect(ask(null)).toEqual({
        pending: [
          { name: first, declared: false, found: [] },
          { name: second, declared: true, found: ["renameColumn", "dropColumn", "SQL MODIFY"] },
        ],
        applied: [],
        highestBatch: 0,
      });
    });

    it("names what was recorded above a batch", () => {
      expect(ask({ [first]: 3 })).toMatchObject({ applied: [], highestBatch: 3, pending: [{ name: second }] });
      expect(ask({ [first]: 3, [second]: 4 }, 3)).toEqual({
        pending: [],
        applied: [{ name: second, batch: 4 }],
        highestBatch: 4,
      });
      expect(ask({ [first]: 3, gone: 5 }, 0)?.applied).toHaveLength(2);
    });
  });
});
