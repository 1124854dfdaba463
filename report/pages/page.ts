// Pages of docs/reference/: written from what the program itself goes by, in both languages.

export type Language = "en" | "ja";
export const languages: readonly Language[] = ["en", "ja"];

/** By language: `settings.md`, `settings.ja.md`. */
export const fileOf = (name: string, language: Language): string =>
  `docs/reference/${name}${language === "ja" ? ".ja" : ""}.md`;

/** The first lines of each: who writes it, its title, and the way to the other language. */
export function head(name: string, language: Language, title: string, source: string): string[] {
  const other = language === "en" ? `[日本語](${name}.ja.md)` : `[English](${name}.md)`;
  return [
    `<!-- Written by \`npm run docs\` from ${source}; a test holds that it is up to date. -->`,
    "",
    `# ${title}`,
    "",
    `${other} · [${language === "en" ? "all documents" : "ドキュメント一覧"}](../README${language === "ja" ? ".ja" : ""}.md)`,
    "",
  ];
}

/** A cell may hold anything but a line's end, and a bar that is not meant as one. */
const cell = (text: string): string => text.replace(/\s*\n\s*/g, " ").replaceAll("|", "\\|");

export function tableOf(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(" | ")} |`;
  return [line(heads), line(heads.map(() => "---")), ...rows.map(line), ""];
}

export const code = (text: string): string => (text === "" ? "" : `\`${text}\``);

/** The page with what stands between its marks written anew. @throws {Error} when it has none */
export function between(page: string, mark: string, text: string): string {
  const [begin, end] = [`<!-- ${mark} -->`, `<!-- end of ${mark} -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the page has no ${begin} … ${end}`);
  return `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`;
}
