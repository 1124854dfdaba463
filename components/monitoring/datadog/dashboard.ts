import type * as datadog from "@pulumi/datadog";
import type * as pulumi from "@pulumi/pulumi";
import type { MetricMonitor, MonitorRulesArgs } from "./monitors";
import type { ObjectiveKey } from "./objectives";
import { series } from "./query";

type Widget = datadog.types.input.DashboardWidget;
type Line = readonly [label: string, query: string];

export interface BoardArgs extends Pick<MonitorRulesArgs, "environment" | "application" | "database"> {
  readonly runbookUrl: string;
  readonly statusPageUrl: string;
  readonly monitors: readonly { readonly rule: MetricMonitor; readonly id: pulumi.Input<string> }[];
  readonly objectives: readonly {
    readonly key: ObjectiveKey;
    readonly title: string;
    readonly id: pulumi.Input<string>;
  }[];
}

/** The same night's board in Datadog: what is promised, the monitors with their thresholds, and what lies behind them. */
export function boardWidgets(args: BoardArgs): Widget[] {
  const { environment, application, database, runbookUrl, statusPageUrl } = args;
  const env = { env: environment };
  const byInstance = (metric: (typeof database)[keyof typeof database]) =>
    series("avg", metric, env, ["instance_endpoint"]);
  const count = (key: "requests" | "errors" | "slow") => series("sum", application[key], env);
  return [
    {
      noteDefinition: {
        content:
          `[障害対応の手順](${runbookUrl}/docs/incident/README.ja.md) / [Incident flow](${runbookUrl}/docs/incident/README.md)\n\n` +
          `[ステータスページ](${statusPageUrl})\n\n[各メトリクスの発生元](${runbookUrl}/docs/metrics.ja.md)`,
        backgroundColor: "white",
      },
    },
    ...args.objectives.map(({ title, id }): Widget => ({
      serviceLevelObjectiveDefinition: {
        title,
        sloId: id,
        viewType: "detail",
        viewMode: "overall",
        showErrorBudget: true,
        timeWindows: ["7d", "30d"],
      },
    })),
    ...args.monitors.map(({ rule, id }): Widget => ({
      alertGraphDefinition: { title: `${rule.title}: ${rule.ja}`, alertId: id, vizType: "timeseries" },
    })),
    graph("リクエスト数 / Requests", "bars", [["リクエスト", count("requests")]]),
    graph("エラー数・低速リクエスト数 / Errors, slow requests", "bars", [
      ["5xxエラー", count("errors")],
      ["1秒超", count("slow")],
    ]),
    graph("応答時間(ミリ秒) / Response time, ms", "line", [
      ["平均", series("avg", application.responseTime, env)],
      ["最大", series("max", application.responseTime, env)],
    ]),
    graph("バージョン別エラー数 / Errors by release", "bars", [
      ["エラー", series("sum", application.errors, env, ["version"])],
    ]),
    graph("ルート別エラー数 / Errors by route", "bars", [
      ["エラー", series("sum", application.errors, env, ["route", "status"])],
    ]),
    graph("データベース接続数 / Connections", "line", [
      ["接続数", byInstance(database.connections)],
      ["上限", byInstance(database.connectionLimit)],
    ]),
    graph("実行中スレッド / Running threads", "line", [["スレッド", byInstance(database.running)]]),
    graph("クエリ数・スロークエリ / Queries, slow queries", "line", [
      ["クエリ", byInstance(database.queries)],
      ["スロークエリ", byInstance(database.slowQueries)],
    ]),
  ];
}

function graph(title: string, displayType: "bars" | "line", lines: readonly Line[]): Widget {
  return {
    timeseriesDefinition: {
      title,
      showLegend: true,
      requests: lines.map(([aliasName, query]) => ({
        q: query,
        displayType,
        metadatas: [{ expression: query, aliasName }],
      })),
    },
  };
}
