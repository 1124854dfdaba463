import type { Writable } from "node:stream";
import type { Redactor } from "./redactor";

const styles = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39] } as const;
export type Style = keyof typeof styles;

export type Output = Writable & { isTTY?: boolean };

interface Streams {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface LiveRegion {
  draw(lines: readonly string[]): void;
  clear(): void;
  /** Leaves what is drawn. */
  done(): void;
}

/** Data goes to standard output, so that it can be piped; everything said to a person goes to standard error. */
export class Terminal {
  readonly #streams: Streams;
  readonly #redactor: Redactor;
  colour: boolean;

  constructor(streams: Streams, redactor: Redactor) {
    this.#streams = streams;
    this.#redactor = redactor;
    const { NO_COLOR, TERM } = streams.env;
    this.colour = (NO_COLOR ?? "") === "" && TERM !== "dumb";
    for (const stream of [streams.stdout, streams.stderr]) {
      // `| head` has read enough: that is no error.
      stream.on("error", (error: NodeJS.ErrnoException) => {
        if (error.code !== "EPIPE") throw error;
      });
    }
  }

  /** A line of the result. */
  data(line: string): void {
    this.#streams.stdout.write(`${this.#redactor.clean(line)}\n`);
  }

  json(value: unknown): void {
    this.data(JSON.stringify(value, undefined, 2));
  }

  /** A message to the person at the terminal. */
  say(line = ""): void {
    this.#streams.stderr.write(`${this.#redactor.clean(line)}\n`);
  }

  /** A question, left open for the answer on the same line. */
  ask(question: string): void {
    this.#streams.stderr.write(this.#redactor.clean(question));
  }

  warn(line: string): void {
    this.say(`${this.paint("yellow", "warning:")} ${line}`);
  }

  error(line: string): void {
    this.say(`${this.paint("red", "error:")} ${line}`);
  }

  paint(style: Style, text: string, stream: "stdout" | "stderr" = "stderr"): string {
    if (!this.colour || this.#streams[stream].isTTY !== true) return text;
    const [on, off] = styles[style];
    return `\u001b[${on}m${text}\u001b[${off}m`;
  }

  /**
   * Lines at the bottom that are drawn again and again; undefined where nobody looks: in CI, in a file, with TERM=dumb.
   */
  async liveRegion(): Promise<LiveRegion | undefined> {
    const { stderr, env } = this.#streams;
    if (stderr.isTTY !== true || env.TERM === "dumb" || (env.CI ?? "") !== "") return undefined;
    const { createLogUpdate } = await import("log-update");
    const update = createLogUpdate(stderr, { showCursor: true });
    return {
      draw: (lines) => update(this.#redactor.clean(lines.join("\n"))),
      clear: () => update.clear(),
      done: () => update.done(),
    };
  }

  /** Until everything written has left the process: an exit before that cuts a pipe's data short. */
  async flush(): Promise<void> {
    const { stdout, stderr } = this.#streams;
    await Promise.all([stdout, stderr].map((stream) => new Promise<void>((done) => stream.write("", () => done()))));
  }
}

/** Rows as columns of equal width; the last one is left as long as it is. */
export function columns(rows: readonly (readonly string[])[], indent = ""): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, cell.length)));
  }
  return rows.map((row) => (indent + row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")).trimEnd());
}
