import type { Distribution } from "../../edge/distribution";
import type { WebAcl } from "../../edge/web-acl";
import type { Metric } from "../../metrics";
import { above, type AlarmRule, below, fiveMinutes, minutes } from "../alarm";

export interface EdgeRulesArgs {
  readonly distribution: Pick<Distribution, "metrics">;
  readonly webAcl: Pick<WebAcl, "metrics">;
  /** 1 while checkers outside AWS's regions of ours get an answer from /health, 0 while they do not. */
  readonly reachable: Metric;
  /** Seconds until the checkers agree that there is no answer. */
  readonly unreachableAfterSeconds: number;
}

const page = "edge";

/** All of it lives in us-east-1: there CloudFront, its web ACL and Route 53's health checks report. */
export function edgeRules(args: EdgeRulesArgs): AlarmRule[] {
  const { reachable, unreachableAfterSeconds } = args;
  const distribution = args.distribution.metrics;
  const webAcl = args.webAcl.metrics;
  return [
    {
      key: "unreachable",
      severity: "critical",
      fault: "edge",
      page,
      en: "From several continents /health gives no answer: DNS, CloudFront, the firewall or all behind them",
      ja: "外部(複数地域)から /health に応答がありません。サイトに到達できない状態です",
      signal: { metric: reachable, stat: "Minimum" },
      test: below(1, "None"),
      ...minutes(1),
      missing: "missing",
      sensorSeconds: unreachableAfterSeconds,
      unnoticed: 0,
    },
    {
      key: "edge-errors",
      severity: "warning",
      page,
      en: "CloudFront answers 5 % or more of requests with 5xx",
      ja: "CloudFrontの5xxエラー率が5%を超えています",
      signal: { metric: distribution.serverErrorRate, stat: "Average" },
      test: above(5, "Percent"),
      ...minutes(3, 5),
      missing: "notBreaching",
    },
    {
      key: "edge-bad-gateway",
      severity: "warning",
      page,
      en: "CloudFront cannot talk to the load balancer (502): its TLS, its name or its security group",
      ja: "CloudFrontがロードバランサーと通信できません(502が1%超)",
      signal: { metric: distribution.badGatewayRate, stat: "Average" },
      test: above(1, "Percent"),
      ...minutes(3, 5),
      missing: "notBreaching",
    },
    {
      key: "edge-gateway-timeout",
      severity: "warning",
      page,
      en: "CloudFront waits in vain for the load balancer (504)",
      ja: "CloudFrontからオリジンへのタイムアウトが発生しています(504が1%超)",
      signal: { metric: distribution.gatewayTimeoutRate, stat: "Average" },
      test: above(1, "Percent"),
      ...minutes(3, 5),
      missing: "notBreaching",
    },
    {
      key: "edge-origin-latency",
      severity: "warning",
      page,
      en: "CloudFront waits longer for first bytes than it usually does at this hour",
      ja: "オリジン応答時間(CloudFront計測)がこの時間帯の通常範囲を超えています",
      signal: { metric: distribution.originLatency, stat: "p90" },
      test: { kind: "aboveBand", deviations: 4 },
      ...fiveMinutes(3),
      missing: "notBreaching",
    },
    {
      key: "edge-client-errors",
      severity: "info",
      page,
      en: "More 4xx than usual at this hour: a dead link in a campaign, a scanner, or a release that broke routes",
      ja: "4xxエラー率がこの時間帯の通常範囲を超えています(リンク切れ・スキャン・ルーティング変更など)",
      signal: { metric: distribution.clientErrorRate, stat: "Average" },
      test: { kind: "aboveBand", deviations: 5 },
      ...fiveMinutes(3),
      missing: "notBreaching",
    },
    {
      key: "edge-traffic-vanished",
      severity: "warning",
      page,
      en: "CloudFront sees far fewer requests than usual at this hour",
      ja: "CloudFrontのリクエスト数がこの時間帯の通常範囲を大きく下回っています",
      signal: { metric: distribution.requests, stat: "Sum" },
      test: { kind: "belowBand", deviations: 4 },
      ...fiveMinutes(3),
      missing: "breaching",
    },
    {
      key: "edge-cache-hits",
      severity: "info",
      page,
      en: "CloudFront answers less from its cache than usual at this hour",
      ja: "CloudFrontのキャッシュヒット率がこの時間帯の通常範囲を下回っています",
      signal: { metric: distribution.cacheHitRate, stat: "Average" },
      test: { kind: "belowBand", deviations: 5 },
      ...fiveMinutes(6),
      missing: "notBreaching",
    },
    {
      key: "firewall-blocks",
      severity: "warning",
      page,
      en: "The firewall blocks more than usual at this hour: an attack, or visitors taken for one",
      ja: "WAFのブロック数がこの時間帯の通常範囲を超えています(攻撃または誤検知)",
      signal: { metric: webAcl.blockedRequests, stat: "Sum" },
      test: { kind: "aboveBand", deviations: 5 },
      ...fiveMinutes(3),
      missing: "notBreaching",
    },
    {
      key: "firewall-sign-ins",
      severity: "warning",
      page,
      en: "Over 500 sign-in attempts blocked in five minutes: stolen passwords are being tried",
      ja: "ログイン試行のブロックが5分間に500件を超えています(パスワードリスト攻撃の疑い)",
      signal: { metric: webAcl.rateLimitedSignIns, stat: "Sum" },
      test: above(500, "Count"),
      ...fiveMinutes(2),
      missing: "notBreaching",
    },
    {
      key: "firewall-floods",
      severity: "info",
      page,
      en: "Over 10 000 requests of single addresses blocked in five minutes",
      ja: "単一IPからの過剰リクエストのブロックが5分間に1万件を超えています",
      signal: { metric: webAcl.rateLimitedRequests, stat: "Sum" },
      test: above(10_000, "Count"),
      ...fiveMinutes(2),
      missing: "notBreaching",
    },
  ];
}
