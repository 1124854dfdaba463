import { dumpMetrics } from "../../config/dump";
import type { Metric, Metrics } from "../metrics";

/** By what it tells: CloudWatch's name. Source: AWS Backup developer guide, "Amazon CloudWatch metrics". */
const jobMetricNames = {
  backupsCompleted: "NumberOfBackupJobsCompleted",
  backupsFailed: "NumberOfBackupJobsFailed",
  /** Did not begin within the plan's start window: nothing failed, and nothing was saved either. */
  backupsExpired: "NumberOfBackupJobsExpired",
  backupsAborted: "NumberOfBackupJobsAborted",
  /** To the vault in the other region; counted where the copy comes from. */
  copiesCompleted: "NumberOfCopyJobsCompleted",
  copiesFailed: "NumberOfCopyJobsFailed",
  restoresCompleted: "NumberOfRestoreJobsCompleted",
  restoresFailed: "NumberOfRestoreJobsFailed",
} as const;

export type BackupMetric = keyof typeof jobMetricNames;
export type DumpMetric = "succeeded" | "bytes";

/** Of a vault of AWS Backup. */
export function backupMetrics(vaultName: string): Metrics<BackupMetric> {
  const job = (metricName: string): Metric => ({
    namespace: "AWS/Backup",
    metricName,
    dimensions: { BackupVaultName: vaultName },
    unit: "Count",
  });
  return Object.fromEntries(
    Object.entries(jobMetricNames).map(([key, metricName]) => [key, job(metricName)]),
  ) as Metrics<BackupMetric>;
}

/** Of the logical dump of a stack's database. */
export function metricsOfDump(environment: string): Metrics<DumpMetric> {
  const dump = (metricName: string, unit: string): Metric => ({
    namespace: dumpMetrics.namespace,
    metricName,
    dimensions: { [dumpMetrics.dimension]: environment },
    unit,
  });
  return {
    succeeded: dump(dumpMetrics.names.succeeded, "Count"),
    bytes: dump(dumpMetrics.names.bytes, "Bytes"),
  };
}
