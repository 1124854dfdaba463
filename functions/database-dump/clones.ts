import {
  AddTagsToResourceCommand,
  CreateDBInstanceCommand,
  DBClusterAlreadyExistsFault,
  DBClusterNotFoundFault,
  DBClusterQuotaExceededFault,
  DBInstanceAlreadyExistsFault,
  DBInstanceNotFoundFault,
  DeleteDBClusterCommand,
  DeleteDBInstanceCommand,
  type DBCluster,
  type DBInstance,
  InstanceQuotaExceededFault,
  InsufficientDBInstanceCapacityFault,
  InsufficientStorageClusterCapacityFault,
  InvalidDBClusterStateFault,
  InvalidDBInstanceStateFault,
  paginateDescribeDBClusters,
  paginateDescribeDBInstances,
  type RDSClient,
  RestoreDBClusterToPointInTimeCommand,
  StorageQuotaExceededFault,
  type Tag,
} from "@aws-sdk/client-rds";
import { MADE_BY_TAG } from "../../config/backup-functions";
import { slotId, slotTime } from "../shared/slots";
import type { Clone, Instance } from "./decide";
import type { Settings } from "./settings";
import type { World } from "./world";

export const MADE_BY = "database-dump";
const REQUESTED_AT = "RequestedAt";
const TASK = "Task";

/** What RDS cannot do just now: the next call asks again. */
const NOT_NOW = [
  DBClusterQuotaExceededFault,
  InstanceQuotaExceededFault,
  InsufficientDBInstanceCapacityFault,
  InsufficientStorageClusterCapacityFault,
  InvalidDBClusterStateFault,
  InvalidDBInstanceStateFault,
  StorageQuotaExceededFault,
];
export const isNotNow = (error: unknown): error is Error => NOT_NOW.some((fault) => error instanceof fault);

const cloneName = ({ clonePrefix }: Settings, id: string): string => `${clonePrefix}-${id}`;

/** The id in a name that this function gives; undefined for any other name. */
function idOf({ clonePrefix }: Settings, name: string): string | undefined {
  const id = name.startsWith(`${clonePrefix}-`) ? name.slice(clonePrefix.length + 1) : "";
  return slotTime(id) === undefined ? undefined : id;
}

/**
 * The clones of this function: by name and by tag. A cluster that somebody called alike for a purpose of his own has not
 * the tag; one that an earlier call, an earlier version or an earlier generation of the database left behind has both.
 */
export async function findClones({ rds, settings }: World): Promise<readonly Clone[]> {
  const clusters: DBCluster[] = [];
  for await (const page of paginateDescribeDBClusters({ client: rds }, {})) {
    clusters.push(...(page.DBClusters ?? []).filter((cluster) => isOurs(settings, cluster)));
  }
  if (clusters.length === 0) return [];
  const instances: DBInstance[] = [];
  for await (const page of paginateDescribeDBInstances({ client: rds }, {}))
    instances.push(...(page.DBInstances ?? []));
  return clusters.map((cluster) => cloneOf(settings, cluster, instances));
}

const isOurs = (settings: Settings, { DBClusterIdentifier: name = "", TagList }: DBCluster): boolean =>
  name !== settings.source && idOf(settings, name) !== undefined && tagOf(TagList, MADE_BY_TAG) === MADE_BY;

const tagOf = (tags: readonly Tag[] | undefined, key: string): string | undefined =>
  tags?.find((tag) => tag.Key === key)?.Value;

function cloneOf(settings: Settings, cluster: DBCluster, instances: readonly DBInstance[]): Clone {
  const identifier = cluster.DBClusterIdentifier ?? "";
  const id = idOf(settings, identifier) ?? "";
  const members = instances.filter((instance) => instance.DBClusterIdentifier === identifier);
  const requested = new Date(tagOf(cluster.TagList, REQUESTED_AT) ?? "");
  const tasks = (cluster.TagList ?? [])
    .filter(({ Key }) => Key?.startsWith(TASK))
    .map(({ Key = "", Value = "" }) => ({ number: Number(Key.slice(TASK.length)), task: Value }))
    .sort((a, b) => a.number - b.number);
  return {
    id,
    identifier,
    arn: cluster.DBClusterArn ?? "",
    status: cluster.Status ?? "unknown",
    endpoint: cluster.Endpoint,
    // Without the tag, as old as its name says: never younger than it is.
    requestedAt: Number.isNaN(requested.getTime()) ? (slotTime(id) ?? new Date(0)) : requested,
    instances: members.map((instance): Instance => ({
      identifier: instance.DBInstanceIdentifier ?? "",
      status: instance.DBInstanceStatus ?? "unknown",
      own: tagOf(instance.TagList, MADE_BY_TAG) === MADE_BY && instance.DBInstanceIdentifier === identifier,
    })),
    tasks: tasks.map(({ task }) => task),
  };
}

