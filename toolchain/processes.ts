import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

export interface RunOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Seconds after which the process, and what it started, is ended. @default no limit */
  readonly timeoutSeconds?: number;
  /** Ends the process, and what it started, when aborted. */
  readonly signal?: AbortSignal;
  /** Each line of standard error, as it comes. */
  readonly onErrorLine?: (line: string) => void;
}

const KEPT_LINES = 20;
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Runs a process to its end and gives its standard output; a failure carries the end of its standard error. */
export async function run(command: string, args: readonly string[], options: RunOptions): Promise<string> {
  // A group of its own, so that a time-out ends the whole tree; our own signals are passed on for the same reason.
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const forward = (signal: NodeJS.Signals): void => {
    signalGroup(child, signal);
    process.exit(130);
  };
  SIGNALS.forEach((signal) => process.on(signal, forward));
  const abort = (): void => signalGroup(child, "SIGKILL");
  options.signal?.addEventListener("abort", abort);
  let timedOut = false;
  const timer =
    options.timeoutSeconds === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          signalGroup(child, "SIGKILL");
        }, options.timeoutSeconds * 1000);
  try {
    const errors: string[] = [];
    createInterface({ input: child.stderr }).on("line", (line) => {
      errors.push(line);
      if (errors.length > KEPT_LINES) {
        errors.shift();
      }
      options.onErrorLine?.(line);
    });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
    const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (exitCode, exitSignal) => resolve([exitCode, exitSignal]));
    });
    if (timedOut) {
      throw new Error(`no end after ${options.timeoutSeconds} s`);
    }
    if (code !== 0) {
      const last = errors.filter((line) => line.trim() !== "").slice(-3);
      throw new Error(last.length > 0 ? last.join(" | ") : `ended with ${signal ?? `code ${code}`}`);
    }
    return output;
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener("abort", abort);
    SIGNALS.forEach((name) => process.off(name, forward));
  }
}

/** Signals a process that was started with `detached: true`, and all that it started in its group. */
export function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) {
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") {
      throw error;
    }
  }
}
