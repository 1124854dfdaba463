// docs/detection.md and docs/detection.ja.md: how long it takes from a fault to somebody who is told, and what that is the sum of.
import { severities } from "./alarm";
import {
  COMPOSITE_SECONDS,
  DELIVERY_SECONDS,
  detectionSeconds,
  EVALUATION_SECONDS,
  ingestionDelays,
  SILENCE_SECONDS,
} from "./detection";
import type { DetectionRow } from "./detection-table";

export type Language = "en" | "ja";

const WORDS = {
  en: {
    title: "From fault to page",
    other: "[日本語](detection.ja.md)",
    lead: `How long it takes, at worst, from a total fault (each request fails, nothing runs) until somebody is told. Critical alarms page, and have to
do so within the runbook's five minutes, or a missing dump within a day; a test holds that. Warnings and info go to Slack, and may take their time.`,
    steps: "The runbook's five steps",
    stepHeads: ["step", "within", "what does it here"],
    stepRows: [
      ["1 Detection", "5 min", "the critical rows below: PagerDuty, Slack #incidents, mail"],
      ["2 First response", "15 min", "[incident/README.md](incident/README.md#2-first-response-15-minutes)"],
      ["3 Cause", "30 min", "[incident/README.md](incident/README.md#3-cause-30-minutes)"],
      ["4 Recovery", "", "[incident/README.md](incident/README.md#4-recovery)"],
      ["5 Post-mortem", "24 h", "[incident/post-mortem.md](incident/post-mortem.md)"],
    ],
    sum: `## How it adds up

sensor + (datapoints + what a period lets pass) × period + ingestion + evaluation + further + delivery

- **sensor**: a health check's tries, before any metric changes.
- **what a period lets pass**: 1 for what is sampled once a period; for a share of requests, the share that is asked for.
- **ingestion**: until a period's value can be read; by namespace and kind of metric, below.
- **evaluation**: CloudWatch looks once a minute, and so does Datadog: ${EVALUATION_SECONDS} s.
- **further**: the composite that pages (${COMPOSITE_SECONDS} s) and its wait for another one; ${SILENCE_SECONDS} s where silence itself rings.
- **delivery**: alarm action, SNS, function, PagerDuty, or from Datadog to PagerDuty: ${DELIVERY_SECONDS} s.

Datadog's windows slide: what is asked of one is the share of it that a total fault fills before its threshold is crossed. For a sum of
errors that is 100 errors at 100 requests a minute, for a budget's burn the burn times the budget.`,
    alarms: "Alarms and monitors",
    alarmHeads: ["alarm", "by", "region", "severity", "sensor:", "periods:", "ingestion:", "evaluation:", "further:"],
    lastHeads: ["delivery:", "at worst:"],
    units: { s: " s", min: " min", h: " h" },
    severities: { critical: "critical", warning: "warning", info: "info" },
    ingestion: `## Ingestion

AWS promises no delays: what is documented is how often values are sent, and Datadog's guide "Cloud metric delay" says that one-minute metrics of
CloudWatch can be read after about two minutes. What is marked unverified is an assumption. Where it is shorter than those two
minutes, a row that reads it takes longer by the difference should the account see them: up to a minute more than is printed.
The quarterly drill ([incident/alarm-path.md](incident/alarm-path.md#drill)) measures it, and its numbers replace these.`,
    delayHeads: ["metrics", "delay:", "source"],
  },
  ja: {
    title: "障害検知までの時間",
    other: "[English](detection.md)",
    lead: `全面障害(全リクエストの失敗、全停止)から人に知らせるまでの最悪の時間です。重大(critical)のアラームは呼び出しを行い、手順書の5分以内
(ダンプの欠落は1日強)に届かなければなりません。これはテストで保証しています。警告(warning)と情報(info)はSlackに届き、急ぎません。`,
    steps: "手順書の5段階",
    stepHeads: ["段階", "目標", "ここで行うもの"],
    stepRows: [
      ["1 検知", "5分", "下の表の重大の行: PagerDuty、Slackの #incidents、メール"],
      ["2 初動対応", "15分", "[障害対応](incident/README.ja.md#2-初動対応15分以内)"],
      ["3 原因調査", "30分", "[障害対応](incident/README.ja.md#3-原因調査30分以内)"],
      ["4 復旧作業", "", "[障害対応](incident/README.ja.md#4-復旧作業)"],
      ["5 事後対応", "24時間", "[ポストモーテム](incident/post-mortem.ja.md)"],
    ],
    sum: `## 計算のしかた

検知器 +(データポイント数 + 見逃し)× 期間 + 取り込み + 評価 + 追加 + 配送

- **検知器**: メトリクスが変わる前の、ヘルスチェックの試行回数分。
- **見逃し**: 期間に1度だけ測るものは1。リクエストの割合で見るものは、求める割合。
- **取り込み**: 期間の値が読めるようになるまで。名前空間とメトリクスの種類ごとに下の表にあります。
- **評価**: CloudWatchもDatadogも1分ごとに見ます: ${EVALUATION_SECONDS}秒。
- **追加**: 呼び出しを行う複合アラーム(${COMPOSITE_SECONDS}秒)と、ほかのアラームを待つ時間。データの欠落で鳴るものは ${SILENCE_SECONDS}秒。
- **配送**: アラームアクション、SNS、関数、PagerDutyまで、またはDatadogからPagerDutyまで: ${DELIVERY_SECONDS}秒。

Datadogの窓は移動します。必要なのは、全面障害がしきい値を超えるまでに窓を占める割合です。エラー数の合計なら毎分100リクエストでの100エラー、
エラーバジェットなら消費速度とバジェットの積です。`,
    alarms: "アラームとモニター",
    alarmHeads: ["アラーム", "検知元", "リージョン", "重大度", "検知器:", "期間:", "取り込み:", "評価:", "追加:"],
    lastHeads: ["配送:", "最悪:"],
    units: { s: "秒", min: "分", h: "時間" },
    severities: { critical: "重大", warning: "警告", info: "情報" },
    ingestion: `## 取り込みの遅れ

AWSは遅れを約束していません。資料にあるのは値を送る間隔で、Datadogの資料「Cloud metric delay」はCloudWatchの1分間隔のメトリクスが約2分後に
読めるとしています。「未検証」は仮定です。その2分より短い行は、実際のアカウントで2分かかれば、差の分(最大1分)遅くなります。
四半期ごとの訓練([呼び出し経路](incident/alarm-path.ja.md#drill))で測り、その値で置き換えます。`,
    delayHeads: ["メトリクス", "遅れ:", "出典"],
  },
} as const;

