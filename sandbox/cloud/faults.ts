import { createHash } from "node:crypto";
import { join } from "node:path";
import { createFile, fileName, readText } from "./files";
import type { CallKind } from "./journal";

export const FAULT_ACTIONS = [
  "fail",
  "throttle",
  "hang",
  "partial",
  "timeout",
  "crash",
  "kill",
  "lie",
  "late",
] as const;
export type FaultAction = (typeof FAULT_ACTIONS)[number];

/** Calls that a fault can hit: those that the cloud sees, and those that the provider answers by itself. */
export const FAULT_CALLS = ["check", "diff", "create", "read", "update", "delete"] as const;
export type FaultCall = (typeof FAULT_CALLS)[number];

/** One rule of faults.json. */
export interface FaultRule {
  /** Resource type token, or "*". */
  readonly type: string;
  /** Or "*". */
  readonly call: FaultCall | "*";
  /** Resource name in the program (the URN's end). @default every resource of the type */
  readonly name?: string;
  /** The how-manieth matching call, from 1. @default every one */
  readonly nth?: number;
  /** Hits each pair of type and call once. @default false */
  readonly eachPair?: boolean;
  /**
   * fail: refused, nothing changed. throttle: "Rate exceeded" some times before it goes through. hang: never answers.
   * partial: done in the cloud, reported as half done. timeout: done in the cloud, reported as unanswered.
   * crash: done in the cloud, and the provider dies before it answers. kill: likewise the engine.
   * lie: a read says that nothing is there. late: reads of what a create made say so for a while.
   */
  readonly action: FaultAction;
  /** late: how many reads find nothing. @default 2 */
  readonly reads?: number;
  /** crash, kill: waits for further calls that the rule hits too, until none has come for so many milliseconds. @default 0 */
  readonly gather?: number;
  readonly message?: string;
  /** Counts apart from an equal rule of another run. */
  readonly run?: string;
}

/** The faults that were asked for, from a file that may change between calls. */
export class Faults {
  constructor(
    private readonly folder: string,
    private readonly file: string = process.env["SANDBOX_FAULTS"] ?? join(folder, "faults.json"),
  ) {}

  /** The rule that hits this call, if one does. Each asking counts as one call, over all processes. */
  hit(type: string, call: FaultCall | CallKind, name: string): FaultRule | undefined {
    const text = readText(this.file);
    if (text === undefined) return undefined;
    return parse(text, this.file).find((rule) => {
      if ((rule.call !== "*" && rule.call !== call) || (rule.type !== "*" && rule.type !== type)) return false;
      if (rule.name !== undefined && rule.name !== name) return false;
      if (rule.eachPair === true) return this.first(rule, `${call} ${type}`);
      return rule.nth === undefined || this.count(rule) === rule.nth;
    });
  }

  /** A create that reads shall not see yet. */
  hide(urn: string, reads: number): void {
    for (let read = 1; read <= reads; read += 1) createFile(this.note(`hidden ${urn} ${read}`), "");
  }

  /** Whether a read of it still finds nothing; each asking uses one up. */
  hidden(urn: string): boolean {
    for (let read = 1; readText(this.note(`hidden ${urn} ${read}`)) !== undefined; read += 1) {
      if (createFile(this.note(`asked ${urn} ${read}`), "")) return true;
    }
    return false;
  }

  /** A note per call, made by exclusive creation, so that several processes count together. */
  private count(rule: FaultRule): number {
    let number = 1;
    while (!createFile(this.note(`${digest(rule)}.${number}`), "")) number += 1;
    return number;
  }

  private first(rule: FaultRule, pair: string): boolean {
    return createFile(this.note(`${digest(rule)} ${pair}`), pair);
  }

  private note(text: string): string {
    return join(this.folder, "faults", fileName(text));
  }
}

function digest(rule: FaultRule): string {
  return createHash("sha256").update(JSON.stringify(rule)).digest("hex").slice(0, 10);
}

function parse(text: string, file: string): FaultRule[] {
  const rules = JSON.parse(text) as unknown;
  if (!Array.isArray(rules)) throw new Error(`${file}: a list of rules is needed`);
  return rules.map((rule: Partial<FaultRule>, index) => {
    const { type, call, action } = rule;
    const calls: readonly string[] = [...FAULT_CALLS, "*"];
    const actions: readonly string[] = FAULT_ACTIONS;
    if (typeof type !== "string" || !calls.includes(call ?? "") || !actions.includes(action ?? "")) {
      throw new Error(
        `${file}: rule ${index} needs type, call (${calls.join(", ")}) and action (${actions.join(", ")})`,
      );
    }
    return rule as FaultRule;
  });
}
