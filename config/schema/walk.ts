import { z } from "zod";
import type { Path } from "../faults";
import { help } from "./fields";

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
  if (schema instanceof z.ZodObject) return shapeOf(schema).get(String(step));
  if (schema instanceof z.ZodArray) return schema.element;
  if (schema instanceof z.ZodRecord) return schema.valueType;
  return undefined;
}

/** zod types the shape of an object it knows nothing of as `any`. */
const shapeOf = (schema: z.ZodObject) => new Map(Object.entries<z.core.$ZodType>(schema.shape));

export const keysOf = (schema: z.core.$ZodType): string[] => {
  const inner = unwrap(schema);
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
};

/** What a field accepts, in words; for a block, the names of its keys. */
export function allowedBy(schema: z.core.$ZodType): string {
  const inner = unwrap(schema);
  return help.get(inner)?.allowed ?? `a block with the keys ${keysOf(inner).join(", ")}`;
}

/** A value that the schema accepts. */
export function exampleOf(schema: z.core.$ZodType): unknown {
  const inner = unwrap(schema);
  const own = help.get(inner);
  if (own || !(inner instanceof z.ZodObject)) return structuredClone(own?.example);
  const required = [...shapeOf(inner)].filter(([, child]) => !mayBeMissing(child));
  return Object.fromEntries(required.map(([key, child]) => [key, exampleOf(child)]));
}
