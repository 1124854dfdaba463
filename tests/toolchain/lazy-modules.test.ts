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
  'const loaded = () => ["typescript/lib/typescript.js", "@npmcli/arborist/lib/arborist/index.js"]' +
  ".map((end) => Object.keys(require.cache).some((file) => file.endsWith(end)));";

describe("what the Pulumi SDK loads", () => {
  it("would be the TypeScript compiler and npm's arborist; the day it is not, lazy-modules.cjs can go", () => {
    expect(printed(LOADED, 'require("@pulumi/pulumi");', "console.log(JSON.stringify(loaded()));")).toEqual([
      true,
      true,
    ]);
  });

  it("is neither, until somebody asks", () => {
    expect(printed(lazily, LOADED, 'require("@pulumi/pulumi");', "console.log(JSON.stringify(loaded()));")).toEqual([
      false,
      false,
    ]);
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
