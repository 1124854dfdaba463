import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { REPOSITORY } from "../../sandbox/cli/home";

export const FIXTURE = path.join(__dirname, "fixture");
const MAIN = path.join(REPOSITORY, "sandbox", "cli", "main.ts");

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command as a user runs it, with what it writes; `seen` waits for a text in its standard output. */
export class Command {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  #stdout = "";
  #stderr = "";

  constructor(args: readonly string[], env: NodeJS.ProcessEnv) {
    this.child = spawn(process.execPath, ["--require", "tsx/cjs", MAIN, ...args], { cwd: REPOSITORY, env });
    this.child.stdout?.setEncoding("utf8").on("data", (text: string) => (this.#stdout += text));
    this.child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.#stderr += text));
    this.ended = new Promise((resolve, reject) => {
      this.child.once("error", reject);
      this.child.once("close", (code) => resolve({ code, stdout: this.#stdout, stderr: this.#stderr }));
    });
  }

  async seen(text: string): Promise<void> {
    while (!this.#stdout.includes(text)) {
      if (this.child.exitCode !== null) {
        throw new Error(`ended before it said "${text}":\n${this.#stdout}\n${this.#stderr}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

export function command(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended> {
  return new Command(args, env).ended;
}
