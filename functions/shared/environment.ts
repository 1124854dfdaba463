import type { z } from "zod";

/** A function's environment in the shape that it expects. Throws with all faults of it at once. */
export function readEnvironment<Shape extends z.ZodType>(
  shape: Shape,
  env: Readonly<Record<string, string | undefined>>,
): z.output<Shape> {
  const { data, error } = shape.safeParse(env);
  if (error === undefined) return data;
  const faults = error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new Error(`The function's environment is not complete: ${faults.join("; ")}`);
}
