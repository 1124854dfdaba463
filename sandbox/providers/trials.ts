import { setTimeout as sleep } from "node:timers/promises";
import { CloudError } from "../cloud/errors";
import type { FaultRule, Faults } from "../cloud/faults";
import type { CallKind } from "../cloud/journal";

/** What the SDK reports as "created, but failed to initialize". */
class PartialFailure extends Error {
  readonly reasons: readonly string[];

  constructor(
    message: string,
    readonly id: string,
    readonly properties: object,
  ) {
    super(message);
    this.reasons = [message];
  }
}

const THROTTLED_TRIES = 3;

/** Slowness and faults that a run was asked to have. */
export class Trials {
  private readonly scale = Number(process.env["SANDBOX_TIME_SCALE"] ?? 0);
  private readonly aborter = new AbortController();

  constructor(
    private readonly faults: Faults,
    private readonly seconds: (type: string, call: CallKind) => number,
  ) {}

  cancel(): void {
    this.aborter.abort();
  }

  /** Before the cloud does anything. Answers the rule that has something to do afterwards. */
  async before(type: string, call: CallKind, name: string): Promise<FaultRule | undefined> {
    const seconds = this.scale > 0 ? this.seconds(type, call) * this.scale : 0;
    if (seconds > 0) await this.wait(seconds * 1000);
    const rule = this.faults.hit(type, call, name);
    switch (rule?.action) {
      case "fail":
        throw new CloudError("InternalFailure", rule.message ?? "asked to fail (faults.json)", undefined, 500);
      case "hang":
        await this.hang();
        break;
      case "throttle":
        // The real provider waits and asks again; only the waiting shows.
        for (let attempt = 0; attempt < THROTTLED_TRIES; attempt += 1) await this.wait(200 * 2 ** attempt);
    }
    return rule;
  }

  /** After the cloud did it. */
  async after(
    rule: FaultRule | undefined,
    type: string,
    call: CallKind,
    done: { id: string; properties: object },
  ): Promise<void> {
    if (rule?.action === "crash") process.kill(process.pid, "SIGKILL");
    if (rule?.action !== "partial") return;
    const message =
      rule.message ?? `${call} of ${type} ${done.id} did not finish: asked to fail half way (faults.json)`;
    throw await Promise.resolve(new PartialFailure(message, done.id, done.properties));
  }

  private async wait(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal: this.aborter.signal });
  }

  private async hang(): Promise<never> {
    // A timer keeps the process alive until it is told to stop.
    for (;;) await this.wait(60_000);
  }
}
