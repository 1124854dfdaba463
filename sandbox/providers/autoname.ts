import type { ResourceSchema } from "../schema/kinds";
import { isSecret, type Values } from "../schema/values";
import type { Shape } from "./shape";
import { nameOf } from "./urn";

const DIGITS = 7;

/** "name-1234567" where the program leaves the name to the provider, kept from then on: what the real bridge does. */
export function autoname(
  schema: ResourceSchema,
  shape: Shape,
  inputs: Values,
  urn: string,
  olds: Values,
  seed: Uint8Array,
): Values {
  if (shape.autoname === false) return inputs;
  const { property, maxLength = 255 } = shape.autoname ?? { property: "name" };
  const known = schema.inputs[property];
  const given = [property, `${property}Prefix`].some((key) => (inputs[key] ?? null) !== null);
  if (known === undefined || known.required || known.kind !== "string" || given) return inputs;
  const old = olds[property];
  if (typeof old === "string" || (old !== undefined && isSecret(old))) return { ...inputs, [property]: old };
  const name = `${nameOf(urn)}-${Buffer.from(seed).toString("hex").padEnd(DIGITS, "0").slice(0, DIGITS)}`;
  if (name.length > maxLength) {
    throw new Error(`name '${nameOf(urn)}' plus ${DIGITS + 1} characters is longer than maximum length ${maxLength}`);
  }
  return { ...inputs, [property]: name };
}