/** Where each delay is from, by the English of it. A test holds that none is missing. */
const SOURCES_JA: Readonly<Record<string, string>> = {
  "sent in 60-second intervals (Application Load Balancer user guide), read after about 2 minutes (Datadog, cloud metric delay)":
    "60秒間隔で送信(Application Load Balancerユーザーガイド)、約2分後に読める(Datadog, cloud metric delay)",
  "unverified; sent each minute, and Datadog writes of about 120 s":
    "未検証。1分ごとに送信、Datadogは約120秒としている",
  "unverified; made of performance log events (CloudWatch user guide, Container Insights), each minute":
    "未検証。パフォーマンスログイベントから1分ごとに作られる(CloudWatchユーザーガイド、Container Insights)",
  "unverified; sampled each minute, and Datadog writes of about 120 s":
    "未検証。1分ごとに計測、Datadogは約120秒としている",
  "unverified; several minutes may pass from a failed check to the notification (Route 53 developer guide, Monitoring health checks)":
    "未検証。失敗から通知まで数分かかることがある(Route 53開発者ガイド、ヘルスチェックの監視)",
  "unverified; reports are of several minutes' lag": "未検証。数分の遅れが報告されている",
  "sent each minute, read after about 2 minutes (Datadog, cloud metric delay)":
    "1分ごとに送信、約2分後に読める(Datadog, cloud metric delay)",
  "sent twice a day (ACM user guide)": "1日2回送信(ACMユーザーガイド)",
  "unverified; requests each minute on best effort, perhaps late or never (S3 user guide, Metrics and dimensions)":
    "未検証。1分ごと、ベストエフォートで遅延や欠落もありうる(S3ユーザーガイド、メトリクスとディメンション)",
  "storage once a day (S3 user guide)": "ストレージは1日1回(S3ユーザーガイド)",
  "sent every five minutes (AWS Backup developer guide)": "5分ごとに送信(AWS Backup開発者ガイド)",
  "sent each minute; a queue that was idle for long is told of late (SQS developer guide)":
    "1分ごとに送信。長く使われていないキューは遅れる(SQS開発者ガイド)",
  "unverified; taken from a log line as it comes in": "未検証。ログの行が届いた時に取り出す",
  "unverified; the agent's own ten seconds are counted as the sensor's": "未検証。エージェントの10秒は検知器に含めた",
  "unverified; likewise the check's 15 seconds": "未検証。同じくチェックの15秒は検知器に含めた",
  "unverified; results are judged over time (Datadog, Understanding synthetic monitor alerting)":
    "未検証。結果は一定時間で判定される(Datadog, Understanding synthetic monitor alerting)",
  "unverified; taken from log lines as they come in": "未検証。ログの行が届いた時に取り出す",
};

