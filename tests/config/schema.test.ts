import { z } from "zod";
import { describe, expect, it } from "vitest";
import { keyOf, type Path } from "../../config/faults";
import { judge } from "../../config/judge";
import { readConfig } from "../../config/read";
import { help } from "../../config/schema/fields";
import { exampleOf, mayBeMissing, schemaAt, unwrap } from "../../config/schema/walk";
import { stackFile } from "../../config/settings";
import { asPulumiConfig, configOf, stackFileText } from "./stack-files";

interface Node {
  readonly path: Path;
  readonly schema: z.core.$ZodType;
}

/** Every key that a stack file can have; lists by their first element. */
function nodes(schema: z.core.$ZodType = stackFile, path: Path = []): Node[] {
  const inner = unwrap(schema);
  const here = { path, schema };
  if (inner instanceof z.ZodObject) {
    const children = Object.entries<z.core.$ZodType>(inner.shape).flatMap(([key, child]) =>
      nodes(child, [...path, key]),
    );
    return [here, ...children];
  }
  return inner instanceof z.ZodArray ? [here, ...nodes(inner.element, [...path, 0])] : [here];
}

const isBlock = ({ schema }: Node) => unwrap(schema) instanceof z.ZodObject;
const fields = nodes().filter((node) => !isBlock(node));
/** Production after a restore of everything: no block is missing. */
function tree(): Record<string, unknown> {
  const { tree: file } = readConfig(asPulumiConfig(configOf(stackFileText("production"))));
  const { database, redis } = file as { database: object; redis: { sessions: object; cache: object } };
  const restored = (from: string) => ({ restore: { from, generation: 1 }, kept: [{ generation: 0, release: true }] });
  Object.assign(database, restored("2026-11-27T10:40:00+09:00"));
  Object.assign(redis.sessions, restored("sessions-2026-11-27"));
  Object.assign(redis.cache, restored("cache-2026-11-27"));
  return file;
}
const get = (path: Path): unknown =>
  path.reduce<unknown>((value, step) => (value as Record<string, unknown> | undefined)?.[step], tree());

function withValue(path: Path, value: unknown): Record<string, unknown> {
  const copy = tree();
  const parent = path.slice(0, -1).reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], copy);
  (parent as Record<string, unknown>)[path.at(-1) ?? ""] = value;
  return copy;
}

const name = ({ path }: Node) => keyOf(path);
const cases = (list: Node[]) => list.map((node) => [name(node), node] as const);

describe("each field", () => {
  it("is one of many", () => expect(fields.length).toBeGreaterThan(60));

  it.each(cases(fields))("%s says what it allows", (_, { schema }) => {
    expect(help.get(unwrap(schema))?.allowed).toMatch(/\S/);
  });

  it.each(cases(fields))("%s accepts its own example", (_, { schema }) => {
    expect(z.safeParse(schema, exampleOf(schema)).success).toBe(true);
  });

  it.each(cases(fields))(
    "%s refuses what is none, with one fault and no echo from the rules",
    (_, { path, schema }) => {
      if (get(path.slice(0, -1)) === undefined) return;
      // A map of texts would be one with one wrong text.
      const absurd = unwrap(schema) instanceof z.ZodRecord ? 7 : { absurd: [] };
      const { faults } = judge(withValue(path, absurd));
      expect(faults?.map((fault) => keyOf(fault.path))).toEqual([keyOf(path)]);
    },
  );

  it.each(cases(fields))("%s is in both stack files, or has a default", (_, { path, schema }) => {
    for (const stack of ["production", "staging"] as const) {
      const { tree: file } = readConfig(asPulumiConfig(configOf(stackFileText(stack))));
      const value = path.reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], file);
      const optional = path.some((_step, index) => {
        const part = schemaAt(stackFile, path.slice(0, index + 1));
        return part !== undefined && mayBeMissing(part);
      });
      const inEmptyList = path.includes(0);
      expect(value !== undefined || optional || mayBeMissing(schema) || inEmptyList).toBe(true);
    }
  });
});

describe("each block", () => {
  const blocks = nodes().filter((node) => isBlock(node) && node.path.length > 0 && node.path[0] !== "aws");

  it.each(cases(blocks))("%s refuses a key it does not know", (_, { path }) => {
    const { faults } = judge(withValue([...path, "unheardOf"], 1));
    expect(faults?.map((fault) => keyOf(fault.path))).toEqual([keyOf([...path, "unheardOf"])]);
  });

  it.each(cases(blocks))("%s can be a wrong kind of thing, with one fault", (_, { path }) => {
    const { faults } = judge(withValue(path, 7));
    expect(faults?.map((fault) => keyOf(fault.path))).toEqual([keyOf(path)]);
  });
});

describe("the schema", () => {
  it("accepts its own examples as a whole", () => {
    expect(stackFile.safeParse(exampleOf(stackFile)).success).toBe(true);
  });

  it("leaves what it judges as it was", () => {
    const raw = withValue(["network", "zones"], "none");
    const before = structuredClone(raw);
    judge(raw);
    expect(raw).toEqual(before);
  });

  it("fills what a stack file leaves out", () => {
    const bare = withValue(["storage"], undefined);
    delete bare["protect"];
    expect(judge(bare)).toMatchObject({ stackFile: { protect: true, storage: { backupDays: 30 } } });
  });
});
