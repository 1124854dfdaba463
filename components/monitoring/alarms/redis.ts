import { largestOf, type MetricMath, sumOf } from "../../compute/metric-math";
import type { RedisPurpose } from "../../data/redis-access";
import type { RedisMetric } from "../../data/redis-metrics";
import type { Metrics } from "../../metrics";
import { above, type AlarmRule, atLeast, below, fiveMinutes, minutes } from "../alarm";

export interface RedisRulesArgs {
  readonly purpose: RedisPurpose;
  /** One entry a node. */
  readonly nodes: readonly Metrics<RedisMetric>[];
}

const MIB = 1024 ** 2;
const page = "redis";
const titles = {
  sessions: { en: "sessions and queues", ja: "セッション・キュー" },
  cache: { en: "cache", ja: "キャッシュ" },
} as const;

/** One group. ElastiCache reports node by node, so each alarm looks at all nodes at once: which one leads changes. */
export function redisRules({ purpose, nodes }: RedisRulesArgs): AlarmRule[] {
  const { en, ja } = titles[purpose];
  const overNodes = (key: RedisMetric, stat: string, combine: (...ids: string[]) => string): MetricMath => {
    const entries = nodes.map((metrics, index) => [`node${index + 1}`, { metric: metrics[key], stat }] as const);
    return { label: key, expression: combine(...entries.map(([id]) => id)), metrics: Object.fromEntries(entries) };
  };
  const worst = (key: RedisMetric, stat = "Maximum") => overNodes(key, stat, largestOf);
  const total = (key: RedisMetric) => overNodes(key, "Sum", sumOf);
  const rule = (name: string) => ({ key: `redis-${purpose}-${name}`, page }) as const;

  return [
    ...(purpose === "sessions" ? whatMustNotBeEvicted(rule, worst, total) : whatMayBeEvicted(rule, nodes)),
    {
      ...rule("engine-cpu"),
      severity: "warning",
      en: `Redis (${en}): the core that runs commands has been above 80 % for five minutes`,
      ja: `Redis(${ja}): コマンドを実行するコアの使用率が5分間80%を超えています`,
      signal: worst("engineCpu", "Average"),
      test: above(80, "Percent"),
      ...minutes(5),
      missing: "missing",
    },
    {
      ...rule("replication-lag"),
      severity: "warning",
      en: `Redis (${en}): a replica is more than 10 s behind; a failover would lose that much`,
      ja: `Redis(${ja}): レプリカの遅延が10秒を超えています。フェイルオーバー時にその分のデータが失われます`,
      signal: worst("replicationLag"),
      test: above(10, "Seconds"),
      ...minutes(3, 5),
      missing: "notBreaching",
    },
    {
      ...rule("swap"),
      severity: "warning",
      en: `Redis (${en}): a node swaps over 300 MiB: every command waits for a disk`,
      ja: `Redis(${ja}): スワップ使用量が300MiBを超えています。全コマンドが遅くなります`,
      signal: worst("swap"),
      test: above(300 * MIB, "Bytes"),
      ...minutes(5),
      missing: "missing",
    },
    {
      ...rule("network"),
      severity: "warning",
      en: `Redis (${en}): answers are held back, since the node's network allowance is used up`,
      ja: `Redis(${ja}): ネットワーク帯域の上限に達し、応答が遅延しています`,
      signal: total("networkOutLimited"),
      test: above(0, "Count"),
      ...minutes(8, 10),
      missing: "notBreaching",
    },
    {
      ...rule("access-denied"),
      severity: "warning",
      en: `Redis (${en}): wrong passwords, five a minute or more`,
      ja: `Redis(${ja}): 認証失敗が毎分5件以上発生しています`,
      signal: total("authenticationFailures"),
      test: atLeast(5, "Count"),
      ...minutes(3, 5),
      missing: "notBreaching",
    },
    {
      ...rule("command-denied"),
      severity: "warning",
      en: `Redis (${en}): a user sends commands that its access string does not allow`,
      ja: `Redis(${ja}): アクセス権のないコマンドが実行されようとしています`,
      signal: total("commandAuthorizationFailures"),
      test: atLeast(1, "Count"),
      ...minutes(2, 5),
      missing: "notBreaching",
    },
    {
      ...rule("no-primary"),
      severity: "warning",
      en: `Redis (${en}): no node has been the primary for five minutes; nothing can be written`,
      ja: `Redis(${ja}): 5分間プライマリノードが存在しません。書き込みができません`,
      signal: overNodes("isPrimary", "Maximum", sumOf),
      test: below(1, "Count"),
      // All five: the newest minute has not always come in, and FILL takes it for 0.
      ...minutes(5),
      missing: "breaching",
    },
  ];
}

type Rule = (name: string) => Pick<AlarmRule, "key"> & { readonly page: typeof page };

/** `noeviction`: a group that is full refuses writes, and nobody can sign in. */
function whatMustNotBeEvicted(
  rule: Rule,
  worst: (key: RedisMetric) => MetricMath,
  total: (key: RedisMetric) => MetricMath,
): AlarmRule[] {
  return [
    {
      ...rule("memory-full"),
      severity: "critical",
      fault: "data",
      en: "Redis (sessions and queues) is 90 % full; at 100 % nobody can sign in and no job can be queued",
      ja: "Redis(セッション・キュー)のメモリが90%に達しました。100%でログインとジョブ登録ができなくなります",
      signal: worst("memory"),
      test: atLeast(90, "Percent"),
      ...minutes(1, 5),
      missing: "missing",
    },
    {
      ...rule("memory"),
      severity: "warning",
      en: "Redis (sessions and queues) is 75 % full",
      ja: "Redis(セッション・キュー)のメモリ使用率が75%を超えています",
      signal: worst("memory"),
      test: atLeast(75, "Percent"),
      ...minutes(5),
      missing: "missing",
    },
    {
      ...rule("evictions"),
      severity: "warning",
      en: "Redis (sessions and queues) evicts keys, which its parameters forbid: sessions and jobs are being lost",
      ja: "Redis(セッション・キュー)でキーが退避されています。セッションやジョブが失われています",
      signal: total("evictions"),
      test: above(0, "Count"),
      ...minutes(1, 5),
      missing: "notBreaching",
    },
  ];
}

/** `allkeys-lru`: full is what a cache is meant to be. What tells is whether it still helps. */
function whatMayBeEvicted(rule: Rule, nodes: readonly Metrics<RedisMetric>[]): AlarmRule[] {
  const ids = (key: RedisMetric) =>
    nodes.map((metrics, index) => [`${key}${index + 1}`, { metric: metrics[key], stat: "Sum" }] as const);
  const [hits, misses] = [ids("hits"), ids("misses")];
  const sum = (entries: typeof hits) => sumOf(...entries.map(([id]) => id));
  return [
    {
      ...rule("hit-rate"),
      severity: "warning",
      en: "Of 1000 or more lookups in five minutes the cache answered less than half: the database does its work",
      ja: "キャッシュのヒット率が50%を下回っています(5分間に1000回以上の参照)。データベースに負荷が回っています",
      signal: {
        label: "Lookups answered, percent",
        expression: `IF(${sum(hits)} + ${sum(misses)} >= 1000, 100 * ${sum(hits)} / (${sum(hits)} + ${sum(misses)}), 100)`,
        metrics: Object.fromEntries([...hits, ...misses]),
      },
      test: below(50, "Percent"),
      ...fiveMinutes(3, 4),
      missing: "notBreaching",
    },
  ];
}
