import type { CloudResource } from "../cloud/cloud";
import type { Output, ResourceSchema } from "../schema/kinds";
import { UNKNOWN, hasSecret, secret, type Value, type Values } from "../schema/values";
import type { Request } from "./request";
import type { Shape } from "./shape";

/** What the real provider knows of a resource before it is made: the arguments, and that the rest is unknown. */
export function planned(schema: ResourceSchema, inputs: Values): Values {
  const unknown = Object.entries(schema.outputs).filter(([, output]) => output.always);
  const tags: Values = "tagsAll" in schema.outputs ? { tagsAll: inputs["tags"] ?? {} } : {};
  return { ...Object.fromEntries(unknown.map(([key]) => [key, UNKNOWN])), ...tags, ...inputs };
}

/** The state that an update leaves: the old one without the arguments that the program no longer gives. */
export function settled(schema: ResourceSchema, olds: Values, news: Values): Values {
  const kept = Object.entries(olds).filter(([key]) => !(key in schema.inputs) || schema.outputs[key]?.always);
  const tags: Values = "tagsAll" in schema.outputs ? { tagsAll: news["tags"] ?? {} } : {};
  return { ...Object.fromEntries(kept), ...tags, ...news };
}

/** How the provider writes an argument that nobody gave and the cloud leaves empty. */
const EMPTY: Readonly<Partial<Record<Output["kind"], Value>>> = { string: "", number: 0, boolean: false, list: [] };
const EMPTY_ATTRIBUTE: typeof EMPTY = { boolean: false, list: [] };

/** The attributes that the cloud answers beside the arguments: the shape's, and empty ones that the typings promise. */
export function answers(schema: ResourceSchema, shape: Shape, request: Request): Values {
  const made = { ...prefixed(schema, request), ...shape.outputs?.(request) };
  const empty: Values = {};
  for (const [key, output] of Object.entries(schema.outputs)) {
    if (!output.always) continue;
    // An attribute that is no argument has a value of its own: text of it comes from the shape alone.
    const blank = (key in schema.inputs ? EMPTY : EMPTY_ATTRIBUTE)[output.kind];
    const value = typeof output.fallback === output.kind ? output.fallback : blank;
    if (value !== undefined) empty[key] = value;
  }
  const tags: Values = "tagsAll" in schema.outputs ? { tagsAll: request.inputs["tags"] ?? {} } : {};
  const region: Values = "region" in schema.outputs ? { region: request.region } : {};
  const all: Values = { ...empty, ...region, ...made, ...tags };
  return Object.fromEntries(Object.entries(all).filter(([key]) => (request.inputs[key] ?? null) === null));
}

/** Names that the provider makes from `namePrefix` and the like. */
function prefixed(schema: ResourceSchema, request: Request): Values {
  const keys = Object.keys(schema.inputs).filter((key) => request.has(`${key}Prefix`));
  return Object.fromEntries(keys.map((key) => [key, request.text(key)]));
}

/** Marks what the package declares to be secret. */
export function withSecrets(schema: ResourceSchema, values: Values): Values {
  const marked = { ...values };
  for (const key of schema.secretOutputs) {
    const value = marked[key] ?? null;
    if (value !== null && value !== UNKNOWN && !hasSecret(value)) marked[key] = secret(value);
  }
  return marked;
}

/** The arguments that would lead to what the cloud has now: what the next diff compares the program with. */
export function readInputs(
  schema: ResourceSchema,
  resource: CloudResource,
  found: Values,
  known: Values | undefined,
): Values {
  const inputs: Values = {};
  for (const key of Object.keys(schema.inputs)) {
    const value: Value = found[key] ?? null;
    if (value === null) continue;
    const given = known !== undefined && Object.keys(known).length > 0 ? key in known : key in resource.inputs;
    // Somebody set what the program leaves out: shown, unless it is the cloud's own answer.
    if (given || !resource.computed.includes(key)) inputs[key] = value;
  }
  return inputs;
}
