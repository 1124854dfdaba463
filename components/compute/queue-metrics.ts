import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { queueMetrics as words } from "../../config/vocabulary";
import type { Metric, Metrics } from "../metrics";
import type { Statement } from "../policy-document";
import { functionSchedule } from "./function-schedule";
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

    const made = vpcFunction(
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
    const { lambda, functionName, logGroupName, metrics } = made;
    // No second try and no dead-letter queue: a number that is late is wrong, and the next one comes in a minute.
    new aws.lambda.FunctionEventInvokeConfig(
      name,
      { functionName: lambda.name, maximumRetryAttempts: 0, maximumEventAgeInSeconds: 60 },
      { parent: this },
    );
    functionSchedule(
      name,
      {
        stack,
        function: made,
        part: "queue-metrics",
        description: "Each minute: how much waits in Laravel's queues",
        everyMinutes: 1,
        retries: 0,
        patienceSeconds: 60,
      },
      this,
    );

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
}
