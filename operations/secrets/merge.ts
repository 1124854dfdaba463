import type { SecretDefinition } from "../../config/secrets";
import { fault, generate } from "./generate";

/** `missing`: only a person can give it, and nobody has yet. */
export type KeyAction = "kept" | "given" | "generated" | "fixed" | "extended" | "missing";

export interface Merged {
  /** The whole new value; never to be printed. */
  readonly value: Readonly<Record<string, string>>;
  /** What happens to each key, in the table's order: this is what may be shown. */
  readonly actions: readonly { readonly key: string; readonly action: KeyAction; readonly note?: string }[];
  readonly changed: boolean;
}

export interface MergeRequest {
  /** What the secret holds now. */
  readonly current?: Readonly<Record<string, string>>;
  readonly given: Readonly<Record<string, string>>;
  /** Generate anew what the table says is generated. */
  readonly rotate: boolean;
}

/**
 * The next value of a secret. A key is what was given, else what it was, else generated; keys that the table does not
 * know stay. A Laravel key that is replaced moves to the head of the previous ones.
 */
export function merge(definition: SecretDefinition, request: MergeRequest): Merged {
  const { given, rotate } = request;
  const current = request.current ?? {};
  const value: Record<string, string> = { ...current };
  const actions: { key: string; action: KeyAction; note?: string }[] = [];
  for (const [key, source] of Object.entries(definition.keys)) {
    const generated = source.kind === "laravelKey" || source.kind === "password";
    const [next, action] = ((): [string | undefined, KeyAction] => {
      if (source.kind === "fixed") return [source.value, current[key] === source.value ? "kept" : "fixed"];
      if (given[key] !== undefined) return [given[key], given[key] === current[key] ? "kept" : "given"];
      if (has(current, key) && !(generated && rotate)) return [current[key], "kept"];
      return [generate(source), "generated"];
    })();
    if (next !== undefined) value[key] = next;
    const note = next === "" ? { note: "empty" } : {};
    actions.push({ key, action: next === undefined ? "missing" : action, ...note });
  }
  keepOldKeys(definition, current, value, actions);
  for (const key of Object.keys(current)) {
    if (!(key in definition.keys)) actions.push({ key, action: "kept", note: "not in the table" });
  }
  const changed = Object.keys(value).some((key) => value[key] !== current[key]);
  return { value, actions, changed };
}

/** Data encrypted with the replaced key must stay readable, whatever else was given. */
function keepOldKeys(
  definition: SecretDefinition,
  current: Readonly<Record<string, string>>,
  value: Record<string, string>,
  actions: { key: string; action: KeyAction; note?: string }[],
): void {
  const keyOf = (kind: string) => Object.entries(definition.keys).find(([, source]) => source.kind === kind)?.[0];
  const main = keyOf("laravelKey");
  const previous = keyOf("previousLaravelKeys");
  if (main === undefined || previous === undefined) return;
  const replaced = has(current, main) && current[main] !== value[main] ? [current[main] ?? ""] : [];
  const before = (value[previous] ?? "").split(",").filter((key) => key !== "");
  const after = [...new Set([...replaced, ...before])].filter((key) => key !== value[main]);
  if (after.join(",") === value[previous]) return;
  value[previous] = after.join(",");
  const entry = actions.find(({ key }) => key === previous);
  if (entry === undefined) return;
  entry.action = "extended";
  delete entry.note;
  if (replaced.length > 0) entry.note = `the old ${main} is its first`;
}

/** A key that is there with an empty text is as good as none. */
function has(values: Readonly<Record<string, string>>, key: string): boolean {
  return (values[key] ?? "") !== "";
}

/** Keys that only a person can give and nobody has given yet. */
export function missing(definition: SecretDefinition, { current, given }: Omit<MergeRequest, "rotate">): string[] {
  return Object.entries(definition.keys)
    .filter(([key, source]) => source.kind === "asked" && given[key] === undefined && !has(current ?? {}, key))
    .map(([key]) => key);
}

/** What is wrong with what was given, each in one sentence without the value. */
export function faults(definition: SecretDefinition, given: Readonly<Record<string, string>>): string[] {
  return Object.entries(given).flatMap(([key, value]) => {
    const source = definition.keys[key];
    if (source === undefined)
      return [`${key} is not a key of it; its keys: ${Object.keys(definition.keys).join(", ")}`];
    const wrong = fault(source, value);
    return wrong === undefined ? [] : [`${key} ${wrong}`];
  });
}
