import type { LiveRegion, Terminal } from "../terminal";
import { size, span } from "./units";

/** Where nobody looks (CI, a file), a line this often, in milliseconds. */
const EVERY_MS = 15_000;
const REDRAW_MS = 200;

export interface Amount {
  readonly count?: number;
  readonly bytes?: number;
}

/** Says how far long work is, at what speed, and when it will be done if it goes on so. */
export class Progress {
  readonly #began = Date.now();
  #said = Date.now();
  #last = "";

  private constructor(
    private readonly terminal: Terminal,
    private readonly what: string,
    private readonly total: Amount | undefined,
    private readonly region: LiveRegion | undefined,
  ) {}

  /** @param total - what is to be done, where that is known: then there is an ETA */
  static async begin(terminal: Terminal, what: string, total?: Amount): Promise<Progress> {
    return new Progress(terminal, what, total, await terminal.liveRegion());
  }

  update(done: Amount, note = ""): void {
    const now = Date.now();
    if (now - this.#said < (this.region === undefined ? EVERY_MS : REDRAW_MS)) return;
    this.#said = now;
    const line = progressLine(this.what, done, this.total, now - this.#began) + (note === "" ? "" : `, ${note}`);
    if (this.region !== undefined) this.region.draw([line]);
    else if (line !== this.#last) this.terminal.say(line);
    this.#last = line;
  }

  end(): void {
    this.region?.clear();
  }
}

/** Bytes decide the ETA where they are known: ten large objects take longer than ten small ones. */
export function progressLine(what: string, done: Amount, total: Amount | undefined, passedMs: number): string {
  const parts = [
    amount(done.count, total?.count, String),
    amount(done.bytes, total?.bytes, size),
    done.bytes !== undefined && passedMs > 0 ? `${size(Math.round((done.bytes * 1000) / passedMs))}/s` : "",
    span(passedMs),
    eta(done, total, passedMs),
  ];
  return `${what}: ${parts.filter((part) => part !== "").join(", ")}`;
}

function amount(done: number | undefined, total: number | undefined, show: (value: number) => string): string {
  if (done === undefined) return "";
  if (total === undefined || total === 0) return show(done);
  return `${show(done)} of ${show(total)} (${Math.min(100, Math.floor((done * 100) / total))} %)`;
}

function eta(done: Amount, total: Amount | undefined, passedMs: number): string {
  const [part = 0, whole = 0] = (total?.bytes ?? 0) > 0 ? [done.bytes, total?.bytes] : [done.count, total?.count];
  if (part <= 0 || whole <= part) return "";
  return `about ${span((passedMs * (whole - part)) / part)} left`;
}
