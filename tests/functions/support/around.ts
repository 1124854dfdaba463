/** What happens to a call: nothing, refused before it did anything, or done and the answer lost; the call of the function dies. */
export type Fault = "none" | "throttled" | "refused" | "lost" | "dead";

/** The network and the moods of a service, around each of its calls. */
export class Surroundings {
  /** Milliseconds since 1970. */
  time: number;
  /** Every call that was made, by name. */
  readonly calls: string[] = [];
  /** Every line of the log. */
  readonly lines: Record<string, unknown>[] = [];
  /** Decides what happens to the next call. */
  fault: (name: string) => Fault = () => "none";
  private dead = false;

  constructor(start: string) {
    this.time = Date.parse(start);
  }

  readonly now = (): Date => new Date(this.time);

  readonly write = (line: string): void => void this.lines.push(JSON.parse(line) as Record<string, unknown>);

  minutes(count: number): void {
    this.time += count * 60_000;
  }

  /** A new call of the function, in an instance of its own. */
  awake(): void {
    this.dead = false;
  }

  /** Messages for people. */
  get said(): string[] {
    return this.lines.map(({ message }) => message).filter((message) => typeof message === "string");
  }

  /** The last value of a metric. */
  metric(name: string): unknown {
    return this.lines.filter((line) => name in line).at(-1)?.[name];
  }

  around<I, O>(name: string, effect: (input: I) => O): (input: I) => Promise<O> {
    return async (input) => {
      await Promise.resolve();
      this.calls.push(name);
      const fault = this.dead ? "dead" : this.fault(name);
      if (fault === "dead") this.dead = true;
      if (fault === "throttled" || fault === "dead") throw failure("ThrottlingException", "Rate exceeded");
      if (fault === "refused") throw failure("AccessDeniedException", "not authorized to perform this");
      const output = effect(input);
      if (fault === "lost") throw Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
      return output;
    };
  }
}

export const failure = (name: string, message: string): Error =>
  Object.assign(new Error(message), { name, $fault: "client", $metadata: { httpStatusCode: 400 } });

export const said = (message: string) => ({ message, $metadata: { httpStatusCode: 400 } });
