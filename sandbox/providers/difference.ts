import type { Kind, ResourceSchema } from "../schema/kinds";
import { UNKNOWN, canonical, isList, isMap, opened, type Value, type Values } from "../schema/values";

export interface Change {
  /** "replicas[0].regionName" */
  readonly path: string;
  readonly kind: "add" | "delete" | "update";
  readonly replaces: boolean;
}

/** Which arguments make a new resource when they change: dotted paths without indices, "*" for all but tags. */
export interface Replacements {
  readonly always: readonly string[];
  /** Where the documentation's words mislead. */
  readonly never?: readonly string[];
  /** Deleted before the new one is made. @default when the program gives a name that stays the same */
  readonly deleteFirst?: boolean;
}

/** A table of arguments per type, written as one text each. */
export function replacements(
  provider: string,
  always: Readonly<Record<string, string>>,
  more: (type: string) => Omit<Replacements, "always"> = () => ({}),
): Readonly<Record<string, Replacements>> {
  const rules = Object.entries(always).map(([type, paths]) => [
    `${provider}:${type}`,
    { always: paths.split(" "), ...more(type) },
  ]);
  return Object.fromEntries(rules) as Record<string, Replacements>;
}

/** What changed between the arguments in the state and the program's, and what of it makes a new resource. */
export function difference(schema: ResourceSchema, rules: Replacements, olds: Values, news: Values): Change[] {
  const changes: Change[] = [];
  const replaces = replacementTest(schema, rules);
  for (const key of new Set([...Object.keys(olds), ...Object.keys(news)])) {
    if (key === "__defaults") continue;
    const before = olds[key] ?? null;
    const after = news[key] ?? null;
    // Left to the cloud again: it keeps what it has where it answers a value of its own, and has no default.
    const output = schema.outputs[key];
    if (after === null && output?.always && output.fallback === undefined) continue;
    compare(before, after, key, changes, replaces);
  }
  return changes;
}

function compare(before: Value, after: Value, path: string, out: Change[], replaces: (path: string) => boolean): void {
  const old = opened(before);
  const now = opened(after);
  if (isMap(old) && isMap(now)) {
    for (const key of new Set([...Object.keys(old), ...Object.keys(now)])) {
      const name = /^[\w-]+$/.test(key) ? `${path}.${key}` : `${path}["${key}"]`;
      compare(old[key] ?? null, now[key] ?? null, name, out, replaces);
    }
  } else if (isList(old) && isList(now)) {
    for (let index = 0; index < Math.max(old.length, now.length); index += 1) {
      compare(old[index] ?? null, now[index] ?? null, `${path}[${index}]`, out, replaces);
    }
  } else if (now === UNKNOWN ? old !== UNKNOWN : canonical(old) !== canonical(now)) {
    out.push({ path, kind: old === null ? "add" : now === null ? "delete" : "update", replaces: replaces(path) });
  }
}

function replacementTest(schema: ResourceSchema, rules: Replacements): (path: string) => boolean {
  const tagKeys = new Set(["tags", "tagsAll"]);
  const covers = (paths: readonly string[], path: string): boolean =>
    paths.some((rule) => path === rule || path.startsWith(`${rule}.`));
  return (full) => {
    const path = full.replace(/\[[^\]]*\]/g, "");
    const top = path.split(".")[0] ?? "";
    if (tagKeys.has(top)) return false;
    // In @pulumi/aws 7 each resource has its region, and no resource can move.
    if (top === "region" || rules.always.includes("*") || covers(rules.always, path)) return true;
    return !covers(rules.never ?? [], path) && documented(schema, path.split("."));
  };
}

/** Whether the documentation of the argument, or of one that holds it, says that it forces a new resource. */
function documented(schema: ResourceSchema, path: readonly string[]): boolean {
  let properties = schema.inputs;
  for (const key of path) {
    const property = properties[key];
    if (property === undefined) return false;
    if (property.replaces) return true;
    const object = objectOf(property.kind);
    if (object === undefined) return false;
    properties = schema.objects[object] ?? {};
  }
  return false;
}

function objectOf(kind: Kind): string | undefined {
  if (typeof kind === "string" || "values" in kind) return undefined;
  if ("list" in kind) return objectOf(kind.list);
  if ("map" in kind) return objectOf(kind.map);
  if ("object" in kind) return kind.object;
  return kind.oneOf.map(objectOf).find((found) => found !== undefined);
}
