import { z } from "zod";
import { readEnvironment } from "../shared/environment";

export interface Settings {
  readonly environment: string;
  /** The cluster in use, which is cloned. */
  readonly source: string;
  /** All clones are called so, with a hyphen and the time behind it. */
  readonly clonePrefix: string;
  readonly subnetGroup: string;
  readonly cloneSecurityGroupId: string;
  /** Cluster parameter group in which events are off. */
  readonly cloneParameters: string;
  readonly instanceClass: string;
  readonly certificateAuthority: string;
  readonly bucket: string;
  /** ECS cluster. */
  readonly cluster: string;
  /** Family of the tasks, and of the template that they are made from. */
  readonly family: string;
  readonly templateFamily: string;
  readonly container: string;
  readonly repositoryName: string;
  readonly repositoryUrl: string;
  readonly subnetIds: readonly string[];
  readonly taskSecurityGroupId: string;
  /** Tokyo time. */
  readonly startAt: string;
}

const text = z.string().min(1);
const shape = z.object({
  ENVIRONMENT: text,
  DATABASE_CLUSTER: text,
  CLONE_PREFIX: text.max(49),
  SUBNET_GROUP: text,
  CLONE_SECURITY_GROUP_ID: text,
  CLONE_PARAMETERS: text,
  INSTANCE_CLASS: text,
  CERTIFICATE_AUTHORITY: text,
  BUCKET: text,
  CLUSTER: text,
  TASK_FAMILY: text,
  TASK_TEMPLATE_FAMILY: text,
  TASK_CONTAINER: text,
  REPOSITORY_NAME: text,
  REPOSITORY_URL: text,
  SUBNET_IDS: text.transform((ids) => ids.split(",")),
  TASK_SECURITY_GROUP_ID: text,
  START_AT: z.string().regex(/^\d\d:\d\d$/),
});

/** All faults of the environment at once. */
export function settingsFrom(env: Readonly<Record<string, string | undefined>>): Settings {
  const data = readEnvironment(shape, env);
  return {
    environment: data.ENVIRONMENT,
    source: data.DATABASE_CLUSTER,
    clonePrefix: data.CLONE_PREFIX,
    subnetGroup: data.SUBNET_GROUP,
    cloneSecurityGroupId: data.CLONE_SECURITY_GROUP_ID,
    cloneParameters: data.CLONE_PARAMETERS,
    instanceClass: data.INSTANCE_CLASS,
    certificateAuthority: data.CERTIFICATE_AUTHORITY,
    bucket: data.BUCKET,
    cluster: data.CLUSTER,
    family: data.TASK_FAMILY,
    templateFamily: data.TASK_TEMPLATE_FAMILY,
    container: data.TASK_CONTAINER,
    repositoryName: data.REPOSITORY_NAME,
    repositoryUrl: data.REPOSITORY_URL,
    subnetIds: data.SUBNET_IDS,
    taskSecurityGroupId: data.TASK_SECURITY_GROUP_ID,
    startAt: data.START_AT,
  };
}
