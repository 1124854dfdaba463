import type { z } from "zod";
import { nearest, show, type Fault, type Path } from "./faults";
import { ruleSets } from "./rules";
import { watched, type Rule, type RuleSet } from "./rules/rule";
import { allowedBy, exampleOf, keysOf, schemaAt, unwrap } from "./schema/walk";
import { stackFile, type StackFile } from "./settings";

export type Verdict<File = StackFile> =
  { readonly stackFile: File; readonly faults?: never } | { readonly faults: readonly Fault[] };

type Tree = Record<string, unknown>;

/**
 * Judges a stack file as a whole: every field, and every rule across fields whose own fields are right.
 * @param known Faults found before, such as secrets; nothing else is said about their keys.
 */
export function judge(raw: Tree, known: readonly Fault[] = [], more: readonly RuleSet[] = []): Verdict {
  return judgeBy({ schema: stackFile, rules: [...ruleSets, ...more] }, raw, known);
}

/** What a file of settings must be: the platform's stack file, or the account's. */
export interface Judged<File extends object> {
  readonly schema: z.ZodType<File>;
  readonly rules: readonly RuleSet<File>[];
}

/** The same for any file of settings. */
export function judgeBy<File extends object>(
  { schema, rules }: Judged<File>,
  raw: Tree,
  known: readonly Fault[] = [],
): Verdict<File> {
  const input = structuredClone(raw);
  known.forEach((fault) => repair(schema, input, fault.path));
  const parsed = schema.safeParse(input);
  const faults = [...known, ...(parsed.success ? [] : fieldFaults(schema, parsed.error.issues, input))];
  const draft = parsed.success ? parsed.data : draftOf(schema, input);
  faults.push(...broken(rules, draft, raw, faults));
  return faults.length > 0 || !parsed.success ? { faults: inFileOrder(schema, faults) } : { stackFile: parsed.data };
}

function inFileOrder(schema: z.core.$ZodType, faults: readonly Fault[]): Fault[] {
  const blocks = keysOf(schema);
  const position = (fault: Fault) => blocks.indexOf(String(fault.path[0])) >>> 0;
  return [...faults].sort((a, b) => position(a) - position(b));
}

/** One fault for each field, however many of its checks fail. */
function fieldFaults(root: z.core.$ZodType, issues: readonly z.core.$ZodIssue[], input: Tree): Fault[] {
  const unknown = issues.flatMap((issue) =>
    issue.code === "unrecognized_keys" ? issue.keys.map((key) => unknownKey(root, asPath(issue.path), key, input)) : [],
  );
  const meant = new Set(unknown.map(({ meant }) => meant && JSON.stringify(meant)));
  const wrong = new Map<string, Fault>();
  for (const issue of issues) {
    const path = asPath(issue.path);
    const id = JSON.stringify(path);
    // A misspelt key is also a missing one: it is said once, where it stands.
    if (issue.code === "unrecognized_keys" || wrong.has(id) || meant.has(id)) continue;
    wrong.set(id, wrongValue(root, path, valueAt(input, path)));
  }
  return [...wrong.values(), ...unknown.map(({ fault }) => fault)];
}

function unknownKey(
  root: z.core.$ZodType,
  parent: Path,
  key: string,
  input: Tree,
): { fault: Fault; meant: Path | undefined } {
  const schema = schemaAt(root, parent) ?? root;
  const present = Object.keys(valueAt(input, parent) ?? {});
  const keys = keysOf(schema).filter((candidate) => candidate !== "aws" || parent.length > 0);
  const free = keys.filter((candidate) => !present.includes(candidate));
  const near = nearest(key, free) ?? nearest(key, keys);
  const path = [...parent, key];
  const problem = near === undefined ? "unknown key" : `unknown key; did you mean ${near}?`;
  return {
    fault: {
      path,
      found: show(valueAt(input, path)),
      problem,
      allowed: `the keys ${keys.join(", ")}`,
      example: exampleOfKey(root, [...parent, near ?? keys[0] ?? ""]),
    },
    meant: near !== undefined && free.includes(near) ? [...parent, near] : undefined,
  };
}

