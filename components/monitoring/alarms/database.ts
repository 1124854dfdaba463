import type { Metrics } from "../../metrics";
import type { DatabaseMetric } from "../../data/database-metrics";
import { above, type AlarmRule, atLeast, below, fiveMinutes, minutes } from "../alarm";
import { databaseCapacity } from "../capacity";

export interface DatabaseRulesArgs {
  readonly metrics: Metrics<DatabaseMetric>;
  /** In the order of the stack file: the first is the first writer, and a failover promotes one of its class. */
  readonly instanceClasses: readonly string[];
}

const GIB = 1024 ** 3;
const page = "database";

/** Aurora. Roles follow a failover: what is said of the writer is always said of the one that writes now. */
export function databaseRules({ metrics, instanceClasses }: DatabaseRulesArgs): AlarmRule[] {
  const capacities = instanceClasses.map(databaseCapacity);
  const [writer] = capacities;
  if (writer === undefined) throw new Error("A database without instances has no alarms");
  // The smallest reader: RDS gives one number for all of them, and the busiest may be the smallest.
  const readerConnections = Math.min(...capacities.map(({ maxConnections }) => maxConnections));
  const readerMemory = Math.min(...capacities.map(({ memoryBytes }) => memoryBytes));
  const share = (percent: number, of: number) => Math.round((of * percent) / 100);
  return [
    {
      key: "database-connections-full",
      severity: "critical",
      fault: "data",
      page,
      en: "The writer has 95 % of the connections it takes; the next ones are refused",
      ja: "ライターの接続数が上限の95%に達しています。まもなく新しい接続が拒否されます",
      signal: { metric: metrics.writerConnections, stat: "Maximum" },
      test: atLeast(share(95, writer.maxConnections), "Count"),
      ...minutes(1, 3),
      missing: "missing",
    },
    {
      key: "database-connections",
      severity: "warning",
      page,
      en: "The writer has over 80 % of the connections it takes",
      ja: "ライターの接続数が上限の80%を超えています",
      signal: { metric: metrics.writerConnections, stat: "Maximum" },
      test: above(share(80, writer.maxConnections), "Count"),
      ...minutes(3, 5),
      missing: "missing",
    },
    {
      key: "database-reader-connections",
      severity: "warning",
      page,
      en: "A reader has over 80 % of the connections that the smallest reader takes",
      ja: "リーダーの接続数が(最小のリーダーの)上限の80%を超えています",
      signal: { metric: metrics.readerConnections, stat: "Maximum" },
      test: above(share(80, readerConnections), "Count"),
      ...minutes(3, 5),
      missing: "missing",
    },
    {
      key: "database-memory-out",
      severity: "critical",
      fault: "data",
      page,
      en: "The writer has 2 % of its memory left; it restarts when there is none",
      ja: "ライターの空きメモリが2%を切りました。枯渇すると再起動します",
      signal: { metric: metrics.writerFreeableMemory, stat: "Minimum" },
      test: below(share(2, writer.memoryBytes), "Bytes"),
      ...minutes(1, 3),
      missing: "missing",
    },
    {
      key: "database-memory",
      severity: "warning",
      page,
      en: "The writer has less than 5 % of its memory left",
      ja: "ライターの空きメモリが5%を下回っています",
      signal: { metric: metrics.writerFreeableMemory, stat: "Minimum" },
      test: below(share(5, writer.memoryBytes), "Bytes"),
      ...minutes(5),
      missing: "missing",
    },
    {
      key: "database-reader-memory",
      severity: "warning",
      page,
      en: "A reader has less than 5 % of the smallest reader's memory left",
      ja: "リーダーの空きメモリが(最小のリーダーの)5%を下回っています",
      signal: { metric: metrics.readerFreeableMemory, stat: "Minimum" },
      test: below(share(5, readerMemory), "Bytes"),
      ...minutes(5),
      missing: "missing",
    },
    {
      key: "database-cpu",
      severity: "warning",
      page,
      en: "The writer's CPU has been above 90 % for ten minutes",
      ja: "ライターのCPU使用率が10分間90%を超えています",
      signal: { metric: metrics.writerCpu, stat: "Average" },
      test: above(90, "Percent"),
      ...minutes(10),
      missing: "missing",
    },
    {
      key: "database-reader-cpu",
      severity: "warning",
      page,
      en: "The readers' CPU has been above 90 % for ten minutes, though more of them are added at 70 %",
      ja: "リーダーのCPU使用率が10分間90%を超えています(70%で自動追加されるはずです)",
      signal: { metric: metrics.readerCpu, stat: "Average" },
      test: above(90, "Percent"),
      ...minutes(10),
      missing: "missing",
    },
    {
      key: "database-replica-lag",
      severity: "warning",
      page,
      en: "A reader is more than a second behind: pages show what is no longer so",
      ja: "リーダーの遅延が1秒を超えています。古いデータが表示されます",
      signal: { metric: metrics.replicaLag, stat: "Maximum" },
      test: above(1000, "Milliseconds"),
      ...minutes(3, 5),
      missing: "missing",
    },
    {
      key: "database-deadlocks",
      severity: "warning",
      page,
      en: "Over 30 deadlocks a minute: jobs and requests fail and are tried again",
      ja: "デッドロックが毎分30件を超えています。処理が失敗し再試行されています",
      signal: { metric: metrics.deadlocks, stat: "Average" },
      test: above(0.5, "Count/Second"),
      ...minutes(3, 5),
      missing: "notBreaching",
    },
    ...(["writer", "reader"] as const).map((role): AlarmRule => ({
      key: `database-${role}-local-storage`,
      severity: "warning",
      page,
      en: `A ${role} has less than 5 GiB of local storage left: large sorts and ALTER TABLE will fail`,
      ja: `${role === "writer" ? "ライター" : "リーダー"}のローカルストレージが5GiBを下回っています。大きなソートやALTER TABLEが失敗します`,
      signal: { metric: metrics[`${role}FreeLocalStorage`], stat: "Minimum" },
      test: below(5 * GIB, "Bytes"),
      ...minutes(5),
      missing: "missing",
    })),
    {
      key: "database-volume",
      severity: "warning",
      page,
      en: "The cluster's volume has less than 10 TiB left before Aurora's limit",
      ja: "クラスターボリュームの残りが10TiBを下回っています(Auroraの上限まで)",
      signal: { metric: metrics.volumeBytesLeft, stat: "Minimum" },
      test: below(10 * 1024 * GIB, "Bytes"),
      ...fiveMinutes(3),
      missing: "ignore",
    },
    {
      key: "database-history-length",
      severity: "warning",
      page,
      en: "A transaction has been open so long that over a million old row versions are kept for it",
      ja: "長時間のトランザクションにより、古い行バージョンが100万件を超えて残っています",
      signal: { metric: metrics.historyListLength, stat: "Maximum" },
      test: above(1_000_000, "Count"),
      ...minutes(5),
      missing: "missing",
    },
    {
      key: "database-commit-latency",
      severity: "warning",
      page,
      en: "Commits take longer than they usually do at this hour",
      ja: "コミットの所要時間がこの時間帯の通常範囲を超えています",
      signal: { metric: metrics.commitLatency, stat: "Average" },
      test: { kind: "aboveBand", deviations: 4 },
      ...fiveMinutes(3),
      missing: "notBreaching",
    },
    {
      key: "database-select-latency",
      severity: "warning",
      page,
      en: "The readers' queries take longer than they usually do at this hour",
      ja: "リーダーのクエリ所要時間がこの時間帯の通常範囲を超えています",
      signal: { metric: metrics.readerSelectLatency, stat: "Average" },
      test: { kind: "aboveBand", deviations: 4 },
      ...fiveMinutes(3),
      missing: "notBreaching",
    },
    {
      key: "database-login-failures",
      severity: "warning",
      page,
      en: "The database refuses logins, one a second or more: a rotation half done, or a stranger",
      ja: "データベースへのログインが毎秒1件以上失敗しています(ローテーション途中または不正アクセス)",
      signal: { metric: metrics.loginFailures, stat: "Average" },
      test: atLeast(1, "Count/Second"),
      ...minutes(3, 5),
      missing: "notBreaching",
    },
    {
      key: "database-silent",
      severity: "warning",
      page,
      en: "The writer has reported nothing for five minutes: it is down, or there is none",
      ja: "ライターのメトリクスが5分間届いていません。停止しているか、ライターが存在しません",
      signal: { metric: metrics.writerCpu, stat: "SampleCount" },
      test: below(1, "Count"),
      ...minutes(5),
      missing: "breaching",
    },
  ];
}
