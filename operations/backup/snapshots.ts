import type { ElastiCache } from "@aws-sdk/client-elasticache";
import type { RDS } from "@aws-sdk/client-rds";
import type { StackFacts } from "../../config/stack";
import type { Copy } from "./copies";

/** Whether a name is that of a generation of something: `affiliate-production-database` or `…-database-g2`. */
export const isGenerationOf = (name: string, found: string | undefined): boolean =>
  found === name || new RegExp(`^${name}-g\\d+$`).test(found ?? "");

/** Aurora's own: the window of points in time of each cluster, of deleted ones too, and its snapshots. */
export async function databaseCopies(rds: RDS, { name, region }: StackFacts): Promise<Copy[]> {
  const { paginateDescribeDBClusterSnapshots } = await import("@aws-sdk/client-rds");
  const cluster = name("rdsCluster", "database");
  const [{ DBClusters = [] }, { DBClusterAutomatedBackups = [] }] = await Promise.all([
    rds.describeDBClusters({}),
    rds.describeDBClusterAutomatedBackups({}),
  ]);
  const base = { of: "database", region, place: "RDS", state: "good" } as const;
  const window = (resource: string, id: string, from?: Date, made?: Date): Copy => ({
    ...{ ...base, kind: "points in time", resource, id, from, made },
  });
  const copies = [
    ...DBClusters.filter(({ DBClusterIdentifier }) => isGenerationOf(cluster, DBClusterIdentifier)).map((one) =>
      window(one.DBClusterIdentifier ?? "", "a time", one.EarliestRestorableTime, one.LatestRestorableTime),
    ),
    ...DBClusterAutomatedBackups.filter(
      ({ DBClusterIdentifier, Status }) => Status === "retained" && isGenerationOf(cluster, DBClusterIdentifier),
    ).map(({ DBClusterIdentifier = "", DbClusterResourceId = "", RestoreWindow }) =>
      window(
        `${DBClusterIdentifier} (deleted)`,
        `${DbClusterResourceId}@time`,
        RestoreWindow?.EarliestTime,
        RestoreWindow?.LatestTime,
      ),
    ),
  ];
  for await (const { DBClusterSnapshots = [] } of paginateDescribeDBClusterSnapshots({ client: rds }, {})) {
    for (const one of DBClusterSnapshots) {
      // Those of AWS Backup are in its vault, with their life there.
      if (!isGenerationOf(cluster, one.DBClusterIdentifier) || one.SnapshotType === "awsbackup") continue;
      copies.push({
        ...base,
        kind: one.SnapshotType === "automated" ? "automatic snapshot" : "snapshot",
        resource: one.DBClusterIdentifier ?? "",
        id: one.DBClusterSnapshotArn ?? "",
        made: one.SnapshotCreateTime,
        // The volume's size, rounded up; what a snapshot takes up is told by nobody.
        bytes: (one.AllocatedStorage ?? 0) > 0 ? (one.AllocatedStorage ?? 0) * 1024 ** 3 : undefined,
        state: one.Status === "available" ? "good" : one.Status === "failed" ? "failed" : "running",
      });
    }
  }
  return copies;
}

const GIGABYTES = /^([\d.]+) ?(MB|GB)$/;

/** Automatic and manual snapshots of both Redis groups, of every generation. */
export async function redisSnapshots(elastiCache: ElastiCache, { name, region }: StackFacts): Promise<Copy[]> {
  const { paginateDescribeSnapshots } = await import("@aws-sdk/client-elasticache");
  const groups = ["sessions", "cache"].map((part) => name("replicationGroup", part));
  const copies: Copy[] = [];
  for await (const { Snapshots = [] } of paginateDescribeSnapshots({ client: elastiCache }, {})) {
    for (const one of Snapshots) {
      // Of a node, it is named after it: <group>-001.
      const resource = one.ReplicationGroupId ?? one.CacheClusterId?.replace(/-\d{3}$/, "");
      if (!groups.some((group) => isGenerationOf(group, resource))) continue;
      const nodes = one.NodeSnapshots ?? [];
      copies.push({
        of: "redis",
        kind: one.SnapshotSource === "automated" ? "automatic snapshot" : "snapshot",
        ...{ resource: resource ?? "", id: one.SnapshotName ?? "", region, place: "ElastiCache" },
        made: nodes[0]?.SnapshotCreateTime,
        bytes: nodes.reduce((sum, { CacheSize = "" }) => sum + bytesOf(CacheSize), 0) || undefined,
        state: one.SnapshotStatus === "available" ? "good" : one.SnapshotStatus === "failed" ? "failed" : "running",
      });
    }
  }
  return copies;
}

function bytesOf(text: string): number {
  const [, number = "0", unit] = GIGABYTES.exec(text) ?? [];
  return Math.round(Number(number) * 1024 ** (unit === "GB" ? 3 : 2));
}
