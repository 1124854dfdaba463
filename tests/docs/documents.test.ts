// What the documents say can be done can be done: links and anchors lead somewhere, commands and their options exist.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { CommanderError } from "commander";
import { describe, expect, it } from "vitest";
import { createProgram } from "../../operations/program";
import { Redactor } from "../../operations/redactor";
import { Terminal } from "../../operations/terminal";
import { verbs } from "../../operations/verbs";
import {
  type CommandLine,
  commandsOf,
  documents,
  anchorsOf,
  type Link,
  linksOf,
  resolveLink,
  root,
  wordsOf,
} from "./documents";

const files = documents();
const scripts = (JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: Record<string, string> })
  .scripts;

/** The operator's command line, as it is; nothing runs. */
function operations(words: readonly string[]): string | undefined {
  const stderr = new PassThrough();
  const terminal = new Terminal({ env: {}, stdout: new PassThrough(), stderr }, new Redactor());
  const program = createProgram({ name: "operations", description: "" }, verbs, terminal, () => undefined);
  try {
    program.parse([...words], { from: "user" });
    return undefined;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? undefined : String(stderr.read() ?? error.message).trim();
  }
}

/** A placeholder is some value: `<tag>`, `…`; what may be left out, `[--to <time>]`, is given. */
const filled = (words: readonly string[]): string[] =>
  words.map((word) => word.replace(/<[^>]+>|…/g, "value").replace(/^\[(?=-)|(?<!\[.*)\]$/g, ""));

/** What is wrong with a command; undefined when it can be run. */
function faultOf({ words, mentioned }: CommandLine): string | undefined {
  const [program, verb, ...rest] = words;
  if (program === "npx") return npxFault([verb ?? "", ...rest]);
  if (["ci", "test", "start", "install", "audit", "view"].includes(verb ?? "")) return undefined;
  if (verb !== "run") return `npm ${verb} is not used here`;
  const named = rest.filter((word) => word !== "--silent");
  const [script = "", ...after] = named;
  if (scripts[script] === undefined) return script === "" || script.includes("…") ? undefined : `no script ${script}`;
  if (after.length > 0 && after[0] !== "--")
    return `${script}: npm keeps ${after[0]} to itself, -- is missing before it`;
  const given = filled(after.slice(1));
  if (given.length === 0) return undefined;
  if (script === "operations") return operationsFault(given, mentioned);
  return scriptFault(script, given);
}

/** A mention of a verb names no stack; a whole command line does. */
function operationsFault(words: readonly string[], mentioned: boolean): string | undefined {
  const bare = words.every((word) => !word.startsWith("-"));
  if (!bare || !mentioned)
    return operations(mentioned && !words.includes("--stack") ? [...words, "--stack", "production"] : words);
  const path = words.join(" ");
  if (
    words[0] === "value" ||
    verbs.some((verb) => path === verb.path || path.startsWith(`${verb.path} `) || verb.path.startsWith(`${path} `))
  )
    return undefined;
  return `no verb ${path}`;
}

const helps = new Map<string, string>();
/** By the help of the program itself: every long option that is given has to be in it. */
function scriptFault(script: string, words: readonly string[]): string | undefined {
  const options = words.filter((word) => /^--[a-z]/.test(word)).map((word) => word.split("=")[0] ?? word);
  const line = scripts[script] ?? "";
  if (options.length === 0 || line.startsWith("vitest") || line.startsWith("eslint")) return undefined;
  const command = words.find((word) => !word.startsWith("-"));
  const known = helpOf(script, line, ["sandbox", "comment"].includes(script) ? command : undefined);
  return options
    .filter((option) => !known.includes(option) && !ENGINE.has(option))
    .map((option) => `${script} has no ${option}`)[0];
}
/** Flags of the Pulumi CLI that scripts hand on. Source: pulumi preview --help. */
const ENGINE: ReadonlySet<string> = new Set([
  "--diff",
  "--target",
  "--refresh",
  "--json",
  "--config",
  "--event-log",
  "--yes",
  "--expect-no-changes",
  "--help",
]);

function helpOf(script: string, line: string, command?: string): string {
  const key = `${script} ${command ?? ""}`;
  const known = helps.get(key);
  if (known !== undefined) return known;
  const [program = "", ...words] = wordsOf(line);
  const args = [...words, ...(command === undefined ? [] : [command]), "--help"];
  // Some say it on standard error: what they print there is read as well.
  const { stdout, stderr } = spawnSync(program, args, { cwd: root, encoding: "utf8" });
  const text = stdout + stderr;
  helps.set(key, text);
  return text;
}

function npxFault([tool, ...rest]: readonly string[]): string | undefined {
  if (tool === undefined || !existsSync(join(root, "node_modules", ".bin", tool)))
    return `npx ${tool} is not installed here`;
  const paths = rest.filter((word) => /^(tests|functions|report)\//.test(word));
  return paths.filter((path) => !existsSync(join(root, path))).map((path) => `${path} does not exist`)[0];
}

function leadsNowhere(link: Link): boolean {
  if (/^[a-z]+:/.test(link.target)) return false;
  const { file, anchor } = resolveLink(link);
  if (!existsSync(join(root, file))) return true;
  return anchor !== "" && file.endsWith(".md") && !anchorsOf(file).has(anchor);
}

describe("links", () => {
  it("finds the documents", () => {
    expect(files.length).toBeGreaterThan(60);
    expect(files).toContain("docs/day-one.ja.md");
  });

  it.each(files)("%s: every relative link and anchor leads somewhere", (file) => {
    expect(
      linksOf(file)
        .filter(leadsNowhere)
        .map(({ target }) => target),
    ).toEqual([]);
  });

  it("would see a link that leads nowhere", () => {
    const nowhere = (target: string): boolean => leadsNowhere({ file: "docs/day-one.ja.md", target });
    expect(
      ["delivery.ja.md", "delivery.ja.md#パイプライン", "../README.ja.md", "https://example.com"].map(nowhere),
    ).toEqual([...[false, false, false, false]]);
    expect(["delivery.jp.md", "delivery.ja.md#pipelines", "#1-事実", "../docs"].map(nowhere)).toEqual([
      ...[true, true, true, false],
    ]);
  });

  it("every document is in the index of its language, or in one that is", () => {
    for (const language of ["", ".ja"]) {
      const reached = new Set([`docs/README${language}.md`]);
      for (const file of reached) {
        for (const link of linksOf(file)) {
          const { file: target } = resolveLink(link);
          if (target.endsWith(".md") && files.includes(target)) reached.add(target);
        }
      }
      const own = files.filter((file) => file.startsWith("docs/") && file.endsWith(".ja.md") === (language === ".ja"));
      expect(own.filter((file) => !reached.has(file))).toEqual([]);
    }
  });

  it("every page of docs/ is in both languages", () => {
    const english = files.filter((file) => file.startsWith("docs/") && !file.endsWith(".ja.md"));
    const missing = english.filter((file) => !files.includes(file.replace(/\.md$/, ".ja.md")));
    expect(missing).toEqual([]);
  });
});

describe("commands", () => {
  it.each(files)(
    "%s: each can be run as it stands",
    (file) => {
      const faults = commandsOf(file).flatMap((command) => {
        const fault = faultOf(command);
        return fault === undefined ? [] : [`${command.words.join(" ")}: ${fault}`];
      });
      expect(faults).toEqual([]);
    },
    120_000,
  );

  it("would see what is wrong", () => {
    const fault = (line: string) => faultOf({ file: "x", words: wordsOf(line), mentioned: false });
    expect(fault("npm run nothing")).toBe("no script nothing");
    expect(fault("npm run plan --stack staging")).toContain("-- is missing");
    expect(fault("npm run plan -- --stak staging")).toBe("plan has no --stak");
    expect(fault("npm run operations -- rolback --stack production")).toContain("rolback");
    expect(fault("npm run operations -- rollback --stack production --too 3")).toContain("--too");
    expect(fault("npm run operations -- rollback --stack production --to 3")).toBeUndefined();
    expect(fault("npx vitest run tests/nothing")).toBe("tests/nothing does not exist");
    expect(wordsOf(`npm run x -- "a b" 'c' # d`)).toEqual(["npm", "run", "x", "--", "a b", "c"]);
  }, 120_000);
});

describe("the runbook's map", () => {
  const ranges = (file: string) =>
    [...readFileSync(join(root, file), "utf8").matchAll(/^\| (\d+)–(\d+) +\|/gm)].map(
      ([, from, to]) => [Number(from), Number(to)] as const,
    );

  it("has a row for each of the 794 lines, the same in both languages", () => {
    const english = ranges("docs/runbook-map.md");
    expect(ranges("docs/runbook-map.ja.md")).toEqual(english);
    expect(english.flatMap(([from], index) => (from === (english[index - 1]?.[1] ?? 0) + 1 ? [] : [from]))).toEqual([]);
    expect(english.at(-1)?.[1]).toBe(794);
  });

  it("names files that are there", () => {
    const text = readFileSync(join(root, "docs/runbook-map.md"), "utf8");
    const named = [...text.matchAll(/`((?:components|operations|functions|application|\.github)\/[^`*]+)`/g)].map(
      ([, path = ""]) => path,
    );
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});
