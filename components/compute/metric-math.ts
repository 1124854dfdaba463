import type * as aws from "@pulumi/aws";
import type { Metric } from "../metrics";

/** A CloudWatch metric with the statistic that is read of it. */
export interface Statistic {
  readonly metric: Metric;
  /** "Sum", "Average", "Maximum", "p95", … */
  readonly stat: string;
}

/** A metric-math expression over metrics by id; ids begin with a lower-case letter. */
export interface MetricMath {
  readonly label: string;
  readonly expression: string;
  readonly metrics: Readonly<Record<string, Statistic>>;
}

/** As CloudWatch alarms take it. */
export function alarmQueries(
  math: MetricMath,
  periodSeconds = 60,
): aws.types.input.cloudwatch.MetricAlarmMetricQuery[] {
  return [
    ...Object.entries(math.metrics).map(([id, { metric, stat }]) => ({
      id,
      metric: {
        namespace: metric.namespace,
        metricName: metric.metricName,
        dimensions: metric.dimensions,
        period: periodSeconds,
        stat,
      },
      returnData: false,
    })),
    { id: "result", expression: math.expression, label: math.label, returnData: true },
  ];
}

type ScalingSpecification =
  aws.types.input.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecification;

/** As target tracking takes it: there the dimensions are a list, by name. */
export function scalingSpecification(math: MetricMath): ScalingSpecification {
  return {
    metrics: [
      ...Object.entries(math.metrics).map(([id, { metric, stat }]) => ({
        id,
        metricStat: {
          metric: {
            namespace: metric.namespace,
            metricName: metric.metricName,
            dimensions: Object.keys(metric.dimensions)
              .sort()
              .map((name) => ({ name, value: metric.dimensions[name] ?? "" })),
          },
          stat,
        },
        returnData: false,
      })),
      { id: "result", expression: math.expression, label: math.label, returnData: true },
    ],
  };
}

/**
 * The sum of metrics of which any may be silent, as one of the two target groups is after a blue/green deployment:
 * with `+` a missing summand makes the sum missing, and FILL has nothing to begin from in a metric that never had a value.
 */
export function sumOf(...ids: string[]): string {
  return `SUM(FILL([${ids.join(", ")}], 0))`;
}

/** The largest of metrics of which any may be silent. */
export function largestOf(...ids: string[]): string {
  return `MAX(FILL([${ids.join(", ")}], 0))`;
}
