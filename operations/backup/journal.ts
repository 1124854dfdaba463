import { createHash } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** Git-ignored. */
const FOLDER = ".operations";

/**
 * What a long piece of work has finished, in a file beside the stack file: a second run of the same command skips it. Lines
 * are appended and never changed, so that a killed run loses at most the one that it was writing.
 */
export class Journal {
  readonly file: string;
  readonly #done = new Map<string, string>();

  /** @param name - the same for the same work: what it is done to, and with which options */
  constructor(root: string, name: readonly string[]) {
    const digest = createHash("sha256").update(JSON.stringify(name)).digest("hex").slice(0, 16);
    this.file = path.join(root, FOLDER, `${name[0] ?? "work"}-${digest}.jsonl`);
    if (!existsSync(this.file)) return;
    for (const line of readFileSync(this.file, "utf8").split("\n")) {
      const entry = parse(line);
      if (entry !== undefined) this.#done.set(...entry);
    }
  }

  /** What was noted about it; undefined when nothing was. */
  of(item: string): string | undefined {
    return this.#done.get(item);
  }

  note(item: string, what: string): void {
    mkdirSync(path.dirname(this.file), { recursive: true });
    appendFileSync(this.file, `${JSON.stringify([item, what])}\n`);
    this.#done.set(item, what);
  }
}

/** A line that was cut off is none. */
function parse(line: string): [string, string] | undefined {
  try {
    const entry: unknown = JSON.parse(line);
    if (Array.isArray(entry) && typeof entry[0] === "string" && typeof entry[1] === "string")
      return [entry[0], entry[1]];
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return undefined;
}
