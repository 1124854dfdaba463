import fc from "fast-check";
import { z } from "zod";
import type { Environment } from "../../config/stack";
import { stackFile } from "../../config/settings";
import { keysOf, mayBeMissing, schemaAt, unwrap } from "../../config/schema/walk";
import { validStackFile, type StackConfig } from "./valid";

type Step = string | number;

export interface Broken {
  readonly config: StackConfig;
  /** What was done to a valid file. */
  readonly broken: string;
}

/** A valid stack file with one thing wrong: a value of the wrong kind, out of range or unknown, or a key missing. */
export function invalidStackFile(environment: Environment): fc.Arbitrary<Broken> {
  return validStackFile(environment).chain((config) => {
    const blocks = Object.keys(config).filter((key) => key.startsWith("affiliate:"));
    const places = blocks.flatMap((block) => placesIn(config[block], [block]));
    return fc
      .tuple(fc.constantFrom(...places), fc.nat())
      .map(([place, which]) => breakAt(config, place, which))
      .filter((broken) => broken !== undefined);
  });
}

/** The paths of all values in a block, itself included. */
function placesIn(value: unknown, path: readonly Step[]): (readonly Step[])[] {
  const inner = Array.isArray(value)
    ? value.flatMap((item, index) => placesIn(item, [...path, index]))
    : typeof value === "object" && value !== null
      ? Object.entries(value).flatMap(([key, item]) => placesIn(item, [...path, key]))
      : [];
  return [path, ...inner];
}

function breakAt(config: StackConfig, path: readonly Step[], which: number): Broken | undefined {
  const [block = "", ...rest] = path;
  const schema = schemaAt(stackFile, [String(block).slice("affiliate:".length), ...rest]);
  if (schema === undefined) return undefined;
  const ways = waysToBreak(schema);
  const way = ways[which % ways.length];
  if (way === undefined) return undefined;
  const copy = structuredClone(config);
  const holder = path.slice(0, -1).reduce<unknown>((at, step) => (at as Record<Step, unknown>)[step], copy) as Record<
    Step,
    unknown
  >;
  const last = path.at(-1) ?? "";
  if ("value" in way) holder[last] = way.value;
  else if (way.key !== undefined) (holder[last] as Record<string, unknown>)[way.key] = 1;
  else if (Array.isArray(holder) || path.length === 0) return undefined;
  else Reflect.deleteProperty(holder, last);
  return { config: copy, broken: `${path.join(".")} ${way.what}` };
}

type Way = { readonly what: string } & ({ readonly value: unknown } | { readonly key?: string });

/** Each of them is refused by the schema, whatever the rest of the file says. */
function waysToBreak(schema: z.core.$ZodType): Way[] {
  const inner = unwrap(schema);
  const missing: Way[] = mayBeMissing(schema) ? [] : [{ what: "is missing" }];
  if (inner instanceof z.ZodObject)
    return [
      ...missing,
      { what: "is a text", value: "nonsense" },
      { what: "is a list", value: [1] },
      { what: "has an unknown key", key: `${keysOf(inner)[0] ?? "key"}x` },
    ];
  if (inner instanceof z.ZodArray)
    return [...missing, { what: "is a text", value: "nonsense" }, { what: "is a block", value: { a: 1 } }];
  if (inner instanceof z.ZodNumber)
    return [
      ...missing,
      { what: "is a text", value: "many" },
      { what: "is far too large", value: 1e15 + 0.5 },
      { what: "is below zero", value: -1 },
      { what: "is a list", value: [] },
    ];
  if (inner instanceof z.ZodBoolean)
    return [
      { what: "is a text", value: "perhaps" },
      { what: "is a number", value: 3 },
    ];
  if (inner instanceof z.ZodEnum) return [...missing, { what: "is no word of the list", value: "nonsense" }];
  return [
    ...missing,
    { what: "is a number", value: -5 },
    { what: "is a list", value: [] },
    { what: "has a line break", value: "a\nb\u0000" },
  ];
}
