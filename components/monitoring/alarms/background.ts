import type { QueueMetrics } from "../../compute/queue-metrics";
import { above, type AlarmRule, atLeast, below, fiveMinutes, minutes } from "../alarm";

export interface BackgroundRulesArgs {
  readonly queues: Pick<QueueMetrics, "metrics" | "queue">;
  /** Names, the most urgent first: a worker drains them in this order. */
  readonly names: readonly string[];
  readonly maxWorkers: number;
  /** Waiting jobs for which one worker is added. */
  readonly backlogPerTask: number;
}

const page = "background";

/** Work that nobody waits for at a screen: conversions, reports, payouts. */
export function backgroundRules({ queues, names, maxWorkers, backlogPerTask }: BackgroundRulesArgs): AlarmRule[] {
  const { metrics } = queues;
  const urgent = names[0];
  const backlog = maxWorkers * backlogPerTask;
  return [
    {
      key: "queue-stuck",
      severity: "critical",
      fault: "background",
      page,
      en: "A job has waited for half an hour: workers do not get through, or do not work",
      ja: "ジョブが30分以上待機しています。ワーカーが停止しているか、処理が追いついていません",
      signal: { metric: metrics.oldestAge, stat: "Maximum" },
      test: atLeast(1800, "Seconds"),
      ...minutes(1, 3),
      missing: "missing",
    },
    ...(urgent === undefined
      ? []
      : [
          {
            key: "queue-urgent-waits",
            severity: "warning",
            page,
            en: `A job of the most urgent queue (${urgent}) has waited for over five minutes`,
            ja: `最優先キュー(${urgent})のジョブが5分以上待機しています`,
            signal: { metric: queues.queue(urgent).oldestAge, stat: "Maximum" },
            test: above(300, "Seconds"),
            ...minutes(3, 5),
            missing: "missing",
          } satisfies AlarmRule,
        ]),
    {
      key: "queue-backlog",
      severity: "warning",
      page,
      en: `More jobs wait than ${maxWorkers} workers, the most there can be, are meant for`,
      ja: `待機ジョブ数がワーカー上限(${maxWorkers}台)の想定処理量を超えています`,
      signal: { metric: metrics.waiting, stat: "Average" },
      test: above(backlog, "Count"),
      ...minutes(10),
      missing: "missing",
    },
    {
      key: "queue-unusual",
      severity: "info",
      page,
      en: "More jobs wait than usually do at this hour",
      ja: "待機ジョブ数がこの時間帯の通常範囲を超えています",
      signal: { metric: metrics.waiting, stat: "Average" },
      test: { kind: "aboveBand", deviations: 5 },
      ...fiveMinutes(3),
      missing: "notBreaching",
    },
    {
      key: "queue-metrics-errors",
      severity: "warning",
      page,
      en: "The function that counts waiting jobs fails; workers are not scaled meanwhile",
      ja: "キュー計測用の関数が失敗しています。その間ワーカーはスケールしません",
      signal: { metric: metrics.functionErrors, stat: "Sum" },
      test: atLeast(1, "Count"),
      ...minutes(3, 5),
      missing: "notBreaching",
    },
    {
      key: "queue-metrics-slow",
      severity: "warning",
      page,
      en: "The function that counts waiting jobs takes over 10 s, and is ended after 15",
      ja: "キュー計測用の関数の実行時間が10秒を超えています(15秒で打ち切り)",
      signal: { metric: metrics.functionDuration, stat: "Maximum" },
      test: above(10_000, "Milliseconds"),
      ...minutes(3, 5),
      missing: "notBreaching",
    },
    {
      key: "queue-metrics-silent",
      severity: "warning",
      page,
      en: "For five minutes nobody has said how many jobs wait",
      ja: "待機ジョブ数のメトリクスが5分間届いていません",
      signal: { metric: metrics.waiting, stat: "SampleCount" },
      test: below(1, "Count"),
      ...minutes(5),
      missing: "breaching",
    },
  ];
}
