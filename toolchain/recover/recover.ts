import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Finder } from "./finder";
import { holderOf, lockInWords, locksIn } from "./locks";
import { foreign, search, type Answers, type Finding } from "./search";
import { adopted, pendingOf, resourcesOf, without, type Adoption, type StackState, type StateResource } from "./state";

export interface EngineAnswer {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RecoverOptions {
  readonly stack: string;
  /** Runs the CLI on the stack, without asking, and gives back what it says. */
  readonly engine: (args: readonly string[]) => Promise<EngineAnswer>;
  readonly finder: Finder;
  readonly say: (line: string) => void;
  readonly answers?: Answers;
  /** Takes locks away whose holder cannot be seen from here. @default false */
  readonly unlock?: boolean;
}

/** What a person has to decide; nothing is brought up before. */
export interface Recovered {
  readonly adopted: readonly string[];
  readonly open: readonly Finding[];
}

/** An error of the recovery itself, in words for its user. */
export class RecoverError extends Error {
  override readonly name = "RecoverError";
}

/**
 * Makes the state true again after a run that was killed: a stale lock goes, creates that happened are taken over, and
 * everything is read once. It changes nothing in the cloud. The update that follows does.
 */
export async function recover(options: RecoverOptions): Promise<Recovered> {
  const { say, finder, answers = { adopt: new Map(), forget: new Set() } } = options;
  const steps = new Steps(options);
  const before = await steps.unlocked();
  tellPending(before, say);
  const planned = await steps.plannedCreates();
  const findings = await search(before, planned, finder, answers);
  const there = findings.flatMap((one) => (one.kind === "there" ? [one] : []));
  const free = findings.flatMap((one) => (one.kind === "free" && one.pending ? [one.resource.urn] : []));
  const start = adopted(before, there, new Set(free));
  if (start !== before) await steps.import(start);

  const after = await steps.refreshed(
    start,
    new Set(there.flatMap(({ resource, certain }) => (certain ? [] : [resource.urn]))),
  );
  const others = foreign(there, after);
  if (others.length > 0) await steps.import(without(after, new Set(others.map(({ resource }) => resource.urn))));
  const taken = tellAdopted(there, others, after, say);
  const open = [...findings.filter((one) => one.kind === "open" && one.pending), ...others.map(ofSomebodyElse)];
  tellOpen(open, findings, say);
  return { adopted: taken, open };
}

class Steps {
  constructor(private readonly options: RecoverOptions) {}

  /** The state as it is, once nobody else writes it. */
  async unlocked(): Promise<StackState> {
    const { say, unlock = false, stack } = this.options;
    const state = await this.export();
    // Writing back what is there is the one command that asks for the lock and changes nothing.
    const refused = await this.tryImport(state);
    if (refused === undefined) return state;
    const locks = locksIn(refused);
    if (locks.length === 0) throw new RecoverError(refused);
    for (const lock of locks) say(`lock: ${lockInWords(lock)}; its process is ${holderOf(lock)}`);
    if (!unlock && locks.some((lock) => holderOf(lock) !== "gone")) {
      throw new RecoverError(
        `The stack ${stack} is locked by a run that may be at work. Nothing was changed.\n` +
          "If you know that it is not (its machine is gone, its job was cancelled), say so: --unlock",
      );
    }
    await this.ran(["cancel", "--yes", "--stack", stack]);
    say("lock: taken away");
    return this.export();
  }

  async export(): Promise<StackState> {
    return JSON.parse(await this.ran(["stack", "export", "--stack", this.options.stack])) as StackState;
  }

  async import(state: StackState): Promise<void> {
    const refused = await this.tryImport(state);
    if (refused !== undefined) throw new RecoverError(refused);
  }

