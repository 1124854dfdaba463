import {
  CopySnapshotCommand,
  CreateSnapshotCommand,
  DeleteSnapshotCommand,
  DescribeReplicationGroupsCommand,
  type ElastiCacheClient,
  InvalidCacheClusterStateFault,
  InvalidReplicationGroupStateFault,
  InvalidSnapshotStateFault,
  paginateDescribeSnapshots,
  SnapshotAlreadyExistsFault,
  SnapshotNotFoundFault,
  SnapshotQuotaExceededFault,
} from "@aws-sdk/client-elasticache";
import { ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";
import { MADE_BY_TAG } from "../../config/backup-functions";
import type { Say } from "../shared/say";
import { slotTime } from "../shared/slots";
import type { Settings } from "./settings";

export const MADE_BY = "redis-export";

/** All that one call of the function has to do with. */
export interface World {
  readonly settings: Settings;
  readonly elasticache: ElastiCacheClient;
  readonly s3: S3Client;
  readonly now: () => Date;
  readonly say: Say;
  /** A line of its own in the log, as it stands. */
  readonly write: (line: string) => void;
}

export interface Snapshot {
  readonly name: string;
  readonly status: string;
  /** The time that its name says. */
  readonly at: Date;
}

/** What ElastiCache cannot do just now: the next call asks again. */
const NOT_NOW = [
  InvalidCacheClusterStateFault,
  InvalidReplicationGroupStateFault,
  InvalidSnapshotStateFault,
  SnapshotQuotaExceededFault,
];
export const isNotNow = (error: unknown): error is Error => NOT_NOW.some((fault) => error instanceof fault);

export const snapshotName = ({ snapshotPrefix }: Settings, purpose: string, id: string): string =>
  `${snapshotPrefix}-${purpose}-${id}`;

/** The time in a name that this function gives; undefined for any other name, automatic and final snapshots among them. */
function timeOf({ snapshotPrefix, groups }: Settings, name: string): Date | undefined {
  const purpose = Object.keys(groups).find((one) => name.startsWith(`${snapshotPrefix}-${one}-`));
  return purpose === undefined ? undefined : slotTime(name.slice(snapshotPrefix.length + purpose.length + 2));
}

export async function findSnapshots({ elasticache, settings }: World): Promise<readonly Snapshot[]> {
  const found: Snapshot[] = [];
  for await (const page of paginateDescribeSnapshots({ client: elasticache }, { SnapshotSource: "user" })) {
    for (const { SnapshotName: name = "", SnapshotStatus: status = "unknown" } of page.Snapshots ?? []) {
      const at = timeOf(settings, name);
      if (at !== undefined) found.push({ name, status, at });
    }
  }
  return found;
}

/** ElastiCache writes one object a shard, whole, and ends its name with the shard's number. */
export async function isExported({ s3, settings }: World, name: string): Promise<boolean> {
  const { Contents = [] } = await s3.send(
    new ListObjectsV2Command({ Bucket: settings.bucket, Prefix: `${name}-`, MaxKeys: 10 }),
  );
  return Contents.some(({ Key = "", Size = 0 }) => /^-\d{4}\.rdb$/.test(Key.slice(name.length)) && Size > 0);
}

/**
 * Of a replica: the primary would need memory and time for it that visitors wait for. With cluster mode disabled
 * ElastiCache wants a node; a group with shards would be taken whole.
 */
export async function createSnapshot(
  { elasticache, settings }: World,
  replicationGroupId: string,
  name: string,
): Promise<void> {
  const { ReplicationGroups: [group] = [] } = await elasticache.send(
    new DescribeReplicationGroupsCommand({ ReplicationGroupId: replicationGroupId }),
  );
  if (group === undefined) throw new Error(`ElastiCache does not describe ${replicationGroupId}`);
  const nodes = group.NodeGroups?.[0]?.NodeGroupMembers ?? [];
  const node = nodes.findLast(({ CurrentRole }) => CurrentRole === "replica") ?? nodes[0];
  if (group.ClusterEnabled !== true && node?.CacheClusterId === undefined) {
    throw new Error(`${replicationGroupId} has no node to take a snapshot of`);
  }
  try {
    await elasticache.send(
      new CreateSnapshotCommand({
        SnapshotName: name,
        KmsKeyId: settings.keyArn,
        ...(group.ClusterEnabled === true
          ? { ReplicationGroupId: replicationGroupId }
          : { CacheClusterId: node?.CacheClusterId }),
        Tags: Object.entries({ Name: name, Environment: settings.environment, [MADE_BY_TAG]: MADE_BY }).map(
          ([Key, Value]) => ({ Key, Value }),
        ),
      }),
    );
  } catch (error) {
    // Asked for by a call whose answer was lost.
    if (!(error instanceof SnapshotAlreadyExistsFault)) throw error;
  }
}

/** Its object is called like the snapshot. A copy that is under way is refused a second time, by name or by state. */
export async function exportSnapshot({ elasticache, settings }: World, name: string): Promise<void> {
  try {
    await elasticache.send(
      new CopySnapshotCommand({ SourceSnapshotName: name, TargetSnapshotName: name, TargetBucket: settings.bucket }),
    );
  } catch (error) {
    if (!(error instanceof SnapshotAlreadyExistsFault)) throw error;
  }
}

export async function deleteSnapshot({ elasticache }: World, name: string): Promise<void> {
  try {
    await elasticache.send(new DeleteSnapshotCommand({ SnapshotName: name }));
  } catch (error) {
    if (!(error instanceof SnapshotNotFoundFault)) throw error;
  }
}
