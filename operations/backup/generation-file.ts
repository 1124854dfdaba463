import { isMap, parseDocument, type YAMLMap } from "yaml";
import type { Generation } from "../../config/restore";
import { Failure } from "../failure";

const KEY = "affiliate:database";

export interface NewGeneration {
  /** The stack file with it. */
  readonly content: string;
  readonly generation: number;
  /** Lines that were added or changed, for a person. */
  readonly lines: readonly string[];
}

/**
 * Writes `database.restore` with the next generation into a stack file, and keeps the one in use. Nothing else of the file
 * changes, not a comment and not a space: only the text of the two keys is replaced.
 *
 * @param keepCurrent - false when the cluster in use is gone: what does not exist is not kept
 */
export function withNewGeneration(content: string, from: string, keepCurrent: boolean): NewGeneration {
  const document = parseDocument(content, { keepSourceTokens: true });
  const database = document.getIn(["config", KEY]);
  if (document.errors.length > 0 || !isMap(database)) {
    throw new Failure("refused", `The stack file has no block "${KEY}:" that a generation could be written into.`);
  }
  const current = currentOf(database);
  const generation = current.generation + 1;
  const kept = [...(keepCurrent ? [current] : []), ...keptOf(database)];
  const lines = [
    `restore: { from: ${JSON.stringify(from)}, generation: ${generation} }`,
    ...(kept.length === 0 ? [] : [`kept: [${kept.map(written).join(", ")}]`]),
  ];
  const edited = splice(content, database, lines);
  demandSame(edited, { from, generation }, kept);
  return { content: edited, generation, lines };
}

/** The generation in use, as the file has it. */
export function currentGeneration(content: string): Generation {
  const database = parseDocument(content).getIn(["config", KEY]);
  return isMap(database) ? currentOf(database) : { generation: 0 };
}

function currentOf(database: YAMLMap): Generation {
  const { restore } = database.toJSON() as { restore?: { from: string; generation: number } };
  return restore ?? { generation: 0 };
}

const keptOf = (database: YAMLMap): readonly Generation[] =>
  (database.toJSON() as { kept?: readonly Generation[] }).kept ?? [];

function written({ generation, from, release }: Generation): string {
  const parts = [
    `generation: ${generation}`,
    ...(from === undefined ? [] : [`from: ${JSON.stringify(from)}`]),
    ...(release === true ? ["release: true"] : []),
  ];
  return `{ ${parts.join(", ")} }`;
}

/** The first of the old keys gives its place, the others go; without one the lines come to the block's end. */
function splice(content: string, database: YAMLMap, lines: readonly string[]): string {
  const ranges = ["restore", "kept"].flatMap((key) => {
    const pair = database.items.find(({ key: name }) => String(name) === key);
    const [begin] = (pair?.key as { range?: [number, number, number] } | undefined)?.range ?? [];
    const [, end] = (pair?.value as { range?: [number, number, number] } | undefined)?.range ?? [];
    return begin === undefined || end === undefined ? [] : [[begin, end] as const];
  });
  const first = database.items[0]?.key as { range?: [number, number, number] } | undefined;
  const start = first?.range?.[0] ?? 0;
  const indent = " ".repeat(start - (content.lastIndexOf("\n", start - 1) + 1));
  const text = lines.join(`\n${indent}`);
  const [place, ...others] = [...ranges].sort((a, b) => a[0] - b[0]);
  if (place === undefined) {
    const last = database.items.at(-1)?.value as { range?: [number, number, number] } | undefined;
    // Behind the last value, its comment on the same line and its line's end.
    const end = endOfLine(content, last?.range?.[1] ?? start);
    return `${content.slice(0, end)}\n${indent}${text}${content.slice(end)}`;
  }
  let edited = content;
  for (const [begin, end] of others.reverse()) {
    edited = edited.slice(0, edited.lastIndexOf("\n", begin)) + edited.slice(endOfLine(edited, end));
  }
  return edited.slice(0, place[0]) + text + edited.slice(trimmed(edited, place[1]));
}

const endOfLine = (content: string, from: number): number => {
  // A block's range ends behind its last line's end.
  const end = content.indexOf("\n", trimmed(content, from));
  return end === -1 ? content.length : end;
};

/** Without white space before it. */
function trimmed(content: string, end: number): number {
  let at = end;
  while (at > 0 && /\s/.test(content[at - 1] ?? "")) at -= 1;
  return at;
}

/** What was written is read again: a file that says something else would restore something else. */
function demandSame(content: string, restore: { from: string; generation: number }, kept: readonly Generation[]): void {
  const found = (parseDocument(content).getIn(["config", KEY]) as YAMLMap | undefined)?.toJSON() as unknown;
  const { restore: r, kept: k = [] } = found as { restore?: unknown; kept?: unknown };
  const normal = (value: unknown) => JSON.stringify(value, ["from", "generation", "release"]);
  if (normal(r) === normal(restore) && normal(k) === normal(kept)) return;
  throw new Failure("failed", `The block "${KEY}:" is written in a way that this command cannot edit; do it by hand.`);
}
