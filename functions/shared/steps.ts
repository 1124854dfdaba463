import { messageOf } from "./errors";
import type { Say } from "./say";

/**
 * Does every step, whatever becomes of the others: what must be deleted is not kept by what else failed. Throws at the end
 * when one did, so that the function's errors count it; the next call comes by again.
 */
export class Steps {
  private readonly failed: string[] = [];

  constructor(private readonly say: Say) {}

  /** What came of it; undefined when it failed. */
  async attempt<T>(what: string, step: () => Promise<T>): Promise<T | undefined> {
    try {
      return await step();
    } catch (error) {
      const message = `${what}: ${messageOf(error)}`;
      this.failed.push(message);
      this.say(message, { level: "ERROR" });
      return undefined;
    }
  }

  end(): void {
    if (this.failed.length > 0) throw new Error(this.failed.join("; "));
  }
}
