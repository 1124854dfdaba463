import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { currentGeneration, withNewGeneration } from "../../../operations/backup/generation-file";

const ROOT = path.resolve(__dirname, "../../..");
const stackFiles = readdirSync(ROOT).filter((name) => /^Pulumi\.\w+\.yaml$/.test(name));
const FROM = "2026-11-27T10:40:00+09:00";

const database = (content: string) =>
  (parse(content) as { config: Record<string, Record<string, unknown>> }).config["affiliate:database"];

describe.each(stackFiles)("%s", (file) => {
  const content = readFileSync(path.join(ROOT, file), "utf8");
  const first = withNewGeneration(content, FROM, true);

  it("gets the next generation, and nothing but its lines changes", () => {
    const was = currentGeneration(content);
    expect(first.generation).toBe(was.generation + 1);
    expect(database(first.content)).toMatchObject({
      restore: { from: FROM, generation: was.generation + 1 },
      kept: [was],
    });
    const before = content.split("\n");
    const after = first.content.split("\n");
    const added = after.filter((line) => !before.includes(line));
    expect(added.map((line) => line.trim())).toEqual(first.lines);
    // Without the new lines it is the old file, but for what they took the place of.
    const rest = after.filter((line) => !added.includes(line)).join("\n");
    expect(before.filter((line) => !rest.includes(line)).every((line) => /restore|from|generation/.test(line))).toBe(
      true,
    );
  });

  it("once more: the newest first, each with what it was made from", () => {
    const second = withNewGeneration(first.content, "latest", true);
    const was = currentGeneration(content);
    expect(database(second.content)).toMatchObject({
      restore: { from: "latest", generation: was.generation + 2 },
      kept: [{ generation: was.generation + 1, from: FROM }, was],
    });
    expect(second.content.split("\n")).toHaveLength(first.content.split("\n").length);
  });
});

describe("a block of any form", () => {
  const file = (block: string) =>
    `# head\nconfig:\n  affiliate:database:\n${block}\n\n  # next\n  affiliate:redis: { a: 1 }\n`;

  it.each([
    [
      "one line each",
      "    name: a # the name\n    restore: { from: latest, generation: 1 } # why\n    kept: [{ generation: 0 }]\n    z: 1",
    ],
    [
      "blocks",
      "    restore:\n      # why\n      from: latest\n      generation: 1\n    name: a\n    kept:\n      - generation: 0\n    z: 1",
    ],
    [
      "kept before",
      "    kept:\n      - { generation: 0 }\n    name: a\n    restore:\n      from: latest\n      generation: 1",
    ],
  ])("%s", (_, block) => {
    const { content } = withNewGeneration(file(block), FROM, true);
    const expected = { ...database(file(block)), restore: { from: FROM, generation: 2 } };
    expect(database(content)).toEqual({ ...expected, kept: [{ generation: 1, from: "latest" }, { generation: 0 }] });
    expect(content.startsWith("# head\nconfig:\n")).toBe(true);
    expect(content.endsWith("\n\n  # next\n  affiliate:redis: { a: 1 }\n")).toBe(true);
  });

  it("does not keep what is gone", () => {
    const { content, lines } = withNewGeneration(file("    name: a"), "cluster-ABCDEFGHIJ@latest", false);
    expect(database(content)).toEqual({ name: "a", restore: { from: "cluster-ABCDEFGHIJ@latest", generation: 1 } });
    expect(lines).toHaveLength(1);
  });

  it.each([["config:\n  a: 1\n"], ["config:\n  affiliate:database: [1]\n"], ["- a\n"]])("refuses %j", (content) => {
    expect(() => withNewGeneration(content, FROM, true)).toThrow('no block "affiliate:database:"');
  });
});
