import { spawnSync } from "node:child_process";
import path from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = path.resolve(__dirname, "../..");

/** What the SDK asks the engine to keep of where a resource was made, and whether errors have their traces. */
function told(...first: readonly string[]) {
  const program = [
    ...first,
    'const pulumi = require("@pulumi/pulumi");',
    "const mocks = { newResource: ({ inputs }) => ({ id: 'id', state: inputs }), call: () => ({}) };",
    "pulumi.runtime.setMocks(mocks, 'project', 'stack');",
    "const monitor = pulumi.runtime.getMonitor();",
    "const { registerResource } = monitor;",
    "monitor.registerResource = (request, callback) => {",
    "  const frames = request.getStacktrace().getFramesList().length;",
    "  const error = new Error('here').stack.includes('registerResource');",
    "  console.log(JSON.stringify({ frames, error }));",
    "  return registerResource.call(monitor, request, callback);",
    "};",
    "new pulumi.CustomResource('test:index:Thing', 'thing', {});",
  ].join("\n");
  const { status, stdout, stderr } = spawnSync(process.execPath, ["-e", program], { cwd: ROOT, encoding: "utf8" });
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout) as { readonly frames: number; readonly error: boolean };
}

describe("where a resource was made", () => {
  it("would be told with each; the day it is not, unplaced-resources.cjs can go", () => {
    expect(told().frames).toBeGreaterThan(1);
  });

  it("is not, and errors still have their traces", () => {
    expect(told('require("./toolchain/unplaced-resources.cjs");')).toEqual({ frames: 0, error: true });
  });
});
