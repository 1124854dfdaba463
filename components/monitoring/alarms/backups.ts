import { sumOf } from "../../compute/metric-math";
import type { BackupMetric } from "../../data/backup-metrics";
import type { ReplicationMetric } from "../../data/replication";
import type { Metrics } from "../../metrics";
import { above, type AlarmRule, atLeast, below, hours, minutes } from "../alarm";

export interface BackupRulesArgs {
  readonly metrics: Metrics<BackupMetric>;
}

const page = "backups";

/** Uploads on their way to the other region. */
export function replicationRules(metrics: Metrics<ReplicationMetric>): AlarmRule[] {
  return [
    {
      key: "uploads-copy-failed",
      severity: "warning",
      page,
      en: "Uploads could not be copied to the other region, and S3 does not try them again",
      ja: "アップロードファイルの他リージョンへのレプリケーションが失敗しました(自動再試行なし)",
      signal: { metric: metrics.failed, stat: "Sum" },
      test: above(0, "Count"),
      ...minutes(1),
      missing: "notBreaching",
    },
  ];
}

/** Backups in the vault, their copies in the other region, the weekly restore test. */
export function backupRules({ metrics }: BackupRulesArgs): AlarmRule[] {
  return [
    {
      key: "backup-failed",
      severity: "warning",
      page,
      en: "A backup failed, was aborted, or did not begin within its window",
      ja: "バックアップジョブが失敗・中止、または開始期限切れになりました",
      signal: {
        label: "Backups that came to nothing",
        expression: sumOf("failed", "expired", "aborted"),
        metrics: {
          failed: { metric: metrics.backupsFailed, stat: "Sum" },
          expired: { metric: metrics.backupsExpired, stat: "Sum" },
          aborted: { metric: metrics.backupsAborted, stat: "Sum" },
        },
      },
      test: atLeast(1, "Count"),
      ...minutes(1),
      missing: "notBreaching",
    },
    {
      key: "backup-copy-failed",
      severity: "warning",
      page,
      en: "A copy of a backup to the other region failed: a disaster in this region would cost a day more",
      ja: "他リージョンへのバックアップコピーが失敗しました",
      signal: { metric: metrics.copiesFailed, stat: "Sum" },
      test: above(0, "Count"),
      ...minutes(1),
      missing: "notBreaching",
    },
    {
      key: "backup-restore-failed",
      severity: "warning",
      page,
      en: "A restore failed, the weekly test or one that somebody waits for: the backups may be worth nothing",
      ja: "リストアジョブ(週次テストを含む)が失敗しました。バックアップが使えない可能性があります",
      signal: { metric: metrics.restoresFailed, stat: "Sum" },
      test: above(0, "Count"),
      ...minutes(1),
      missing: "notBreaching",
    },
    {
      key: "backup-missing",
      severity: "warning",
      page,
      en: "For 26 hours no backup has been completed",
      ja: "26時間以内に完了したバックアップがありません",
      signal: { metric: metrics.backupsCompleted, stat: "Sum" },
      test: below(1, "Count"),
      // A day and what its job may take longer than the day before.
      ...hours(26),
      missing: "breaching",
    },
  ];
}