  private async tryImport(state: StackState): Promise<string | undefined> {
    const folder = mkdtempSync(path.join(tmpdir(), "recover-"));
    const file = path.join(folder, "state.json");
    try {
      // Secrets in it are encrypted, and nobody else reads it all the same.
      writeFileSync(file, JSON.stringify(state), { mode: 0o600 });
      const result = await this.options.engine(["stack", "import", "--stack", this.options.stack, "--file", file]);
      return result.exitCode === 0 ? undefined : printed(result);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** What the program wants made. */
  async plannedCreates(): Promise<StateResource[]> {
    const plan = JSON.parse(await this.ran(["preview", "--json", "--stack", this.options.stack])) as {
      readonly steps?: readonly { readonly op: string; readonly newState?: StateResource }[];
    };
    return (plan.steps ?? []).flatMap(({ op, newState }) =>
      (op === "create" || op === "create-replacement") && newState !== undefined ? [newState] : [],
    );
  }

  /**
   * Everything as the cloud has it. What a read does not find is asked for a second time, from the same start: a cloud that
   * is behind its own changes would else make the state forget what is there.
   */
  async refreshed(start: StackState, uncertain: ReadonlySet<string>): Promise<StackState> {
    const { say } = this.options;
    const once = await this.refresh();
    const missing = lost(start, once).filter((urn) => !uncertain.has(urn));
    if (missing.length === 0) return once;
    say(`not found: ${missing.map(shortOf).join(", ")}; asked again`);
    await this.import(start);
    const twice = await this.refresh();
    const gone = new Set(lost(start, twice));
    for (const urn of missing) say(`  ${shortOf(urn)}: ${gone.has(urn) ? "gone" : "there after all"}`);
    return twice;
  }

  private async refresh(): Promise<StackState> {
    await this.ran(["refresh", "--yes", "--skip-preview", "--suppress-outputs", "--stack", this.options.stack]);
    return this.export();
  }

  private async ran(args: readonly string[]): Promise<string> {
    const result = await this.options.engine(args);
    if (result.exitCode !== 0)
      throw new RecoverError(`pulumi ${args.slice(0, 2).join(" ")} failed:\n${printed(result)}`);
    return result.stdout;
  }
}

const printed = ({ stdout, stderr }: EngineAnswer): string => (stderr.trim() || stdout.trim()).slice(-4000);

/** "aws:rds/cluster:Cluster database" */
export function shortOf(urn: string): string {
  const [, , types = "", ...names] = urn.split("::");
  return `${types.slice(types.lastIndexOf("$") + 1)} ${names.join("::")}`;
}

/** URNs that were in use and are not any more. */
function lost(before: StackState, after: StackState): string[] {
  const there = new Set(resourcesOf(after).map(({ urn }) => urn));
  return resourcesOf(before).flatMap(({ urn, custom }) => (custom === true && !there.has(urn) ? [urn] : []));
}

function tellPending(state: StackState, say: RecoverOptions["say"]): void {
  const pending = pendingOf(state);
  if (pending.length === 0) say("pending: nothing");
  for (const { resource, type } of pending) say(`pending: ${type} ${shortOf(resource.urn)}`);
}

function tellAdopted(
  tried: readonly (Adoption & { readonly pending: boolean })[],
  others: readonly Adoption[],
  after: StackState,
  say: RecoverOptions["say"],
): string[] {
  const ids = new Map(resourcesOf(after).map(({ urn, id, delete: old }) => [old === true ? "" : urn, id]));
  const taken = tried.filter(
    ({ resource }) => ids.has(resource.urn) && !others.some((one) => one.resource === resource),
  );
  for (const { resource } of taken) say(`taken over: ${shortOf(resource.urn)}, ${ids.get(resource.urn) ?? ""}`);
  for (const { resource, pending } of tried)
    if (pending && !ids.has(resource.urn)) say(`not made: ${shortOf(resource.urn)}`);
  return taken.map(({ resource }) => resource.urn);
}

function ofSomebodyElse({ resource }: Adoption): Finding {
  const why = "its name is taken by a resource without this stack's tag: rename one of the two, or delete the other";
  return { kind: "open", resource, pending: true, why };
}

function tellOpen(open: readonly Finding[], findings: readonly Finding[], say: RecoverOptions["say"]): void {
  for (const { resource, ...finding } of open) {
    say(`cannot tell: ${shortOf(resource.urn)}`);
    if (finding.kind === "open") say(`  look: ${finding.why}`);
    say(`  it is there:  --adopt '${resource.urn}=<id>'\n  it is not:    --forget '${resource.urn}'`);
  }
  const unasked = findings.filter((one) => one.kind === "open" && !one.pending);
  if (unasked.length > 0)
    say(
      `not looked up, and to be made by the next update: ${unasked.map(({ resource }) => shortOf(resource.urn)).join(", ")}`,
    );
}
