import type { Fault } from "../schema/check";
import type { ResourceSchema } from "../schema/kinds";
import { isSecret, type Values } from "../schema/values";
import type { Shape } from "./shape";
import { nameOf } from "./urn";

const DIGITS = 7;

/** The argument that the provider fills in with a name of its own when it is left out; undefined where there is none. */
function autonamed(schema: ResourceSchema, shape: Shape): { property: string; maxLength: number } | undefined {
  if (shape.autoname === false) return undefined;
  const { property, maxLength = 255 } = shape.autoname ?? { property: "name" };
  const known = schema.inputs[property];
  return known !== undefined && !known.required && known.kind === "string" ? { property, maxLength } : undefined;
}

/** "name-1234567" where the program leaves the name to the provider, kept from then on: what the real bridge does. */
export function autoname(
  schema: ResourceSchema,
  shape: Shape,
  inputs: Values,
  urn: string,
  olds: Values,
  seed: Uint8Array,
): { readonly inputs: Values } | Fault {
  const found = autonamed(schema, shape);
  if (found === undefined) return { inputs };
  const { property, maxLength } = found;
  if ([property, `${property}Prefix`].some((key) => (inputs[key] ?? null) !== null)) return { inputs };
  const old = olds[property];
  if (typeof old === "string" || (old !== undefined && isSecret(old)))
    return { inputs: { ...inputs, [property]: old } };
  const name = `${nameOf(urn)}-${Buffer.from(seed).toString("hex").padEnd(DIGITS, "0").slice(0, DIGITS)}`;
  if (name.length > maxLength) {
    const reason = `name '${nameOf(urn)}' plus ${DIGITS + 1} characters is longer than maximum length ${maxLength}`;
    return { property, reason };
  }
  return { inputs: { ...inputs, [property]: name } };
}

/**
 * Whether a replacement must delete first, as the real bridge decides it: the program gives the name that the provider
 * would else make up, and it stays the same. (A name in another argument, such as an Aurora cluster's, is not noticed:
 * there the new one is refused because the old one still has the name.)
 */
export function keepsItsName(schema: ResourceSchema, shape: Shape, urn: string, olds: Values, news: Values): boolean {
  const found = autonamed(schema, shape);
  if (found === undefined) return false;
  const old = olds[found.property];
  const made = typeof old === "string" && old.startsWith(`${nameOf(urn)}-`) && /^[0-9a-f]{7}$/.test(old.slice(-DIGITS));
  return old !== undefined && old === news[found.property] && !(made && old.length === nameOf(urn).length + DIGITS + 1);
}
