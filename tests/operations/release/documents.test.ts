import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { exitCodes } from "../../../operations/exit-codes";
import { peersJa } from "./peers-ja";
import { scenarios, scenarioTable } from "./scenarios";

const linesOf = (file: string) =>
  readFileSync(path.resolve(__dirname, "../../../docs", file), "utf8")
    .split("\n")
    // As prettier pads them.
    .map((line) => line.replaceAll(/ +/g, " ").trim());

describe.each([
  ["releases.md", "english"],
  ["releases.ja.md", "japanese"],
] as const)("docs/%s", (file, language) => {
  it("has the table of scenarios, row by row", () => {
    const lines = linesOf(file);
    const [head = "", ...rows] = scenarioTable(language);
    const at = lines.indexOf(head);
    expect(at, head).toBeGreaterThan(0);
    expect(lines.slice(at + 2, at + 2 + rows.length + 1)).toEqual([...rows, ""]);
  });

  it("has every exit code", () => {
    const lines = linesOf(file);
    for (const { code } of Object.values(exitCodes)) {
      expect(
        lines.filter((line) => line.startsWith(`| ${code} |`)),
        String(code),
      ).toHaveLength(1);
    }
  });
});

it("each scenario has a name of its own in both languages", () => {
  expect(new Set(scenarios.map(({ name }) => name)).size).toBe(scenarios.length);
  expect(new Set(scenarios.map(({ japanese }) => japanese)).size).toBe(scenarios.length);
});

it("what others do is in Japanese, and nothing that no scenario says any more", () => {
  const said = scenarios.flatMap((one) => [one.runbook, one.ecspresso, one.deployAction, one.pulumiBased]);
  expect(Object.keys(peersJa).sort()).toEqual([...new Set(said)].sort());
});
