/**
 * When AWS Backup begins, in Tokyo time: cron expressions in the zone Asia/Tokyo. It refuses to take a recovery point of
 * Aurora in the hour before and during the cluster's own backup and maintenance windows; config/rules/recovery.ts holds
 * stack files to that.
 */
export const backupTimes = {
  /** Every twelve hours: what is copied to the other region. */
  copied: { cron: "cron(0 8,20 * * ? *)", windows: ["08:00-10:00", "20:00-22:00"] },
  daily: { cron: "cron(0 0 * * ? *)", windows: ["00:00-02:00"] },
  weekly: { cron: "cron(0 12 ? * SUN *)", windows: ["sun 12:00-14:00"] },
  monthly: { cron: "cron(0 15 1 * ? *)", windows: ["15:00-17:00"] },
} as const;

export const BACKUP_TIME_ZONE = "Asia/Tokyo";
/** Minutes in which a job must have begun, and of the hour that it may not begin in: together the windows above. */
export const START_WINDOW_MINUTES = 60;
/** Sunday, after the weekly recovery point of a week before has been copied. */
export const RESTORE_TEST_CRON = "cron(0 16 ? * SUN *)";
