import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { StackFacts } from "../../config/stack";
import type { Metric } from "../metrics";
import { alarmQueries } from "../compute/metric-math";
import type { Topics } from "./topics";

/** Minutes from one heartbeat to the next: what the watcher outside is told to expect. */
export const HEARTBEAT_MINUTES = 10;

export interface HeartbeatArgs {
  readonly stack: StackFacts;
  readonly topics: Pick<Topics, "arns" | "region">;
  /** A metric with a value in each minute: the minutes themselves are what is read of it. */
  readonly clock: Metric;
}

/**
 * The dead man's switch: an alarm that rings every ten minutes because it is told to. It takes the way that a page takes
 * (metric, evaluation, action, encrypted topic, function, secret, internet), and who expects it stands outside AWS: when it stays
 * away, the watcher is what pages.
 */
export class Heartbeat extends pulumi.ComponentResource {
  constructor(name: string, args: HeartbeatArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:monitoring:Heartbeat", name, {}, opts);
    const { stack, topics, clock } = args;
    const half = HEARTBEAT_MINUTES / 2;
    new aws.cloudwatch.MetricAlarm(
      name,
      {
        name: stack.name("alarm", "heartbeat"),
        region: topics.region,
        alarmDescription: `Rings every ${HEARTBEAT_MINUTES} minutes by design: the sign that pages get through`,
        metricQueries: alarmQueries({
          label: `1 in the first ${half} of every ${HEARTBEAT_MINUTES} minutes, else 0`,
          // MINUTE(clock) modulo ten, which metric math has no operator for.
          expression: `IF(MINUTE(clock) - ${HEARTBEAT_MINUTES} * FLOOR(MINUTE(clock) / ${HEARTBEAT_MINUTES}) < ${half}, 1, 0)`,
          metrics: { clock: { metric: clock, stat: "SampleCount" } },
        }),
        comparisonOperator: "GreaterThanOrEqualToThreshold",
        threshold: 1,
        evaluationPeriods: 1,
        datapointsToAlarm: 1,
        // Without a clock there is no heartbeat, and that is the point.
        treatMissingData: "missing",
        alarmActions: [topics.arns.heartbeat],
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}
