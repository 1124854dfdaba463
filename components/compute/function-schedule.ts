import * as aws from "@pulumi/aws";
import { arn } from "../../config/arn";
import type { StackFacts } from "../../config/stack";
import type { Metric } from "../metrics";
import { policyDocument, serviceTrust } from "../policy-document";
import type * as pulumi from "@pulumi/pulumi";
import type { VpcFunction } from "./vpc-function";

interface CommonArgs {
  readonly stack: StackFacts;
  readonly function: Pick<VpcFunction, "lambda" | "plainArn">;
  /** Part of the names. */
  readonly part: string;
  readonly description: string;
  readonly everyMinutes: number;
  /** Tries after the first one, of a call that Lambda does not take. */
  readonly retries: number;
  /** Seconds after which a call that was not taken is given up. */
  readonly patienceSeconds: number;
}

export type FunctionScheduleArgs = CommonArgs & {
  /** Whether calls that were given up are kept in a queue. @default false: the next one is as good */
  readonly keepsLost?: boolean;
};

/**
 * EventBridge Scheduler calls a function every few minutes; children are named like the component's own. The metric counts
 * the calls that lie in the dead-letter queue; undefined where there is none.
 */
export function functionSchedule(
  name: string,
  args: CommonArgs & { readonly keepsLost: true },
  parent: pulumi.Resource,
): Metric;
export function functionSchedule(name: string, args: FunctionScheduleArgs, parent: pulumi.Resource): Metric | undefined;
export function functionSchedule(
  name: string,
  args: FunctionScheduleArgs,
  parent: pulumi.Resource,
): Metric | undefined {
  const { stack, part, function: called, keepsLost = false } = args;
  const queueName = stack.name("sqsQueue", part, "lost-calls");
  const queueArn = arn(stack, "sqs", queueName);
  const queue = keepsLost
    ? new aws.sqs.Queue(
        `${name}-lost-calls`,
        {
          name: queueName,
          // A call holds nothing that is secret; a fortnight is the most that SQS keeps.
          sqsManagedSseEnabled: true,
          messageRetentionSeconds: 1_209_600,
        },
        { parent },
      )
    : undefined;
  const role = new aws.iam.Role(
    `${name}-schedule`,
    {
      name: stack.name("iamRole", `${part}-schedule`),
      // Schedules are told apart by their group only (EventBridge Scheduler's guide on the confused deputy).
      assumeRolePolicy: serviceTrust("scheduler.amazonaws.com", {
        StringEquals: {
          "aws:SourceAccount": stack.accountId,
          "aws:SourceArn": arn(stack, "scheduler", "schedule-group/default"),
        },
      }),
    },
    { parent },
  );
  const policy = new aws.iam.RolePolicy(
    `${name}-schedule`,
    {
      role: role.name,
      policy: policyDocument([
        { sid: "Invoke", actions: ["lambda:InvokeFunction"], resources: called.plainArn },
        ...(keepsLost ? [{ sid: "LostCalls", actions: ["sqs:SendMessage"], resources: queueArn }] : []),
      ]),
    },
    { parent },
  );
  new aws.scheduler.Schedule(
    name,
    {
      name: stack.name("schedule", part),
      description: args.description,
      scheduleExpression: `rate(${args.everyMinutes} minutes)`,
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: called.lambda.arn,
        roleArn: role.arn,
        retryPolicy: { maximumRetryAttempts: args.retries, maximumEventAgeInSeconds: args.patienceSeconds },
        ...(queue && { deadLetterConfig: { arn: queue.arn } }),
      },
    },
    // The schedule's first calls would be refused.
    { parent, dependsOn: [policy] },
  );
  if (queue === undefined) return undefined;
  return {
    namespace: "AWS/SQS",
    metricName: "ApproximateNumberOfMessagesVisible",
    dimensions: { QueueName: queueName },
    unit: "Count",
  };
}
