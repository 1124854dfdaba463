// What has changed in a resource, property by property, with nothing in it that is secret.
import type { PropertyDiff, StepMetadata } from "./engine-events";

export interface PropertyChange {
  /** `rules[1].statement.limit` */
  readonly path: string;
  readonly kind: "add" | "delete" | "update";
  /** Whether it is why the resource is replaced. */
  readonly replaces: boolean;
  /** As text; undefined where there is none. */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** How Pulumi writes a value that is known at the update only. Source: sdk/go/common/resource/plugin, UnknownStringValue. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
/** The key by which Pulumi tells values of its own from others, and what it says for a secret. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

const KNOWN_LATER = "(known at the update)";
const HIDDEN = "[secret]";

export function propertyChanges(step: StepMetadata): PropertyChange[] {
  const detailed = step.detailedDiff ?? {};
  const paths = Object.keys(detailed).length > 0 ? Object.entries(detailed) : coarse(step);
  return paths
    .map(([path, diff]) => ({
      path,
      kind: diff.diffKind.replace("-replace", "") as PropertyChange["kind"],
      replaces: diff.diffKind.endsWith("-replace"),
      // A state is compared with inputs where it has drifted; the inputs of before then say nothing.
      before: text(valueAt((diff.inputDiff ? step.old?.inputs : step.old?.outputs) ?? step.old?.inputs, path)),
      after: text(valueAt(isRefresh(step) ? step.new?.outputs : step.new?.inputs, path)),
    }))
    .sort((a, b) => a.path.localeCompare(b.path));
}

const isRefresh = ({ op }: StepMetadata): boolean => op === "refresh";

/** Of providers that tell no more than the names. */
function coarse({ op, diffs, old, new: after }: StepMetadata): [string, PropertyDiff][] {
  if (op !== "update" && op !== "replace") return [];
  return (diffs ?? []).map((name) => {
    const [was, is] = [old?.inputs?.[name] !== undefined, after?.inputs?.[name] !== undefined];
    return [name, { diffKind: was && is ? "update" : is ? "add" : "delete", inputDiff: true }];
  });
}

/** A path in the engine's spelling: `a.b[0]["c.d"]`. */
export function keysOf(path: string): string[] {
  const keys: string[] = [];
  for (const [, quoted, index, name] of path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+|\*)\]|([^.[\]]+)/g)) {
    keys.push(quoted?.replace(/\\(.)/g, "$1") ?? index ?? name ?? "");
  }
  return keys;
}

/** Behind the first secret on the way nothing is looked at. */
function valueAt(from: unknown, path: string): unknown {
  let at = from;
  for (const key of keysOf(path)) {
    if (isSecret(at) || typeof at !== "object" || at === null) break;
    at = (at as Record<string, unknown>)[key];
  }
  return at;
}

function isSecret(value: unknown): boolean {
  if (value === HIDDEN) return true;
  return typeof value === "object" && value !== null && (value as Record<string, unknown>)[SIGNATURE] === SECRET;
}

function text(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (value === UNKNOWN) return KNOWN_LATER;
  if (isSecret(value)) return HIDDEN;
  return JSON.stringify(value, (_, inner: unknown) => {
    if (inner === UNKNOWN) return KNOWN_LATER;
    return isSecret(inner) ? HIDDEN : inner;
  });
}
