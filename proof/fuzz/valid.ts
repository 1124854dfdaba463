import fc from "fast-check";
import { computeRules } from "../../components/compute/settings-rules";
import { edgeRules } from "../../components/edge/settings-rules";
import { judge } from "../../config/judge";
import { readConfig } from "../../config/read";
import { regions } from "../../config/regions";
import type { Environment } from "../../config/stack";
import { block, retention, schemaOf, type Block } from "./blocks";
import { backupsOf, databaseOf, recoveryOf, redisOf, windows } from "./data";
import { computeOf, domain, EDGE, networkOf } from "./network";
import { accepted, withoutUndefined } from "./schema";
import { least } from "./thresholds";

/** A stack file's `config:`, as YAML has it. */
export type StackConfig = Record<string, unknown>;

export const ENVIRONMENTS: readonly Environment[] = ["production", "staging", "recovery"];

/** What the CLI hands to a program: scalars as texts, blocks as JSON. */
export function asTexts(config: StackConfig): Record<string, string> {
  const text = (value: unknown) =>
    typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key, text(value)]));
}

/** Stack files that hold to every rule of config, and to the policies' thresholds of their environment. */
export function validStackFile(environment: Environment): fc.Arbitrary<StackConfig> {
  return fc
    .constantFrom(...(Object.keys(regions) as (keyof typeof regions)[]))
    .chain((region) => fc.tuple(fc.constant(region), placed(environment, region)))
    .map(([region, blocks]) => written(environment, region, blocks));
}

function placed(environment: Environment, region: keyof typeof regions): fc.Arbitrary<Record<string, unknown>> {
  return networkOf(environment, region).chain((network) =>
    fc.record({
      network: fc.constant(network),
      domain: domain(),
      database: databaseOf(environment, region),
      windows,
      redis: redisOf(environment),
      storage: block("storage", {
        "storage.noncurrentVersionDays": fc.integer({ min: least(environment, "noncurrent"), max: 3650 }),
      }),
      logs: block("logs", { "logs.retentionDays": retention(environment) }),
      agent: fc.option(block("datadog", { "datadog.traces": fc.boolean() }), { nil: undefined }),
      compute: computeOf(environment, network),
      backup: backupsOf(environment),
      dump: fc.constantFrom(
        { instanceClass: "db.r6g.xlarge", cpuUnits: 2048, memoryMiB: 4096 },
        { instanceClass: "db.r7g.large", cpuUnits: 1024, memoryMiB: 8192 },
      ),
      recovery: recoveryOf(environment, region),
      edge: block("edge", EDGE),
      monitoring: monitoringOf(environment),
      delivery: fc.option(deliveryOf(environment), { nil: undefined }),
      protect: environment === "staging" ? fc.boolean() : fc.constant(true),
      accountId: fc.stringMatching(/^\d{12}$/),
    }),
  );
}

function monitoringOf(environment: Environment): fc.Arbitrary<Block> {
  const slack = block("monitoring.pagers.slack", {}).filter(({ channels }) => {
    const ids = Object.values(channels as Record<string, string>);
    return new Set(ids).size === ids.length;
  });
  const reason = accepted(schemaOf("monitoring.pagers.none"));
  const email = accepted(schemaOf("monitoring.pagers.email")) as fc.Arbitrary<string[]>;
  const someEmail = email.filter((list) => list.length > 0);
  const pagers = fc.oneof(
    fc.record({ pagerDuty: fc.constant(true), slack, email }),
    fc.record({ pagerDuty: fc.constant(true), email: someEmail }),
    fc.record({ pagerDuty: fc.constant(false), none: reason, email: someEmail }),
    fc.record({ pagerDuty: fc.constant(false), none: reason, slack }),
    ...(environment === "staging" ? [fc.record({ pagerDuty: fc.constant(false), slack, email })] : []),
  );
  return block("monitoring", { "monitoring.pagers": pagers });
}

function deliveryOf(environment: Environment): fc.Arbitrary<Block> {
  const id = (path: string) => accepted(schemaOf(path)) as fc.Arbitrary<number>;
  const origins = (path: string) =>
    (block(path, {}) as fc.Arbitrary<{ branches?: string[]; tags?: string[] }>).filter(
      ({ branches = [], tags = [] }) => branches.length + tags.length > 0,
    );
  const reviewers = fc
    .record({
      teams: fc.uniqueArray(id("delivery.github.ownerId"), { maxLength: 3 }),
      users: fc.uniqueArray(id("delivery.github.ownerId"), { maxLength: 3 }),
    })
    .filter(({ teams, users }) => environment === "staging" || teams.length + users.length > 0);
  return block("delivery", {
    "delivery.reviewers": reviewers,
    "delivery.updateFrom": origins("delivery.updateFrom"),
    "delivery.releaseFrom": origins("delivery.releaseFrom"),
  }).filter(({ github }) => {
    const { platform, application } = github as { platform: { id: number }; application: { id: number } };
    return platform.id !== application.id;
  });
}

/** The blocks as a stack file says them, with what the providers' own keys must say for them. */
function written(environment: Environment, region: string, parts: Record<string, unknown>): StackConfig {
  const { windows: times, agent, protect, accountId, delivery, database, redis, ...blocks } = parts;
  const { backup, upkeep, snapshot, redisUpkeep } = times as Record<string, string>;
  const owner = (delivery as { github?: { owner?: string } } | undefined)?.github?.owner;
  const site = (agent as { site?: string } | undefined)?.site;
  const all: Record<string, unknown> = {
    environment,
    accountId,
    protect,
    ...blocks,
    database: withoutUndefined({ ...(database as Block), backupWindow: backup, maintenanceWindow: upkeep }),
    redis: plain({ ...(redis as Block), snapshotWindow: snapshot, maintenanceWindow: redisUpkeep }),
    datadog: agent,
    delivery,
  };
  const own = Object.entries(withoutUndefined(all)).map(([key, value]) => [`affiliate:${key}`, value]);
  return {
    "aws:region": region,
    "aws:allowedAccountIds": [accountId],
    "aws:defaultTags": {
      tags: {
        Project: "affiliate-system",
        Environment: environment,
        ManagedBy: "Pulumi",
        Repository: "affiliate-platform",
      },
    },
    ...(site !== undefined && { "datadog:apiUrl": `https://api.${site}/` }),
    ...(owner !== undefined && { "github:owner": owner }),
    ...(Object.fromEntries(own) as StackConfig),
  };
}

/** What YAML would keep: keys without a value are left out. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown;

/** What config says of a file: its faults in words, none where it is right. */
export function faultsIn(config: StackConfig): string[] {
  const { tree, faults } = readConfig(asTexts(config));
  const verdict = judge(tree, faults, [computeRules, edgeRules]);
  return (verdict.faults ?? []).map(({ path, problem, found }) => `${path.join(".")}: ${problem ?? ""} ${found}`);
}