function sourceIn(language: Language, source: string): string {
  if (language === "en") return source;
  const text = SOURCES_JA[source];
  if (text === undefined) throw new Error(`detection-page.ts has no Japanese for the source "${source}"`);
  return text;
}

function table(heads: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const right = heads.map((head) => head.endsWith(":"));
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(" | ")} |`;
  return [
    line(heads.map((head) => head.replace(/:$/, ""))),
    `|${right.map((aligned) => (aligned ? "---:" : "---")).join("|")}|`,
    ...rows.map(line),
  ].join("\n");
}

function inWords(seconds: number, language: Language): string {
  const { s, min, h } = WORDS[language].units;
  if (seconds < 600) return `${seconds}${s}`;
  return seconds < 7200 ? `${Math.round(seconds / 60)}${min}` : `${Math.round(seconds / 3600)}${h}`;
}

/** The page of a language, whole. */
export function detectionPage(rows: readonly DetectionRow[], language: Language): string {
  const words = WORDS[language];
  const sorted = [...rows].sort(
    (a, b) =>
      severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
      detectionSeconds(a) - detectionSeconds(b) ||
      a.name.localeCompare(b.name),
  );
  const share = ({ datapoints, unnoticed }: DetectionRow) => Math.round((datapoints + unnoticed) * 1e4) / 1e4;
  const worst = (row: DetectionRow): string => {
    const text = inWords(detectionSeconds(row), language);
    return row.severity === "critical" ? `**${text}**` : text;
  };
  const alarms = sorted.map((row) => [
    ...[`\`${row.name}\``, row.by, row.where, words.severities[row.severity], row.sensorSeconds],
    ...[`${share(row)} × ${row.periodSeconds}`, row.ingestionSeconds, EVALUATION_SECONDS, row.furtherSeconds],
    ...[DELIVERY_SECONDS, worst(row)],
  ]);
  const delays = Object.entries(ingestionDelays).map(([namespace, { seconds, source }]) => [
    `\`${namespace}\``,
    inWords(seconds, language),
    sourceIn(language, source),
  ]);
  return `<!-- Written by tests/components/monitoring/detection.test.ts from components/monitoring; \`npm run docs\` writes it anew. -->

# ${words.title}

${words.other}

${words.lead}

## ${words.steps}

${table(words.stepHeads, words.stepRows)}

${words.sum}

## ${words.alarms}

${table([...words.alarmHeads, ...words.lastHeads], alarms)}

${words.ingestion}

${table(words.delayHeads, delays)}
`;
}
