// Blocks of code in the documents are what they say: YAML of stack files by the schema, TypeScript by the compiler, shell by
// shellcheck, JSON by its parser.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { stackFile } from "../../config/settings";
import { keysOf, schemaAt } from "../../config/schema/walk";
import { complaints, linters } from "../support/linters/linters";
import { type Block, blocksOf, documents, moduleOf, root } from "./documents";

const files = documents();

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
