import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ERROR_PAGE_CODES } from "../../../components/edge/cache-behaviors";
import { ErrorPages, errorPagePath } from "../../../components/edge/error-pages";
import { record } from "../../support/mocks";

const folder = join(__dirname, "../../../components/edge/error-pages");
const pages = ERROR_PAGE_CODES.map((code) => [code, readFileSync(join(folder, `${code}.html`), "utf8")] as const);

/** Elements without an end tag. Source: HTML standard, "Void elements". */
const VOID = new Set(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track"]);

/** Each element must end, in order: what a browser would have to guess otherwise. */
function unbalanced(html: string): string[] {
  const open: string[] = [];
  const faults: string[] = [];
  const markup = html.replace(/<style>[^]*?<\/style>/g, "").replace(/^<!doctype html>/i, "");
  for (const [tag, end, name = ""] of markup.matchAll(/<(\/?)([a-z0-9]+)(?:\s[^<>]*)?>/g)) {
    if (VOID.has(name)) continue;
    if (end === "") open.push(name);
    else if (open.pop() !== name) faults.push(tag);
  }
  return [...faults, ...open, ...(/<(?![/a-z])/.exec(markup) ?? [])];
}

const textOf = (html: string) => html.replace(/<style>[^]*?<\/style>|<[^>]*>/g, " ").replace(/\s+/g, " ");
const english = (html: string) => /<section lang="en">([^]*?)<\/section>/.exec(html)?.[1] ?? "";

describe.each(pages)("the page for %d", (code, html) => {
  it("is HTML in UTF-8 whose elements all end", () => {
    expect(html).toMatch(/^<!doctype html>\n<html lang="ja">/);
    expect(html.slice(0, 1024)).toContain('<meta charset="utf-8" />');
    expect(unbalanced(html)).toEqual([]);
    for (const once of ["<title>", "<main>", "<h1>", "<body>", "<head>"]) expect(html.split(once)).toHaveLength(2);
  });

  it("says in Japanese and in English what is wrong and what to do", () => {
    const japanese = textOf(html.replace(english(html), "").replace(/<head>[^]*<\/head>/, ""));
    expect(japanese).toMatch(/[ぁ-ん].*もう一度お試しください/);
    expect(japanese).not.toMatch(/[A-Za-z]{2}/);
    expect(textOf(english(html))).toMatch(/try again in a few minutes/);
    expect(textOf(english(html))).not.toMatch(/[ぁ-んァ-ヶ一-龠]/);
    expect(japanese).toContain(String(code));
    expect(english(html)).toContain(String(code));
    expect(/<title>(.*)<\/title>/.exec(html)?.[1]).toMatch(new RegExp(`[ぁ-ん].* / [A-Z].* \\(${code}\\)$`));
  });

  it("loads nothing from anywhere and runs no script", () => {
    expect(html).not.toMatch(/https?:|\/\/|url\(|@import|<(script|link|img|iframe|form)\b|\son[a-z]+=/i);
    expect(html).toContain("default-src 'none'; style-src 'unsafe-inline'");
  });

  it("can be read on a phone, in the dark, and is not indexed", () => {
    expect(html).toContain('name="viewport" content="width=device-width, initial-scale=1"');
    expect(html).not.toMatch(/user-scalable|maximum-scale/);
    expect(html).toContain("prefers-color-scheme: dark");
    expect(html).toContain('name="robots" content="noindex"');
  });
});

describe("ErrorPages", () => {
  it("has a page for each code and no other", () => {
    expect(readdirSync(folder).sort()).toEqual(["502.html", "504.html"]);
  });

  it("puts them into the bucket where the distribution looks for them, as HTML", async () => {
    const recording = await record(() => new ErrorPages("errors", { bucket: "assets" }));
    expect(recording.counts()).toEqual({
      "affiliate:edge:ErrorPages": 1,
      "aws:s3/bucketObjectv2:BucketObjectv2": 2,
    });
    for (const [code, content] of pages) {
      expect(recording.one("aws:s3/bucketObjectv2:BucketObjectv2", `errors-${code}`).inputs).toEqual({
        bucket: "assets",
        key: errorPagePath(code).slice(1),
        content,
        contentType: "text/html; charset=utf-8",
        contentLanguage: "ja, en",
        cacheControl: "public, max-age=60",
      });
    }
    expect(errorPagePath(502)).toBe("/errors/502.html");
  });
});
