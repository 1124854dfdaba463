import { checkInputs, type Fault } from "../schema/check";
import type { ResourceSchema } from "../schema/kinds";
import { isList, isMap, plain, type Value, type Values } from "../schema/values";

/** What the engine adds to a provider's configuration. */
const ENGINES_OWN = new Set(["version", "pluginDownloadURL", "pluginChecksums", "__internal"]);

/** Settings in their own kinds: the engine hands over all but text as JSON. */
export function settingValues(schema: ResourceSchema, settings: Values): Values {
  const known = Object.entries(settings).filter(([key]) => !ENGINES_OWN.has(key));
  return Object.fromEntries(
    known.map(([key, marked]): [string, Value] => {
      const value = plain(marked);
      const kind = schema.inputs[key]?.kind;
      return [key, kind === undefined || kind === "string" ? value : parsed(value)];
    }),
  );
}

export function settingFaults(schema: ResourceSchema, settings: Values): Fault[] {
  return checkInputs(schema, settingValues(schema, settings));
}

/** Nested settings may be JSON again. */
function parsed(value: Value): Value {
  if (isList(value)) return value.map(parsed);
  if (isMap(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, nested(item)]));
  return nested(value);
}

function nested(value: Value): Value {
  if (typeof value !== "string" || !/^(?:[[{]|true$|false$|-?\d+$)/.test(value)) return value;
  try {
    return JSON.parse(value) as Value;
  } catch {
    return value;
  }
}
