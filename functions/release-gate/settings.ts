import { z } from "zod";
import { readEnvironment } from "../shared/environment";

/** From the function's environment, which the component writes. */
export interface Settings {
  readonly environment: string;
  readonly cluster: string;
  /** The web service's. */
  readonly serviceArn: string;
  /** What the service starts with before there is a release. */
  readonly bootstrapFamily: string;
  /** Images are `<repository>@sha256:…`. */
  readonly repositoryUrl: string;
  readonly migrationFamily: string;
  readonly migrationTemplateFamily: string;
  /** Name of the one container of a migration task, and prefix of its log streams. */
  readonly migrationContainer: string;
  readonly migrationLogGroup: string;
  readonly subnetIds: readonly string[];
  readonly taskSecurityGroupId: string;
  readonly databaseCluster: string;
  readonly snapshotPrefix: string;
  readonly snapshotsKept: number;
  readonly table: string;
  /** The load balancer's own name; the certificate is asked for under the next. */
  readonly testHost: string;
  readonly testHostname: string;
}

const text = z.string().min(1);
const list = text.transform((value) => value.split(","));
const shape = z.object({
  ENVIRONMENT: text,
  CLUSTER: text,
  SERVICE_ARN: text,
  BOOTSTRAP_FAMILY: text,
  REPOSITORY_URL: text,
  MIGRATION_FAMILY: text,
  MIGRATION_TEMPLATE_FAMILY: text,
  MIGRATION_CONTAINER: text,
  MIGRATION_LOG_GROUP: text,
  SUBNET_IDS: list,
  TASK_SECURITY_GROUP_ID: text,
  DATABASE_CLUSTER: text,
  SNAPSHOT_PREFIX: text.max(37),
  SNAPSHOTS_KEPT: z.coerce.number().int().min(2).max(90),
  TABLE: text,
  TEST_HOST: text,
  TEST_HOSTNAME: text,
});

/** All faults of the environment at once. */
export function settingsFrom(env: Readonly<Record<string, string | undefined>>): Settings {
  const data = readEnvironment(shape, env);
  return {
    environment: data.ENVIRONMENT,
    cluster: data.CLUSTER,
    serviceArn: data.SERVICE_ARN,
    bootstrapFamily: data.BOOTSTRAP_FAMILY,
    repositoryUrl: data.REPOSITORY_URL,
    migrationFamily: data.MIGRATION_FAMILY,
    migrationTemplateFamily: data.MIGRATION_TEMPLATE_FAMILY,
    migrationContainer: data.MIGRATION_CONTAINER,
    migrationLogGroup: data.MIGRATION_LOG_GROUP,
    subnetIds: data.SUBNET_IDS,
    taskSecurityGroupId: data.TASK_SECURITY_GROUP_ID,
    databaseCluster: data.DATABASE_CLUSTER,
    snapshotPrefix: data.SNAPSHOT_PREFIX,
    snapshotsKept: data.SNAPSHOTS_KEPT,
    table: data.TABLE,
    testHost: data.TEST_HOST,
    testHostname: data.TEST_HOSTNAME,
  };
}
