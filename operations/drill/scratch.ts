import type { DBCluster, RDS, RestoreDBClusterToPointInTimeMessage } from "@aws-sdk/client-rds";
import { errorName } from "../aws";
import { Failure } from "../failure";
import { pause } from "../invoke";

/** Nothing without this tag is ever deleted here. */
export const SCRATCH_TAG = { Key: "Purpose", Value: "scratch" } as const;
const TAG = SCRATCH_TAG;
const ENGINE = "aurora-mysql";

/** What the scratch cluster has in common with the one in use: its network, its settings, its key. */
export interface Like {
  readonly cluster: DBCluster;
  readonly instanceClass: string;
}

/** The cluster that a scratch is made like, and the class of its writer. */
export async function likeCluster(rds: RDS, identifier: string): Promise<Like> {
  const { DBClusters: [cluster] = [] } = await rds.describeDBClusters({ DBClusterIdentifier: identifier });
  const writer = cluster?.DBClusterMembers?.find(({ IsClusterWriter }) => IsClusterWriter === true);
  const { DBInstances: [instance] = [] } = await rds.describeDBInstances({
    Filters: [{ Name: "db-cluster-id", Values: [identifier] }],
    ...(writer?.DBInstanceIdentifier !== undefined && { DBInstanceIdentifier: writer.DBInstanceIdentifier }),
  });
  if (cluster === undefined) throw new Failure("refused", `There is no cluster ${identifier}.`);
  return { cluster, instanceClass: instance?.DBInstanceClass ?? "db.r6g.large" };
}

export type Source =
  | { readonly latestOf: string }
  | { readonly snapshotArn: string }
  /** Copy-on-write: there in minutes, whatever the size. */
  | { readonly cloneOf: string; readonly parameterGroup: string | undefined };

/** Restores into a new cluster; returns when RDS has taken the request. */
export async function restoreScratch(rds: RDS, name: string, source: Source, { cluster }: Like): Promise<void> {
  const common = {
    DBClusterIdentifier: name,
    DBSubnetGroupName: cluster.DBSubnetGroup,
    VpcSecurityGroupIds: cluster.VpcSecurityGroups?.flatMap(({ VpcSecurityGroupId: id }) => id ?? []),
    DBClusterParameterGroupName: cluster.DBClusterParameterGroup,
    DeletionProtection: false,
    CopyTagsToSnapshot: false,
    // Given, so that none of the source's tags come along: agents and backup plans find clusters by them.
    Tags: [TAG, { Key: "ManagedBy", Value: "operations" }],
  } satisfies Partial<RestoreDBClusterToPointInTimeMessage>;
  if ("cloneOf" in source) {
    // It shares the volume, and its key.
    await rds.restoreDBClusterToPointInTime({
      ...common,
      ...{ SourceDBClusterIdentifier: source.cloneOf, RestoreType: "copy-on-write", UseLatestRestorableTime: true },
      ...(source.parameterGroup !== undefined && { DBClusterParameterGroupName: source.parameterGroup }),
    });
  } else if ("latestOf" in source) {
    await rds.restoreDBClusterToPointInTime({
      ...common,
      SourceDBClusterIdentifier: source.latestOf,
      // As in earnest: a copy-on-write clone would be quicker than what is needed on the day.
      RestoreType: "full-copy",
      UseLatestRestorableTime: true,
      KmsKeyId: cluster.KmsKeyId,
    });
  } else {
    const { EngineVersion } = cluster;
    await rds.restoreDBClusterFromSnapshot({
      ...common,
      // By its name, which RDS takes as well as the ARN.
      SnapshotIdentifier: source.snapshotArn.split(":cluster-snapshot:").pop(),
      ...{ Engine: ENGINE, EngineVersion, KmsKeyId: cluster.KmsKeyId },
    });
  }
}

export async function addInstance(rds: RDS, name: string, instanceClass: string): Promise<void> {
  await rds.createDBInstance({
    ...{ DBInstanceIdentifier: name, DBClusterIdentifier: name, DBInstanceClass: instanceClass, Engine: ENGINE },
    ...{ PubliclyAccessible: false, AutoMinorVersionUpgrade: false, Tags: [TAG] },
  });
}

export interface Waiting {
  readonly signal: AbortSignal;
  readonly lookSeconds: number;
  readonly said: (status: string) => void;
}

/** States that are left for no better one. Source: Aurora user guide, "Viewing DB cluster status". */
const HOPELESS = /^(failed|.+-failed|inaccessible-.+|incompatible-.+|insufficient-capacity|storage-full)$/;

export async function untilCluster(rds: RDS, name: string, waiting: Waiting): Promise<DBCluster> {
  for (;;) {
    const { DBClusters: [found] = [] } = await rds.describeDBClusters({ DBClusterIdentifier: name });
    const status = found?.Status ?? "missing";
    if (found !== undefined && status === "available") return found;
    await wait(`The cluster ${name}`, status, waiting);
  }
}

export async function untilInstance(rds: RDS, name: string, waiting: Waiting): Promise<void> {
  for (;;) {
    const { DBInstances: [found] = [] } = await rds.describeDBInstances({ DBInstanceIdentifier: name });
    const status = found?.DBInstanceStatus ?? "missing";
    if (status === "available") return;
    await wait(`The instance ${name}`, status, waiting);
  }
}

async function wait(what: string, status: string, { signal, lookSeconds, said }: Waiting): Promise<void> {
  if (HOPELESS.test(status)) throw new Failure("failed", `${what} is ${status}.`);
  said(status);
  await pause(lookSeconds, signal);
}

/** Takes a scratch away, instance first; says whether there was one. Refuses what has not the drill's tag. */
export async function removeScratch(rds: RDS, name: string, waiting: Waiting): Promise<boolean> {
  const found = await clusterOrNothing(rds, name);
  if (found === undefined) return false;
  if (found.TagList?.some(({ Key, Value }) => Key === TAG.Key && Value === TAG.Value) !== true) {
    throw new Failure(
      "refused",
      `There is a cluster ${name} without the tag ${TAG.Key}=${TAG.Value}: it is nothing that this command made, and it deletes nothing else.`,
    );
  }
  await untilGone("instance", waiting, () =>
    rds.deleteDBInstance({ DBInstanceIdentifier: name, SkipFinalSnapshot: true }),
  );
  await untilGone("cluster", waiting, () =>
    rds.deleteDBCluster({ DBClusterIdentifier: name, SkipFinalSnapshot: true, DeleteAutomatedBackups: true }),
  );
  return true;
}

async function clusterOrNothing(rds: RDS, name: string): Promise<DBCluster | undefined> {
  try {
    return (await rds.describeDBClusters({ DBClusterIdentifier: name })).DBClusters?.[0];
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

const isNotFound = (error: unknown): boolean => /^DB(Cluster|Instance)NotFound(Fault)?$/.test(errorName(error));

/** What is still being made, or is going already, refuses to be deleted: it is asked again until there is none. */
async function untilGone(what: string, { signal, lookSeconds, said }: Waiting, remove: () => Promise<unknown>) {
  for (;;) {
    try {
      await remove();
    } catch (error) {
      if (isNotFound(error)) return;
      if (!/^InvalidDB(Instance|Cluster)State(Fault)?$/.test(errorName(error))) throw error;
    }
    said(`deleting the ${what}`);
    await pause(lookSeconds, signal);
  }
}
