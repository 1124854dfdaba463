import { spawnSync } from "node:child_process";
import path from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = path.resolve(__dirname, "../..");

type Fate = "settled" | "left" | "rejected";
const MADE: Record<Fate, string> = {
  settled: "Promise.resolve(1)",
  left: "new Promise(() => undefined)",
  rejected: 'Promise.reject(new Error("nobody handles it"))',
};

/** Makes two promises as the SDK does for a property, says what it knows of the second's origin, and settles it or not. */
function leave(fate: Fate, env: Record<string, string> = {}) {
  const program = `
    require("./toolchain/untraced-promises.cjs");
    const debuggable = require("@pulumi/pulumi/runtime/debuggable");
    debuggable.debuggablePromise(Promise.resolve(0), "the first");
    const promise = ${MADE[fate]};
    debuggable.debuggablePromise(promise, "of a test");
    console.log(JSON.stringify({ trace: promise._debugStackTrace ?? null }));`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ["-e", program], {
    cwd: ROOT,
    encoding: "utf8",
    env: { PATH: process.env.PATH, ...env },
  });
  return { status, stderr, ...(JSON.parse(stdout) as { trace: string | null }) };
}

describe("promises without a trace", () => {
  it("have none", () => {
    expect(leave("settled")).toEqual({ status: 0, stderr: "", trace: null });
  });

  it("are still told of when they are never settled", () => {
    const { status, stderr } = leave("left");
    expect(status).toBe(1);
    expect(stderr).toContain("1 promise was still active");
  });

  it("are still an error when they are rejected and nobody handles it", () => {
    const { status, stderr } = leave("rejected");
    expect(status).toBe(1);
    expect(stderr).toContain("Error: nobody handles it");
  });

  it("have it when the SDK is asked for it", () => {
    const { stderr, trace } = leave("left", { PULUMI_DEBUG_PROMISE_LEAKS: "1" });
    expect(trace).toMatch(/at .*debuggablePromise/);
    expect(stderr).toContain("CONTEXT(1): of a test");
  });
});
