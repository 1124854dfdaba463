// The database, Redis, backups: what holds data.
import fc from "fast-check";
import { backupTimes } from "../../config/backup-times";
import { cacheFamilies, databaseFamilies, isBurstable } from "../../config/instance-types";
import { regions } from "../../config/regions";
import type { Environment } from "../../config/stack";
import { collide } from "../../config/windows";
import { block, type Block } from "./blocks";
import { databaseSource, redisSource, withGenerations } from "./generations";
import type { Overrides } from "./schema";
import { least, mayBe } from "./thresholds";

function typesOf(
  families: Readonly<Record<string, readonly string[]>>,
  environment: Environment,
): fc.Arbitrary<string> {
  const all = Object.entries(families).flatMap(([family, sizes]) => sizes.map((size) => `${family}.${size}`));
  return fc.constantFrom(...all.filter((type) => environment !== "production" || !isBurstable(type)));
}

export function databaseOf(environment: Environment, region: keyof typeof regions): fc.Arbitrary<Block> {
  return fc
    .record({
      classes: fc.array(typesOf(databaseFamilies, environment), { minLength: 1, maxLength: 4 }),
      tiers: fc.array(fc.integer({ min: 1, max: 15 }), { minLength: 4, maxLength: 4 }),
      spare: fc.integer({ min: 0, max: 4 }),
      low: fc.integer({ min: 0, max: 4 }),
      rest: withGenerations(environment, "database", databaseSettings(environment), databaseSource(region)),
    })
    .map(({ classes, tiers, spare, low, rest }) => {
      const [writer = ""] = classes;
      const readers = classes.slice(1).map((one, index) => ({ class: one, promotionTier: tiers[index] ?? 1 }));
      // One of the writer's class is promoted first.
      const instances = [{ class: writer, promotionTier: 0 }, { class: writer, promotionTier: 0 }, ...readers];
      const max = instances.length - 1 + spare;
      const scaling = { ...(rest["replicaScaling"] as Block), min: Math.min(low, max), max };
      return { ...rest, instances, replicaScaling: scaling };
    });
}

function databaseSettings(environment: Environment): Overrides {
  return {
    ...HELD_BY_WINDOWS,
    "database.engineVersion": fc.nat(20).map((patch) => `8.0.mysql_aurora.3.10.${patch}`),
    "database.instances": fc.constant([]),
    "database.replicaScaling.min": fc.constant(0),
    "database.replicaScaling.max": fc.constant(0),
    "database.backupRetentionDays": fc.integer({ min: least(environment, "database"), max: 35 }),
    "database.insights": mayBe(environment, "standardInsights")
      ? fc.constantFrom("standard", "advanced")
      : fc.constant("advanced"),
  };
}

export function redisOf(environment: Environment): fc.Arbitrary<Block> {
  const group = (path: string) =>
    withGenerations(
      environment,
      path,
      {
        [`${path}.nodes`]: fc.integer({ min: least(environment, "nodes"), max: 6 }),
        [`${path}.nodeType`]: typesOf(cacheFamilies, environment),
      },
      redisSource,
    );
  return block("redis", {
    ...HELD_BY_WINDOWS,
    "redis.sessions": group("redis.sessions"),
    "redis.cache": group("redis.cache"),
    "redis.snapshotRetentionDays": fc.integer({ min: least(environment, "snapshots"), max: 35 }),
  });
}

const HELD_BY_WINDOWS: Overrides = Object.fromEntries(
  ["database.backupWindow", "database.maintenanceWindow", "redis.snapshotWindow", "redis.maintenanceWindow"].map(
    (path) => [path, fc.constant("")],
  ),
);
const clock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60) % 24).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
const daily = (shortest: number) =>
  fc
    .tuple(fc.integer({ min: 0, max: 1439 }), fc.integer({ min: shortest, max: 180 }))
    .map(([start, length]) => `${clock(start)}-${clock((start + length) % 1440)}`);
const weekly = (shortest: number) =>
  fc
    .tuple(fc.constantFrom("sun", "mon", "tue", "wed", "thu", "fri", "sat"), daily(shortest))
    .map((words) => words.join(" "));
const BACKUP_TIMES = Object.values(backupTimes).flatMap((time): readonly string[] => time.windows);
export const windows = fc
  .record({ backup: daily(30), upkeep: weekly(30), snapshot: daily(60), redisUpkeep: weekly(60) })
  .filter(
    ({ backup, upkeep, snapshot, redisUpkeep }) =>
      !BACKUP_TIMES.some((time) => collide(time, backup) || collide(time, upkeep)) &&
      !collide(upkeep, backup) &&
      !collide(redisUpkeep, snapshot) &&
      !collide(redisUpkeep, upkeep),
  );

/** Tiers that reach further each. */
export function backupsOf(environment: Environment): fc.Arbitrary<Block> {
  return block("backup", { "backup.lockForEverAfterDays": fc.constant(undefined) }).map((tiers) => {
    const days = [tiers["dailyDays"], tiers["weeklyDays"], tiers["monthlyDays"]].map(Number);
    const [dailyDays = 7, weeklyDays = 7, monthlyDays = 7] = days.sort((one, other) => one - other);
    return { ...tiers, dailyDays, weeklyDays, monthlyDays: Math.max(monthlyDays, least(environment, "longestTier")) };
  });
}

export function recoveryOf(environment: Environment, region: keyof typeof regions): fc.Arbitrary<Block> {
  const others = Object.keys(regions).filter((other) => other !== region);
  const copied = fc.constantFrom(...others);
  return block("recovery", {
    "recovery.copyRegion": environment === "recovery" ? fc.constant(undefined) : copied,
    "recovery.copiesOf": fc.constant(environment === "recovery" ? "production" : undefined),
  });
}
