import type { Metric, Metrics } from "../metrics";

/** The instances of a cluster that play a part at the moment: it follows a failover. */
type Role = "WRITER" | "READER";

/** By what it tells: CloudWatch's name, its unit, and of which instances (Amazon Aurora, CloudWatch metrics). */
const databaseMetricNames = {
  writerCpu: ["CPUUtilization", "Percent", "WRITER"],
  readerCpu: ["CPUUtilization", "Percent", "READER"],
  writerConnections: ["DatabaseConnections", "Count", "WRITER"],
  readerConnections: ["DatabaseConnections", "Count", "READER"],
  writerFreeableMemory: ["FreeableMemory", "Bytes", "WRITER"],
  readerFreeableMemory: ["FreeableMemory", "Bytes", "READER"],
  /** Temporary tables and logs, on the instance; not the cluster's volume. */
  writerFreeLocalStorage: ["FreeLocalStorage", "Bytes", "WRITER"],
  readerFreeLocalStorage: ["FreeLocalStorage", "Bytes", "READER"],
  /** Of the reader that is furthest behind. */
  replicaLag: ["AuroraReplicaLagMaximum", "Milliseconds"],
  deadlocks: ["Deadlocks", "Count/Second", "WRITER"],
  /** Undo that readers or long transactions hold back. */
  historyListLength: ["RollbackSegmentHistoryListLength", "Count", "WRITER"],
  commitLatency: ["CommitLatency", "Milliseconds", "WRITER"],
  writerSelectLatency: ["SelectLatency", "Milliseconds", "WRITER"],
  readerSelectLatency: ["SelectLatency", "Milliseconds", "READER"],
  writerQueries: ["Queries", "Count/Second", "WRITER"],
  readerQueries: ["Queries", "Count/Second", "READER"],
  loginFailures: ["LoginFailures", "Count/Second", "WRITER"],
  volumeBytesUsed: ["VolumeBytesUsed", "Bytes"],
  /** Until the cluster's volume is at its limit. */
  volumeBytesLeft: ["AuroraVolumeBytesLeftTotal", "Bytes"],
} as const satisfies Readonly<Record<string, readonly [name: string, unit: string, role?: Role]>>;

export type DatabaseMetric = keyof typeof databaseMetricNames;

export function databaseMetrics(clusterIdentifier: string): Metrics<DatabaseMetric> {
  const metric = ([metricName, unit, role]: readonly [name: string, unit: string, role?: Role]): Metric => ({
    namespace: "AWS/RDS",
    metricName,
    dimensions: { DBClusterIdentifier: clusterIdentifier, ...(role !== undefined && { Role: role }) },
    unit,
  });
  return Object.fromEntries(
    Object.entries(databaseMetricNames).map(([key, value]) => [key, metric(value)]),
  ) as Metrics<DatabaseMetric>;
}
