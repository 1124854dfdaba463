import type { Settings } from "../../../config";
import type { ApplicationMetric } from "../../compute/agent";
import type { MysqlMetric } from "../../compute/database-agent";
import type { DatadogMetrics } from "../../metrics";
import type { IncidentPage, Severity } from "../alarm";
import { DETECTION_LIMIT_SECONDS, type DetectionInput, detectionSeconds, ingestionOf } from "../detection";
import type { Listener } from "./message";
import { type ObjectiveKey, objectiveKeys } from "./objectives";
import { series } from "./query";

export interface DatadogMetricsWatched {
  readonly application: DatadogMetrics<ApplicationMetric>;
  readonly database: DatadogMetrics<MysqlMetric>;
}

export interface MonitorRulesArgs extends DatadogMetricsWatched {
  readonly environment: string;
  readonly objectives: NonNullable<Settings["datadog"]>["objectives"];
}

interface MonitorBase {
  /** Unique in the stack; part of the Pulumi name. */
  readonly key: string;
  /** Title in Datadog; the runbook's own for its three. */
  readonly title: string;
  readonly page: IncidentPage;
  /** Heading on that page. */
  readonly anchor: string;
  readonly severity: Severity;
  readonly en: string;
  readonly ja: string;
  readonly tells: readonly Listener[];
  readonly detection: DetectionInput;
}

/** A value of a metric query, against a threshold. */
export interface MetricMonitor extends MonitorBase {
  readonly kind: "metric";
  /** Without the comparison. */
  readonly query: string;
  readonly comparison: ">" | "<";
  readonly critical: number;
  /** Back to normal only beyond this, so that a value at the threshold does not ring each minute. */
  readonly recovery: number;
  /** "error", "millisecond", "fraction", "connection". */
  readonly unit: string;
  /** What silence means: all is well, or somebody is told that nothing comes in. */
  readonly onMissingData: "resolve" | "show_and_notify_no_data";
}

/** How fast an objective's budget burns, over a long window, and in the short one still. */
export interface BurnMonitor extends MonitorBase {
  readonly kind: "burn";
  readonly objective: ObjectiveKey;
  readonly longWindow: string;
  readonly shortWindow: string;
  /** Times the rate that would use up the budget in exactly 30 days. */
  readonly critical: number;
}

/** A test that Datadog runs from outside. */
export interface SyntheticMonitor extends MonitorBase {
  readonly kind: "synthetic";
  readonly everySeconds: number;
  readonly timeoutSeconds: number;
  readonly retries: number;
}

export type MonitorRule = MetricMonitor | BurnMonitor | SyntheticMonitor;

/** The agent sends what it has gathered every ten seconds. */
const FLUSH_SECONDS = 10;
/** The mysql check's interval. */
const CHECK_SECONDS = 15;
/**
 * Below this many requests a minute, an outage takes longer to come to the runbook's 100 errors; then it is CloudWatch's
 * alarm on the share of errors that rings first.
 */
const REQUESTS_A_MINUTE = 100;
/** The runbook's numbers. */
const ERRORS = 100;
const RESPONSE_MILLISECONDS = 1000;
const POOL_FRACTION = 0.8;
const POOL = "instance_endpoint";

const onCall = ["onCall"] as const;
const paged = ["onCall", "pagerDuty"] as const;

