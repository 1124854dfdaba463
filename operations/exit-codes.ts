/** What a script may rely on. Numbers are never changed or reused; a new reason gets a new one. */
export const exitCodes = {
  ok: { code: 0, meaning: "done, or nothing to do" },
  failed: { code: 1, meaning: "something went wrong; the message says what" },
  usage: { code: 2, meaning: "the command line itself is wrong; nothing was called" },
  refused: {
    code: 3,
    meaning: "a guard stopped it before anything was changed: not confirmed, wrong account, not there yet",
  },
  incomplete: { code: 4, meaning: "a check found that something is missing; each thing is named" },
  timedOut: { code: 5, meaning: "its time was up; what had begun goes on in AWS, and may be half done" },
  noAccess: { code: 6, meaning: "AWS credentials are missing, expired or not allowed to do this" },
  rolledBack: {
    code: 7,
    meaning:
      "the deployment was rolled back (hook, alarm, circuit breaker or a person); visitors are on the old revision",
  },
  migrationFailed: { code: 8, meaning: "the schema gate stopped the release; visitors are on the old revision" },
  targetMissed: { code: 9, meaning: "a recovery took longer, or lost more, than the targets of the stack file allow" },
  interrupted: { code: 130, meaning: "Ctrl-C" },
} as const satisfies Record<string, { code: number; meaning: string }>;

export type ExitReason = keyof typeof exitCodes;

export function exitCodeTable(): string {
  return Object.values(exitCodes)
    .map(({ code, meaning }) => `  ${String(code).padStart(3)}  ${meaning}`)
    .join("\n");
}
