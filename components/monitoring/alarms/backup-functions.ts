import { dumpLimits, redisExportLimits } from "../../../config/backup-functions";
import type { DatabaseDumpMetric } from "../../compute/database-dump";
import { sumOf } from "../../compute/metric-math";
import type { RedisExportMetric } from "../../compute/redis-export";
import type { RestoreValidationMetric } from "../../compute/restore-validation";
import type { Metrics } from "../../metrics";
import { above, type AlarmRule, atLeast, below, days, fiveMinutes, hours, minutes } from "../alarm";

export interface BackupFunctionRulesArgs {
  readonly dump: { readonly metrics: Metrics<DatabaseDumpMetric> };
  readonly redisExport: { readonly metrics: Metrics<RedisExportMetric> };
  readonly restoreValidation: { readonly metrics: Metrics<RestoreValidationMetric> };
}

const page = "backups";
const fault = "backups";
/** What a deletion takes, over the bound of what is deleted. */
const DELETION_SECONDS = 2 * 3600;
const HOUR = 3600;
/** A week, and a day for the test and for who looks into it. */
const RESTORE_TEST_DAYS = 8;

/** The daily dump, the daily export of Redis and the weekly look into a restored database: that they come about, and that nothing of them is left standing. */
export function backupFunctionRules({ dump, redisExport, restoreValidation }: BackupFunctionRulesArgs): AlarmRule[] {
  return [
    {
      key: "dump-missing",
      severity: "critical",
      fault,
      page,
      en: "For 26 hours no logical dump of the database has succeeded",
      ja: "26時間以内に成功した論理ダンプがありません",
      signal: { metric: dump.metrics.succeeded, stat: "Sum" },
      test: below(1, "Count"),
      // A day and what its dump may take longer than the day before. It begins at six in the morning, so this rings in the day.
      ...hours(26),
      missing: "breaching",
      withinSeconds: 28 * HOUR,
    },
    {
      key: "dump-failed",
      severity: "critical",
      fault,
      page,
      en: "A logical dump of the database was given up after all its tries",
      ja: "データベースの論理ダンプが全試行で失敗し、中止されました",
      signal: { metric: dump.metrics.givenUp, stat: "Maximum" },
      test: atLeast(1, "Count"),
      ...minutes(1),
      missing: "notBreaching",
      unnoticed: 0,
    },
    {
      key: "dump-clone-left",
      severity: "warning",
      page,
      en: `A clone of the database is over ${dumpLimits.cloneHours} hours old, or nobody looks after clones any more`,
      ja: `データベースのクローンが${dumpLimits.cloneHours}時間を超えて残っているか、管理する関数が停止しています`,
      signal: { metric: dump.metrics.cloneAge, stat: "Maximum" },
      test: above(dumpLimits.cloneHours * HOUR + DELETION_SECONDS, "Seconds"),
      ...fiveMinutes(6),
      missing: "breaching",
    },
    {
      key: "redis-export-missing",
      severity: "warning",
      page,
      en: "Today's snapshots of Redis are not in the bucket, hours after their time",
      ja: "本日のRedisスナップショットが予定時刻を過ぎてもバケットにありません",
      signal: { metric: redisExport.metrics.exported, stat: "Maximum" },
      test: below(1, "Count"),
      ...hours(redisExportLimits.beginHours + 1),
      missing: "breaching",
    },
    {
      key: "redis-exports-shrank",
      severity: "warning",
      page,
      en: "The bucket of Redis exports lost over half of its objects in a day",
      ja: "Redisエクスポート用バケットのオブジェクトが1日で半数以上減少しました",
      signal: {
        label: "Change of the number of objects since the day before, percent",
        expression: "100 * DIFF(objects) / (objects - DIFF(objects))",
        metrics: { objects: { metric: redisExport.metrics.objects, stat: "Average" } },
      },
      test: below(-50, "Percent"),
      // S3 counts once a day, and the day before yesterday's number may be the newest.
      ...days(1, 2),
      missing: "ignore",
    },
    {
      key: "redis-snapshot-left",
      severity: "warning",
      page,
      en: `A snapshot that was only to be exported is over ${redisExportLimits.snapshotHours} hours old`,
      ja: `エクスポート用スナップショットが${redisExportLimits.snapshotHours}時間を超えて残っています`,
      signal: { metric: redisExport.metrics.snapshotAge, stat: "Maximum" },
      test: above(redisExportLimits.snapshotHours * HOUR + DELETION_SECONDS, "Seconds"),
      ...fiveMinutes(6),
      missing: "notBreaching",
    },
    {
      key: "restore-not-whole",
      severity: "warning",
      page,
      en: "A database that was restored for a test is not whole: the backups may be worth nothing",
      ja: "テストでリストアしたデータベースが不完全です。バックアップが使えない可能性があります",
      signal: { metric: restoreValidation.metrics.validated, stat: "Minimum" },
      test: below(1, "Count"),
      ...minutes(1),
      missing: "notBreaching",
    },
    {
      key: "restore-test-old",
      severity: "warning",
      page,
      en: `For ${RESTORE_TEST_DAYS} days no restored database has been found whole`,
      ja: `${RESTORE_TEST_DAYS}日間、完全と確認されたリストアテストがありません`,
      signal: { metric: restoreValidation.metrics.testAge, stat: "Maximum" },
      test: above(RESTORE_TEST_DAYS * 24 * HOUR, "Seconds"),
      ...fiveMinutes(6),
      missing: "breaching",
    },
    {
      key: "backup-function-errors",
      severity: "warning",
      page,
      en: "A function that sees to dumps, exports or restore tests has failed for a quarter of an hour",
      ja: "ダンプ・エクスポート・リストア検証を行う関数が15分間失敗しています",
      signal: {
        label: "Errors of the functions around backups",
        expression: sumOf("dump", "redis", "restore"),
        metrics: {
          dump: { metric: dump.metrics.functionErrors, stat: "Sum" },
          redis: { metric: redisExport.metrics.functionErrors, stat: "Sum" },
          restore: { metric: restoreValidation.metrics.functionErrors, stat: "Sum" },
        },
      },
      test: atLeast(1, "Count"),
      ...fiveMinutes(3),
      missing: "notBreaching",
    },
    {
      key: "backup-calls-lost",
      severity: "warning",
      page,
      en: "Calls of a function that sees to dumps, exports or restore tests did not reach it",
      ja: "ダンプ・エクスポート・リストア検証を行う関数の呼び出しが届きませんでした",
      signal: {
        label: "Calls in the dead-letter queues",
        expression: sumOf("dump", "redis", "restore"),
        metrics: {
          dump: { metric: dump.metrics.lostCalls, stat: "Maximum" },
          redis: { metric: redisExport.metrics.lostCalls, stat: "Maximum" },
          restore: { metric: restoreValidation.metrics.lostCalls, stat: "Maximum" },
        },
      },
      test: atLeast(1, "Count"),
      ...fiveMinutes(1),
      missing: "notBreaching",
    },
  ];
}
