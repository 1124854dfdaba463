import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Cloud } from "../../sandbox/cloud/cloud";
import type { FaultCall, FaultRule } from "../../sandbox/cloud/faults";
import { Sandbox, type SandboxOptions, type Update } from "../../sandbox/cli/sandbox";
import { pendingOf, type StackState } from "../../toolchain/recover/state";
import { faultsOf, withBirths, type Births } from "./inventory";

/** Who is killed: the CLI, or the process that serves the cloud. */
export type Victim = "engine" | "provider";

export interface RoundsOptions {
  readonly sandbox: SandboxOptions & { readonly home: string };
  readonly stack: string;
  readonly victim: Victim;
  /** Calls in the air are interrupted by the same kill: it waits until no further one has come for so long. @default 300 */
  readonly gatherMilliseconds?: number;
  /** How many operations the engine has in the air at most. @default the engine's own */
  readonly parallel?: number;
  readonly say?: (line: string) => void;
}

/** The proof failed: what was wrong, and what was printed. */
export class ProofError extends Error {
  override readonly name = "ProofError";
}

/** Kills, recovers and looks, over one simulated cloud. */
export class Rounds {
  readonly cloud: Cloud;
  kills = 0;
  private births: Births = {};
  private readonly rules: string;
  private readonly ledger: string;

  constructor(private readonly options: RoundsOptions) {
    const { home } = options.sandbox;
    this.cloud = new Cloud(path.join(home, ".cloud"));
    this.rules = path.join(home, "kill.json");
    this.ledger = path.join(home, "births.json");
    mkdirSync(home, { recursive: true });
    if (existsSync(this.ledger)) this.births = JSON.parse(readFileSync(this.ledger, "utf8")) as Births;
  }

  /** Pairs of call and type at which a kill has come: "create aws:rds/cluster:Cluster". */
  met(): string[] {
    const folder = path.join(this.cloud.folder, "faults");
    const notes = existsSync(folder) ? readdirSync(folder) : [];
    const texts = notes
      .filter((name) => !name.endsWith(".partial"))
      .map((name) => readFileSync(path.join(folder, name), "utf8"));
    return texts.filter((text) => text !== "").sort();
  }

  /**
   * Runs the operation again and again, each time to its next kill, until it ends by itself or `enough` says so.
   * @param calls at which it is killed, once for each type of resource
   * @param gatherMilliseconds in place of the option's
   * @returns whether it ended by itself
   */
  async through(
    operation: Update,
    calls: readonly FaultCall[],
    enough: () => boolean,
    gatherMilliseconds = this.options.gatherMilliseconds,
  ): Promise<boolean> {
    const { stack, victim, parallel, say = () => undefined } = this.options;
    this.arm(calls, gatherMilliseconds);
    const args = [...extra(operation), ...(parallel === undefined ? [] : ["--parallel", String(parallel)])];
    while (!enough()) {
      const before = this.met();
      const started = Date.now();
      const { exitCode, stdout, stderr } = await this.sandbox(true).update(operation, stack, args);
      const hit = this.met().filter((pair) => !before.includes(pair));
      if (hit.length === 0) {
        if (exitCode !== 0) throw new ProofError(`${operation} failed without a kill:\n${stdout}\n${stderr}`);
        await this.look(true);
        // What comes up after it is born anew.
        if (operation === "destroy") this.keepBirths({});
        return true;
      }
      this.kills += 1;
      const killed = Date.now();
      const lockOnly = hit.every(changesNothing) && this.kills % RECOVER_EACH > 0 && (await this.isWhole());
      await (lockOnly ? this.unlock() : this.recover());
      const times = [killed - started, Date.now() - killed].map((time) => Math.round(time / 1000));
      say(
        `${operation}: the ${victim} was killed at ${hit.join(", ")}; ${times[0] ?? 0} s, ${lockOnly ? "lock taken away" : "recovered"} in ${times[1] ?? 0} s`,
      );
      if (!lockOnly) await this.look(operation === "refresh");
    }
    return false;
  }

