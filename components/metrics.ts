import type * as pulumi from "@pulumi/pulumi";

/** A CloudWatch metric that a component or the AWS service behind it emits; monitoring reads these, not resources. */
export interface Metric {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, pulumi.Input<string>>>;
  /**
   * CloudWatch's unit ("Count", "Percent", "Seconds", "Milliseconds", "Bytes", "None", …), for titles and axes. An alarm
   * does not filter by it: CloudWatch would then see no data wherever a service reports another.
   */
  readonly unit: string;
  /** @default the stack's region; CloudFront and its web ACL report in us-east-1 */
  readonly region?: string;
}

export type Metrics<K extends string> = Readonly<Record<K, Metric>>;

/** A metric in Datadog. */
export interface DatadogMetric {
  readonly name: string;
  readonly type: "count" | "gauge" | "distribution";
  /** Datadog's word for it: "error", "millisecond", "connection", … */
  readonly unit: string;
  /** Tags that each of its points carries, and that a query may filter and group by. */
  readonly tags: readonly string[];
  /** Who sends it. */
  readonly emitter: "application" | "mysql check";
}

export type DatadogMetrics<K extends string> = Readonly<Record<K, DatadogMetric>>;
