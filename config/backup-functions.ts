/**
 * What the functions around backups (functions/database-dump, redis-export, restore-validation), the components that wire
 * them, their alarms and the operator's verbs agree on.
 */
import { dumpMetrics } from "./dump";

/** Beside the engine's own metrics, in its namespace and under its dimension. */
export const backupFunctionMetrics = {
  namespace: dumpMetrics.namespace,
  dimension: dumpMetrics.dimension,
  names: {
    /** 1 when the function gives a dump up for good, 0 at each other call. */
    dumpGivenUp: "DumpGivenUp",
    /** Seconds since the oldest clone was made, 0 when there is none; each call. */
    cloneAge: "DumpCloneAge",
    /** 1 when both groups' snapshots of the day lie in the bucket, 0 while they do not; each call. */
    redisExported: "RedisExported",
    /** Seconds since the oldest snapshot of the function's own was made, 0 when there is none; each call. */
    redisSnapshotAge: "RedisSnapshotAge",
    /** 1 when a restore test's data was found whole, 0 when it was not; nothing when there was none to look into. */
    restoreValidated: "RestoreValidated",
    /** Seconds since a restore test was last found whole, or since the first one that is remembered; each call. */
    restoreTestAge: "RestoreTestAge",
  },
} as const;

/** Tag of what a function made, and may delete: its value is the function's name. */
export const MADE_BY_TAG = "ManagedBy";

/** When the day's work begins, in Tokyo time; apart from Aurora's windows and those of AWS Backup (config/backup-times.ts). */
export const dailyTimes = {
  /** Misses the working day by nothing: it is missed 26 hours later, while somebody is at a desk. */
  dump: "06:00",
  redisExport: "06:30",
} as const;

/** How often each function looks, in minutes. */
export const LOOK_MINUTES = 5;

export const dumpLimits = {
  /** Hours after its time in which a dump is still begun. */
  beginHours: 6,
  /** Hours that a clone lives at most, whatever it is used for: what it diverges by costs, and it holds everything. */
  cloneHours: 10,
  /** Hours that one task may take. */
  taskHours: 8,
  /** Tasks for one clone; each goes on where the last one ended. */
  tries: 4,
  /** Minutes between the end of a task and the next one. */
  pauseMinutes: 10,
} as const;

export const redisExportLimits = {
  /** Hours after its time in which an export is still begun. */
  beginHours: 4,
  /** Hours that a snapshot of the function's own lives at most. */
  snapshotHours: 6,
} as const;

export const restoreValidationLimits = {
  /** Hours after a restore's end in which it must have been looked into; AWS Backup waits an hour longer. */
  lookHours: 3,
  /** Hours after a restore's end in which it is said that its copy was left behind. */
  complainHours: 36,
  /** Seconds of a call that are left over for what comes after the counting. */
  reserveSeconds: 60,
} as const;
