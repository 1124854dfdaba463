import { createHash } from "node:crypto";
import { join } from "node:path";
import { createFile, readText } from "./files";
import type { CallKind } from "./journal";

export type FaultAction = "fail" | "throttle" | "hang" | "partial" | "crash";
const ACTIONS: readonly string[] = ["fail", "throttle", "hang", "partial", "crash"] satisfies FaultAction[];
const CALLS: readonly string[] = ["create", "read", "update", "delete"] satisfies CallKind[];

/** One rule of faults.json. */
export interface FaultRule {
  /** Resource type token, or "*". */
  readonly type: string;
  readonly call: "create" | "read" | "update" | "delete";
  /** Resource name in the program (the URN's end). @default every resource of the type */
  readonly name?: string;
  /** The how-manieth matching call, from 1. @default every one */
  readonly nth?: number;
  /**
   * fail: refused, nothing changed. throttle: "Rate exceeded" some times before it goes through. hang: never answers.
   * partial: done in the cloud, reported as failed. crash: done in the cloud, and the provider dies before it answers.
   */
  readonly action: FaultAction;
  readonly message?: string;
}

/** The faults that were asked for, from a file that may change between calls. */
export class Faults {
  constructor(
    private readonly folder: string,
    private readonly file: string = process.env["SANDBOX_FAULTS"] ?? join(folder, "faults.json"),
  ) {}

  /** The rule that hits this call, if one does. Each asking counts as one call, over all processes. */
  hit(type: string, call: CallKind, name: string): FaultRule | undefined {
    const text = readText(this.file);
    if (text === undefined) return undefined;
    return parse(text, this.file).find((rule) => {
      if (rule.call !== call || (rule.type !== "*" && rule.type !== type)) return false;
      if (rule.name !== undefined && rule.name !== name) return false;
      return rule.nth === undefined || this.count(rule) === rule.nth;
    });
  }

  /** A note per call, made by exclusive creation, so that several processes count together. */
  private count(rule: FaultRule): number {
    const key = createHash("sha256").update(JSON.stringify(rule)).digest("hex").slice(0, 10);
    let number = 1;
    while (!createFile(join(this.folder, "faults", `${key}.${number}`), "")) number += 1;
    return number;
  }
}

function parse(text: string, file: string): FaultRule[] {
  const rules = JSON.parse(text) as unknown;
  if (!Array.isArray(rules)) throw new Error(`${file}: a list of rules is needed`);
  return rules.map((rule: Partial<FaultRule>, index) => {
    const { type, call, action } = rule;
    if (typeof type !== "string" || !CALLS.includes(call ?? "") || !ACTIONS.includes(action ?? "")) {
      throw new Error(
        `${file}: rule ${index} needs type, call (${CALLS.join(", ")}) and action (${ACTIONS.join(", ")})`,
      );
    }
    return rule as FaultRule;
  });
}