/** `backupRetentionDays: 30`, as the stack file would say it. */
function exampleOfKey(root: z.core.$ZodType, path: Path): string {
  const schema = schemaAt(root, path);
  return `${String(path.at(-1))}: ${show(schema && exampleOf(schema))}`;
}

function wrongValue(root: z.core.$ZodType, path: Path, value: unknown): Fault {
  const schema = schemaAt(root, path) ?? root;
  const example = exampleOf(schema);
  const problem = mistyped(schema, value, example);
  return {
    path,
    found: show(value),
    ...(problem !== undefined && { problem }),
    allowed: allowedBy(schema),
    example: show(example),
  };
}

/** The mistakes that YAML invites, and misspelt words of a closed list. */
function mistyped(schema: z.core.$ZodType, value: unknown, example: unknown): string | undefined {
  if (typeof example === "string" && typeof value === "number") return "is a number: put it in quotes";
  if (typeof example === "number" && typeof value === "string" && value.trim() !== "" && Number.isFinite(Number(value)))
    return "is a text: take the quotes away";
  if (typeof example === "boolean" && typeof value === "string") return "is a text";
  const inner = unwrap(schema);
  if (!("options" in inner) || !Array.isArray(inner.options) || typeof value !== "string") return undefined;
  const near = nearest(
    value,
    inner.options.filter((option): option is string => typeof option === "string"),
  );
  // Another number is another choice, not a slip of the finger: PriceClass_100 is not PriceClass_200.
  const words = (text: string) => text.replace(/\d/g, "");
  if (near === undefined || words(near) === words(value)) return undefined;
  return `did you mean ${near}?`;
}

/** The stack file with an example in place of each wrong value: the rules across fields run on it. */
function draftOf<File extends object>(schema: z.ZodType<File>, input: Tree): File {
  const draft = structuredClone(input);
  // Each round mends what it can see: what is inside a wrong block shows only when the block is one.
  for (let round = 0; round < 5; round++) {
    const parsed = schema.safeParse(draft);
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) {
      const path = asPath(issue.path);
      if (issue.code === "unrecognized_keys") issue.keys.forEach((key) => remove(draft, [...path, key]));
      else repair(schema, draft, path);
    }
  }
  return schema.parse(exampleOf(schema));
}

function broken<File extends object>(
  sets: readonly RuleSet<File>[],
  draft: File,
  raw: Tree,
  faults: readonly Fault[],
): Fault[] {
  const { view, during } = watched(draft);
  const covered = (path: Path) => faults.some((fault) => fault.path.every((step, index) => path[index] === step));
  return sets
    .flatMap((rules) => rules(view))
    .filter((rule) => {
      const { result, reads } = during(rule.holds);
      return !result && !reads.some(covered);
    })
    .map((rule) => faultOf(rule, draft, raw));
}

function faultOf(rule: Rule, draft: object, raw: Tree): Fault {
  const written = valueAt(raw, rule.path);
  const value = valueAt(draft, rule.path);
  const found = written === undefined && value !== undefined ? `nothing: the default is ${show(value)}` : show(value);
  return {
    path: rule.path,
    found,
    problem: rule.problem(),
    allowed: rule.allowed(),
    example: show(rule.example()),
  };
}

/** Every key in a stack file is text or an index. */
const asPath = (path: readonly PropertyKey[]): Path => path.map((step) => (typeof step === "symbol" ? "" : step));

function valueAt(tree: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, step) => (typeof value === "object" && value !== null ? (value as Tree)[step] : undefined),
    tree,
  );
}

function repair(root: z.core.$ZodType, tree: Tree, path: Path): void {
  const schema = schemaAt(root, path);
  const parent = valueAt(tree, path.slice(0, -1));
  const last = path.at(-1);
  if (typeof parent !== "object" || parent === null || last === undefined) return;
  if (schema) (parent as Tree)[last] = exampleOf(schema);
  else remove(tree, path);
}

function remove(tree: Tree, path: Path): void {
  const parent = valueAt(tree, path.slice(0, -1));
  const last = path.at(-1);
  if (typeof parent === "object" && parent !== null && last !== undefined) delete (parent as Tree)[last];
}
