import { arn } from "../../config/arn";
import type { StackFacts } from "../../config/stack";
import type { Statement } from "../policy-document";

export interface GateReach {
  readonly stack: StackFacts;
  readonly clusterName: string;
  readonly serviceName: string;
  readonly migrationFamily: string;
  readonly migrationRoleArns: readonly string[];
  readonly migrationLogGroup: string;
  readonly databaseCluster: string;
  readonly snapshotPrefix: string;
  readonly tableName: string;
}

/** What functions/release-gate/ calls, and on what: names are plain, so that policies judge it at preview. */
export function gateStatements(reach: GateReach): readonly Statement[] {
  return [...deployments(reach), ...migrationTasks(reach), ...snapshots(reach), ...memory(reach)];
}

function deployments({ stack, clusterName, serviceName }: GateReach): Statement[] {
  const ofService = `${clusterName}/${serviceName}`;
  return [
    {
      sid: "Deployments",
      actions: ["ecs:DescribeServiceDeployments", "ecs:DescribeServiceRevisions", "ecs:ListServiceDeployments"],
      resources: [
        arn(stack, "ecs", `service/${ofService}`),
        arn(stack, "ecs", `service-deployment/${ofService}/*`),
        arn(stack, "ecs", `service-revision/${ofService}/*`),
      ],
    },
  ];
}

function migrationTasks(reach: GateReach): Statement[] {
  const { stack, clusterName, migrationFamily, migrationRoleArns } = reach;
  const clusterArn = arn(stack, "ecs", `cluster/${clusterName}`);
  return [
    {
      // ECS knows no resource for these. What can be registered is bounded by the roles that may be passed, below.
      sid: "TaskDefinitions",
      actions: ["ecs:DescribeTaskDefinition", "ecs:ListTaskDefinitions", "ecs:RegisterTaskDefinition"],
      resources: "*",
    },
    {
      sid: "PassRoles",
      actions: ["iam:PassRole"],
      resources: migrationRoleArns,
      conditions: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
    },
    {
      sid: "RunMigration",
      actions: ["ecs:RunTask"],
      resources: arn(stack, "ecs", `task-definition/${migrationFamily}:*`),
      conditions: { ArnEquals: { "ecs:cluster": clusterArn } },
    },
    {
      sid: "WatchMigration",
      actions: ["ecs:DescribeTasks", "ecs:StopTask"],
      resources: arn(stack, "ecs", `task/${clusterName}/*`),
    },
    {
      // Its resource is a container instance, and Fargate has none: over a cluster it is asked for on all.
      sid: "FindMigration",
      actions: ["ecs:ListTasks"],
      resources: "*",
      conditions: { ArnEquals: { "ecs:cluster": clusterArn } },
    },
    {
      sid: "ReadMigrationLog",
      actions: ["logs:GetLogEvents"],
      resources: arn(stack, "logs", `log-group:${reach.migrationLogGroup}:log-stream:*`),
    },
  ];
}

/** Deletes what begins with the prefix, and so its own only. The key is open to the account through RDS. */
function snapshots({ stack, databaseCluster, snapshotPrefix }: GateReach): Statement[] {
  const cluster = arn(stack, "rds", `cluster:${databaseCluster}`);
  const own = arn(stack, "rds", `cluster-snapshot:${snapshotPrefix}-*`);
  return [
    { sid: "TakeSnapshot", actions: ["rds:CreateDBClusterSnapshot"], resources: [cluster, own] },
    { sid: "OwnSnapshots", actions: ["rds:AddTagsToResource", "rds:DeleteDBClusterSnapshot"], resources: own },
    {
      sid: "FindSnapshots",
      actions: ["rds:DescribeDBClusterSnapshots"],
      resources: [cluster, arn(stack, "rds", "cluster-snapshot:*")],
    },
  ];
}

/** Never deletes: what was done to the schema stays, releases end by their time to live. */
function memory({ stack, tableName }: GateReach): Statement[] {
  return [
    {
      sid: "Memory",
      actions: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
      resources: arn(stack, "dynamodb", `table/${tableName}`),
    },
  ];
}
