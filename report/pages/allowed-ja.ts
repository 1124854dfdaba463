// What a setting may be, and its default, in Japanese: from the English that the schema says it in.

/** What numbers count, by the schema's noun. */
const COUNTED: Readonly<Record<string, string>> = {
  days: "日数",
  hours: "時間数",
  minutes: "分数",
  seconds: "秒数",
  percent: "パーセント",
  readers: "リーダーの台数",
  nodes: "ノード数",
  tasks: "タスク数",
  jobs: "ジョブ数",
  MiB: "MiB",
  "the tier (0 is promoted first)": "階層(0が最初に昇格)",
  "the generation": "世代の番号",
  "the generation, one more than the last": "世代の番号(前回より1大きい値)",
  "CPU units (1024 are a vCPU)": "CPUユニット(1024で1 vCPU)",
  "requests per minute": "1分あたりのリクエスト数",
  "requests in five minutes": "5分間のリクエスト数",
  "GitHub: the id": "GitHubのID",
};

/** What lists hold. */
const LISTED: Readonly<Record<string, string>> = {
  "host names": "ホスト名",
  "host names of another stack": "別スタックのホスト名",
  zones: "ゾーン",
  "IPv4 blocks, one for each zone": "IPv4アドレス範囲(ゾーンごとに1つ)",
  instances: "インスタンス",
  generations: "世代",
  "queue names": "キュー名",
  "rule names": "ルール名",
  "path patterns": "パスのパターン",
  "mail addresses": "メールアドレス",
  "team ids": "チームID",
  "user ids": "ユーザーID",
  "name patterns": "名前のパターン",
  "account ids": "アカウントID",
};

const SENTENCES: Readonly<Record<string, string>> = {
  "true or false": "true または false",
  "twelve digits in quotes: a number would lose a leading 0": "引用符で囲んだ12桁の数字(数値にすると先頭の0が失われる)",
  "a host name in lower-case letters, without a dot at its end": "小文字のホスト名(末尾のドットなし)",
  "a Route 53 hosted zone id: Z and capital letters or digits": "Route 53のホストゾーンID(Zと大文字・数字)",
  "an IPv4 block, address and prefix length": "IPv4アドレス範囲(アドレスとプレフィックス長)",
  "an availability zone's name": "アベイラビリティゾーンの名前",
  "an availability zone's id (aws ec2 describe-availability-zones)":
    "アベイラビリティゾーンのID(aws ec2 describe-availability-zones)",
  "a prefix list's id": "プレフィックスリストのID",
  "an Aurora MySQL 3 version": "Aurora MySQL 3のバージョン",
  "1 to 64 lower-case letters, digits or _, a letter first": "小文字・数字・_ で1〜64文字(先頭は文字)",
  "an instance class of Aurora MySQL": "Aurora MySQLのインスタンスクラス",
  "a daily window in Tokyo time, hh:mm-hh:mm": "毎日の時間帯(東京時間、hh:mm-hh:mm)",
  "a weekly window in Tokyo time, ddd hh:mm-hh:mm with the day it begins on":
    "毎週の時間帯(東京時間、始まる曜日を付けて ddd hh:mm-hh:mm)",
  'the ARN of a cluster snapshot or of a recovery point of Aurora (arn:aws:rds:…:cluster-snapshot:…), a time with its offset, or "latest"; of a cluster that was deleted, its resource id before that: cluster-ABCDEFGHIJ…@latest':
    'クラスタースナップショットかAuroraの復旧ポイントのARN(arn:aws:rds:…:cluster-snapshot:…)、時差付きの時刻、または "latest"。削除したクラスターなら、その前にリソースIDを付ける(cluster-ABCDEFGHIJ…@latest)',
  '"7.1" or "7.0" (Redis OSS ends at 7.1; Valkey is another engine)':
    '"7.1" または "7.0"(Redis OSSは7.1が最後。Valkeyは別のエンジン)',
  "an ElastiCache node type": "ElastiCacheのノードタイプ",
  "the name of a snapshot, or the S3 ARN of an exported one (….rdb)":
    "スナップショットの名前、または書き出したもののS3のARN(….rdb)",
  "an image by digest, registry/name@sha256: and 64 hexadecimal digits; a tag can come to mean another image":
    "ダイジェスト付きのイメージ(registry/name@sha256:と16進64桁。タグは別のイメージを指すことがある)",
  "an image by digest: repository@sha256:…": "ダイジェスト付きのイメージ(repository@sha256:…)",
  '"PriceClass_200" or "PriceClass_All" (PriceClass_100 has no location in Japan)':
    '"PriceClass_200" または "PriceClass_All"(PriceClass_100には日本の拠点がない)',
  "a Slack id: T, letters, digits": "SlackのID(Tと英数字)",
  "a Slack id: C or G, letters, digits": "SlackのID(CかGと英数字)",
  "a reason, 10 to 200 characters": "理由(10〜200文字)",
  "an https address without query and slash at its end": "httpsのアドレス(クエリと末尾のスラッシュなし)",
  "a Statuspage page id: small letters and digits": "StatuspageのページID(小文字と数字)",
  '"ap-northeast-1" or "ap-northeast-3" (Tokyo, Osaka)': '"ap-northeast-1" または "ap-northeast-3"(東京、大阪)',
  "a Slack account's name in Datadog": "DatadogでのSlackアカウント名",
  "a Slack channel's name without #, lower-case": "Slackのチャンネル名(#なし、小文字)",
  "a GitHub organisation's name": "GitHubの組織名",
  "a repository's name, without its owner": "リポジトリ名(所有者なし)",
  "a map of tag names to texts": "タグ名から文字列への対応",
  none: "なし",
  "none: generation 0, made empty": "なし(空で作った世代0)",
  "none: nothing is copied": "なし(コピーしない)",
  "none: the texts are published by hand, docs/incident/status-page.md":
    "なし(文面は手で掲載。docs/incident/status-page.ja.md)",
  "governance mode, which a role with the right to may lift. Source: AWS Backup Vault Lock, at least 3 days":
    "ガバナンスモード(権限のあるロールは外せる)。出典: AWS Backup Vault Lock、3日以上",
  "256 CPU units, 512 MiB": "256 CPUユニット、512 MiB",
  "512 CPU units, 1024 MiB": "512 CPUユニット、1024 MiB",
};

/** In a sentence of its own, or as one of the forms that the schema makes. @throws {Error} when it is neither */
export function allowedJa(english: string): string {
  const known = SENTENCES[english];
  if (known !== undefined) return known;
  // Names and numbers are the same in both.
  if (english === "" || /^[\w.]+$/.test(english)) return english;
  if (/^"[^"]*"(?: or "[^"]*")*$/.test(english)) return english.replaceAll(" or ", " または ");
  const [, whole, noun = "", from, to] = /^a (whole )?number of (.+), ([\d.]+) to ([\d.]+)$/.exec(english) ?? [];
  const unit = COUNTED[noun];
  if (unit !== undefined) return `${whole === undefined ? "数値" : "整数"}(${unit}、${from}〜${to})`;
  const [, least, most, things = ""] = /^a list of (\d+) to (\d+) (.+)$/.exec(english) ?? [];
  const thing = LISTED[things];
  if (thing !== undefined) return `${thing}のリスト(${least}〜${most}件)`;
  const [, days] = /^days CloudWatch Logs can keep events: ([\d, ]+)$/.exec(english) ?? [];
  if (days !== undefined) return `CloudWatch Logsが受け付ける日数(${days})`;
  throw new Error(`report/pages/allowed-ja.ts has no Japanese for "${english}"`);
}
