// docs/reference/costs: what is billed by the hour or by the piece, how much of it each stack has, and what changes it.
import type { Settings } from "../../config";
import { head, type Language, tableOf } from "./page";

/** What a stack is: its settings, and how many resources of a type its program makes. */
export interface CostedStack {
  readonly settings: Settings;
  readonly count: (type: string) => number;
}

interface Driver {
  readonly en: string;
  readonly ja: string;
  readonly amount: (stack: CostedStack) => string;
  /** The setting, or the place in the code. */
  readonly by: string;
}

const tally = (words: readonly string[]): string =>
  [...new Set(words)].map((word) => `${words.filter((one) => one === word).length} × ${word}`).join(", ");
const fargate = ({ cpuUnits, memoryMiB }: { readonly cpuUnits: number; readonly memoryMiB: number }): string =>
  `${cpuUnits / 1024} vCPU, ${memoryMiB / 1024} GiB`;

/** In the order in which they usually weigh; which weighs most is told by Cost Explorer, and not by this table. */
const DRIVERS: readonly Driver[] = [
  {
    en: "Aurora instances, by the hour; readers beyond the declared ones as load asks",
    ja: "Auroraインスタンス(時間)。宣言を超えるリーダーは負荷に応じて",
    amount: ({ settings: { database } }) =>
      `${tally(database.instances.map((one) => one.class))}; readers ${database.replicaScaling.min}–${database.replicaScaling.max}`,
    by: "`affiliate:database.instances`, `.replicaScaling`",
  },
  {
    en: "Aurora storage and I/O, by the GB-month and request; backups beyond the cluster's own size",
    ja: "Auroraのストレージ(GB月)とI/O、クラスターの容量を超えるバックアップ",
    amount: ({ settings: { database } }) => `${database.backupRetentionDays} days`,
    by: "`affiliate:database.backupRetentionDays`",
  },
  {
    en: "Database Insights: `advanced` by the vCPU-hour of every instance",
    ja: "Database Insights: `advanced` は全インスタンスのvCPU時間",
    amount: ({ settings: { database } }) => database.insights,
    by: "`affiliate:database.insights`",
  },
  {
    en: "Redis nodes, by the hour; snapshots beyond one",
    ja: "Redisノード(時間)、2つ目以降のスナップショット",
    amount: ({ settings: { redis } }) =>
      tally([redis.sessions, redis.cache].flatMap(({ nodeType, nodes }) => Array<string>(nodes).fill(nodeType))),
    by: "`affiliate:redis.sessions`, `.cache`",
  },
  {
    en: "Fargate, web tier, by vCPU- and GB-second",
    ja: "Fargate(web、vCPU秒とGB秒)",
    amount: ({ settings: { compute } }) => `${compute.web.minTasks}–${compute.web.maxTasks} × ${fargate(compute.web)}`,
    by: "`affiliate:compute.web`",
  },
  {
    en: "Fargate, queue workers",
    ja: "Fargate(キューワーカー)",
    amount: ({ settings: { compute } }) =>
      `${compute.worker.minTasks}–${compute.worker.maxTasks} × ${fargate(compute.worker)}`,
    by: "`affiliate:compute.worker`",
  },
  {
    en: "Fargate, scheduler",
    ja: "Fargate(スケジューラー)",
    amount: ({ settings: { compute } }) => `1 × ${fargate(compute.scheduler)}`,
    by: "`affiliate:compute.scheduler`",
  },
  {
    en: "NAT gateways, by the hour and by the GB",
    ja: "NATゲートウェイ(時間とGB)",
    amount: ({ settings: { network } }) => `${network.natGateways === "OnePerAz" ? network.zones.length : 1}`,
    by: "`affiliate:network.natGateways`",
  },
  {
    en: "Interface endpoints, by the hour in each zone, and by the GB",
    ja: "インターフェースエンドポイント(ゾーンごとの時間とGB)",
    // The gateway endpoint of S3 costs nothing.
    amount: ({ settings: { network }, count }) =>
      `${count("aws:ec2/vpcEndpoint:VpcEndpoint") - 1} × ${network.zones.length} zones`,
    by: "`components/network/endpoints.ts`",
  },
  {
    en: "Load balancer, by the hour and by capacity units (LCU)",
    ja: "ロードバランサー(時間とLCU)",
    amount: ({ count }) => `${count("aws:lb/loadBalancer:LoadBalancer")}`,
    by: "–",
  },
  {
    en: "CloudFront: requests, GB to viewers, and the additional metrics of the distribution",
    ja: "CloudFront: リクエスト、転送GB、追加メトリクス",
    amount: ({ settings: { edge } }) => edge.priceClass,
    by: "`affiliate:edge.priceClass`, `.staticPaths`",
  },
  {
    en: "WAF: the web ACL, each rule, and each request",
    ja: "WAF: web ACL、ルール、リクエスト",
    amount: ({ count }) => `${count("aws:wafv2/webAcl:WebAcl")}`,
    by: "`components/edge/web-acl-rules.ts`",
  },
  {
    en: "CloudWatch: logs by the GB in and kept, Container Insights, alarms (a composite and a band cost more)",
    ja: "CloudWatch: ログ(取り込みGBと保持)、Container Insights、アラーム(複合・バンドは割高)",
    amount: ({ settings: { logs }, count }) =>
      `${count("aws:cloudwatch/metricAlarm:MetricAlarm")} alarms, ${count("aws:cloudwatch/compositeAlarm:CompositeAlarm")} composites; logs ${logs.retentionDays} days`,
    by: "`affiliate:logs.retentionDays`, [alarms](alarms.md)",
  },
  {
    en: "Flow logs of the VPC, by the GB",
    ja: "VPCフローログ(GB)",
    amount: ({ settings: { network } }) => `${network.flowLogRetentionDays} days`,
    by: "`affiliate:network.flowLogRetentionDays`",
  },
  {
    en: "S3: GB-months, earlier versions, requests",
    ja: "S3: GB月、旧バージョン、リクエスト",
    amount: ({ settings: { storage, logs } }) =>
      `earlier versions ${storage.noncurrentVersionDays} days, dumps ${storage.backupDays} days, logs ${logs.archiveDays} days`,
    by: "`affiliate:storage`, `affiliate:logs.archiveDays`",
  },
  {
    en: "KMS keys, by the month and by the request",
    ja: "KMSキー(月とリクエスト)",
    amount: ({ count }) => `${count("aws:kms/key:Key")}`,
    by: "`components/foundation/keys.ts`",
  },
  {
    en: "Secrets, by the month; a replica counts as one",
    ja: "シークレット(月、レプリカも1件)",
    amount: ({ count }) => `${count("aws:secretsmanager/secret:Secret")}`,
    by: "`config/secrets.ts`",
  },
  {
    en: "Route 53: the zone, queries, and the health check",
    ja: "Route 53: ゾーン、クエリ、ヘルスチェック",
    amount: ({ count }) => `${count("aws:route53/healthCheck:HealthCheck")} health check`,
    by: "`components/monitoring/reachability.ts`",
  },
  {
    en: "Datadog: a task with an agent as Fargate, Database Monitoring by the instance, the test from outside by the run, custom metrics",
    ja: "Datadog: エージェントのあるFargateタスク、Database Monitoring(インスタンス)、外形監視(実行)、カスタムメトリクス",
    amount: ({ settings: { datadog } }) => (datadog === undefined ? "–" : "on"),
    by: "`affiliate:datadog`",
  },
];

