import { spawn } from "node:child_process";
import { constants } from "node:os";
import { endSession } from "./session";

export interface EngineRun {
  readonly pulumi: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** "pass" lets the engine write to our own output; "capture" gives it back. @default "pass" */
  readonly output?: "pass" | "capture";
}

export interface EngineResult {
  readonly exitCode: number;
  /** Standard output and error; empty when they were passed on. */
  readonly stdout: string;
  readonly stderr: string;
}

const FORWARDED = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Runs the CLI to its end. Its exit code is the caller's. */
export async function runEngine({ pulumi, args, cwd, env, output = "pass" }: EngineRun): Promise<EngineResult> {
  const stream = output === "pass" ? "inherit" : "pipe";
  const child = spawn(pulumi, [...args, "--non-interactive"], {
    cwd,
    env,
    stdio: ["ignore", stream, stream],
    // Out of the terminal's process group: a Ctrl-C would reach the CLI from the terminal and again from us, and the
    // second one makes it leave at once, with operations half done.
    detached: true,
  });
  // To the CLI alone: it stops its own providers and language host, after the operations that have begun.
  let interrupted = false;
  const forward = (signal: NodeJS.Signals): void => {
    interrupted = true;
    child.kill(signal === "SIGHUP" ? "SIGTERM" : signal);
  };
  FORWARDED.forEach((signal) => process.on(signal, forward));
  try {
    const text = { stdout: "", stderr: "" };
    child.stdout?.setEncoding("utf8").on("data", (part: string) => (text.stdout += part));
    child.stderr?.setEncoding("utf8").on("data", (part: string) => (text.stderr += part));
    const exitCode = await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      // On "exit", not "close": what a killed CLI leaves behind holds our pipes open.
      child.once("exit", (code, signal) => {
        if ((interrupted || signal !== null) && child.pid !== undefined) {
          endSession(child.pid);
        }
        child.once("close", () => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
      });
    });
    return { exitCode, ...text };
  } finally {
    FORWARDED.forEach((signal) => process.off(signal, forward));
  }
}
