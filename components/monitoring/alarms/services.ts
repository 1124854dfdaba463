import type { ServiceMetrics } from "../../compute/service-metrics";
import type { Metrics } from "../../metrics";
import { above, type AlarmRule, atLeast, below, minutes, type Severity } from "../alarm";

interface Service {
  readonly metrics: ServiceMetrics;
}

/** Tasks that the application's log lines come from. */
export const loggingParties = ["web", "worker", "scheduler", "migration", "console"] as const;
export type LoggingParty = (typeof loggingParties)[number];

export interface ServiceRulesArgs {
  readonly web: Service;
  readonly worker: Service;
  readonly scheduler: Service;
  /** The agent that asks Aurora. @default none: there is no Datadog */
  readonly databaseAgent?: Service | undefined;
  readonly sizes: Readonly<Record<"web" | "worker", { readonly minTasks: number; readonly maxTasks: number }>>;
  /** ERROR lines, counted by each log group's metric filter. */
  readonly logs: Readonly<Record<LoggingParty, { readonly metrics: Metrics<"errors"> }>>;
  /** The release gate's function. */
  readonly gate: { readonly metrics: Metrics<"functionErrors" | "functionThrottles"> };
}

const page = "services";
const titles = {
  web: { en: "Web", ja: "Web" },
  worker: { en: "Workers", ja: "ワーカー" },
  scheduler: { en: "The scheduler", ja: "スケジューラー" },
  migration: { en: "The migration", ja: "マイグレーション" },
  console: { en: "A console task", ja: "コンソールタスク" },
} as const;