const WORDS = {
  en: {
    title: "Cost drivers",
    lead: "What is billed, how much of it each stack has, and what changes it. There are no prices here: they change, and differ by region and agreement. The account's budget and its anomalies are watched by [account/](../delivery.md#the-account-program); Cost Explorer by the tag `Environment` says what it came to.",
    heads: ["billed", "production", "staging", "set by"],
  },
  ja: {
    title: "費用の要因",
    lead: "課金されるもの、各スタックでの量、量を変える設定の一覧です。価格は変わり、リージョンや契約でも違うため載せていません。予算と異常は [account/](../delivery.ja.md#アカウントのプログラム) が監視します。実績はCost Explorerでタグ `Environment` を使って確認できます。",
    heads: ["課金対象", "production", "staging", "決めるもの"],
  },
} as const;

/** The words that amounts are told in. */
const AMOUNT_WORDS: readonly (readonly [RegExp, string])[] = [
  [/\bearlier versions\b/g, "旧バージョン"],
  [/\bdumps\b/g, "ダンプ"],
  [/\blogs\b/g, "ログ"],
  [/\breaders\b/g, "リーダー"],
  [/(\d+) days\b/g, "$1日"],
  [/(\d+) alarms\b/g, "アラーム $1件"],
  [/(\d+) composites\b/g, "複合 $1件"],
  [/(\d+) zones\b/g, "$1ゾーン"],
  [/(\d+) health checks?\b/g, "ヘルスチェック $1件"],
  [/^none$/, "なし"],
  [/^on$/, "使用"],
  [/^off$/, "不使用"],
];
const amountJa = (amount: string): string =>
  AMOUNT_WORDS.reduce((text, [word, japanese]) => text.replace(word, japanese), amount);

export function costsPage(production: CostedStack, staging: CostedStack, language: Language): string {
  const { title, lead, heads } = WORDS[language];
  return [
    ...head("costs", language, title, "config and the planned resources"),
    lead,
    "",
    ...tableOf(
      heads,
      DRIVERS.map((driver) => [
        driver[language],
        ...[production, staging].map((stack) =>
          language === "ja" ? amountJa(driver.amount(stack)) : driver.amount(stack),
        ),
        driver.by.replace("alarms.md", language === "ja" ? "alarms.ja.md" : "alarms.md"),
      ]),
    ),
  ].join("\n");
}
