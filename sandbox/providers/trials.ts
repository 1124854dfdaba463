import { setTimeout as sleep } from "node:timers/promises";
import { CloudError } from "../cloud/errors";
import type { FaultCall, FaultRule, Faults } from "../cloud/faults";
import type { CallKind } from "../cloud/journal";
import { typeOf } from "./urn";

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
/** Reads that find nothing after a late create. */
const LATE_READS = 2;

/** Slowness and faults that a run was asked to have. */
export class Trials {
  private readonly scale = Number(process.env["SANDBOX_TIME_SCALE"] ?? 0);
  private readonly aborter = new AbortController();
  /** Calls that wait for the kill. */
  private gathered = 0;

  constructor(
    private readonly faults: Faults,
    private readonly seconds: (type: string, call: CallKind) => number,
  ) {}

  cancel(): void {
    this.aborter.abort();
  }

  /** Of a call that the provider answers by itself. */
  async during(type: string, call: FaultCall, name: string): Promise<void> {
    const rule = this.faults.hit(type, call, name);
    if (rule !== undefined) await this.begin(rule);
    await this.end(rule);
  }

  /** Before the cloud does anything. Answers the rule that has something to do afterwards. */
  async before(type: string, call: CallKind, name: string): Promise<FaultRule | undefined> {
    const seconds = this.scale > 0 ? this.seconds(type, call) * this.scale : 0;
    if (seconds > 0) await this.wait(seconds * 1000);
    const rule = this.faults.hit(type, call, name);
    if (rule !== undefined) await this.begin(rule);
    return rule;
  }

  private async begin(rule: FaultRule): Promise<void> {
    switch (rule.action) {
      case "fail":
        throw new CloudError("InternalFailure", rule.message ?? "asked to fail (faults.json)", undefined, 500);
      case "hang":
        await this.hang();
        break;
      case "throttle":
        // The real provider waits and asks again; only the waiting shows.
        for (let attempt = 0; attempt < THROTTLED_TRIES; attempt += 1) await this.wait(200 * 2 ** attempt);
    }
  }

  /** After the cloud did it. */
  async after(
    rule: FaultRule | undefined,
    urn: string,
    call: string,
    done: { id: string; properties: object },
  ): Promise<void> {
    if (rule?.action === "late") this.faults.hide(urn, rule.reads ?? LATE_READS);
    if (rule?.action === "timeout") {
      const detail = rule.message ?? `${call} of ${done.id}: no answer in time (faults.json)`;
      throw new CloudError("RequestTimeout", detail, undefined, 408);
    }
    if (rule?.action === "partial") {
      const message =
        rule.message ?? `${call} of ${typeOf(urn)} ${done.id} did not finish: asked to fail half way (faults.json)`;
      throw new PartialFailure(message, done.id, done.properties);
    }
    await this.end(rule);
  }

  /** Whether a read says that nothing is there although something is. */
  denies(rule: FaultRule | undefined, urn: string): boolean {
    return rule?.action === "lie" || this.faults.hidden(urn);
  }

  /** Kills who was to be killed; what is called meanwhile and was to be killed too is never answered either. */
  private async end(rule: FaultRule | undefined): Promise<void> {
    if (rule?.action !== "crash" && rule?.action !== "kill") return;
    // The engine started this process. Another provider may have killed it just before: then there is nobody left.
    const victim = rule.action === "kill" ? process.ppid : process.pid;
    this.gathered += 1;
    if (this.gathered === 1) {
      await this.quiet(rule.gather ?? 0);
      if (victim > 1) process.kill(victim, "SIGKILL");
    }
    await this.hang();
  }

  /** Until no further call has come for so long. */
  private async quiet(milliseconds: number): Promise<void> {
    for (let known = 0; known < this.gathered;) {
      known = this.gathered;
      await this.wait(milliseconds);
    }
  }

  private async wait(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal: this.aborter.signal });
  }

  private async hang(): Promise<never> {
    // A timer keeps the process alive until it is told to stop.
    for (;;) await this.wait(60_000);
  }
}
