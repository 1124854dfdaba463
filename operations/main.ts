import { setTimeout as sleep } from "node:timers/promises";
import { CommanderError } from "commander";
import { Aws, asFailure } from "./aws";
import { exitCodes, type ExitReason } from "./exit-codes";
import { Failure } from "./failure";
import { createProgram, type Invocation, type ProgramText } from "./program";
import { createPrompt, type Input } from "./prompt";
import { Redactor } from "./redactor";
import { type Output, Terminal } from "./terminal";
import type { Verb } from "./verb";

/** The process around a run, given so that tests can stand in for it. */
export interface Host {
  /** The folder that holds the stack files. */
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
}

/** For last words: a person who has pressed Ctrl-C waits no longer. */
const GRACE_MS = 5_000;

/** Runs a command line to its end and returns its exit code. Nothing is thrown, and nothing printed holds a secret. */
export async function run(text: ProgramText, verbs: readonly Verb[], argv: readonly string[], host: Host) {
  const redactor = new Redactor();
  const terminal = new Terminal(host, redactor);
  const reason = await outcome(text, verbs, argv, host, terminal, redactor);
  await terminal.flush();
  return exitCodes[reason].code;
}

async function outcome(
  text: ProgramText,
  verbs: readonly Verb[],
  argv: readonly string[],
  host: Host,
  terminal: Terminal,
  redactor: Redactor,
): Promise<ExitReason> {
  try {
    const asked = parse(text, verbs, argv, terminal);
    return asked === undefined ? "ok" : await perform(asked, host, terminal, redactor);
  } catch (error) {
    const failure = asFailure(error);
    if (failure.message !== "") terminal.error(failure.message);
    if (failure.advice !== undefined) terminal.say(`  ${failure.advice}`);
    return failure.reason;
  }
}

/** What was asked for; nothing when help was all. */
function parse(
  text: ProgramText,
  verbs: readonly Verb[],
  argv: readonly string[],
  terminal: Terminal,
): Invocation | undefined {
  let asked: Invocation | undefined;
  const program = createProgram(text, verbs, terminal, (invocation) => (asked = invocation));
  try {
    program.parse([...argv], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return undefined;
    throw new Failure("usage", ""); // commander has said what is wrong
  }
  return asked;
}

async function perform(
  { verb, options, words }: Invocation,
  host: Host,
  terminal: Terminal,
  redactor: Redactor,
): Promise<ExitReason> {
  if (!options.color) terminal.colour = false;
  // Here and not above: --help need not wait for the YAML parser.
  const { readStackFile } = await import("./stack-file");
  const stack = readStackFile(host.root, options.stack);
  const aws = new Aws(stack.facts);
  const ending = new AbortController();
  const stopped = new Promise<never>((_resolve, reject) => {
    ending.signal.addEventListener("abort", () => reject(ending.signal.reason as Failure));
  });
  const onInterrupt = () => ending.abort(new Failure("interrupted", "Interrupted; what had begun may be half done."));
  process.once("SIGINT", onInterrupt);
  const limit = options.timeout ?? verb.timeoutSeconds;
  const late = () => ending.abort(new Failure("timedOut", `Not done after ${limit} s; gave up.`));
  const timer = limit === undefined ? undefined : setTimeout(late, limit * 1000);
  let lastWords: (failure: Failure) => Promise<void> = () => Promise.resolve();
  const endings: (() => Promise<void>)[] = [];
  try {
    const prompt = createPrompt(host.stdin, terminal);
    const context = {
      ...{ stack, aws, terminal, prompt, redactor, input: host.stdin, signal: ending.signal },
      lastWords: (work: typeof lastWords) => void (lastWords = work),
      atEnd: (work: () => Promise<void>) => void endings.push(work),
    };
    return await Promise.race([verb.run(context, options, ...words), stopped]);
  } catch (error) {
    if (ending.signal.aborted) await Promise.race([lastWords(ending.signal.reason as Failure), sleep(GRACE_MS)]);
    throw error;
  } finally {
    clearTimeout(timer);
    process.off("SIGINT", onInterrupt);
    for (const result of await Promise.allSettled(endings.map((work) => work()))) {
      if (result.status === "rejected") terminal.error(asFailure(result.reason).message);
    }
    await aws.close();
  }
}
