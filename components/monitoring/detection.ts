import type { AlarmRule } from "./alarm";
import { isBand, statisticsOf } from "./alarm";
import { compositeOf, isCritical } from "./composites";

/** The runbook's first step: found within five minutes. */
export const DETECTION_LIMIT_SECONDS = 300;

export interface Delay {
  readonly seconds: number;
  /** Where the number is from; "unverified" where AWS promises none. */
  readonly source: string;
}

/**
 * From the end of a period until its value can be read, at worst: by namespace, and by `namespace/metric` where some of a
 * namespace's metrics are sent otherwise than the rest. AWS publishes no limits. Datadog, which reads one-minute metrics
 * of every service, writes of "about 2 minutes" (its guide "Cloud metric delay"); the numbers below that are what is
 * commonly seen with room above it, and are to be replaced by what the quarterly drill measures
 * (docs/incident/alarm-path.md).
 */
export const ingestionDelays: Readonly<Record<string, Delay>> = {
  "AWS/ApplicationELB": {
    seconds: 120,
    source:
      "sent in 60-second intervals (Application Load Balancer user guide), read after about 2 minutes (Datadog, cloud metric delay)",
  },
  "AWS/ECS": { seconds: 60, source: "unverified; sent each minute, and Datadog writes of about 120 s" },
  "ECS/ContainerInsights": {
    seconds: 90,
    source: "unverified; made of performance log events (CloudWatch user guide, Container Insights), each minute",
  },
  "AWS/RDS": { seconds: 60, source: "unverified; sent each minute, and Datadog writes of about 120 s" },
  "AWS/ElastiCache": { seconds: 60, source: "unverified; sampled each minute, and Datadog writes of about 120 s" },
  "AWS/Lambda": { seconds: 60, source: "unverified; sent each minute, and Datadog writes of about 120 s" },
  "AWS/NATGateway": { seconds: 60, source: "unverified; sent each minute, and Datadog writes of about 120 s" },
  "AWS/Route53": {
    seconds: 60,
    source:
      "unverified; several minutes may pass from a failed check to the notification (Route 53 developer guide, Monitoring health checks)",
  },
  "AWS/CloudFront": { seconds: 300, source: "unverified; reports are of several minutes' lag" },
  "AWS/WAFV2": { seconds: 120, source: "sent each minute, read after about 2 minutes (Datadog, cloud metric delay)" },
  "AWS/CertificateManager": { seconds: 86_400, source: "sent twice a day (ACM user guide)" },
  "AWS/S3": {
    seconds: 300,
    source:
      "unverified; requests each minute on best effort, perhaps late or never (S3 user guide, Metrics and dimensions)",
  },
  "AWS/S3/NumberOfObjects": { seconds: 86_400, source: "storage once a day (S3 user guide)" },
  "AWS/Backup": { seconds: 300, source: "sent every five minutes (AWS Backup developer guide)" },
  "AWS/SQS": {
    seconds: 300,
    source: "sent each minute; a queue that was idle for long is told of late (SQS developer guide)",
  },
  "Affiliate/Backup": { seconds: 30, source: "unverified; taken from a log line as it comes in" },
  "Affiliate/Queue": { seconds: 30, source: "unverified; taken from a log line as it comes in" },
  "Datadog/DogStatsD": { seconds: 60, source: "unverified; the agent's own ten seconds are counted as the sensor's" },
  "Datadog/mysql": { seconds: 60, source: "unverified; likewise the check's 15 seconds" },
  "Datadog/Synthetics": {
    seconds: 30,
    source: "unverified; results are judged over time (Datadog, Understanding synthetic monitor alerting)",
  },
  "Affiliate/Logs": { seconds: 60, source: "unverified; taken from log lines as they come in" },
};

/** CloudWatch looks at an alarm once a minute, also when its period is longer (CloudWatch user guide, alarm limits). */
export const EVALUATION_SECONDS = 60;
/** From the last of its alarms to the composite itself: unverified, it is said to follow at once. */
export const COMPOSITE_SECONDS = 5;
/** Alarm action, SNS, the function with a cold start and its secret, PagerDuty's answer: unverified. */
export const DELIVERY_SECONDS = 15;
/**
 * Until CloudWatch takes silence for silence: it first looks back over more periods than the alarm asks for, and goes by
 * what it finds there (CloudWatch user guide, "Configuring how alarms treat missing data"; how many is not said).
 */
export const SILENCE_SECONDS = 300;

export interface DetectionInput {
  readonly sensorSeconds: number;
  readonly ingestionSeconds: number;
  readonly periodSeconds: number;
  readonly datapoints: number;
  readonly unnoticed: number;
  /** Besides evaluation and delivery: a composite, its wait, silence. */
  readonly furtherSeconds: number;
}

/**
 * Seconds from a total fault (each request fails, nothing runs) to the page, at worst: the fault begins just after a sample was
 * taken, every delay is at its longest, and each step waits for the one before.
 */
export function detectionSeconds(input: DetectionInput): number {
  const { sensorSeconds, ingestionSeconds, periodSeconds, datapoints, unnoticed, furtherSeconds } = input;
  const periods = (datapoints + unnoticed) * periodSeconds;
  return Math.ceil(sensorSeconds + periods + ingestionSeconds + EVALUATION_SECONDS + furtherSeconds + DELIVERY_SECONDS);
}

/** The metric's own delay where it has one, otherwise its namespace's. */
export function ingestionOf(namespace: string, metricName?: string): Delay {
  const delay = ingestionDelays[`${namespace}/${metricName}`] ?? ingestionDelays[namespace];
  if (delay === undefined) throw new Error(`How late metrics of ${namespace} come in is not said in detection.ts`);
  return delay;
}

/** What {@link detectionSeconds} takes, of an alarm. */
export function detectionOf(rule: AlarmRule): DetectionInput {
  const silence = rule.missing === "breaching" && !isBand(rule.test) ? SILENCE_SECONDS : 0;
  const paging = isCritical(rule) ? COMPOSITE_SECONDS + (compositeOf(rule.fault).quietDuring?.waitSeconds ?? 0) : 0;
  return {
    sensorSeconds: rule.sensorSeconds ?? 0,
    ingestionSeconds: Math.max(
      ...statisticsOf(rule).map(({ metric }) => ingestionOf(metric.namespace, metric.metricName).seconds),
    ),
    periodSeconds: rule.periodSeconds,
    datapoints: rule.datapoints,
    unnoticed: rule.unnoticed ?? 1,
    furtherSeconds: silence + paging,
  };
}
