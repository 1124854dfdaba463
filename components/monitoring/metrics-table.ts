/** Who sends a metric: what an engineer asks when its graph is empty. */
interface Emitter {
  readonly en: string;
  readonly ja: string;
  /** File of the repository that sends it, or that has it sent. */
  readonly file: string;
}

/** By CloudWatch namespace, and for Datadog by `DatadogMetric.emitter`. */
const emitters: Readonly<Record<string, Emitter>> = {
  "AWS/ApplicationELB": aws("Elastic Load Balancing", "components/compute/load-balancer.ts"),
  "AWS/ECS": aws("ECS", "components/compute/service-metrics.ts"),
  "ECS/ContainerInsights": {
    en: "Container Insights, on for the cluster",
    ja: "Container Insights(クラスターで有効)",
    file: "components/compute/cluster.ts",
  },
  "AWS/RDS": aws("Aurora", "components/data/database-metrics.ts"),
  "AWS/ElastiCache": aws("ElastiCache", "components/data/redis-metrics.ts"),
  "AWS/Lambda": aws("Lambda", "components/compute/queue-metrics.ts"),
  "AWS/NATGateway": aws("NAT gateways", "components/network/network.ts"),
  "AWS/Route53": aws("Route 53 health check", "components/monitoring/reachability.ts"),
  "AWS/CloudFront": aws("CloudFront, with additional metrics on", "components/edge/distribution.ts"),
  "AWS/WAFV2": aws("WAF", "components/edge/web-acl.ts"),
  "AWS/CertificateManager": aws("Certificate Manager", "components/foundation/certificates.ts"),
  "AWS/S3": aws("S3", "components/data/buckets.ts"),
  "AWS/Backup": aws("Backup", "components/data/backups.ts"),
  "AWS/SQS": aws("SQS", "components/compute/function-schedule.ts"),
  "Affiliate/Backup": {
    en: "the dump's engine at its end, and the functions around backups every five minutes",
    ja: "ダンプエンジン(終了時)と、バックアップ関連の関数(5分ごと)",
    file: "config/backup-functions.ts",
  },
  "Affiliate/Queue": {
    en: "the function `queue-metrics`, once a minute",
    ja: "関数 `queue-metrics`(毎分)",
    file: "functions/queue-metrics/handler.ts",
  },
  "Affiliate/Logs": {
    en: "metric filters on the log groups",
    ja: "ロググループのメトリクスフィルター",
    file: "components/compute/task-template.ts",
  },
  application: {
    en: "the application, in DogStatsD to the agent beside it",
    ja: "アプリケーション(DogStatsDで同じタスクのエージェントへ)",
    file: "application/laravel/app/Http/Middleware/ReportMetrics.php",
  },
  "mysql check": {
    en: "the mysql check of the service `database-agent`",
    ja: "サービス `database-agent` のmysqlチェック",
    file: "components/compute/database-agent.ts",
  },
};

function aws(service: string, file: string): Emitter {
  return { en: `AWS: ${service}`, ja: `AWS: ${service}`, file };
}

/** Throws on a source that is not in the table: whoever monitors something says where it comes from. */
export function emitterOf(source: string): Emitter {
  const emitter = emitters[source];
  if (emitter === undefined) throw new Error(`Who sends the metrics of ${source} is not said in metrics-table.ts`);
  return emitter;
}

/** A metric that something reads. */
export interface MetricRow {
  /** CloudWatch namespace, or for Datadog who sends it. */
  readonly source: string;
  readonly name: string;
  /** Names of dimensions, or the tags that are asked for. */
  readonly by: readonly string[];
  /** Keys of alarms and monitors, "dashboard", objectives. */
  readonly readers: readonly string[];
}

const words = {
  en: {
    title: "Where each metric comes from",
    other: "[日本語](metrics.ja.md)",
    lead: "Every metric that an alarm, a monitor, an objective or a dashboard reads, and who sends it. When a graph is empty, begin there.",
    heads: ["metric", "by", "who sends it", "file", "read by"],
    cloudWatch: "CloudWatch",
    datadog: "Datadog",
  },
  ja: {
    title: "メトリクスの発生元",
    other: "[English](metrics.md)",
    lead: "アラーム、モニター、SLO、ダッシュボードが参照する全メトリクスと、その送信元です。グラフが空のときはここから調べます。",
    heads: ["メトリクス", "単位(ディメンション・タグ)", "送信元", "ファイル", "参照元"],
    cloudWatch: "CloudWatch",
    datadog: "Datadog",
  },
} as const;

/** docs/metrics.md, or docs/metrics.ja.md, whole. */
export function metricsPage(
  rows: { readonly cloudWatch: readonly MetricRow[]; readonly datadog: readonly MetricRow[] },
  language: "en" | "ja",
): string {
  const { title, other, lead, heads, cloudWatch, datadog } = words[language];
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const table = (list: readonly MetricRow[], full: (row: MetricRow) => string) =>
    [
      line(heads),
      line(heads.map(() => "---")),
      ...[...list]
        .sort((a, b) => (full(a) < full(b) ? -1 : 1))
        .map((row) => {
          const emitter = emitterOf(row.source);
          return line([
            `\`${full(row)}\``,
            row.by.join(", "),
            emitter[language],
            `\`${emitter.file}\``,
            [...new Set(row.readers)].sort().join(", "),
          ]);
        }),
    ].join("\n");
  return `<!-- Written by tests/components/monitoring/metrics-page.test.ts; \`npx vitest run -u\` writes it anew. -->

# ${title}

${other} · ${language === "ja" ? "[検知時間](detection.ja.md)" : "[detection](detection.md)"}

${lead}

## ${cloudWatch}

${table(rows.cloudWatch, ({ source, name }) => `${source} ${name}`)}

## ${datadog}

${table(rows.datadog, ({ name }) => name)}
`;
}
