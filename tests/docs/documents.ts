// Every Markdown file that a reader of this repository meets, taken apart: links, headings, code blocks, commands.
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";

export const root = join(__dirname, "..", "..");

const LEFT_OUT = /(^|\/)(node_modules|\.cache|dist|\.git|golden|\.state|\.cloud|\.stacks)(\/|$)/;

/** By path from the root. */
export function documents(): readonly string[] {
  const folders = [
    "",
    "docs",
    "docs/decisions",
    "docs/incident",
    "docs/reference",
    "policy",
    "sandbox",
    "application",
    "application/backup",
  ];
  const found = folders.flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith(".md"))
      .map((name) => join(folder, name)),
  );
  return found.filter((file) => !LEFT_OUT.test(file)).sort();
}

export const textOf = (file: string): string => readFileSync(join(root, file), "utf8");

export interface Block {
  readonly file: string;
  /** Of the line that opens it. */
  readonly line: number;
  readonly language: string;
  readonly text: string;
}

/** Fenced blocks, also within lists. */
export function blocksOf(file: string): readonly Block[] {
  const blocks: Block[] = [];
  let open: { line: number; language: string; fence: string; indent: number; lines: string[] } | undefined;
  textOf(file)
    .split("\n")
    .forEach((line, index) => {
      const [, indent = "", fence, language = ""] = /^(\s*)(`{3,})(\w*)\s*$/.exec(line) ?? [];
      if (open === undefined && fence !== undefined) {
        open = { line: index + 1, language, fence, indent: indent.length, lines: [] };
      } else if (open !== undefined && fence === open.fence && language === "") {
        blocks.push({ file, line: open.line, language: open.language, text: open.lines.join("\n") });
        open = undefined;
      } else open?.lines.push(line.slice(Math.min(open.indent, line.length - line.trimStart().length)));
    });
  if (open !== undefined) throw new Error(`${file}:${open.line}: the block is never closed`);
  return blocks;
}

/**
 * TypeScript as the compiler can judge it. A block stands in a file, `<!-- file <path> -->`, or is a part of one, which the comment
 * before it says: `<!-- row of <type> in <path> -->` (a key and its value), `<!-- element of <type> in <path> -->`.
 *
 * @throws {Error} when nothing is said
 */
export function moduleOf({ file, line, text }: Block): { readonly path: string; readonly text: string } {
  const before = textOf(file)
    .split("\n")
    .slice(0, line - 1)
    .findLast((one) => one.trim() !== "");
  const [, kind = "", type = "", path = ""] =
    /^\s*<!-- (file|row|element)(?: of (\w+) in)? ([\w/.-]+) -->$/.exec(before ?? "") ?? [];
  if (kind === "") throw new Error(`${file}:${line}: no <!-- file … --> or <!-- row of … in … --> stands before it`);
  const at = join(dirname(path), `document-${file.replaceAll("/", "-")}-${line}.ts`);
  if (kind === "file") return { path: at, text };
  const list = kind === "row" ? [`Readonly<Record<string, ${type}>> = {`, "};"] : [`readonly ${type}[] = [`, "];"];
  const source = `./${basename(path, ".ts")}`;
  return {
    path: at,
    text: `import type { ${type} } from "${source}";\nexport const part: ${list[0]}\n${text}\n${list[1]}`,
  };
}

/** Without blocks and comments: what links and anchors are read from. */
export const prose = (file: string): string =>
  textOf(file)
    .replace(/^(\s*)(`{3,})[^\n]*\n[\s\S]*?\n\s*\2\s*$/gm, "")
    .replace(/<!--[\s\S]*?-->/g, "");

export interface Link {
  readonly file: string;
  readonly target: string;
}

export function linksOf(file: string): readonly Link[] {
  const text = prose(file).replace(/`[^`\n]*`/g, "code");
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => ({ file, target }));
}

/** As GitHub makes them: lower case, without punctuation, blanks as hyphens; the second of a name gets `-1`. */
export function anchorsOf(file: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const anchors = new Set<string>();
  for (const [, heading = ""] of prose(file).matchAll(/^#{1,6}\s+(.+?)\s*$/gm)) {
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1");
    const anchor = plain
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, "")
      .replaceAll(" ", "-");
    const count = seen.get(anchor) ?? 0;
    seen.set(anchor, count + 1);
    anchors.add(count === 0 ? anchor : `${anchor}-${count}`);
  }
  return anchors;
}

export interface Target {
  readonly file: string;
  readonly anchor: string;
}

export function resolveLink({ file, target }: Link): Target {
  const [path = "", anchor = ""] = target.split("#");
  return {
    file: path === "" ? file : relative(root, join(root, dirname(file), path)),
    anchor: decodeURIComponent(anchor),
  };
}

/** Words of a command line: quotes are taken off, what stands behind `#`, `|`, `>`, `&&` or `;` is left out. */
export function wordsOf(line: string): string[] {
  const words = [
    ...line.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|(#.*$)|((?<!<[^<>]*)[|>;&]+)|((?:<[^<>]+>|[^\s"'|>;&])+)/g),
  ];
  const end = words.findIndex(([, , , comment, operator]) => comment !== undefined || operator !== undefined);
  return words
    .slice(0, end < 0 ? words.length : end)
    .map(([, double, single, , , bare]) => double ?? single ?? bare ?? "");
}

export interface CommandLine {
  readonly file: string;
  readonly words: readonly string[];
  /** Within a sentence: it names a command, and may leave the stack to the reader. */
  readonly mentioned: boolean;
}

/** Every `npm run …`, `npm test`, `npm start` and `npx vitest …` of a document, in blocks and in the text. */
export function commandsOf(file: string): readonly CommandLine[] {
  const lines = blocksOf(file).flatMap(({ text }) => text.replace(/\\\n\s*/g, " ").split("\n"));
  const sentences = [...prose(file).matchAll(/`([^`\n]+)`/g)].map(([, inline = ""]) => inline);
  return [
    ...lines.map((line) => ({ line, mentioned: false })),
    ...sentences.map((line) => ({ line, mentioned: true })),
  ].flatMap(({ line, mentioned }) =>
    line
      .replace(/(^|\s)#.*$/, "")
      .split(/&&|;|\|\|/)
      .map((part) => part.trim().replace(/^[A-Z_]+=\S+\s+/, ""))
      .filter((part) => /^(npm|npx) /.test(part))
      .map((part) => ({ file, words: wordsOf(part), mentioned })),
  );
}
