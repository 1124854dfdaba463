import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Cloud } from "../../sandbox/cloud/cloud";
import type { FaultRule } from "../../sandbox/cloud/faults";
import { Sandbox, type SandboxOptions, type Update } from "../../sandbox/cli/sandbox";
import type { StackState } from "../../toolchain/recover/state";
import { faultsOf, withBirths, type Births } from "./inventory";

/** Who is killed: the CLI, or the process that serves the cloud. */
export type Victim = "engine" | "provider";

export interface RoundsOptions {
  readonly sandbox: SandboxOptions & { readonly home: string };
  readonly stack: string;
  readonly victim: Victim;
  /** Which calls it is killed at, each type of resource once. @default "*" */
  readonly calls?: readonly FaultRule["call"][];
  /** Calls that are in the air at the same time are interrupted by the same kill. @default 300 */
  readonly gatherMilliseconds?: number;
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
    const action = options.victim === "engine" ? "kill" : "crash";
    const gather = options.gatherMilliseconds ?? 300;
    const rules = (options.calls ?? ["*"]).map((call): FaultRule => ({
      type: "*",
      call,
      eachPair: true,
      action,
      gather,
    }));
    writeFileSync(this.rules, JSON.stringify(rules));
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
   * @returns whether it ended by itself
   */
  async through(operation: Update, enough: () => boolean): Promise<boolean> {
    const { stack, victim, say = () => undefined } = this.options;
    while (!enough()) {
      const before = this.met();
      const { exitCode, stdout, stderr } = await this.sandbox(true).update(operation, stack, extra(operation));
      const hit = this.met().filter((pair) => !before.includes(pair));
      if (hit.length === 0) {
        if (exitCode !== 0) throw new ProofError(`${operation} failed without a kill:\n${stdout}\n${stderr}`);
        await this.look(true);
        return true;
      }
      this.kills += 1;
      say(`${operation}: the ${victim} was killed at ${hit.join(", ")}`);
      await this.recover();
      await this.look(operation === "refresh");
    }
    return false;
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

  private sandbox(withKills: boolean): Sandbox {
    const { sandbox } = this.options;
    const env = sandbox.env ?? process.env;
    return new Sandbox({
      ...sandbox,
      output: "capture",
      policies: sandbox.policies ?? false,
      ...(withKills && { env: { ...env, SANDBOX_FAULTS: this.rules } }),
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

  private async look(complete: boolean): Promise<void> {
    const { stack } = this.options;
    const { stdout } = await this.sandbox(false).export(stack);
    const faults = faultsOf(JSON.parse(stdout) as StackState, this.cloud, this.births, complete);
    if (faults.length > 0)
      throw new ProofError(`${complete ? "After the end" : "After a recovery"}:\n  ${faults.join("\n  ")}`);
    this.births = withBirths(this.births, this.cloud);
    writeFileSync(this.ledger, JSON.stringify(this.births));
  }
}

/** Half of the kills would else come in a preview, where there is nothing to lose. */
function extra(operation: Update): string[] {
  return operation === "refresh" ? [] : ["--skip-preview", "--suppress-outputs"];
}
