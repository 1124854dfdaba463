import { distance } from "fastest-levenshtein";

/** Where in a stack file: `["database", "instances", 1, "class"]`; the first of `aws` stands for the provider's keys. */
export type Path = readonly (string | number)[];

/** One thing wrong with a stack file. */
export interface Fault {
  readonly path: Path;
  /** The value, or what stands in its place. */
  readonly found: string;
  /** What is wrong with it, when "allowed" alone does not tell. */
  readonly problem?: string;
  readonly allowed: string;
  readonly example: string;
}

/** `affiliate:database.instances[1].class`, as `pulumi config set --path` takes it. */
export function keyOf(path: Path): string {
  const [first, ...rest] = path;
  if (first === undefined) return "affiliate:";
  const [head, tail] = first === "aws" ? [`aws:${String(rest[0] ?? "")}`, rest.slice(1)] : [qualified(first), rest];
  return head + tail.map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`)).join("");
}

/** A key of another namespace is kept whole. */
const qualified = (key: string | number) => (String(key).includes(":") ? String(key) : `affiliate:${key}`);

const LONGEST = 120;

/** A value as a stack file would say it, on one line. */
export function show(value: unknown): string {
  if (value === undefined) return "nothing: the key is missing";
  const text = JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** The word that was probably meant: near enough that it is more likely than not. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((candidate) => ({ candidate, far: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.far - b.far);
  const [best] = ranked;
  return best && best.far <= Math.max(2, Math.floor(word.length / 3)) ? best.candidate : undefined;
}

/** The one message for all faults of a stack file. */
export function report(file: string, faults: readonly Fault[]): string {
  const count = faults.length === 1 ? "1 fault" : `${faults.length} faults`;
  const entries = faults.map((fault) =>
    [
      `  ${keyOf(fault.path)}`,
      `    found    ${fault.found}`,
      ...(fault.problem === undefined ? [] : [`    problem  ${fault.problem}`]),
      `    allowed  ${fault.allowed}`,
      `    example  ${fault.example}`,
    ].join("\n"),
  );
  return [`${file} has ${count}; nothing was created or changed.`, ...entries].join("\n\n") + "\n";
}
