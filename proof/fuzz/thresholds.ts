import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Environment } from "../../config/stack";
import type { RuleConfig } from "../../policy/framework/judge";
import { rules } from "../../policy/rules";

const FOLDER = path.join(__dirname, "..", "..", "policy", "stacks");

/** What a stack is held to; one without a file of its own to the rules' defaults, which are production's. */
export function policyConfig(environment: Environment): Readonly<Record<string, RuleConfig>> {
  const file = path.join(FOLDER, `${environment}.json`);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Record<string, RuleConfig>) : {};
}

/** Which threshold of which rule a setting is held to. */
const LEAST = {
  database: ["rds-cluster-retention", "minimumDays"],
  snapshots: ["elasticache-snapshots", "minimumDays"],
  nodes: ["elasticache-multi-az", "minimumNodes"],
  tasks: ["ecs-service-redundant", "minimumTasks"],
  logs: ["log-group-retention", "minimumDays"],
  noncurrent: ["s3-lifecycle", "minimumNoncurrentDays"],
  longestTier: ["backup-retention", "longestDays"],
} as const;

const PERMITTED = {
  singleGateway: ["nat-per-zone", "minimumGateways", 1],
  standardInsights: ["rds-insights", "allowedModes", "standard"],
} as const;

function threshold(environment: Environment, name: string, of: string): unknown {
  const rule = rules.find((candidate) => candidate.name === name);
  const declared = rule?.thresholds?.[of];
  if (declared === undefined) throw new Error(`no rule ${name} with a threshold ${of}`);
  return policyConfig(environment)[name]?.[of] ?? declared.default;
}

export function least(environment: Environment, what: keyof typeof LEAST): number {
  const [rule, name] = LEAST[what];
  return Number(threshold(environment, rule, name));
}

export function mayBe(environment: Environment, what: keyof typeof PERMITTED): boolean {
  const [rule, name, wanted] = PERMITTED[what];
  const found = threshold(environment, rule, name);
  return Array.isArray(found) ? found.includes(wanted) : found === wanted;
}
