// Why a stack is held to less, in Japanese: the reasons of policy/stacks/<stack>.json.

/** By stack and rule. */
export const relaxations: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  staging: {
    "rds-cluster-retention": "stagingのデータは作り物です。壊れたマイグレーションに気づくには1週間あれば足ります。",
    "rds-backups-kept": "stagingのデータは作り物です。",
    "rds-deletion-protection": "stagingは壊して作り直します。",
    "dynamodb-deletion-protection": "stagingは壊して作り直します。",
    "rds-final-snapshot": "stagingのデータは作り物です。",
    "rds-insights": "advancedはvCPU単位の課金です。stagingには7日分の履歴で足ります。",
    "elasticache-snapshots": "復元の練習にはこれで足ります。",
    "elasticache-final-snapshot": "stagingのセッションとキャッシュは作り物です。",
    "elasticache-multi-az": "フェイルオーバーできる最小が2ノードです。",
    "ecs-service-redundant": "stagingのキューは1つのワーカーで処理します。落ちている間、ジョブは待ちます。",
    "nat-per-zone": "1つなら費用は3分の1です。そのゾーンの障害中、stagingは待ちます。",
    "log-group-retention": "2週間あれば1スプリントを見渡せます。",
    "s3-lifecycle": "作り物のファイルに履歴は要らず、stagingのダンプにオブジェクトロックはありません。",
    "s3-not-emptied": "stagingは中身ごと壊します。",
    "secret-recovery-window": "stagingを作り直すとき、同じ名前をすぐ使います。",
    "stateful-protected": "stagingは壊して作り直します。",
    "lb-deletion-protection": "stagingは壊して作り直します。",
    "backup-vault-locked": "stagingはボールトごと壊します。",
    "backup-retention": "stagingの各階層は、動くことを示すためだけにあります。",
  },
  recovery: {
    "backup-copied-away": "復旧スタックは別リージョンそのものにあり、東京が戻るまでコピー先がありません。",
  },
};
