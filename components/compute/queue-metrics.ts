import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arn } from "../../config/arn";
import type { StackFacts } from "../../config/stack";
import { queueMetrics as words } from "../../config/vocabulary";
import type { Metric, Metrics } from "../metrics";
import { policyDocument, serviceTrust, type Statement } from "../policy-document";
import { REDIS_PREFIX } from "./image-contract";
import { type FunctionPlace, vpcFunction } from "./vpc-function";

export interface QueueMetricsArgs extends FunctionPlace {
  readonly queues: readonly string[];
  /** Primary endpoint of the group that holds the queues: a replica may be behind. */
  readonly redisHost: pulumi.Input<string>;
  readonly redisPort: pulumi.Input<number>;
  /** Of the metrics user. */
  readonly secretArn: pulumi.Input<string>;
  /** Lets the function read that secret and use its key. */
  readonly secretStatements: readonly Statement[];
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
  readonly metrics: Metrics<"waiting" | "oldestAge" | "functionErrors" | "functionThrottles" | "functionDuration">;
  private readonly environment: string;

  constructor(name: string, args: QueueMetricsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:compute:QueueMetrics", name, {}, opts);
    const { stack } = args;
    this.environment = stack.environment;

    const { lambda, functionName, plainArn, logGroupName, metrics } = vpcFunction(
      name,
      args,
      {
        part: "queue-metrics",
        description: "Publishes the lengths of Laravel's queues",
        memoryMiB: 256,
        timeoutSeconds: 15,
        // Two at once would count the same jobs twice in one minute.
        concurrency: 1,
        environment: {
          ENVIRONMENT: stack.environment,
          KEY_PREFIX: REDIS_PREFIX,
          QUEUES: args.queues.join(","),
          REDIS_HOST: args.redisHost,
          REDIS_PORT: pulumi.output(args.redisPort).apply(String),
          SECRET_ARN: args.secretArn,
        },
        statements: args.secretStatements,
      },
      this,
    );
    // No second try and no dead-letter queue: a number that is late is wrong, and the next one comes in a minute.
    new aws.lambda.FunctionEventInvokeConfig(
      name,
      { functionName: lambda.name, maximumRetryAttempts: 0, maximumEventAgeInSeconds: 60 },
      { parent: this },
    );
    this.schedule(name, stack, lambda, plainArn);

    this.functionName = functionName;
    this.logGroupName = logGroupName;
    this.functionArn = lambda.arn;
    this.metrics = { ...this.lengths({ Environment: stack.environment }), ...metrics };
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

  private schedule(name: string, stack: StackFacts, lambda: aws.lambda.Function, functionArn: string): void {
    const role = new aws.iam.Role(
      `${name}-schedule`,
      {
        name: stack.name("iamRole", "queue-metrics-schedule"),
        // Schedules are told apart by their group only (EventBridge Scheduler's guide on the confused deputy).
        assumeRolePolicy: serviceTrust("scheduler.amazonaws.com", {
          StringEquals: {
            "aws:SourceAccount": stack.accountId,
            "aws:SourceArn": arn(stack, "scheduler", "schedule-group/default"),
          },
        }),
      },
      { parent: this },
    );
    const policy = new aws.iam.RolePolicy(
      `${name}-schedule`,
      {
        role: role.name,
        policy: policyDocument([{ sid: "Invoke", actions: ["lambda:InvokeFunction"], resources: functionArn }]),
      },
      { parent: this },
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
      // The schedule's first minutes would be refused, and the workers' scaling would miss its metric.
      { parent: this, dependsOn: [policy] },
    );
  }
}
