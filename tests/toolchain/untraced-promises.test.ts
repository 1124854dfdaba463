import { spawnSync } from "node:child_process";
import path from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = path.resolve(__dirname, "../..");

/** Makes one promise as the SDK does for a property, says what it knows of its origin, and leaves it or settles it. */
function leave(settled: boolean, env: Record<string, string> = {}) {
  const program = `
    require("./toolchain/untraced-promises.cjs");
    const { debuggablePromise } = require("@pulumi/pulumi/runtime/debuggable");
    const promise = ${settled ? "Promise.resolve(1)" : "new Promise(() => undefined)"};
    debuggablePromise(promise, "of a test");
    console.log(JSON.stringify({ trace: promise._debugStackTrace, limit: Error.stackTraceLimit }));`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ["-e", program], {
    cwd: ROOT,
    encoding: "utf8",
    env: { PATH: process.env.PATH, ...env },
  });
  return { status, stderr, ...(JSON.parse(stdout) as { trace: string; limit: number }) };
}

describe("promises without a trace", () => {
  it("have none, and errors still have theirs", () => {
    const { status, trace, limit } = leave(true);
    expect(status).toBe(0);
    expect(trace).not.toContain("at ");
    expect(limit).toBe(10);
  });

  it("are still told of when they are never settled", () => {
    const { status, stderr } = leave(false);
    expect(status).toBe(1);
    expect(stderr).toContain("1 promise was still active");
  });

  it("have it when the SDK is asked for it", () => {
    const { stderr, trace } = leave(false, { PULUMI_DEBUG_PROMISE_LEAKS: "1" });
    expect(trace).toMatch(/at .*debuggablePromise/);
    expect(stderr).toContain("CONTEXT(0): of a test");
  });
});
