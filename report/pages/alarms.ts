// docs/reference/alarms: what rings, when, how loudly, and where to read on.
import { type AlarmRule, isBand, isMath, severities } from "../../components/monitoring/alarm";
import type { MonitorRule } from "../../components/monitoring/datadog/monitors";
import { sectionOf } from "../../components/monitoring/runbook";
import { code, head, type Language, tableOf } from "./page";

const WORDS = {
  en: {
    title: "Alarms",
    lead: "Every CloudWatch alarm of production, and every Datadog monitor. How long each takes from fault to page: [detection](../detection.md); where each metric comes from: [metrics](../metrics.md).",
    heads: ["alarm", "what is the case", "rings at", "in a row", "severity"],
    of: "of",
    severity: { critical: "critical: pages", warning: "warning: Slack", info: "info: Slack" },
    monitors: "Datadog's monitors",
    monitorHeads: ["monitor", "what is the case", "severity"],
    links: "The name of an alarm leads to what to do about it.",
  },
  ja: {
    title: "アラームリファレンス",
    lead: "本番のCloudWatchアラームとDatadogモニターの一覧です。障害から呼び出しまでの時間は[検知時間](../detection.ja.md)、各メトリクスの出どころは[メトリクス](../metrics.ja.md) にあります。",
    heads: ["アラーム", "起きていること", "しきい値", "回数", "重大度"],
    of: "/",
    severity: { critical: "重大: 呼び出し", warning: "警告: Slack", info: "情報: Slack" },
    monitors: "Datadogのモニター",
    monitorHeads: ["モニター", "起きていること", "重大度"],
    links: "アラーム名から対応手順へ移れます。",
  },
} as const;

export function alarmsPage(rules: readonly AlarmRule[], monitors: readonly MonitorRule[], language: Language): string {
  const { title, lead, links, heads, of, severity, monitors: outside, monitorHeads } = WORDS[language];
  const order = (one: { readonly severity: AlarmRule["severity"] }): number => severities.indexOf(one.severity);
  const sorted = [...rules].sort(
    (a, b) => a.page.localeCompare(b.page) || order(a) - order(b) || a.key.localeCompare(b.key),
  );
  const suffix = language === "ja" ? ".ja" : "";
  const pages = [...new Set(sorted.map(({ page }) => page))];
  return [
    ...head("alarms", language, title, "components/monitoring"),
    `${lead} ${links}`,
    "",
    ...pages.flatMap((page) => [
      `## ${page}`,
      "",
      ...tableOf(
        heads,
        sorted
          .filter((rule) => rule.page === page)
          .map((rule) => [
            `[${code(rule.key)}](../incident/${page}${suffix}.md#${sectionOf(rule)})`,
            rule[language],
            thresholdOf(rule),
            `${rule.datapoints} ${of} ${rule.periods} × ${rule.periodSeconds} s`,
            severity[rule.severity],
          ]),
      ),
    ]),
    `## ${outside}`,
    "",
    ...tableOf(
      monitorHeads,
      [...monitors]
        .sort((a, b) => order(a) - order(b))
        .map((monitor) => [code(monitor.key), monitor[language], severity[monitor.severity]]),
    ),
  ].join("\n");
}

const SIGNS = { above: ">", atLeast: "≥", below: "<" } as const;

function thresholdOf({ test, signal }: AlarmRule): string {
  const statistic = isMath(signal) ? "" : `${signal.stat} `;
  if (isBand(test)) return `${statistic}${test.kind === "aboveBand" ? "above" : "below"} band (${test.deviations}σ)`;
  return `${statistic}${SIGNS[test.kind]} ${test.threshold} ${test.unit === "None" ? "" : test.unit}`.trim();
}
