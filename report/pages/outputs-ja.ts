// The outputs' meanings in Japanese, by the English of the interface. A test holds that none is missing and none is left over.
export const outputsJa: Readonly<Record<string, string>> = {
  "What visitors type; the first is canonical.": "訪問者が使う名前。先頭が正式名です。",
  "Of one-off tasks: migration, console.": "単発タスク(マイグレーション、コンソール)用。",
  "What AWS Backup takes and restores recovery points with.": "AWS Backupが復旧ポイントの作成と復元に使うロール。",
  "Of its tasks, stream `container/container/task`.": "タスクのログ。ストリーム名は `コンテナ/コンテナ/タスク`。",
  "The family that releases register their revisions in.": "リリースがリビジョンを登録するファミリー。",
  "The family that the program writes: what a release copies.":
    "プログラムが書くテンプレートのファミリー。リリースの元になります。",
  "The function that ECS asks before a release takes traffic, and the table of what it did to the schema.":
    "リリースが通信を受ける前にECSが呼ぶ関数と、スキーマへの操作を記録するテーブル。",
  "The CloudFront key-value store whose key `maintenance` the operator writes.":
    "運用者がキー `maintenance` を書くCloudFrontのキーバリューストア。",
  "By severity: critical, warning, info, and the heartbeat's.": "重大度別(critical、warning、info)と死活確認用。",
  "The same in us-east-1.": "us-east-1の同じもの。",
};
