import { spawn } from "node:child_process";
import path from "node:path";
import { describe, expect, it } from "vitest";

const GUARD = path.resolve(__dirname, "../../toolchain/end-with-reader.cjs");
/** As the SDK does: whatever is not caught is logged, which fails again. */
const PROGRAM = `
  process.on("uncaughtException", (error) => console.log(error));
  setInterval(() => console.log("at work"), 20);`;

/** Exit code, or "at work" when it is still running some time after its reader has gone. */
async function leftAlone(...preload: readonly string[]): Promise<number | null | "at work"> {
  const child = spawn(process.execPath, [...preload, "--eval", PROGRAM], { stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  await new Promise((resolve) => child.stdout.once("data", resolve));
  child.stdout.destroy();
  child.stderr.destroy();
  const late = new Promise<"at work">((resolve) => setTimeout(resolve, 3_000, "at work"));
  const outcome = await Promise.race([ended, late]);
  child.kill("SIGKILL");
  return outcome;
}

describe("a program whose engine is gone", () => {
  it("ends as soon as it cannot print any more", async () => {
    expect(await leftAlone("--require", GUARD)).toBe(1);
  }, 20_000);

  it("would be at work for ever otherwise; the day it is not, end-with-reader.cjs can go", async () => {
    expect(await leftAlone()).toBe("at work");
  }, 20_000);
});
