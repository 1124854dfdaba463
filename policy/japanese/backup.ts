import type { GroupTexts } from "./text";

export const backup: GroupTexts = {
  "backup-copied-away": {
    description: "バックアッププランは復旧ポイントを別のリージョンにコピーします。",
    mend: "スタックファイルの `affiliate:recovery.copyRegion` を設定します。",
  },
  "backup-plan-covers": {
    description: "データを持つものはすべて、ARNでバックアッププランに入っています。",
    mend: "BackupsコンポーネントにARNを加えます(index.tsのclusterArnsかstoreArns)。",
  },
  "backup-restore-tested": {
    description: "データベースの復旧ポイントは定期的に復元されています。復元できて初めてバックアップと言えるからです。",
    mend: "復元テストプランの選択にクラスターを加えます(components/data/backups.ts)。",
  },
  "backup-retention": {
    description: "バックアッププランの各階層は、復旧ポイントを十分な期間保持し、期限があります。",
    mend: "スタックファイルの `affiliate:backup` の日数を増やします。",
  },
  "backup-vault-locked": {
    description: "復旧ポイントは期限前に削除できず、誤って短い期間だけ保持されることもありません。",
    mend: "各ボールトに、minRetentionDaysのあるVaultLockConfigurationを付けます(components/data/backups.ts)。",
  },
  "dynamodb-backups": {
    description: "DynamoDBテーブルは直近の任意の秒の状態に戻せます。",
    mend: "pointInTimeRecoveryにenabled: trueを設定します(components/compute/release-gate.ts)。",
  },
  "dynamodb-deletion-protection": {
    description: "AWSがDynamoDBテーブルの削除を拒否します。",
    mend: "スタックファイルで `affiliate:protect: true` を設定します。",
  },
  "elasticache-final-snapshot": {
    description: "Redisのグループを削除すると、スナップショットが残ります。",
    mend: "finalSnapshotIdentifierを設定します(components/data/redis-group.ts)。スタックファイルの `affiliate:protect` に従います。",
  },
  "elasticache-snapshots": {
    description: "Redisは毎日保存されています。",
    mend: "スタックファイルの `affiliate:redis.snapshotRetentionDays` を設定します。",
  },
  "kms-deletion-window": {
    description: "削除した鍵は取り戻せます。鍵を失うと、暗号化したデータもすべて失われます。",
    mend: "deletionWindowInDays: 30を設定します(components/foundation/keys.ts)。",
  },
  "log-group-retention": {
    description: "ログは必要なときに読める期間だけ保持され、無期限には残りません。",
    mend: "retentionInDaysにスタックファイルの `affiliate:logs.retentionDays` を渡します。",
  },
  "rds-backups-kept": {
    description: "クラスターを削除しても、Auroraの自動バックアップは残ります。",
    mend: "deleteAutomatedBackups: falseを設定します(components/data/database.ts)。",
  },
  "rds-cluster-retention": {
    description: "Auroraクラスターは直近の任意の時点に戻せます。",
    mend: "スタックファイルの `affiliate:database.backupRetentionDays` を設定します(1〜35日)。",
  },
  "rds-deletion-protection": {
    description: "AWSがAuroraクラスターの削除を拒否します。",
    mend: "スタックファイルで `affiliate:protect: true` を設定します。",
  },
  "rds-final-snapshot": {
    description: "Auroraクラスターを削除すると、スナップショットが残ります。",
    mend: "skipFinalSnapshot: falseとfinalSnapshotIdentifierを設定します(components/data/database.ts)。",
  },
  "rds-snapshot-tags": {
    description: "Auroraのスナップショットにはクラスターのタグが付きます。",
    mend: "copyTagsToSnapshot: trueを設定します(components/data/database.ts)。",
  },
  "s3-lifecycle": {
    description:
      "バケットに残るものには期限があります。旧バージョンは期限切れになり、途中のアップロードは破棄されます。",
    mend: "noncurrentVersionExpirationとabortIncompleteMultipartUploadのあるライフサイクルルールを付けます。",
  },
  "s3-not-emptied": {
    description: "中身のあるバケットやリポジトリは削除されません。",
    mend: "forceDestroyとforceDeleteを書きません。スタックファイルの `affiliate:protect` に従います。",
  },
  "s3-uploads-copied": {
    description: "利用者のファイルは、暗号化されたものも含め、届きしだい別のリージョンにコピーされます。",
    mend: "スタックファイルの `affiliate:recovery.copyRegion` を設定します(components/data/replication.ts)。",
  },
  "s3-versioning": {
    description: "バケットは上書き・削除されたものを保持します。",
    mend: "PrivateBucketにversioned: trueを付けて作ります(components/foundation/private-bucket.ts)。",
  },
  "secret-copied": {
    description: "各シークレットは別のリージョンに複製があり、このリージョンを失っても基盤を起動できます。",
    mend: "スタックファイルの `affiliate:recovery.copyRegion` を設定します(components/foundation/secrets.ts)。",
  },
  "secret-recovery-window": {
    description: "削除したシークレットは取り戻せます。",
    mend: "recoveryWindowInDaysを設定します(components/foundation/secrets.ts)。",
  },
  "stateful-protected": {
    description: "Pulumiが、データを持つものの削除と置換を拒否します。",
    mend: "stateful(stack, …)で作り(components/stateful.ts)、スタックファイルで `affiliate:protect: true` を設定します。",
  },
  "task-definition-kept": {
    description: "タスク定義の古いリビジョンは残り、ロールバック先になります。",
    mend: "skipDestroy: trueを設定します(components/compute/task-template.ts)。",
  },
};
