// What `operations drill` and `operations backup verify` may do, as statements with exact ARNs.
import { arn } from "../../config/arn";
import { dumpPrefix } from "../../config/dump";
import type { StackFacts } from "../../config/stack";
import { services } from "../../config/vocabulary";
import { auroraFamily } from "../data/aurora-parameters";
import type { Statement } from "../policy-document";

/** The tag that these commands give to what they make, and without which they delete nothing (operations/drill/scratch.ts). */
const SCRATCH = { "aws:ResourceTag/Purpose": "scratch" } as const;
/** The whole name of the scratch of each command. */
const PARTS = ["drill", "verify"] as const;

export interface DrillReach {
  readonly stack: StackFacts;
  /** The stack whose network and tasks are used: the stack itself, or the recovery stack in the region of the copies. */
  readonly ground: StackFacts;
}

/** Reads the cluster in use, makes and deletes scratch clusters beside it, and looks into them with tasks. */
export function drillStatements(reach: DrillReach): Statement[] {
  const { ground } = reach;
  return [
    {
      sid: "Targets",
      actions: ["ssm:GetParameter"],
      resources: arn(ground, "ssm", `parameter${ground.name("ssmParameter", "operations", "targets")}`),
    },
    ...scratch(reach),
    ...tasks(ground, "console"),
    {
      sid: "RunningImage",
      actions: ["ecs:DescribeServices", "ecs:ListServiceDeployments"],
      resources: arn(ground, "ecs", `service/${ground.name("ecsCluster")}/${ground.name("ecsService", services.web)}`),
    },
    ...(reach.stack === ground ? [] : copies(reach)),
  ];
}

/** Besides: the dump's engine, and its results in the bucket. It reads no dump: the task does. */
export function verifyStatements(stack: StackFacts): Statement[] {
  const bucket = `arn:aws:s3:::${stack.name("bucket", "backups")}`;
  return [
    ...tasks(stack, "dump"),
    {
      sid: "ListDumps",
      actions: ["s3:ListBucket"],
      resources: bucket,
      conditions: { StringLike: { "s3:prefix": `${dumpPrefix}/*` } },
    },
    { sid: "Results", actions: ["s3:PutObject"], resources: `${bucket}/${dumpPrefix}/*/verifications/*` },
    {
      sid: "ParameterGroups",
      actions: ["rds:DescribeDBClusterParameterGroups"],
      resources: arn(stack, "rds", "cluster-pg:*"),
    },
  ];
}

/** RDS asks for every resource that a request names or falls back to. */
function scratch({ stack, ground }: DrillReach): Statement[] {
  const rds = (resource: string) => arn(ground, "rds", resource);
  const own = PARTS.flatMap((part) => {
    const name = stack.name("rdsCluster", part);
    return [rds(`cluster:${name}`), rds(`db:${name}`)];
  });
  const surroundings = [
    rds(`cluster-pg:${ground.name("rdsParameterGroup")}-*`),
    rds("og:default:aurora-mysql-*"),
    rds(`pg:default.${auroraFamily}`),
    rds(`subgrp:${ground.name("rdsSubnetGroup", "database")}`),
  ];
  return [
    // Lists take no narrower resource.
    { sid: "Clusters", actions: ["rds:DescribeDBClusters"], resources: rds("cluster:*") },
    { sid: "Instances", actions: ["rds:DescribeDBInstances"], resources: rds("db:*") },
    {
      sid: "MakeScratch",
      actions: ["rds:CreateDBInstance", "rds:RestoreDBClusterToPointInTime"],
      resources: [rds(`cluster:${ground.name("rdsCluster", "database")}*`), ...own, ...surroundings],
    },
    { sid: "TagScratch", actions: ["rds:AddTagsToResource"], resources: own },
    {
      sid: "DeleteScratch",
      actions: ["rds:DeleteDBCluster", "rds:DeleteDBInstance"],
      resources: own,
      conditions: { StringEquals: SCRATCH },
    },
  ];
}

/** A task of one family, run to its end, and its log. */
function tasks(ground: StackFacts, party: "console" | "dump"): Statement[] {
  const cluster = ground.name("ecsCluster");
  const sid = party === "console" ? "Console" : "Engine";
  const family = arn(ground, "ecs", `task-definition/${ground.name("taskFamily", party)}:*`);
  return [
    {
      // ECS knows no resource for these. What can be registered is bounded by the roles that may be passed.
      sid: `${sid}Definitions`,
      // The engine's revision is one that a dump has registered.
      actions:
        party === "dump"
          ? ["ecs:ListTaskDefinitions"]
          : ["ecs:DescribeTaskDefinition", "ecs:ListTaskDefinitions", "ecs:RegisterTaskDefinition"],
      resources: "*",
    },
    {
      sid: `${sid}Roles`,
      actions: ["iam:PassRole"],
      resources: ["execution", "task"].map((part) => arn(ground, "iam", `role/${ground.name("iamRole", party, part)}`)),
      conditions: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
    },
    ...(party === "dump" ? [] : [tagged(family, sid)]),
    {
      sid: `${sid}Run`,
      actions: ["ecs:RunTask"],
      resources: family,
      conditions: { ArnEquals: { "ecs:cluster": arn(ground, "ecs", `cluster/${cluster}`) } },
    },
    {
      sid: `${sid}Watched`,
      actions: ["ecs:DescribeTasks", "ecs:StopTask"],
      resources: arn(ground, "ecs", `task/${cluster}/*`),
    },
    {
      sid: `${sid}Log`,
      actions: ["logs:GetLogEvents"],
      resources: arn(ground, "logs", `log-group:${ground.name("logGroup", party)}:log-stream:*`),
    },
  ];
}

const tagged = (family: string, sid: string): Statement => ({
  sid: `${sid}Tagged`,
  actions: ["ecs:TagResource"],
  resources: family,
  conditions: { StringEquals: { "ecs:CreateAction": "RegisterTaskDefinition" } },
});

/** In the region of the copies: the newest recovery point. */
function copies({ stack, ground }: DrillReach): Statement[] {
  const vault = stack.name("backupVault", "copies");
  return [
    {
      sid: "RecoveryPoints",
      actions: ["backup:ListRecoveryPointsByBackupVault"],
      resources: arn(ground, "backup", `backup-vault:${vault}`),
    },
    // It takes no resource.
    { sid: "RestoreTests", actions: ["backup:ListRestoreJobs"], resources: "*" },
    {
      sid: "RestoreCopy",
      actions: ["rds:RestoreDBClusterFromSnapshot"],
      resources: [
        arn(ground, "rds", "cluster-snapshot:awsbackup:*"),
        arn(ground, "rds", `cluster:${stack.name("rdsCluster", "drill")}`),
        arn(ground, "rds", `cluster-pg:${ground.name("rdsParameterGroup")}-*`),
        arn(ground, "rds", "og:default:aurora-mysql-*"),
        arn(ground, "rds", `subgrp:${ground.name("rdsSubnetGroup", "database")}`),
      ],
    },
  ];
}
