import { z } from "zod";

/** What a fault says about the field it is in: what would be accepted, and one value that is. */
export interface Help {
  /** Completes "allowed: …". */
  readonly allowed: string;
  /** A value the field accepts; it also stands in for a wrong one while the rules across fields run. */
  readonly example: unknown;
}

// A program parses one stack file: validators compiled for speed would cost more than they save (measured: 15 ms for 18).
z.config({ jitless: true });

export const help = z.registry<Help>();

interface Range {
  readonly min: number;
  readonly max: number;
  /** What is counted: "days", "tasks". */
  readonly unit: string;
  readonly example: number;
}

export function integer({ min, max, unit, example }: Range) {
  const allowed = `a whole number of ${unit}, ${min} to ${max}`;
  return z.int().min(min).max(max).register(help, { allowed, example });
}

export function decimal({ min, max, unit, example }: Range) {
  return z
    .number()
    .min(min)
    .max(max)
    .register(help, { allowed: `a number of ${unit}, ${min} to ${max}`, example });
}

export function flag(example: boolean) {
  return z.boolean().register(help, { allowed: "true or false", example });
}

export function text(pattern: RegExp, allowed: string, example: string) {
  return z.string().regex(pattern).register(help, { allowed, example });
}

export function oneOf<const Values extends readonly [string, ...string[]]>(values: Values, note = "") {
  const allowed = `${values.map((value) => JSON.stringify(value)).join(" or ")}${note && ` (${note})`}`;
  return z.enum(values).register(help, { allowed, example: values[0] });
}

/** Numbers AWS enumerates, such as the days CloudWatch keeps logs. */
export function oneOfNumbers(values: readonly number[], unit: string, example: number) {
  const allowed = `${unit}: ${values.join(", ")}`;
  return z
    .int()
    .refine((value) => values.includes(value))
    .register(help, { allowed, example });
}

interface Length {
  readonly min?: number;
  readonly max: number;
  /** What the elements are: "zones", "host names". */
  readonly of: string;
  readonly example: readonly unknown[];
}

/** A list in which nothing stands twice. */
export function list<Element extends z.ZodType>(element: Element, { min = 0, max, of, example }: Length) {
  const allowed = `a list of ${min} to ${max} ${of}`;
  return z.array(element).min(min).max(max).register(help, { allowed, example });
}

/** A block of keys; keys it does not know are faults. */
export function block<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape);
}
