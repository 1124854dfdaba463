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
 * From the end of a period until its value can be read, at worst. AWS publishes no limits: each is what is commonly seen
 * with room above it, to be replaced by what the quarterly drill measures (docs/incident/alarm-path.md).
 */
export const ingestionDelays: Readonly<Record<string, Delay>> = {
  "AWS/ApplicationELB": {
    seconds: 120,
    source: "unverified; values are sent each minute, and reports are of one to two minutes' lag",
  },
  "AWS/ECS": { seconds: 60, source: "unverified; sent each minute" },
  "ECS/ContainerInsights": { seconds: 90, source: "unverified; taken each minute from log events" },
  "AWS/RDS": { seconds: 60, source: "unverified; sent each minute" },
  "AWS/ElastiCache": { seconds: 60, source: "unverified; sampled each minute" },
  "AWS/Lambda": { seconds: 60, source: "unverified; sent each minute" },
  "AWS/NATGateway": { seconds: 60, source: "unverified; sent each minute" },
  "AWS/Route53": { seconds: 60, source: "unverified; sent each minute" },
  "AWS/CloudFront": { seconds: 300, source: "unverified; reports are of several minutes' lag" },
  "AWS/WAFV2": { seconds: 120, source: "unverified; sent each minute" },
  "AWS/CertificateManager": { seconds: 86_400, source: "sent twice a day (ACM user guide)" },
  "AWS/S3": { seconds: 86_400, source: "storage once a day; requests each minute, on best effort (S3 user guide)" },
  "AWS/Backup": { seconds: 300, source: "sent every five minutes (AWS Backup developer guide)" },
  "Affiliate/Backup": { seconds: 30, source: "unverified; taken from a log line as it comes in" },
  "Affiliate/Queue": { seconds: 30, source: "unverified; taken from a log line as it comes in" },
  "Datadog/DogStatsD": { seconds: 60, source: "unverified; the agent's own ten seconds are counted as the sensor's" },
  "Datadog/mysql": { seconds: 60, source: "unverified; likewise the check's 15 seconds" },
  "Datadog/Synthetics": { seconds: 30, source: "unverified; a result is judged as it comes in" },
  "Affiliate/Logs": { seconds: 60, source: "unverified; taken from log lines as they come in" },
};

/** CloudWatch looks at an alarm once a minute (CloudWatch user guide, "Alarm evaluation"). */
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

export function ingestionOf(namespace: string): Delay {
  const delay = ingestionDelays[namespace];
  if (delay === undefined) throw new Error(`How late metrics of ${namespace} come in is not said in detection.ts`);
  return delay;
}

/** What {@link detectionSeconds} takes, of an alarm. */
export function detectionOf(rule: AlarmRule): DetectionInput {
  const silence = rule.missing === "breaching" && !isBand(rule.test) ? SILENCE_SECONDS : 0;
  const paging = isCritical(rule) ? COMPOSITE_SECONDS + (compositeOf(rule.fault).quietDuring?.waitSeconds ?? 0) : 0;
  return {
    sensorSeconds: rule.sensorSeconds ?? 0,
    ingestionSeconds: Math.max(...statisticsOf(rule).map(({ metric }) => ingestionOf(metric.namespace).seconds)),
    periodSeconds: rule.periodSeconds,
    datapoints: rule.datapoints,
    unnoticed: rule.unnoticed ?? 1,
    furtherSeconds: silence + paging,
  };
}