const tags = (settings: Settings, id: string, more: Readonly<Record<string, string>>): Tag[] =>
  Object.entries({
    Name: cloneName(settings, id),
    Environment: settings.environment,
    [MADE_BY_TAG]: MADE_BY,
    ...more,
  }).map(([Key, Value]) => ({ Key, Value }));

/** Tags are given, so that none of the source's come along: agents and AWS Backup find clusters by them. */
export async function createClone({ rds, settings, now }: World, at: Date): Promise<void> {
  const id = slotId(at);
  try {
    await rds.send(
      new RestoreDBClusterToPointInTimeCommand({
        DBClusterIdentifier: cloneName(settings, id),
        SourceDBClusterIdentifier: settings.source,
        RestoreType: "copy-on-write",
        UseLatestRestorableTime: true,
        DBSubnetGroupName: settings.subnetGroup,
        VpcSecurityGroupIds: [settings.cloneSecurityGroupId],
        DBClusterParameterGroupName: settings.cloneParameters,
        // The least that Aurora takes, and gone with the cluster.
        BackupRetentionPeriod: 1,
        CopyTagsToSnapshot: false,
        DeletionProtection: false,
        EnableIAMDatabaseAuthentication: false,
        EngineLifecycleSupport: "open-source-rds-extended-support-disabled",
        Tags: tags(settings, id, { [REQUESTED_AT]: now().toISOString() }),
      }),
    );
  } catch (error) {
    // Asked for by a call whose answer was lost.
    if (!(error instanceof DBClusterAlreadyExistsFault)) throw error;
  }
}

export async function createInstance({ rds, settings }: World, { id, identifier }: Clone): Promise<void> {
  try {
    await rds.send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: identifier,
        DBClusterIdentifier: identifier,
        DBInstanceClass: settings.instanceClass,
        Engine: "aurora-mysql",
        PubliclyAccessible: false,
        AutoMinorVersionUpgrade: false,
        CACertificateIdentifier: settings.certificateAuthority,
        CopyTagsToSnapshot: false,
        MonitoringInterval: 0,
        Tags: tags(settings, id, {}),
      }),
    );
  } catch (error) {
    if (!(error instanceof DBInstanceAlreadyExistsFault)) throw error;
  }
}

/** The clone itself remembers its tasks: what is lost with it is of no use without it. */
export async function noteTask({ rds }: World, { arn }: Clone, number: number, task: string): Promise<void> {
  await rds.send(new AddTagsToResourceCommand({ ResourceName: arn, Tags: [{ Key: `${TASK}${number}`, Value: task }] }));
}

/**
 * One step towards its end: first its instance, then, once that is going, the cluster. False while RDS cannot do it yet,
 * since what is still being made cannot be deleted.
 */
export async function removeClone({ rds, say }: World, clone: Clone): Promise<void> {
  const strange = clone.instances.filter(({ own }) => !own).map(({ identifier }) => identifier);
  if (strange.length > 0) {
    throw new Error(`${clone.identifier} has instances that this function did not make: ${strange.join(", ")}`);
  }
  const standing = clone.instances.filter(({ status }) => status !== "deleting");
  for (const { identifier } of standing) await deleteInstance(rds, identifier);
  if (standing.length > 0) return;
  if (clone.status === "deleting") return;
  await deleteCluster(rds, clone.identifier);
  say(`Deleted the clone ${clone.identifier}`);
}

async function deleteInstance(rds: RDSClient, identifier: string): Promise<void> {
  try {
    await rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: identifier, SkipFinalSnapshot: true }));
  } catch (error) {
    if (!(error instanceof DBInstanceNotFoundFault)) throw error;
  }
}

async function deleteCluster(rds: RDSClient, identifier: string): Promise<void> {
  try {
    await rds.send(
      new DeleteDBClusterCommand({
        DBClusterIdentifier: identifier,
        SkipFinalSnapshot: true,
        DeleteAutomatedBackups: true,
      }),
    );
  } catch (error) {
    if (!(error instanceof DBClusterNotFoundFault)) throw error;
  }
}
