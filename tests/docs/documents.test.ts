// What the documents say can be done can be done: links and anchors lead somewhere, commands and their options exist, blocks
// of YAML, JSON, TypeScript and shell are what they say.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { PassThrough } from "node:stream";
import { CommanderError } from "commander";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { stackFile } from "../../config/settings";
import { keysOf, schemaAt } from "../../config/schema/walk";
import { createProgram } from "../../operations/program";
import { Redactor } from "../../operations/redactor";
import { Terminal } from "../../operations/terminal";
import { verbs } from "../../operations/verbs";
import { complaints, linters } from "../support/linters/linters";
import {
  type Block,
  blocksOf,
  type CommandLine,
  commandsOf,
  documents,
  anchorsOf,
  type Link,
  linksOf,
  moduleOf,
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

describe("blocks", () => {
  const blocks = files.flatMap(blocksOf);
  const at = ({ file, line }: { file: string; line: number }): string => `${file}:${line}`;
  const of = (...languages: readonly string[]) => blocks.filter(({ language }) => languages.includes(language));

  it("each says its language", () => {
    expect(of("").map(at)).toEqual([]);
  });

  it("YAML of stack files is accepted by the schema", () => {
    const faults = of("yaml").flatMap((block) => {
      const values = parse(block.text) as Record<string, unknown> | null;
      return Object.entries(values ?? {}).flatMap(([key, value]) => {
        const [, name] = /^affiliate:([\w.]+)$/.exec(key) ?? [];
        return name === undefined ? [] : faultsOf(name.split("."), value).map((fault) => `${at(block)}: ${fault}`);
      });
    });
    expect(faults).toEqual([]);
    expect(of("yaml").length).toBeGreaterThan(2);
    expect(faultsOf(["database", "restore"], { from: "never", generation: 1 })).not.toEqual([]);
    expect(faultsOf(["nothing"], 1)).toEqual(["nothing is no key of a stack file"]);
  });

  it("JSON is JSON", () => {
    for (const block of of("json")) expect(() => JSON.parse(block.text) as unknown, at(block)).not.toThrow();
  });

  it("TypeScript compiles, against the program as it is, and would not once the program has left it behind", () => {
    const snippets = of("ts", "typescript").map(moduleOf);
    expect(snippets.length).toBeGreaterThan(3);
    const textWith = (word: string): string => snippets.find(({ text }) => text.includes(word))?.text ?? "";
    const broken = [
      { path: "config/broken-1.ts", text: textWith("SecretDefinition").replace("optional: false", "optionl: false") },
      { path: "components/network/broken-2.ts", text: textWith("Traffic").replace('"worker"', '"cron"') },
      {
        path: "policy/rules/exposure/broken-3.ts",
        text: textWith("resourceRule").replaceAll("publiclyAcc", "publicAcc"),
      },
      { path: "config/broken-4.ts", text: 'import { nothing } from "./secrets";\nexport const x: number = nothing;' },
    ];
    const faults = compilerFaults([...snippets, ...broken]);
    expect(faults.filter((fault) => !fault.includes("/broken-"))).toEqual([]);
    for (const [index, told] of ["optionl", "cron", "publicAcc", "nothing"].entries()) {
      expect(faults.join("\n")).toMatch(new RegExp(`/broken-${index + 1}\\.ts: .*${told}`));
    }
  }, 180_000);

  it("a piece of TypeScript says where it belongs", () => {
    const [block] = of("sh");
    expect(() => moduleOf(block as Block)).toThrow("no <!-- file … -->");
  });

  it("shell is shell: shellcheck has nothing to say, also of what is typed in a console", async () => {
    expect(await shellFaults(of("sh", "bash", "shell", "console"))).toBe("");
  }, 300_000);

  it("would see what a shell would stumble over", async () => {
    const block = (text: string): Block => ({ file: "x.md", line: 1, language: "sh", text });
    expect(await shellFaults([block("echo 'never closed")])).toContain("SC1");
    expect(await shellFaults([block("aws s3 ls | grep $(date +%F | while read x; do echo; done")])).toContain("SC1");
    expect(await shellFaults([block("rm -rf $folder/*; cd /nowhere")])).toContain("SC2115");
  }, 300_000);
});

/** One program over all of them, which stand beside the files that they speak of. */
function compilerFaults(modules: readonly { readonly path: string; readonly text: string }[]): string[] {
  const virtual = new Map(modules.map(({ path, text }) => [join(root, path), text]));
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), (file) => ts.sys.readFile(file)) as {
    config: { compilerOptions: Record<string, unknown> };
  };
  const told = { ...config.compilerOptions, incremental: false, tsBuildInfoFile: undefined, noUnusedLocals: false };
  const { options } = ts.convertCompilerOptionsFromJson(told, root);
  const host = ts.createCompilerHost(options);
  const [read, exists] = [host.getSourceFile.bind(host), host.fileExists.bind(host)];
  host.fileExists = (file) => virtual.has(file) || exists(file);
  host.getSourceFile = (file, version, ...rest) => {
    const text = virtual.get(file);
    return text === undefined ? read(file, version, ...rest) : ts.createSourceFile(file, text, version);
  };
  const program = ts.createProgram([...virtual.keys()], options, host);
  return [...virtual.keys()].flatMap((file) => {
    const source = program.getSourceFile(file);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      ({ messageText }) => `${relative(root, file)}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`,
    );
  });
}

/**
 * Variables of a page are set once, at its top, and hold no blanks; lists of ARNs are meant to fall apart into words; JMESPath has
 * backquotes of its own; at a prompt a `cd` that fails is seen.
 */
const MEANT = ["SC2086", "SC2046", "SC2154", "SC2034", "SC2155", "SC2016", "SC2164"];

async function shellFaults(blocks: readonly Block[]): Promise<string> {
  const { shellcheck } = await linters();
  const folder = mkdtempSync(join(tmpdir(), "documents-"));
  try {
    const files = blocks.map(({ file, line, text }) => {
      const name = join(folder, `${file.replaceAll("/", "-")}-${line}`);
      writeFileSync(name, text.replace(/\[(--[^\]\n]+)\]/g, "$1").replace(/<[^<>\n]+>/g, "value"));
      return name;
    });
    return await complaints(shellcheck, ["--shell=bash", `--exclude=${MEANT.join(",")}`, "--format=gcc", ...files]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A piece of a stack file: a block may leave keys out, but has no other and no wrong one. */
function faultsOf(path: readonly string[], value: unknown): string[] {
  const schema = schemaAt(stackFile, path);
  if (schema === undefined) return [`${path.join(".")} is no key of a stack file`];
  if (keysOf(schema).length > 0 && typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([key, inner]) => faultsOf([...path, key], inner));
  }
  const result = z.core.safeParse(schema, value);
  return result.success ? [] : result.error.issues.map(({ message }) => `${path.join(".")}: ${message}`);
}

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
