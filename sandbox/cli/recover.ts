import { answersOf, type AnswerFlags } from "../../toolchain/recover/answers";
import { RecoverError } from "../../toolchain/recover/recover";
import { clearUnwritten, tellCleared } from "./first-run";
import type { Sandbox } from "./sandbox";
import { operations } from "./summary";

export interface RecoverFlags extends AnswerFlags {
  readonly unlock?: boolean;
  readonly up: boolean;
}

/** Something is left that only a person can tell. */
const UNDECIDED = 3;

/** The verb: makes the state true, then brings the stack up. Gives the exit code. */
export async function recoverStack(
  sandbox: Sandbox,
  stack: string,
  flags: RecoverFlags,
  args: readonly string[],
): Promise<number> {
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  try {
    const { open } = await sandbox.recover(stack, { say, answers: answersOf(flags), unlock: flags.unlock ?? false });
    if (open.length > 0) return UNDECIDED;
  } catch (error) {
    if (!(error instanceof RecoverError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
  tellCleared(clearUnwritten(sandbox, stack));
  if (!flags.up) return 0;
  const { exitCode, events } = await sandbox.update("up", stack, ["--suppress-outputs", ...args]);
  say(`${stack}: recover: ${operations(events) ?? "the update ended before it counted"}`);
  return exitCode;
}
