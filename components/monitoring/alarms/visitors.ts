import type { LoadBalancer } from "../../compute/load-balancer";
import { largestOf, type MetricMath, sumOf } from "../../compute/metric-math";
import { above, type AlarmRule, atLeast, fiveMinutes, minutes } from "../alarm";

export interface VisitorRulesArgs {
  readonly loadBalancer: Pick<LoadBalancer, "blue" | "green" | "metrics">;
}

const page = "visitors";
/** The runbook's "High Error Rate", 100 errors in five minutes, as a minute's share: a page has to come within five. */
const ERRORS_A_MINUTE = 20;
/** The runbook's "API Response Time", 1000 ms. */
const RESPONSE_SECONDS = 1;

/** What visitors and partners meet, seen at the load balancer. Both target groups: which one serves changes. */
export function visitorRules({ loadBalancer }: VisitorRulesArgs): AlarmRule[] {
  const { blue, green, metrics } = loadBalancer;
  const pair = (key: keyof typeof blue.metrics, stat: string, id: string) => ({
    [`${id}Blue`]: { metric: blue.metrics[key], stat },
    [`${id}Green`]: { metric: green.metrics[key], stat },
  });
  const errors = sumOf("errorsBlue", "errorsGreen", "balancer");
  // A request that found no task is in the balancer's own errors only.
  const asked = sumOf("requestsBlue", "requestsGreen", "balancer");
  const errorShare = (least: number): MetricMath => ({
    label: "Requests answered 5xx, percent",
    expression: `IF(${errors} >= ${least}, 100 * ${errors} / ${asked}, 0)`,
    metrics: {
      ...pair("requests", "Sum", "requests"),
      ...pair("errors5xx", "Sum", "errors"),
      balancer: { metric: metrics.balancerErrors5xx, stat: "Sum" },
    },
  });
  const slowest = (stat: string): MetricMath => ({
    label: `${stat} of the response time, seconds`,
    expression: `IF(${sumOf("requestsBlue", "requestsGreen")} >= ${ERRORS_A_MINUTE}, ${largestOf("timeBlue", "timeGreen")}, 0)`,
    metrics: { ...pair("requests", "Sum", "requests"), ...pair("responseTime", stat, "time") },
  });
  return [
    {
      key: "errors",
      severity: "critical",
      fault: "visitors",
      page,
      en: `5 % or more of requests are answered 5xx, ${ERRORS_A_MINUTE} a minute at least`,
      ja: `エラー率が異常に高くなっています(5xxが5%以上、毎分${ERRORS_A_MINUTE}件以上)`,
      signal: errorShare(ERRORS_A_MINUTE),
      test: atLeast(5, "Percent"),
      // One of five, not of one: a load balancer's minute may come in two minutes late, and FILL takes it for 0 till then.
      ...minutes(1, 5),
      missing: "notBreaching",
      unnoticed: 0.05,
    },
    {
      key: "errors-few",
      severity: "warning",
      page,
      en: "1 % or more of requests are answered 5xx",
      ja: "5xxエラーが1%以上発生しています",
      signal: errorShare(5),
      test: atLeast(1, "Percent"),
      ...minutes(5, 10),
      missing: "notBreaching",
    },
    {
      key: "no-healthy-tasks",
      severity: "critical",
      fault: "visitors",
      page,
      en: "No web task passes the load balancer's health check",
      ja: "ロードバランサーのヘルスチェックに合格しているWebタスクがありません",
      signal: {
        label: "All tasks are unhealthy (1) or some are healthy (0)",
        // Only beside a number of unhealthy ones: a group of which nothing has come in yet would look empty.
        expression:
          `IF(${sumOf("unhealthyBlue", "unhealthyGreen")} > 0 AND ` +
          `${largestOf("healthyBlue", "healthyGreen")} < 1, 1, 0)`,
        metrics: { ...pair("healthyHosts", "Minimum", "healthy"), ...pair("unhealthyHosts", "Maximum", "unhealthy") },
      },
      test: atLeast(1, "Count"),
      ...minutes(1, 5),
      missing: "notBreaching",
      // Three tries, ten seconds apart, until a task counts as unhealthy.
      sensorSeconds: 30,
      unnoticed: 0,
    },
    {
      key: "unhealthy-tasks",
      severity: "warning",
      page,
      en: "A web task has failed the load balancer's health check for five minutes",
      ja: "Webタスクが5分間ヘルスチェックに失敗し続けています",
      signal: {
        label: "Unhealthy tasks",
        expression: sumOf("unhealthyBlue", "unhealthyGreen"),
        metrics: pair("unhealthyHosts", "Minimum", "unhealthy"),
      },
      test: atLeast(1, "Count"),
      ...minutes(5, 7),
      missing: "notBreaching",
    },
    {
      key: "response-time",
      severity: "warning",
      page,
      en: "One request in twenty takes longer than a second",
      ja: "APIレスポンスタイムが1秒を超えています(p95)",
      signal: slowest("p95"),
      test: above(RESPONSE_SECONDS, "Seconds"),
      ...minutes(5, 7),
      missing: "notBreaching",
    },
    {
      key: "response-time-slowest",
      severity: "info",
      page,
      en: "One request in a hundred takes longer than five seconds",
      ja: "リクエストの1%が5秒を超えています(p99)",
      signal: slowest("p99"),
      test: above(5 * RESPONSE_SECONDS, "Seconds"),
      ...minutes(10, 15),
      missing: "notBreaching",
    },
    {
      key: "connections-refused",
      severity: "warning",
      page,
      en: "The load balancer refuses connections: it cannot open more",
      ja: "ロードバランサーが接続を拒否しています(接続数の上限)",
      signal: { metric: metrics.rejectedConnections, stat: "Sum" },
      test: above(0, "Count"),
      ...minutes(2, 5),
      missing: "notBreaching",
    },
    {
      key: "target-connection-errors",
      severity: "warning",
      page,
      en: "The load balancer cannot connect to tasks, ten times a minute or more",
      ja: "ロードバランサーからタスクへの接続エラーが毎分10件以上発生しています",
      signal: { metric: metrics.targetConnectionErrors, stat: "Sum" },
      test: atLeast(10, "Count"),
      ...minutes(3, 5),
      missing: "notBreaching",
    },
    {
      key: "traffic-vanished",
      severity: "warning",
      page,
      en: "Far fewer requests than usual at this hour: something before the load balancer keeps visitors away",
      ja: "リクエスト数がこの時間帯の通常範囲を大きく下回っています",
      signal: { metric: metrics.requests, stat: "Sum" },
      test: { kind: "belowBand", deviations: 4 },
      ...fiveMinutes(3),
      missing: "breaching",
    },
  ];
}
