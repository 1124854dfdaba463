import { type AlarmRule, regionOf, severities, type Severity } from "./alarm";
import { isCritical } from "./composites";
import type { MonitorRule } from "./datadog/monitors";
import {
  COMPOSITE_SECONDS,
  DELIVERY_SECONDS,
  DETECTION_LIMIT_SECONDS,
  detectionOf,
  type DetectionInput,
  detectionSeconds,
  EVALUATION_SECONDS,
  ingestionDelays,
  SILENCE_SECONDS,
} from "./detection";

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
}

export const detectionTold = (rows: readonly DetectionRow[]): DetectionTold[] =>
  rows.map((row) => ({
    name: row.name,
    by: row.by,
    where: row.where,
    severity: row.severity,
    seconds: detectionSeconds(row),
  }));

function table(heads: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const right = heads.map((head) => head.endsWith(":"));
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(" | ")} |`;
  return [
    line(heads.map((head) => head.replace(/:$/, ""))),
    `|${right.map((aligned) => (aligned ? "---:" : "---")).join("|")}|`,
    ...rows.map(line),
  ].join("\n");
}

const inWords = (seconds: number): string =>
  seconds < 600
    ? `${seconds} s`
    : seconds < 7200
      ? `${Math.round(seconds / 60)} min`
      : `${Math.round(seconds / 3600)} h`;

/** docs/detection.md, whole. */
export function detectionPage(rows: readonly DetectionRow[]): string {
  const sorted = [...rows].sort(
    (a, b) =>
      severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
      detectionSeconds(a) - detectionSeconds(b) ||
      a.name.localeCompare(b.name),
  );
  const share = ({ datapoints, unnoticed }: DetectionRow) => Math.round((datapoints + unnoticed) * 1e4) / 1e4;
  const alarms = sorted.map((row) => [
    `\`${row.name}\``,
    row.by,
    row.where,
    row.severity,
    row.sensorSeconds,
    `${share(row)} × ${row.periodSeconds}`,
    row.ingestionSeconds,
    EVALUATION_SECONDS,
    row.furtherSeconds,
    DELIVERY_SECONDS,
    row.severity === "critical" ? `**${inWords(detectionSeconds(row))}**` : inWords(detectionSeconds(row)),
  ]);
  const delays = Object.entries(ingestionDelays).map(([namespace, { seconds, source }]) => [
    `\`${namespace}\``,
    inWords(seconds),
    source,
  ]);
  return `<!-- Written by tests/components/monitoring/detection.test.ts from components/monitoring; \`npx vitest run -u\` writes it anew. -->

# From fault to page

How long it takes, at worst, from a total fault (each request fails, nothing runs) until somebody is told. Critical alarms page, and have to
do so within the runbook's five minutes, or a missing dump within a day; a test holds that. Warnings and info go to Slack, and may take their time.

## The runbook's five steps

${table(
  ["step", "within", "what does it here"],
  [
    ["1 Detection", "5 min", "the critical rows below: PagerDuty, Slack #incidents, mail"],
    ["2 First response", "15 min", "[incident/README.md](incident/README.md#2-first-response-15-minutes)"],
    ["3 Cause", "30 min", "[incident/README.md](incident/README.md#3-cause-30-minutes)"],
    ["4 Recovery", "", "[incident/README.md](incident/README.md#4-recovery)"],
    ["5 Post-mortem", "24 h", "[incident/post-mortem.md](incident/post-mortem.md)"],
  ],
)}

## How it adds up

sensor + (datapoints + what a period lets pass) × period + ingestion + evaluation + further + delivery

- **sensor**: a health check's tries, before any metric changes.
- **what a period lets pass**: 1 for what is sampled once a period; for a share of requests, the share that is asked for.
- **ingestion**: until a period's value can be read; by namespace and kind of metric, below.
- **evaluation**: CloudWatch looks once a minute, and so does Datadog: ${EVALUATION_SECONDS} s.
- **further**: the composite that pages (${COMPOSITE_SECONDS} s) and its wait for another one; ${SILENCE_SECONDS} s where silence itself rings.
- **delivery**: alarm action, SNS, function, PagerDuty, or from Datadog to PagerDuty: ${DELIVERY_SECONDS} s.

Datadog's windows slide: what is asked of one is the share of it that a total fault fills before its threshold is crossed. For a sum of
errors that is 100 errors at 100 requests a minute, for a budget's burn the burn times the budget.

## Alarms and monitors

${table(
  [
    "alarm",
    "by",
    "region",
    "severity",
    "sensor:",
    "periods:",
    "ingestion:",
    "evaluation:",
    "further:",
    "delivery:",
    "at worst:",
  ],
  alarms,
)}

## Ingestion

AWS promises no delays: what is documented is how often values are sent, and Datadog's guide "Cloud metric delay" says that one-minute metrics of
CloudWatch can be read after about two minutes. What is marked unverified is an assumption. Where it is shorter than those two
minutes, a row that reads it takes longer by the difference should the account see them: up to a minute more than is printed.
The quarterly drill ([incident/alarm-path.md](incident/alarm-path.md#drill)) measures it, and its numbers replace these.

${table(["metrics", "delay:", "source"], delays)}
`;
}
