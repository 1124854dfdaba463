import { z } from "zod";
import type { Path } from "../faults";
import { help, type Help } from "./fields";

/** What is behind `.default()` and `.optional()`. */
export function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  return schema instanceof z.ZodDefault || schema instanceof z.ZodOptional ? unwrap(schema.unwrap()) : schema;
}

/** Whether a stack file may leave it out. */
export const mayBeMissing = (schema: z.core.$ZodType): boolean =>
  schema instanceof z.ZodDefault || schema instanceof z.ZodOptional;

/** The schema of the value at a path; none where the schema knows no such key. */
export function schemaAt(root: z.core.$ZodType, path: Path): z.core.$ZodType | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return root;
  const schema = unwrap(root);
  const inner = childOf(schema, step);
  return inner && schemaAt(inner, rest);
}

function childOf(schema: z.core.$ZodType, step: string | number): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodObject) return Object.hasOwn(schema.shape, step) ? schema.shape[step] : undefined;
  if (schema instanceof z.ZodArray) return schema.element;
  if (schema instanceof z.ZodRecord) return schema.valueType;
  return undefined;
}

export const keysOf = (schema: z.core.$ZodType): string[] => {
  const inner = unwrap(schema);
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
};

/** The help of a field; for a block, the names of its keys. */
export function helpOf(schema: z.core.$ZodType): { allowed: string; example?: unknown } {
  const inner = unwrap(schema);
  const own: Help | undefined = help.get(inner);
  return own ?? { allowed: `a block with the keys ${keysOf(inner).join(", ")}` };
}

/** A value that the schema accepts. */
export function exampleOf(schema: z.core.$ZodType): unknown {
  const inner = unwrap(schema);
  const own = help.get(inner);
  if (own || !(inner instanceof z.ZodObject)) return structuredClone(own?.example);
  const required = Object.entries(inner.shape).filter(([, child]) => !mayBeMissing(child));
  return Object.fromEntries(required.map(([key, child]) => [key, exampleOf(child)]));
}
