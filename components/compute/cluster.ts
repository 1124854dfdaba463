import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arn } from "../../config/arn";
import type { StackFacts } from "../../config/stack";
import type { Metrics } from "../metrics";
import type { Statement } from "../policy-document";
import { stateful } from "../stateful";

export interface ClusterArgs {
  readonly stack: StackFacts;
  /** Key of the log groups; operators' sessions are encrypted with it as well. */
  readonly logKeyArn: pulumi.Input<string>;
  /** Days that operators' sessions are kept, one of those that CloudWatch Logs takes. */
  readonly auditRetentionDays: number;
}

/**
 * The ECS cluster: Fargate only, and not Fargate Spot, whose two minutes' notice is shorter than a deployment. No
 * Service Connect: nothing in here calls another service of its own.
 */
export class Cluster extends pulumi.ComponentResource {
  readonly clusterName: string;
  readonly clusterArn: pulumi.Output<string>;
  /** What was typed and printed in ECS Exec sessions. */
  readonly auditLogGroupName: string;
  /** What a task role needs so that operators can open a session in its containers, and that session be logged. */
  readonly execStatements: readonly Statement[];
  readonly metrics: Metrics<"runningTasks">;

  constructor(name: string, args: ClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:compute:Cluster", name, {}, opts);
    const { stack, logKeyArn, auditRetentionDays } = args;
    this.clusterName = stack.name("ecsCluster");
    this.auditLogGroupName = stack.name("logGroup", "exec");

    const auditLog = new aws.cloudwatch.LogGroup(
      `${name}-exec`,
      { name: this.auditLogGroupName, kmsKeyId: logKeyArn, retentionInDays: auditRetentionDays },
      // Who did what on production outlives the platform.
      stateful(stack, { parent: this }),
    );
    const cluster = new aws.ecs.Cluster(
      name,
      {
        name: this.clusterName,
        // Enhanced: metrics per task and container too; running tasks per service are what scaling and alarms count by.
        settings: [{ name: "containerInsights", value: "enhanced" }],
        configuration: {
          executeCommandConfiguration: {
            kmsKeyId: logKeyArn,
            logging: "OVERRIDE",
            logConfiguration: { cloudWatchEncryptionEnabled: true, cloudWatchLogGroupName: auditLog.name },
          },
        },
      },
      { parent: this },
    );
    new aws.ecs.ClusterCapacityProviders(
      name,
      {
        clusterName: cluster.name,
        capacityProviders: ["FARGATE"],
        defaultCapacityProviderStrategies: [{ capacityProvider: "FARGATE", weight: 1 }],
      },
      { parent: this },
    );

    this.clusterArn = cluster.arn;
    this.execStatements = execStatements(stack, this.auditLogGroupName, logKeyArn);
    this.metrics = {
      runningTasks: {
        namespace: "ECS/ContainerInsights",
        metricName: "TaskCount",
        dimensions: { ClusterName: this.clusterName },
        unit: "Count",
      },
    };
    this.registerOutputs({ clusterName: cluster.name, clusterArn: this.clusterArn });
  }
}

function execStatements(stack: StackFacts, logGroupName: string, keyArn: pulumi.Input<string>): Statement[] {
  return [
    {
      sid: "ExecChannels",
      actions: [
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
      ],
      // Channels have no ARN.
      resources: "*",
    },
    { sid: "ExecLogGroups", actions: ["logs:DescribeLogGroups"], resources: "*" },
    {
      sid: "ExecLog",
      actions: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
      resources: arn(stack, "logs", `log-group:${logGroupName}:*`),
    },
    { sid: "ExecKey", actions: ["kms:Decrypt"], resources: keyArn },
  ];
}
