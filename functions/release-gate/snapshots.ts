import {
  CreateDBClusterSnapshotCommand,
  DBClusterSnapshotAlreadyExistsFault,
  DBClusterSnapshotNotFoundFault,
  DeleteDBClusterSnapshotCommand,
  DescribeDBClusterSnapshotsCommand,
  InvalidDBClusterSnapshotStateFault,
  InvalidDBClusterStateFault,
  paginateDescribeDBClusterSnapshots,
  type RDSClient,
  SnapshotQuotaExceededFault,
} from "@aws-sdk/client-rds";
import type { Event } from "./machine";
import type { Settings } from "./settings";
import type { GateState } from "./state";

/** Deleted at once at most: what remains is deleted by the next releases. */
const DELETIONS = 10;

/** The name says which release it is of, so a second request finds the first one's. */
export async function create(rds: RDSClient, settings: Settings, state: GateState, name: string): Promise<Event> {
  const { id, image, version } = state.release;
  try {
    await rds.send(
      new CreateDBClusterSnapshotCommand({
        DBClusterIdentifier: settings.databaseCluster,
        DBClusterSnapshotIdentifier: name,
        Tags: Object.entries({
          Name: name,
          Environment: settings.environment,
          ManagedBy: "release-gate",
          Release: version,
          ReleaseId: id,
          ImageDigest: image.split("@")[1] ?? image,
        }).map(([Key, value]) => ({ Key, Value: tagValue(value) })),
      }),
    );
  } catch (error) {
    if (error instanceof DBClusterSnapshotAlreadyExistsFault) return { type: "snapshot", status: "creating" };
    // During a backup, a failover or a change of the cluster; or other snapshots fill the account's quota.
    if (error instanceof InvalidDBClusterStateFault || error instanceof SnapshotQuotaExceededFault) {
      return { type: "not-now", reason: `${error.name}: ${error.message}` };
    }
    throw error;
  }
  return { type: "snapshot", status: "creating" };
}

export async function inspect(rds: RDSClient, name: string): Promise<Event> {
  try {
    const { DBClusterSnapshots: found = [] } = await rds.send(
      new DescribeDBClusterSnapshotsCommand({ DBClusterSnapshotIdentifier: name }),
    );
    const status = found[0]?.Status;
    if (status === "available" || status === "failed") return { type: "snapshot", status };
    return { type: "snapshot", status: status === undefined ? "missing" : "creating" };
  } catch (error) {
    if (error instanceof DBClusterSnapshotNotFoundFault) return { type: "snapshot", status: "missing" };
    throw error;
  }
}

/**
 * Deletes the gate's own oldest snapshots of this cluster, so that with the new one as many stay as are kept. Known by
 * the prefix, which the role may delete and nothing else. Whatever goes wrong is said and stops no release.
 */
export async function prune(rds: RDSClient, settings: Settings, say: (message: string) => void): Promise<Event> {
  try {
    const own: { name: string; at: number }[] = [];
    const pages = paginateDescribeDBClusterSnapshots(
      { client: rds },
      { DBClusterIdentifier: settings.databaseCluster, SnapshotType: "manual" },
    );
    for await (const { DBClusterSnapshots: found = [] } of pages) {
      for (const { DBClusterSnapshotIdentifier: name = "", SnapshotCreateTime: at, Status } of found) {
        const isOwn = name.startsWith(`${settings.snapshotPrefix}-`);
        if (isOwn && Status === "available" && at !== undefined) own.push({ name, at: at.getTime() });
      }
    }
    const oldestFirst = own.sort((a, b) => a.at - b.at);
    const surplus = oldestFirst.slice(0, Math.max(0, oldestFirst.length - (settings.snapshotsKept - 1)));
    for (const { name } of surplus.slice(0, DELETIONS)) {
      await remove(rds, name);
      say(`Deleted ${name}: ${settings.snapshotsKept} snapshots are kept`);
    }
  } catch (error) {
    say(`Old snapshots stay for now: ${String(error)}`);
  }
  return { type: "pruned" };
}

async function remove(rds: RDSClient, name: string): Promise<void> {
  try {
    await rds.send(new DeleteDBClusterSnapshotCommand({ DBClusterSnapshotIdentifier: name }));
  } catch (error) {
    // Gone already, or being copied: the next release comes by again.
    const passes =
      error instanceof DBClusterSnapshotNotFoundFault || error instanceof InvalidDBClusterSnapshotStateFault;
    if (!passes) throw error;
  }
}

/** What RDS takes in a tag. */
const tagValue = (value: string): string => value.replaceAll(/[^\p{L}\p{Z}\p{N}_.:/=+@-]/gu, "-").slice(0, 256);
