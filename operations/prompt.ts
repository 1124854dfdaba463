import type { Readable } from "node:stream";
import { Failure } from "./failure";
import type { Terminal } from "./terminal";

export type Input = Readable & { isTTY?: boolean; setRawMode?(on: boolean): unknown };

export interface Prompt {
  /** Whether there is a person to ask. */
  readonly possible: boolean;
  line(question: string): Promise<string>;
  /** What is typed or pasted is not shown. */
  hidden(question: string): Promise<string>;
  /**
   * Shows nothing of what is typed until `questions` are answered, in the moments between two of them either: what is typed or
   * pasted ahead is an answer, too. For asking only: while it lasts, Ctrl-C is read with the next question.
   */
  unseen<T>(questions: () => Promise<T>): Promise<T>;
}

const CTRL_C = "\u0003";
const CTRL_D = "\u0004";
const CTRL_U = "\u0015";
const BACKSPACES = new Set(["\u0008", "\u007f"]);

export function createPrompt(input: Input, terminal: Terminal): Prompt {
  let unseen = false;
  const read = async (question: string, echo: boolean): Promise<string> => {
    if (input.isTTY !== true || input.setRawMode === undefined) {
      throw new Failure("refused", "There is no terminal to ask on.", "Give the answers by options or standard input.");
    }
    // Raw before the question is seen: the terminal itself would show what is typed at once.
    input.setRawMode(true);
    terminal.ask(question);
    input.setEncoding("utf8");
    input.resume();
    try {
      return await typed(input, (shown) => echo && terminal.ask(shown));
    } finally {
      if (!unseen) input.setRawMode(false);
      input.pause();
      terminal.say();
    }
  };
  const keepUnseen = async <T>(questions: () => Promise<T>): Promise<T> => {
    unseen = true;
    try {
      return await questions();
    } finally {
      unseen = false;
      input.setRawMode?.(false);
    }
  };
  return {
    possible: input.isTTY === true,
    line: (question) => read(question, true),
    hidden: (question) => read(question, false),
    unseen: keepUnseen,
  };
}

/** One line, with the editing keys that a terminal in raw mode leaves to its reader. */
async function typed(input: Input, show: (text: string) => void): Promise<string> {
  let answer = "";
  return new Promise((resolve, reject) => {
    const done = (finish: () => void) => {
      input.off("data", onData);
      input.off("end", onEnd);
      finish();
    };
    const interrupted = () => reject(new Failure("interrupted", "Interrupted; nothing was changed."));
    const onEnd = () => done(interrupted);
    const onData = (chunk: string | Buffer) => {
      const characters = [...chunk.toString()];
      for (const [position, character] of characters.entries()) {
        if (character === "\r" || character === "\n") {
          // What was typed ahead belongs to the next question: nobody may be listening, or it would come back to this one.
          const rest = characters.slice(position + 1).join("");
          input.pause();
          done(() => resolve(answer));
          if (rest !== "") input.unshift(rest, "utf8");
          return;
        }
        if (character === CTRL_C || (character === CTRL_D && answer === "")) return done(interrupted);
        if (character === CTRL_U) {
          show("\b \b".repeat([...answer].length));
          answer = "";
        } else if (BACKSPACES.has(character)) {
          if (answer !== "") show("\b \b");
          answer = [...answer].slice(0, -1).join("");
        } else if (character >= " ") {
          answer += character;
          show(character);
        }
      }
    };
    input.on("data", onData);
    input.once("end", onEnd);
  });
}

/**
 * The last guard before something is changed. Anywhere but in staging the stack's name has to be typed, or given with
 * `--yes <name>`: a `y` is pressed before it is read.
 */
export async function confirmStack(
  prompt: Prompt,
  stack: string,
  environment: string,
  given: string | undefined,
): Promise<void> {
  if (given !== undefined) {
    if (given === stack) return;
    throw new Failure("refused", `--yes names "${given}", but the stack is "${stack}". Nothing was changed.`);
  }
  if (!prompt.possible) {
    throw new Failure(
      "refused",
      "This changes something and there is no terminal to ask on. Nothing was changed.",
      `Add --yes ${stack}`,
    );
  }
  if (environment === "staging") {
    const answer = (await prompt.line(`Go on in ${stack}? [y/N] `)).trim().toLowerCase();
    if (answer === "y" || answer === "yes") return;
  } else if ((await prompt.line(`Type the stack's name (${stack}) to go on: `)).trim() === stack) {
    return;
  }
  throw new Failure("refused", "Not confirmed. Nothing was changed.");
}

/** The whole of standard input, for values that are piped in. */
export async function readInput(input: Input): Promise<string> {
  if (input.isTTY === true) {
    throw new Failure(
      "usage",
      "Standard input is a terminal: there is nothing to read from it.",
      "Pipe the JSON in, or leave --from-stdin out to be asked.",
    );
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of input as AsyncIterable<Buffer | string>) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > 1_000_000) throw new Failure("refused", "Standard input is longer than any secret can be (64 KiB).");
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString("utf8");
}
