import { DAILY_WINDOW, WEEKLY_WINDOW } from "../windows";
import { block, decimal, integer, list, oneOf, text } from "./fields";
import { databaseGenerations, redisGenerations } from "./restore";

const dailyWindow = (example: string) => text(DAILY_WINDOW, "a daily window in Tokyo time, hh:mm-hh:mm", example);
const weeklyWindow = (example: string) =>
  text(WEEKLY_WINDOW, "a weekly window in Tokyo time, ddd hh:mm-hh:mm with the day it begins on", example);

export const database = block({
  /** Aurora MySQL, an LTS line in support (`config/versions.ts`). */
  engineVersion: text(/^8\.0\.mysql_aurora\.\d+\.\d+\.\d+$/, "an Aurora MySQL 3 version", "8.0.mysql_aurora.3.10.3"),
  /** The application's schema. */
  name: text(
    /^[a-z][a-z0-9_]{0,63}$/,
    "1 to 64 lower-case letters, digits or _, a letter first",
    "affiliate_production",
  ),
  /** The first is the first writer; a failover promotes the reader of the lowest tier. Source: RDS, 16 in a cluster. */
  instances: list(
    block({
      class: text(/^db\.[a-z0-9-]+\.[a-z0-9]+$/, "an instance class of Aurora MySQL", "db.r6g.xlarge"),
      promotionTier: integer({ min: 0, max: 15, unit: "the tier (0 is promoted first)", example: 1 }),
    }),
    {
      min: 1,
      max: 16,
      of: "instances",
      example: [
        { class: "db.r6g.2xlarge", promotionTier: 0 },
        { class: "db.r6g.2xlarge", promotionTier: 0 },
      ],
    },
  ),
  /** Readers over the declared ones, each of the writer's class and tier 15. */
  replicaScaling: block({
    /** Fewest readers, declared ones included. */
    min: integer({ min: 0, max: 15, unit: "readers", example: 3 }),
    /** Most readers, declared ones included. */
    max: integer({ min: 0, max: 15, unit: "readers", example: 6 }),
    /** Mean CPU of the readers to hold. */
    cpuPercent: integer({ min: 10, max: 95, unit: "percent", example: 70 }),
  }),
  /** Days of point-in-time recovery. Source: RDS CreateDBCluster, Aurora 1 to 35. */
  backupRetentionDays: integer({ min: 1, max: 35, unit: "days", example: 30 }),
  /** Tokyo time. Source: RDS, at least 30 minutes. */
  backupWindow: dailyWindow("03:00-04:00"),
  /** Tokyo time. Source: RDS, at least 30 minutes, apart from the backup window. */
  maintenanceWindow: weeklyWindow("sun 05:30-06:30"),
  /**
   * Statements that take longer are logged, in seconds.
   * @default 1
   */
  slowQuerySeconds: decimal({ min: 0, max: 31_536_000, unit: "seconds", example: 1 }).default(1),
  /**
   * CloudWatch Database Insights: `advanced` keeps 15 months and is billed by vCPU, `standard` keeps 7 days.
   * @default advanced
   */
  insights: oneOf(["advanced", "standard"]).default("advanced"),
  ...databaseGenerations,
});

const cacheGroup = block({
  nodeType: text(/^cache\.[a-z0-9]+\.[a-z0-9]+$/, "an ElastiCache node type", "cache.r6g.xlarge"),
  /** The primary and its replicas. Source: ElastiCache, up to five replicas; failover needs one. */
  nodes: integer({ min: 2, max: 6, unit: "nodes", example: 3 }),
  ...redisGenerations,
});

export const redis = block({
  /**
   * Redis OSS ends at 7.1.
   * @default 7.1
   */
  engineVersion: oneOf(["7.1", "7.0"], "Redis OSS ends at 7.1; Valkey is another engine").default("7.1"),
  /** Never evicts: sessions and queues. */
  sessions: cacheGroup,
  /** Evicts what was used longest ago: the application's cache. */
  cache: cacheGroup,
  /** Daily snapshots kept. Source: ElastiCache SnapshotRetentionLimit, 0 (none) to 35. */
  snapshotRetentionDays: integer({ min: 0, max: 35, unit: "days", example: 5 }),
  /** Tokyo time. Source: ElastiCache, at least 60 minutes. */
  snapshotWindow: dailyWindow("03:00-05:00"),
  /** Tokyo time. Source: ElastiCache, at least 60 minutes. */
  maintenanceWindow: weeklyWindow("mon 05:30-06:30"),
});