  /** An earlier slice may itself have been killed, between a kill and its recovery: a provider's leaves not even a lock. */
  async resume(): Promise<void> {
    if (!existsSync(this.sandbox(false).stateFile(this.options.stack))) return;
    await this.recover();
    await this.look(false);
  }

  /** The operation without kills. */
  async whole(operation: Update): Promise<void> {
    const { exitCode, stdout, stderr } = await this.sandbox(false).update(
      operation,
      this.options.stack,
      extra(operation),
    );
    if (exitCode !== 0) throw new ProofError(`${operation} failed:\n${stdout}\n${stderr}`);
    await this.look(true);
  }

  private arm(calls: readonly FaultCall[], gather = 300): void {
    const { victim } = this.options;
    const action = victim === "engine" ? "kill" : "crash";
    const rules = calls.map((call): FaultRule => ({ type: "*", call, eachPair: true, action, gather }));
    writeFileSync(this.rules, JSON.stringify(rules));
  }

  private sandbox(withKills: boolean): Sandbox {
    const { sandbox } = this.options;
    const env = sandbox.env ?? process.env;
    return new Sandbox({
      ...sandbox,
      output: "capture",
      policies: sandbox.policies ?? false,
      // Compared in parallel, so that one kill comes in the middle of many comparisons.
      ...(withKills && { env: { ...env, SANDBOX_FAULTS: this.rules, PULUMI_PARALLEL_DIFF: "true" } }),
    });
  }

  /** As an operator would: what cannot be told is looked up in the cloud's console. */
  private async recover(): Promise<void> {
    const { stack } = this.options;
    const lines: string[] = [];
    const say = (line: string): void => void lines.push(line);
    const sandbox = this.sandbox(false);
    let { open } = await sandbox.recover(stack, { say });
    if (open.length > 0) {
      const adopt = new Map<string, string>();
      const forget = new Set<string>();
      for (const { resource } of open) {
        const there = this.cloud.list(resource.type).filter(({ urn }) => urn === resource.urn);
        const [one] = there;
        if (one === undefined) forget.add(resource.urn);
        else adopt.set(resource.urn, one.id);
      }
      ({ open } = await sandbox.recover(stack, { say, answers: { adopt, forget } }));
    }
    if (open.length > 0) throw new ProofError(`recover leaves something undecided:\n${lines.join("\n")}`);
  }

  /** Whether state and cloud are one, and nothing is in the air: then a run that was killed left nothing but its lock. */
  private async isWhole(): Promise<boolean> {
    const state = await this.state();
    return pendingOf(state).length === 0 && faultsOf(state, this.cloud, this.births, true).length === 0;
  }

  private async unlock(): Promise<void> {
    if (this.options.victim !== "engine") return;
    const { exitCode, stderr } = await this.sandbox(false).cancel(this.options.stack);
    if (exitCode !== 0) throw new ProofError(`the lock stays:\n${stderr}`);
  }

  private async state(): Promise<StackState> {
    const { stdout } = await this.sandbox(false).export(this.options.stack);
    return JSON.parse(stdout) as StackState;
  }

  private async look(complete: boolean): Promise<void> {
    const faults = faultsOf(await this.state(), this.cloud, this.births, complete);
    if (faults.length > 0)
      throw new ProofError(`${complete ? "After the end" : "After a recovery"}:\n  ${faults.join("\n  ")}`);
    this.keepBirths(withBirths(this.births, this.cloud));
  }

  private keepBirths(births: Births): void {
    this.births = births;
    writeFileSync(this.ledger, JSON.stringify(births));
  }
}

/** After kills that left nothing but a lock, a whole recovery once in so many. */
const RECOVER_EACH = 10;

/** The provider answers these by itself. */
const changesNothing = (pair: string): boolean => /^(check|diff) /.test(pair);

/** Half of the kills would else come in a preview, where there is nothing to lose. */
function extra(operation: Update): string[] {
  return operation === "refresh" ? [] : ["--skip-preview", "--suppress-outputs"];
}