/** The runbook's three, and what they need beside them. */
export function monitorRules(args: MonitorRulesArgs): readonly MonitorRule[] {
  const { environment, application, database, objectives } = args;
  const env = { env: environment };
  const pool = (metric: DatadogMetrics<MysqlMetric>[MysqlMetric]) => series("avg", metric, env, [POOL]);
  return [
    {
      kind: "metric",
      key: "high-error-rate",
      title: "High Error Rate",
      page: "visitors",
      anchor: "errors",
      severity: "critical",
      en: `More than ${ERRORS} requests were answered 5xx in five minutes`,
      ja: "エラー率が異常に高くなっています",
      tells: paged,
      // The sum slides: it is looked at each minute, and is over the threshold as soon as the errors are there.
      query: `sum(last_5m):${series("sum", application.errors, env)}`,
      comparison: ">",
      critical: ERRORS,
      recovery: ERRORS / 2,
      unit: application.errors.unit,
      // No error, no point.
      onMissingData: "resolve",
      detection: {
        ...sent("Datadog/DogStatsD", FLUSH_SECONDS),
        periodSeconds: 300,
        datapoints: 0,
        unnoticed: ERRORS / REQUESTS_A_MINUTE / 5,
      },
    },
    {
      kind: "metric",
      key: "api-response-time",
      title: "API Response Time",
      page: "visitors",
      anchor: "response-time",
      severity: "warning",
      en: "Requests have taken more than a second on average over ten minutes",
      ja: "APIレスポンスタイムが1秒を超えています",
      tells: ["engineering"],
      query: `avg(last_10m):${series("avg", application.responseTime, env)}`,
      comparison: ">",
      critical: RESPONSE_MILLISECONDS,
      recovery: RESPONSE_MILLISECONDS * 0.9,
      unit: application.responseTime.unit,
      // Each request sends one: none for ten minutes means that no agent sends any more.
      onMissingData: "show_and_notify_no_data",
      detection: {
        ...sent("Datadog/DogStatsD", FLUSH_SECONDS),
        periodSeconds: 600,
        datapoints: 1,
        unnoticed: 0,
      },
    },
    {
      kind: "metric",
      key: "database-connection-pool",
      title: "Database Connection Pool",
      page: "database",
      anchor: "database-connections",
      severity: "warning",
      en: "More than 80 % of an instance's connections are in use",
      ja: "データベース接続プールが80%を超えています",
      tells: onCall,
      query: `avg(last_5m):${pool(database.connections)} / ${pool(database.connectionLimit)}`,
      comparison: ">",
      critical: POOL_FRACTION,
      recovery: POOL_FRACTION - 0.05,
      unit: "fraction",
      // A reader that scaling takes away falls silent; that all do is the next monitor's.
      onMissingData: "resolve",
      detection: { ...sent("Datadog/mysql", CHECK_SECONDS), periodSeconds: 300, datapoints: 1, unnoticed: 0 },
    },
    {
      kind: "metric",
      key: "database-metrics",
      title: "Database Metrics",
      page: "services",
      anchor: "database-agent-none-running",
      severity: "warning",
      en: "Datadog's agent reads no connection count from Aurora",
      ja: "DatadogがAuroraのメトリクスを取得できていません",
      tells: onCall,
      // The agent itself holds a connection to each instance.
      query: `max(last_10m):${series("sum", database.connections, env)}`,
      comparison: "<",
      critical: 1,
      recovery: 2,
      unit: database.connections.unit,
      onMissingData: "show_and_notify_no_data",
      detection: { ...sent("Datadog/mysql", CHECK_SECONDS), periodSeconds: 600, datapoints: 1, unnoticed: 0 },
    },
    ...objectiveKeys.flatMap((objective) => burnMonitors(objective, objectives[`${objective}Percent`])),
    {
      kind: "synthetic",
      key: "health-from-tokyo",
      title: "Health from Tokyo",
      page: "edge",
      anchor: "unreachable",
      severity: "critical",
      en: "The health check fails from outside, in Tokyo",
      ja: "東京からの外形監視で /health が失敗しています",
      tells: paged,
      everySeconds: 60,
      timeoutSeconds: 10,
      retries: 1,
      detection: {
        ...sent("Datadog/Synthetics", 20),
        periodSeconds: 60,
        datapoints: 0,
        unnoticed: 1,
      },
    },
  ];
}

const titles = {
  availability: { en: "Availability", ja: "可用性" },
  latency: { en: "Latency", ja: "レイテンシ" },
} as const;

/**
 * Two speeds, each over a long window and, so that it ends when the fault does, a short one. Source: Google, The Site
 * Reliability Workbook, "Alerting on SLOs": 2 % of the budget in an hour, 5 % in six.
 */
function burnMonitors(objective: ObjectiveKey, targetPercent: number): BurnMonitor[] {
  const { en, ja } = titles[objective];
  const burn = (critical: number, longHours: number, shortMinutes: number, speed: "fast" | "slow"): BurnMonitor => {
    // In a total fault the window is over the threshold when this share of it has gone wrong.
    const share = Math.min(1, (critical * (100 - targetPercent)) / 100);
    const detection = {
      ...sent("Datadog/DogStatsD", FLUSH_SECONDS),
      periodSeconds: longHours * 3600,
      datapoints: 0,
      unnoticed: Math.round(share * 1e6) / 1e6,
    };
    // Where the objective is so wide that even an outage would take longer, others have paged before.
    const pages =
      objective === "availability" && speed === "fast" && detectionSeconds(detection) <= DETECTION_LIMIT_SECONDS;
    return {
      kind: "burn",
      key: `${objective}-burns-${speed}`,
      title: `${en} burns ${speed}`,
      page: "visitors",
      anchor: "objectives",
      severity: pages ? "critical" : "warning",
      en: `${en}: the budget of 30 days would last ${Math.round(720 / critical)} hours`,
      ja: `${ja}: エラーバジェットを急速に消費しています(30日分が約${Math.round(720 / critical)}時間で枯渇)`,
      tells: pages ? paged : onCall,
      objective,
      longWindow: `${longHours}h`,
      shortWindow: `${shortMinutes}m`,
      critical,
      detection,
    };
  };
  return [burn(14.4, 1, 5, "fast"), burn(6, 6, 30, "slow")];
}

/** What a monitor's value has behind it when Datadog can read it. */
function sent(
  source: string,
  sensorSeconds: number,
): Pick<DetectionInput, "sensorSeconds" | "ingestionSeconds" | "furtherSeconds"> {
  return { sensorSeconds, ingestionSeconds: ingestionOf(source).seconds, furtherSeconds: 0 };
}
