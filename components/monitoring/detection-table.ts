import { type AlarmRule, regionOf, type Severity } from "./alarm";
import { isCritical } from "./composites";
import type { MonitorRule } from "./datadog/monitors";
import { DETECTION_LIMIT_SECONDS, detectionOf, type DetectionInput, detectionSeconds } from "./detection";

/** One alarm or monitor: CloudWatch's come from {@link detectionRows}, Datadog's from {@link monitorRows}. */
export interface DetectionRow extends DetectionInput {
  readonly name: string;
  /** "CloudWatch", "Datadog". */
  readonly by: string;
  readonly where: string;
  readonly severity: Severity;
  /** In which it has to page. @default the runbook's five minutes */
  readonly withinSeconds?: number | undefined;
}

export function detectionRows(rules: readonly AlarmRule[]): DetectionRow[] {
  return rules.map((rule) => ({
    ...detectionOf(rule),
    name: rule.key,
    by: "CloudWatch",
    where: regionOf(rule) ?? "home",
    severity: rule.severity,
    withinSeconds: isCritical(rule) ? rule.withinSeconds : undefined,
  }));
}

/** A monitor is looked at once a minute, too; Datadog hands it to PagerDuty itself. */
export function monitorRows(rules: readonly MonitorRule[]): DetectionRow[] {
  return rules.map(({ key, severity, detection }) => ({
    ...detection,
    name: key,
    by: "Datadog",
    where: "Datadog",
    severity,
  }));
}

/** Rows that page, and do so too late. */
export const tooLate = (rows: readonly DetectionRow[]): readonly DetectionRow[] =>
  rows.filter(
    (row) => row.severity === "critical" && detectionSeconds(row) > (row.withinSeconds ?? DETECTION_LIMIT_SECONDS),
  );

/** A row as it stands in the state. */
export interface DetectionTold {
  readonly name: string;
  readonly by: string;
  readonly where: string;
  readonly severity: Severity;
  /** At worst, from the fault to whoever is told. */
  readonly seconds: number;
  /** In which it has to page; of those that page only. */
  readonly withinSeconds?: number;
}

export const detectionTold = (rows: readonly DetectionRow[]): DetectionTold[] =>
  rows.map((row) => ({
    name: row.name,
    by: row.by,
    where: row.where,
    severity: row.severity,
    seconds: detectionSeconds(row),
    ...(row.severity === "critical" && { withinSeconds: row.withinSeconds ?? DETECTION_LIMIT_SECONDS }),
  }));
