import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const ROOT = path.resolve(__dirname, "../..");
const read = (file: string): string => readFileSync(path.join(ROOT, file), "utf8");

test("the CLI that is built has the version of the npm package, exactly", () => {
  const { devDependencies } = JSON.parse(read("package.json")) as { devDependencies: Record<string, string> };
  expect(devDependencies.pulumi).toMatch(/^\d+\.\d+\.\d+$/);
  const module = read("toolchain/cli/go.mod");
  expect(module).toContain(`github.com/pulumi/pulumi/pkg/v3 v${devDependencies.pulumi} `);
  expect(module).toContain(`github.com/pulumi/pulumi/sdk/v3 v${devDependencies.pulumi} `);
});

test.each([
  ["cli", "github.com/pulumi/pulumi/pkg/v3"],
  ["language-nodejs", "github.com/pulumi/pulumi/sdk/v3"],
])("%s: what is built is a tool of its go.mod, nothing is replaced, and its module is in go.sum", (folder, module) => {
  const text = read(`toolchain/${folder}/go.mod`);
  const tool = /^tool (\S+)$/m.exec(text)?.[1] ?? "";
  expect(tool.startsWith(`${module}/`)).toBe(true);
  expect(read("toolchain/build.ts")).toContain(`"${tool}"`);
  expect(text).not.toMatch(/^replace /m);
  const version = new RegExp(`${module} (v\\S+)`).exec(text)?.[1] ?? "";
  expect(read(`toolchain/${folder}/go.sum`)).toContain(`${module} ${version} h1:`);
});
