import type * as pulumi from "@pulumi/pulumi";
import { arn } from "../../config/arn";
import { MADE_BY_TAG } from "../../config/backup-functions";
import { dumpPrefix } from "../../config/dump";
import type { StackFacts } from "../../config/stack";
import { auroraFamily } from "../data/aurora-parameters";
import type { Statement } from "../policy-document";

export interface DumpReach {
  readonly stack: StackFacts;
  readonly clusterName: string;
  readonly family: string;
  /** Of the task: they are handed on to it. */
  readonly taskRoleArns: readonly string[];
  /** The cluster that is cloned. */
  readonly source: string;
  readonly clonePrefix: string;
  readonly repositoryArn: string;
  readonly bucketName: string;
  readonly keyArn: pulumi.Input<string>;
}

/** What functions/database-dump/ calls, and on what: names are plain, so that policies judge it at preview. */
export function dumpFunctionStatements(reach: DumpReach): readonly Statement[] {
  return [...clones(reach), ...tasks(reach), ...outcome(reach)];
}

/**
 * Makes and deletes what bears the prefix, and deletes it only with the function's tag: by no fault of its code can it
 * delete the database. The key is open to the account through RDS.
 */
function clones({ stack, source, clonePrefix }: DumpReach): Statement[] {
  const rds = (resource: string) => arn(stack, "rds", resource);
  const own = [rds(`cluster:${clonePrefix}-*`), rds(`db:${clonePrefix}-*`)];
  // RDS asks for every resource that a request names or falls back to.
  const surroundings = [
    rds(`cluster-pg:${stack.name("rdsParameterGroup", "clone")}-*`),
    rds("og:default:aurora-mysql-*"),
    rds(`pg:default.${auroraFamily}`),
    rds(`subgrp:${stack.name("rdsSubnetGroup", "database")}`),
  ];
  return [
    {
      sid: "MakeClone",
      actions: ["rds:RestoreDBClusterToPointInTime"],
      resources: [rds(`cluster:${source}`), ...own, ...surroundings],
    },
    { sid: "MakeInstance", actions: ["rds:CreateDBInstance"], resources: [...own, ...surroundings] },
    { sid: "TagClone", actions: ["rds:AddTagsToResource"], resources: own },
    {
      sid: "DeleteClone",
      actions: ["rds:DeleteDBCluster", "rds:DeleteDBInstance"],
      resources: own,
      conditions: { StringEquals: { [`aws:ResourceTag/${MADE_BY_TAG}`]: "database-dump" } },
    },
    // Lists take no narrower resource.
    { sid: "FindClones", actions: ["rds:DescribeDBClusters"], resources: rds("cluster:*") },
    { sid: "FindInstances", actions: ["rds:DescribeDBInstances"], resources: rds("db:*") },
  ];
}

function tasks({ stack, clusterName, family, taskRoleArns, repositoryArn }: DumpReach): Statement[] {
  return [
    { sid: "FindImage", actions: ["ecr:DescribeImages"], resources: repositoryArn },
    {
      // ECS knows no resource for these. What can be registered is bounded by the roles that may be passed, below.
      sid: "TaskDefinitions",
      actions: ["ecs:DescribeTaskDefinition", "ecs:ListTaskDefinitions", "ecs:RegisterTaskDefinition"],
      resources: "*",
    },
    {
      sid: "PassRoles",
      actions: ["iam:PassRole"],
      resources: taskRoleArns,
      conditions: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
    },
    {
      sid: "RunDump",
      actions: ["ecs:RunTask"],
      resources: arn(stack, "ecs", `task-definition/${family}:*`),
      conditions: { ArnEquals: { "ecs:cluster": arn(stack, "ecs", `cluster/${clusterName}`) } },
    },
    {
      sid: "WatchDump",
      actions: ["ecs:DescribeTasks", "ecs:StopTask"],
      resources: arn(stack, "ecs", `task/${clusterName}/*`),
    },
  ];
}

/** Sees which dumps are there, and writes down why one is not. It reads no dump. */
function outcome({ stack, bucketName, keyArn }: DumpReach): Statement[] {
  return [
    listDumps(bucketName),
    {
      sid: "WriteGivenUp",
      actions: ["s3:PutObject"],
      resources: arn(stack, "s3", `${bucketName}/${dumpPrefix}/*/given-up.json`),
    },
    throughS3(stack, "BackupsKey", ["kms:GenerateDataKey"], keyArn),
  ];
}

/** What the engine does in the bucket: it reads its own plan and records when it goes on, and deletes nothing. */
export function dumpTaskStatements(
  stack: StackFacts,
  bucketName: string,
  keyArn: pulumi.Input<string>,
): readonly Statement[] {
  return [
    listDumps(bucketName),
    {
      sid: "Dumps",
      actions: ["s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"],
      resources: arn(stack, "s3", `${bucketName}/${dumpPrefix}/*`),
    },
    throughS3(stack, "BackupsKey", ["kms:Decrypt", "kms:GenerateDataKey"], keyArn),
  ];
}

/** Without it S3 answers a missing object with 403 instead of 404. */
const listDumps = (bucketName: string): Statement => ({
  sid: "ListDumps",
  actions: ["s3:ListBucket"],
  resources: `arn:aws:s3:::${bucketName}`,
  conditions: { StringLike: { "s3:prefix": `${dumpPrefix}/*` } },
});

const throughS3 = (
  stack: StackFacts,
  sid: string,
  actions: readonly string[],
  keyArn: pulumi.Input<string>,
): Statement => ({
  sid,
  actions,
  resources: keyArn,
  conditions: { StringEquals: { "kms:ViaService": `s3.${stack.region}.amazonaws.com` } },
});
