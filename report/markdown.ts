// GitHub's Markdown, for text that anybody may have put into a plan: nothing in it can break out of where it stands.

/** GitHub refuses a comment beyond. Source: GitHub, "body is too long (maximum is 65536 characters)". */
export const COMMENT_LIMIT = 65_536;

/** Text between other words: no tag, no mention, no link, no table cell can come of it. */
export function plain(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .replace(/[\\`*_{}[\]<>|#~]/g, (character) => `\\${character}`)
    .replace(/@/g, "@&#8203;");
}

/** One word in code style. */
export function code(text: string): string {
  const line = text.replace(/\s+/g, " ").replaceAll("|", "\\|");
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const ticks = "`".repeat(longest + 1);
  return longest > 0 ? `${ticks} ${line} ${ticks}` : `${ticks}${line}${ticks}`;
}

/** A block whose fence is longer than any inside. */
export function fenced(lines: readonly string[], language = ""): string {
  const longest = Math.max(2, ...lines.flatMap((line) => [...line.matchAll(/`{3,}/g)].map(([run]) => run.length)));
  const fence = "`".repeat(longest + 1);
  return [`${fence}${language}`, ...lines, fence].join("\n");
}

/** Folded until somebody asks. */
export function folded(summary: string, body: string): string {
  return `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;
}

export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
}
