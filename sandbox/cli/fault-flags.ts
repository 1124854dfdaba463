import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { FAULT_ACTIONS, FAULT_CALLS, type FaultRule } from "../cloud/faults";
import { openHome } from "./home";
import type { SandboxOptions } from "./sandbox";

/** What `--fault` takes, for the help. */
export const FAULT_RULE = `"<action> <call> <type> [name=…] [nth=…]", such as "partial create aws:rds/cluster:Cluster nth=1"; sandbox/README.md`;

/** "partial create aws:rds/cluster:Cluster nth=1 name=database" */
export function faultRule(text: string, run: string): FaultRule {
  const [action = "", call = "", type = "", ...more] = text.trim().split(/\s+/);
  const refuse = (found: string, allowed: string): never => {
    throw new Error(`--fault "${text}": ${found}. Allowed: ${allowed}\n  ${FAULT_RULE}`);
  };
  const actions: readonly string[] = FAULT_ACTIONS;
  const calls: readonly string[] = [...FAULT_CALLS, "*"];
  if (!actions.includes(action)) refuse(`the action is "${action}"`, actions.join(", "));
  if (!calls.includes(call)) refuse(`the call is "${call}"`, calls.join(", "));
  if (!/^(\*|[\w-]+:[\w/-]+:\w+)$/.test(type)) refuse(`the type is "${type}"`, "a type token, or *");
  const rule: Record<string, string | number> = { action, call, type, run };
  for (const word of more) {
    const [key = "", value = ""] = word.split("=");
    if (key === "name" && value !== "") rule[key] = value;
    else if (["nth", "reads"].includes(key) && /^[1-9]\d*$/.test(value)) rule[key] = Number(value);
    else refuse(`"${word}" is not understood`, "name=<name in the program>, nth=<from 1>, reads=<from 1, of late>");
  }
  return rule as unknown as FaultRule;
}

export const collected = (value: string, before: readonly string[]): string[] => [...before, value];

/** The same sandbox, with faults for one run. A call counts from this run on: "nth=1" hits again next time. */
export function withFaults(options: SandboxOptions, texts: readonly string[]): SandboxOptions {
  if (texts.length === 0) return options;
  const run = `${process.pid}-${Date.now()}`;
  const rules = texts.map((text) => faultRule(text, run));
  const folder = path.join(openHome(options.home).state, "faults");
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${run}.json`);
  writeFileSync(file, JSON.stringify(rules));
  return { ...options, env: { ...(options.env ?? process.env), SANDBOX_FAULTS: file } };
}
