import type { ExitReason } from "./exit-codes";

/** An ending that the operator is told about in words, without a stack trace. */
export class Failure extends Error {
  override readonly name = "Failure";

  constructor(
    readonly reason: ExitReason,
    message: string,
    /** What to do about it: a sentence, or a command to run. */
    readonly advice?: string,
  ) {
    super(message);
  }
}
