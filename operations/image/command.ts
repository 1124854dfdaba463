import { spawn } from "node:child_process";
import { Failure } from "../failure";

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Written to its standard input, which then closes: for what must not stand on a command line. */
  readonly input?: string;
  readonly folder?: string;
  readonly signal?: AbortSignal;
  /** Gets each line while it is printed. @default nobody */
  readonly progress?: (line: string) => void;
}

/** Runs a program to its end. One that cannot be started is a Failure; how to judge its exit code is the caller's. */
export function runProgram(program: string, args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const { input, folder, signal, progress } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: folder, signal, stdio: ["pipe", "pipe", "pipe"] });
    const printed = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"] as const) {
      let rest = "";
      child[stream].setEncoding("utf8").on("data", (chunk: string) => {
        printed[stream] += chunk;
        const lines = (rest + chunk).split(/\r?\n/);
        rest = lines.pop() ?? "";
        for (const line of lines) progress?.(line);
      });
    }
    child.once("error", (error: NodeJS.ErrnoException) => {
      reject(error.code === "ENOENT" ? new Failure("refused", `There is no ${program} on PATH.`) : error);
    });
    child.once("close", (code) => resolve({ code: code ?? 1, ...printed }));
    // It may end without reading: its exit code tells, and not a broken pipe.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input ?? "");
  });
}
