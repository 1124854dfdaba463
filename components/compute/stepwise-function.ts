import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { backupFunctionMetrics, LOOK_MINUTES } from "../../config/backup-functions";
import type { StackFacts } from "../../config/stack";
import type { Metric } from "../metrics";
import { functionSchedule } from "./function-schedule";
import { type FunctionPlace, type VpcFunction, vpcFunction, type VpcFunctionArgs } from "./vpc-function";

export interface StepwiseFunctionArgs extends Omit<VpcFunctionArgs, "memoryMiB" | "concurrency"> {
  /** Of the schedule: what each call makes the next step of. */
  readonly step: string;
}

export interface StepwiseFunction extends VpcFunction {
  /** Calls that did not reach the function, kept in a queue. */
  readonly lostCalls: Metric;
}

/**
 * A function that looks every few minutes at what there is and makes the next step
 * (docs/decisions/0020-stepwise-functions.md), as children of a component and under its name.
 */
export function stepwiseFunction(
  name: string,
  place: FunctionPlace,
  { step, ...args }: StepwiseFunctionArgs,
  parent: pulumi.ComponentResource,
): StepwiseFunction {
  // Two at once would make the same step twice.
  const made = vpcFunction(name, place, { ...args, memoryMiB: 256, concurrency: 1 }, parent);
  // The next call in five minutes goes on from what is there; a second try of the same would only hold it up.
  new aws.lambda.FunctionEventInvokeConfig(
    name,
    { functionName: made.lambda.name, maximumRetryAttempts: 0, maximumEventAgeInSeconds: LOOK_MINUTES * 60 },
    { parent },
  );
  const lostCalls = functionSchedule(
    name,
    {
      stack: place.stack,
      function: made,
      part: args.part,
      description: step,
      everyMinutes: LOOK_MINUTES,
      retries: 3,
      patienceSeconds: LOOK_MINUTES * 60,
      keepsLost: true,
    },
    parent,
  );
  return { ...made, lostCalls };
}

/** One of the metrics that these functions send. */
export function backupFunctionMetric(
  stack: StackFacts,
  metric: keyof typeof backupFunctionMetrics.names,
  unit: "Count" | "Seconds",
): Metric {
  const { namespace, dimension, names } = backupFunctionMetrics;
  return { namespace, metricName: names[metric], dimensions: { [dimension]: stack.environment }, unit };
}
