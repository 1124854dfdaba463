import {
  CreateDBInstanceCommand,
  DBInstanceAlreadyExistsFault,
  DBInstanceNotFoundFault,
  DeleteDBInstanceCommand,
  InstanceQuotaExceededFault,
  InsufficientDBInstanceCapacityFault,
  InvalidDBClusterStateFault,
  InvalidDBInstanceStateFault,
  paginateDescribeDBInstances,
} from "@aws-sdk/client-rds";
import { MADE_BY_TAG } from "../../config/backup-functions";
import type { World } from "./world";

export const MADE_BY = "restore-validation";

export interface Instance {
  readonly identifier: string;
  readonly cluster: string;
  readonly status: string;
  readonly host: string | undefined;
  readonly made: Date | undefined;
}

/** What RDS cannot do just now: the next call asks again. */
const NOT_NOW = [
  InstanceQuotaExceededFault,
  InsufficientDBInstanceCapacityFault,
  InvalidDBClusterStateFault,
  InvalidDBInstanceStateFault,
];
export const isNotNow = (error: unknown): error is Error => NOT_NOW.some((fault) => error instanceof fault);

/** A job's id is a UUID: its beginning is told apart among a handful. */
export const instanceName = ({ settings }: World, jobId: string): string =>
  `${settings.instancePrefix}-${jobId.slice(0, 8).toLowerCase()}`;

/** Those of this function, by name and by tag. */
export async function findInstances({ rds, settings }: World): Promise<readonly Instance[]> {
  const found: Instance[] = [];
  for await (const page of paginateDescribeDBInstances({ client: rds }, {})) {
    for (const instance of page.DBInstances ?? []) {
      const identifier = instance.DBInstanceIdentifier ?? "";
      const tagged = instance.TagList?.some(({ Key, Value }) => Key === MADE_BY_TAG && Value === MADE_BY) === true;
      if (!tagged || !identifier.startsWith(`${settings.instancePrefix}-`)) continue;
      found.push({
        identifier,
        cluster: instance.DBClusterIdentifier ?? "",
        status: instance.DBInstanceStatus ?? "unknown",
        host: instance.Endpoint?.Address,
        made: instance.InstanceCreateTime,
      });
    }
  }
  return found;
}

export async function createInstance(world: World, jobId: string, cluster: string): Promise<void> {
  const { rds, settings } = world;
  const name = instanceName(world, jobId);
  try {
    await rds.send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: name,
        DBClusterIdentifier: cluster,
        DBInstanceClass: settings.instanceClass,
        Engine: "aurora-mysql",
        PubliclyAccessible: false,
        AutoMinorVersionUpgrade: false,
        CACertificateIdentifier: settings.certificateAuthority,
        CopyTagsToSnapshot: false,
        MonitoringInterval: 0,
        Tags: Object.entries({
          Name: name,
          Environment: settings.environment,
          [MADE_BY_TAG]: MADE_BY,
          RestoreJob: jobId,
        }).map(([Key, Value]) => ({ Key, Value })),
      }),
    );
  } catch (error) {
    if (!(error instanceof DBInstanceAlreadyExistsFault)) throw error;
  }
}

export async function deleteInstance({ rds }: World, { identifier, status }: Instance): Promise<void> {
  if (status === "deleting") return;
  try {
    await rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: identifier, SkipFinalSnapshot: true }));
  } catch (error) {
    if (!(error instanceof DBInstanceNotFoundFault)) throw error;
  }
}
