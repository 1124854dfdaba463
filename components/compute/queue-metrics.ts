import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arn } from "../../config/arn";
import type { StackFacts } from "../../config/stack";
import { queueMetrics as words } from "../../config/vocabulary";
import { ARCHITECTURE, bundle, HANDLER, RUNTIME } from "../../functions/bundle";
import type { Metric, Metrics } from "../metrics";
import { policyDocument, serviceTrust, type Statement } from "../policy-document";
import { REDIS_PREFIX } from "./image-contract";

export interface QueueMetricsArgs {
  readonly stack: StackFacts;
  readonly queues: readonly string[];
  /** Primary endpoint of the group that holds the queues: a replica may be behind. */
  readonly redisHost: pulumi.Input<string>;
  readonly redisPort: pulumi.Input<number>;
  /** Of the metrics user. */
  readonly secretArn: pulumi.Input<string>;
  /** Lets the function read that secret and use its key. */
  readonly secretStatements: readonly Statement[];
  readonly subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  readonly securityGroupId: pulumi.Input<string>;
  /** Key of the log group, and of the function's environment. */
  readonly logKeyArn: pulumi.Input<string>;
  /** Days, one of those that CloudWatch Logs takes. */
  readonly logRetentionDays: number;
}

/**
 * How much work waits: Redis does not tell CloudWatch, so a function asks it once a minute and the workers are scaled
 * on the answer. Without the function they stay as many as they are.
 */
export class QueueMetrics extends pulumi.ComponentResource {
  readonly functionName: string;
  readonly functionArn: pulumi.Output<string>;
  readonly logGroupName: string;
  /** The first two over all queues; {@link queue} has them of one. */
  readonly metrics: Metrics<"waiting" | "oldestAge" | "functionErrors" | "functionDuration">;
  private readonly environment: string;

  constructor(name: string, args: QueueMetricsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:compute:QueueMetrics", name, {}, opts);
    const { stack } = args;
    this.environment = stack.environment;
    this.functionName = stack.name("lambda", "queue-metrics");
    this.logGroupName = stack.name("logGroup", "queue-metrics");

    const logGroup = new aws.cloudwatch.LogGroup(
      name,
      { name: this.logGroupName, kmsKeyId: args.logKeyArn, retentionInDays: args.logRetentionDays },
      { parent: this },
    );
    const { role, policy } = this.role(name, stack, "lambda.amazonaws.com", "queue-metrics", [
      {
        sid: "Logs",
        actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
        resources: arn(stack, "logs", `log-group:${this.logGroupName}:*`),
      },
      {
        // Network interfaces of the function; they have no ARN before they are there.
        sid: "Network",
        actions: [
          "ec2:AssignPrivateIpAddresses",
          "ec2:CreateNetworkInterface",
          "ec2:DeleteNetworkInterface",
          "ec2:DescribeNetworkInterfaces",
          "ec2:DescribeSubnets",
          "ec2:UnassignPrivateIpAddresses",
        ],
        resources: "*",
      },
      { sid: "Environment", actions: ["kms:Decrypt"], resources: args.logKeyArn },
      ...args.secretStatements,
    ]);
    const lambda = new aws.lambda.Function(
      name,
      {
        name: this.functionName,
        description: "Publishes the lengths of Laravel's queues",
        runtime: RUNTIME,
        architectures: [ARCHITECTURE],
        handler: HANDLER,
        code: bundle("queue-metrics"),
        role: role.arn,
        memorySize: 256,
        timeout: 15,
        // Two at once would count the same jobs twice in one minute.
        reservedConcurrentExecutions: 1,
        vpcConfig: { subnetIds: args.subnetIds, securityGroupIds: [args.securityGroupId] },
        // Nothing in it is secret; the key keeps host names and ARNs from who may only list functions.
        kmsKeyArn: args.logKeyArn,
        environment: {
          variables: {
            ENVIRONMENT: stack.environment,
            KEY_PREFIX: REDIS_PREFIX,
            QUEUES: args.queues.join(","),
            REDIS_HOST: args.redisHost,
            REDIS_PORT: pulumi.output(args.redisPort).apply(String),
            SECRET_ARN: args.secretArn,
          },
        },
        loggingConfig: {
          logFormat: "JSON",
          applicationLogLevel: "INFO",
          // START, END and REPORT of each minute are noise.
          systemLogLevel: "WARN",
          logGroup: logGroup.name,
        },
      },
      // Lambda tries the role's network permissions when it makes the function.
      { parent: this, dependsOn: [policy] },
    );
    // No second try and no dead-letter queue: a number that is late is wrong, and the next one comes in a minute.
    new aws.lambda.FunctionEventInvokeConfig(
      name,
      { functionName: lambda.name, maximumRetryAttempts: 0, maximumEventAgeInSeconds: 60 },
      { parent: this },
    );
    this.schedule(name, stack, lambda);

    this.functionArn = lambda.arn;
    const ofFunction = { namespace: "AWS/Lambda", dimensions: { FunctionName: this.functionName } };
    this.metrics = {
      ...this.lengths({ Environment: stack.environment }),
      functionErrors: { ...ofFunction, metricName: "Errors", unit: "Count" },
      functionDuration: { ...ofFunction, metricName: "Duration", unit: "Milliseconds" },
    };
    this.registerOutputs({ functionName: this.functionName, functionArn: this.functionArn });
  }

  /** The metrics of one queue. */
  queue(name: string): Metrics<"waiting" | "oldestAge"> {
    return this.lengths({ Environment: this.environment, Queue: name });
  }

  private lengths(dimensions: Readonly<Record<string, string>>): Record<"waiting" | "oldestAge", Metric> {
    const { namespace, waiting, oldestAge } = words;
    return {
      waiting: { namespace, metricName: waiting, dimensions, unit: "Count" },
      oldestAge: { namespace, metricName: oldestAge, dimensions, unit: "Seconds" },
    };
  }

  private schedule(name: string, stack: StackFacts, lambda: aws.lambda.Function): void {
    const { role, policy } = this.role(
      `${name}-schedule`,
      stack,
      "scheduler.amazonaws.com",
      "queue-metrics-schedule",
      [
        {
          sid: "Invoke",
          actions: ["lambda:InvokeFunction"],
          resources: arn(stack, "lambda", `function:${this.functionName}`),
        },
      ],
      // Schedules are told apart by their group only (EventBridge Scheduler's guide on the confused deputy).
      {
        StringEquals: {
          "aws:SourceAccount": stack.accountId,
          "aws:SourceArn": arn(stack, "scheduler", "schedule-group/default"),
        },
      },
    );
    new aws.scheduler.Schedule(
      name,
      {
        name: stack.name("schedule", "queue-metrics"),
        description: "Each minute: how much waits in Laravel's queues",
        scheduleExpression: "rate(1 minutes)",
        flexibleTimeWindow: { mode: "OFF" },
        target: {
          arn: lambda.arn,
          roleArn: role.arn,
          retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: 60 },
        },
      },
      { parent: this, dependsOn: [policy] },
    );
  }

  private role(
    name: string,
    stack: StackFacts,
    service: string,
    part: string,
    statements: readonly Statement[],
    conditions?: Statement["conditions"],
  ) {
    const role = new aws.iam.Role(
      name,
      { name: stack.name("iamRole", part), assumeRolePolicy: serviceTrust(service, conditions) },
      { parent: this },
    );
    const policy = new aws.iam.RolePolicy(
      name,
      { role: role.name, policy: policyDocument(statements) },
      { parent: this },
    );
    return { role, policy };
  }
}
