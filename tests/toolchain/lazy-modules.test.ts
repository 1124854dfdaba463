import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(__dirname, "..", "..");
const lazily = `require(${JSON.stringify(join(root, "toolchain", "lazy-modules.cjs"))});`;

/** What a process of its own prints: require's cache is shared in this one. */
function printed(...lines: readonly string[]): unknown {
  const script = [...lines, ""].join("\n");
  return JSON.parse(execFileSync(process.execPath, ["--eval", script], { cwd: root, encoding: "utf8" }));
}

const LOADED =
  'const loaded = () => ["typescript/lib/typescript.js", "@npmcli/arborist/lib/arborist/index.js", ' +
  '"pulumi/automation/localWorkspace.js", "normalize-package-data/lib/normalize.js", "zod/v4/locales/fr.cjs"]' +
  ".map((end) => Object.keys(require.cache).some((file) => file.endsWith(end)));";
const LOAD = 'require("@pulumi/pulumi"); require("zod");';

describe("what the Pulumi SDK and zod load", () => {
  it("would be all of these; the day one is not, it can go from lazy-modules.cjs", () => {
    expect(printed(LOADED, LOAD, "console.log(JSON.stringify(loaded()));")).toEqual([true, true, true, true, true]);
  });

  it("is none of them, until somebody asks", () => {
    expect(printed(lazily, LOADED, LOAD, "console.log(JSON.stringify(loaded()));")).toEqual([
      false,
      false,
      false,
      false,
      false,
    ]);
  });

  it("is the real one when the Automation API, a closure's packages or another language are asked for", () => {
    const result = printed(
      lazily,
      LOADED,
      'const pulumi = require("@pulumi/pulumi");',
      'const french = typeof require("zod").locales.fr;',
      "const workspace = typeof pulumi.automation.LocalWorkspace.createStack;",
      "pulumi.runtime.computeCodePaths().then((paths) =>",
      "  console.log(JSON.stringify({ loaded: loaded().slice(2), french, workspace, paths: paths instanceof Map })));",
    );
    expect(result).toEqual({ loaded: [true, true, true], french: "function", workspace: "function", paths: true });
  });

  it("is the real one when a closure is serialised", () => {
    const result = printed(
      lazily,
      LOADED,
      'const pulumi = require("@pulumi/pulumi");',
      "pulumi.runtime.setMocks({ newResource: () => ({ id: '', state: {} }), call: () => ({}) });",
      "const captured = 42;",
      "pulumi.runtime.serializeFunction(() => captured).then(({ text }) =>",
      '  console.log(JSON.stringify({ loaded: loaded()[0], captures: text.includes("captured: 42") })));',
    );
    expect(result).toEqual({ loaded: true, captures: true });
  });

  it("has all of the module's names, and the module itself when it was loaded before", () => {
    const result = printed(
      'const path = require.resolve("@npmcli/arborist", { paths: [require.resolve("@pulumi/pulumi")] });',
      lazily,
      "const stub = require(path);",
      "const names = Object.keys(stub);",
      "const real = require(path);",
      "console.log(JSON.stringify([names.includes('Arborist'), 'Arborist' in stub, stub.Arborist === real.Arborist]));",
    );
    expect(result).toEqual([true, true, true]);
  });
});
