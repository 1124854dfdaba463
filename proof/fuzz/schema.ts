import fc from "fast-check";
import { z } from "zod";
import { LOG_RETENTION_DAYS } from "../../config/schema/stack";
import { keysOf, schemaAt, unwrap } from "../../config/schema/walk";

export type Schema = z.core.$ZodType;
/** What a path's values are where its schema alone does not say: "network.cidr", "database.instances[].class". */
export type Overrides = Readonly<Record<string, fc.Arbitrary<unknown>>>;

/** Values that a schema accepts. Keys that may be missing are missing now and then. */
export function accepted(schema: Schema, overrides: Overrides = {}, path = ""): fc.Arbitrary<unknown> {
  const own = overrides[path];
  if (own !== undefined) return own;
  const inner = unwrap(schema);
  if (inner instanceof z.ZodObject) return acceptedBlock(inner, overrides, path);
  if (inner instanceof z.ZodArray) return acceptedList(inner, overrides, path);
  if (inner instanceof z.ZodEnum) return fc.constantFrom(...inner.options);
  if (inner instanceof z.ZodBoolean) return fc.boolean();
  if (inner instanceof z.ZodNumber) return acceptedNumber(inner);
  if (inner instanceof z.ZodString) return fc.oneof(...patternsOf(inner).map(matching));
  throw new Error(`${path}: the generator has no word for this schema; give it an override`);
}

const known = new Map<string, fc.Arbitrary<string>>();

/** A pattern is read once: that takes longer than a thousand texts of it. */
function matching(pattern: RegExp): fc.Arbitrary<string> {
  const made = known.get(pattern.source) ?? fc.stringMatching(pattern);
  known.set(pattern.source, made);
  return made;
}

function acceptedBlock(schema: z.ZodObject, overrides: Overrides, path: string): fc.Arbitrary<unknown> {
  const entries = keysOf(schema).map((key) => {
    const child = schemaAt(schema, [key]);
    if (child === undefined) throw new Error(`${path}: no schema of ${key}`);
    const name = path === "" ? key : `${path}.${key}`;
    const value = accepted(child, overrides, name);
    const missing = shapeOf(schema, key) && overrides[name] === undefined;
    return [key, missing ? fc.option(value, { nil: undefined, freq: 4 }) : value] as const;
  });
  return fc.record(Object.fromEntries(entries)).map(withoutUndefined);
}

const shapeOf = (schema: z.ZodObject, key: string): boolean => {
  const child = (schema.shape as Readonly<Record<string, unknown>>)[key];
  return child instanceof z.ZodOptional || child instanceof z.ZodDefault;
};

export function withoutUndefined(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function acceptedList(schema: z.ZodArray, overrides: Overrides, path: string): fc.Arbitrary<unknown> {
  const { minimum, maximum } = lengthOf(schema);
  const most = Math.min(maximum, Math.max(minimum, 5));
  const element = accepted(schema.element, overrides, `${path}[]`);
  return fc.uniqueArray(element, { minLength: minimum, maxLength: most, selector: (value) => JSON.stringify(value) });
}

/** What a schema's checks say: "minimum", "maximum", "pattern". */
function said(schema: z.ZodArray | z.ZodString, what: string): unknown[] {
  const checks = (schema._zod.def.checks ?? []).map(
    ({ _zod }) => _zod.def as unknown as Readonly<Record<string, unknown>>,
  );
  return checks.flatMap((check) => (check[what] === undefined ? [] : [check[what]]));
}

function lengthOf(schema: z.ZodArray): { minimum: number; maximum: number } {
  const minimum = Math.max(0, ...said(schema, "minimum").map(Number));
  return { minimum, maximum: Math.min(...said(schema, "maximum").map(Number)) };
}

function acceptedNumber(schema: z.ZodNumber): fc.Arbitrary<number> {
  const { minValue, maxValue } = schema;
  // A number that AWS enumerates: the schema's own check knows which.
  if (minValue === Number.MIN_SAFE_INTEGER) return fc.constantFrom(...LOG_RETENTION_DAYS);
  const range = { min: minValue ?? 0, max: maxValue ?? Number.MAX_SAFE_INTEGER };
  if (schema.isInt) return fc.integer(range);
  // As a stack file writes it.
  return fc.integer({ min: Math.ceil(range.min * 100), max: Math.floor(range.max * 100) }).map((value) => value / 100);
}

function patternsOf(schema: z.ZodString): RegExp[] {
  const patterns = said(schema, "pattern").filter((pattern) => pattern instanceof RegExp);
  if (patterns.length === 0) throw new Error("a text without a pattern accepts anything; give it an override");
  return patterns;
}
