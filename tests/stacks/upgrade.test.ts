// Both stacks as an earlier version left them, under the program of today: nothing that holds data is replaced or deleted. The
// states are renewed by `npm run record:upgrade` (CONTRIBUTING.md).
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { statefulTypes } from "../../policy/rules/backup/stateful-protected";
import { readPlan } from "../../report/plan";
import { captured, scratch } from "../support/landed";
import type { Recorded } from "./recorded/record";

const ENGINE = 300_000;

describe.each(["production", "staging"] as const)("the %s of the recorded version", (stack) => {
  const file = join(__dirname, "recorded", `${stack}.json.br`);
  const recorded = JSON.parse(brotliDecompressSync(readFileSync(file)).toString()) as Recorded;

  it("is one of ours, with data in it", () => {
    expect(recorded.commit).toMatch(/^[0-9a-f]{40}$/);
    const types = (recorded.state.deployment.resources ?? []).map(({ type }) => type);
    for (const type of statefulTypes) expect(types).toContain(type);
  });

  it(
    "comes up under this one with nothing that holds data replaced or deleted",
    async () => {
      const home = scratch(`upgrade-${stack}`);
      const sandbox = captured(home);
      const state = `${home}.json`;
      writeFileSync(state, JSON.stringify(recorded.state));
      await sandbox.import(stack, ["--file", state]);
      const { exitCode, stdout, stderr, log } = await sandbox.update("preview", stack);
      expect(exitCode, stdout + stderr).toBe(0);
      const { changes, same } = readPlan(log, stack);
      const lost = changes.filter(
        ({ stateful, operation }) => stateful && (operation === "replace" || operation === "delete"),
      );
      expect(lost.map(({ operation, name }) => `${operation} ${name}`)).toEqual([]);
      // It was compared, and not made anew beside.
      const made = changes.filter(({ stateful, operation }) => stateful && operation === "create").length;
      const had = (recorded.state.deployment.resources ?? []).filter(({ type }) => statefulTypes.has(type)).length;
      expect(made).toBeLessThan(had / 2);
      const kept = same + changes.filter(({ operation }) => operation === "update").length;
      expect(kept).toBeGreaterThan((recorded.state.deployment.resources ?? []).length / 2);
    },
    ENGINE,
  );
});