/** The ECS services, and what the application itself reports in its logs. */
export function serviceRules({
  web,
  worker,
  scheduler,
  databaseAgent,
  sizes,
  logs,
  gate,
}: ServiceRulesArgs): AlarmRule[] {
  const services = { web, worker, scheduler };
  const names = ["web", "worker", "scheduler"] as const;
  const scaled = ["web", "worker"] as const;
  return [
    ...names.map((name): AlarmRule => ({
      key: `${name}-memory`,
      severity: "warning",
      page,
      en: `${titles[name].en}: tasks use 90 % of their memory; at 100 % they are killed`,
      ja: `${titles[name].ja}: タスクのメモリ使用率が90%を超えています。100%で強制終了されます`,
      signal: { metric: services[name].metrics.memory, stat: "Maximum" },
      test: above(90, "Percent"),
      ...minutes(5),
      missing: "missing",
    })),
    ...scaled.map((name): AlarmRule => ({
      key: `${name}-cpu`,
      severity: "warning",
      page,
      en: `${titles[name].en}: CPU above 90 % for ten minutes, though tasks are added long before`,
      ja: `${titles[name].ja}: CPU使用率が10分間90%を超えています。スケールアウトが追いついていません`,
      signal: { metric: services[name].metrics.cpu, stat: "Average" },
      test: above(90, "Percent"),
      ...minutes(10),
      missing: "missing",
    })),
    ...names.map((name): AlarmRule => ({
      key: `${name}-pending`,
      severity: "warning",
      page,
      en: `${titles[name].en}: a task has not come to run for ten minutes`,
      ja: `${titles[name].ja}: タスクが10分間起動できていません`,
      signal: { metric: services[name].metrics.pendingTasks, stat: "Minimum" },
      test: atLeast(1, "Count"),
      ...minutes(10),
      missing: "notBreaching",
    })),
    ...scaled.map((name): AlarmRule => ({
      key: `${name}-at-maximum`,
      severity: "warning",
      page,
      en: `${titles[name].en}: as many tasks as may run have run for ten minutes; no more load will be met`,
      ja: `${titles[name].ja}: タスク数が10分間上限(${sizes[name].maxTasks})に達しています`,
      signal: { metric: services[name].metrics.runningTasks, stat: "Average" },
      test: atLeast(sizes[name].maxTasks, "Count"),
      ...minutes(10),
      missing: "notBreaching",
    })),
    ...scaled.map((name): AlarmRule => ({
      key: `${name}-few-tasks`,
      severity: "warning",
      page,
      en: `${titles[name].en}: fewer than ${sizes[name].minTasks} tasks have run for ten minutes`,
      ja: `${titles[name].ja}: 稼働タスク数が10分間下限(${sizes[name].minTasks})を下回っています`,
      signal: { metric: services[name].metrics.runningTasks, stat: "Maximum" },
      test: below(sizes[name].minTasks, "Count"),
      ...minutes(10),
      missing: "breaching",
    })),
    ...scaled.map((name): AlarmRule => ({
      key: `${name}-none-running`,
      severity: "critical",
      fault: name === "web" ? "visitors" : "background",
      page,
      en: `${titles[name].en}: no task runs`,
      ja: `${titles[name].ja}: 稼働中のタスクがありません`,
      signal: { metric: services[name].metrics.runningTasks, stat: "Maximum" },
      test: below(1, "Count"),
      ...minutes(1, 3),
      missing: "missing",
    })),
    {
      key: "scheduler-none-running",
      severity: "warning",
      page,
      en: "The scheduler has not run for five minutes; a release stops it for less than two",
      ja: "スケジューラーが5分間停止しています(リリース時の停止は2分未満です)",
      signal: { metric: scheduler.metrics.runningTasks, stat: "Maximum" },
      test: below(1, "Count"),
      ...minutes(5),
      missing: "breaching",
    },
    ...(databaseAgent === undefined ? [] : [agentRule(databaseAgent)]),
    {
      key: "release-gate-errors",
      severity: "warning",
      page,
      en: "The release gate failed instead of answering: ECS rolls the deployment back and does not say why",
      ja: "リリースゲートの関数が応答せず失敗しました。ECSは理由を示さずにロールバックします",
      signal: { metric: gate.metrics.functionErrors, stat: "Sum" },
      test: atLeast(1, "Count"),
      ...minutes(1),
      missing: "notBreaching",
    },
    {
      key: "release-gate-throttles",
      severity: "warning",
      page,
      en: "The release gate was not let run: the account's concurrent functions are used up",
      ja: "リリースゲートの関数がスロットリングされました。アカウントの同時実行数の上限に達しています",
      signal: { metric: gate.metrics.functionThrottles, stat: "Sum" },
      test: atLeast(1, "Count"),
      ...minutes(1),
      missing: "notBreaching",
    },
    logErrors("web", 20, "warning"),
    logErrors("worker", 20, "warning"),
    logErrors("scheduler", 5, "warning"),
    logErrors("migration", 1, "info"),
    logErrors("console", 1, "info"),
  ];

  function logErrors(party: LoggingParty, least: number, severity: Exclude<Severity, "critical">): AlarmRule {
    const title = titles[party];
    return {
      key: `${party}-log-errors`,
      severity,
      page,
      en: `${title.en}: ${least === 1 ? "an ERROR line in the log" : `${least} ERROR lines a minute or more in the log`}`,
      ja: `${title.ja}: ログのERRORが毎分${least}件以上発生しています`,
      signal: { metric: logs[party].metrics.errors, stat: "Sum" },
      test: atLeast(least, "Count"),
      ...(least === 1 ? minutes(1) : minutes(3, 5)),
      missing: "notBreaching",
    };
  }
}

function agentRule({ metrics }: Service): AlarmRule {
  return {
    key: "database-agent-none-running",
    severity: "warning",
    page,
    en: "Datadog's database agent has not run for ten minutes: Datadog no longer sees Aurora",
    ja: "Datadogのデータベースエージェントが10分間停止しています。DatadogからAuroraが見えません",
    signal: { metric: metrics.runningTasks, stat: "Maximum" },
    test: below(1, "Count"),
    ...minutes(10),
    missing: "breaching",
  };
}
