import type { MetricMath, Statistic } from "../compute/metric-math";

/** Critical wakes somebody; a warning waits for somebody at a desk; info explains the others. */
export type Severity = "critical" | "warning" | "info";
export const severities: readonly Severity[] = ["critical", "warning", "info"];

/** Files of docs/incident/, in English (`database.md`) and Japanese (`database.ja.md`). */
export const incidentPages = [
  "visitors",
  "services",
  "database",
  "redis",
  "background",
  "backups",
  "network",
  "edge",
  "alarm-path",
] as const;
export type IncidentPage = (typeof incidentPages)[number];

/** Faults that page: see composites.ts. */
export type Fault = "visitors" | "data" | "background" | "backups" | "edge" | "alarm-path" | "alarm-path-global";

/** Beyond a fixed value. */
export interface Threshold {
  readonly kind: "above" | "atLeast" | "below";
  readonly threshold: number;
  /** CloudWatch's name of it. */
  readonly unit: Unit;
}
export type Unit = "Count" | "Count/Second" | "Percent" | "Seconds" | "Milliseconds" | "Bytes" | "None";

/** Outside what CloudWatch has learnt of the hour and the weekday: where no fixed value is right day and night. */
export interface Band {
  readonly kind: "aboveBand" | "belowBand";
  /** Half the width of the band, in standard deviations. */
  readonly deviations: number;
}

/**
 * What a period without data means. `breaching` makes silence itself ring, some minutes later than any value would;
 * `ignore` keeps the state; `missing` says INSUFFICIENT_DATA.
 */
export type MissingData = "breaching" | "notBreaching" | "ignore" | "missing";

interface RuleBase {
  /** Unique; part of the alarm's name. */
  readonly key: string;
  /** Where its section is, under its key. */
  readonly page: IncidentPage;
  /** One sentence: what is the case when it rings. */
  readonly en: string;
  /** The same in Japanese. */
  readonly ja: string;
  readonly signal: Statistic | MetricMath;
  readonly test: Threshold | Band;
  /** A multiple of 60. */
  readonly periodSeconds: number;
  /** Periods that must be beyond the threshold… */
  readonly datapoints: number;
  /** …of this many. */
  readonly periods: number;
  readonly missing: MissingData;
  /** Seconds until the sensor behind the metric notices, such as a health check's tries. @default 0 */
  readonly sensorSeconds?: number;
  /**
   * How much of a period a fault may fill and still pass unnoticed in it, 0 to 1: what is sampled once a period may have
   * been sampled just before; what is counted shows as soon as the share that is asked for has gone wrong. @default 1
   */
  readonly unnoticed?: number;
}

export interface CriticalRule extends RuleBase {
  readonly severity: "critical";
  /** The page comes from the fault's composite, so that one fault pages once. */
  readonly fault: Fault;
  /**
   * Seconds from the fault within which it has to page, where the fault is one of a day and not of a moment.
   * @default the runbook's five minutes
   */
  readonly withinSeconds?: number;
}

export interface LesserRule extends RuleBase {
  readonly severity: "warning" | "info";
}

export type AlarmRule = CriticalRule | LesserRule;

export const isMath = (signal: AlarmRule["signal"]): signal is MetricMath => "expression" in signal;
export const isBand = (test: AlarmRule["test"]): test is Band => "deviations" in test;

/** Every metric that a rule reads. */
export function statisticsOf({ signal }: Pick<AlarmRule, "signal">): readonly Statistic[] {
  return isMath(signal) ? Object.values(signal.metrics) : [signal];
}

/** Where the alarm has to live: beside its metrics. Undefined is the stack's own region. */
export function regionOf(rule: Pick<AlarmRule, "key" | "signal">): string | undefined {
  const regions = new Set(statisticsOf(rule).map(({ metric }) => metric.region));
  if (regions.size > 1) throw new Error(`The alarm ${rule.key} reads metrics of several regions; CloudWatch cannot`);
  return [...regions][0];
}

export const above = (threshold: number, unit: Unit): Threshold => ({ kind: "above", threshold, unit });
export const atLeast = (threshold: number, unit: Unit): Threshold => ({ kind: "atLeast", threshold, unit });
export const below = (threshold: number, unit: Unit): Threshold => ({ kind: "below", threshold, unit });

type Window = Pick<AlarmRule, "periodSeconds" | "datapoints" | "periods">;
const windows =
  (periodSeconds: number) =>
  (datapoints: number, periods = datapoints): Window => ({ periodSeconds, datapoints, periods });

/** So many minutes of so many. */
export const minutes = windows(60);
export const fiveMinutes = windows(300);
export const hours = windows(3600);
export const days = windows(86_400);
