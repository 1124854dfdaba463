import { backupTimes } from "../backup-times";
import { collide } from "../windows";
import type { Rule, RuleSet } from "./rule";

/** Copies lie elsewhere; tiers of a backup plan reach further each; Aurora's windows stay clear of AWS Backup's. */
export const recoveryRules: RuleSet = (file) => {
  const windows = Object.values(backupTimes).flatMap((time): readonly string[] => time.windows);
  return [
    {
      path: ["recovery", "copyRegion"],
      holds: () => file.recovery.copyRegion !== file.aws.region,
      problem: () => "is the stack's own region: a copy there is lost with the original",
      allowed: () => "the other region",
      example: () => (file.aws.region === "ap-northeast-1" ? "ap-northeast-3" : "ap-northeast-1"),
    },
    {
      path: ["recovery", "copyRegion"],
      holds: () => file.environment !== "production" || file.recovery.copyRegion !== undefined,
      problem: () => "production would be lost with its region",
      allowed: () => "a region for the copies, in production",
      example: () => "ap-northeast-3",
    },
    {
      path: ["recovery", "copiesOf"],
      holds: () => (file.environment === "recovery") === (file.recovery.copiesOf !== undefined),
      problem: () => "the recovery stack lives on another stack's copies, and no other stack does",
      allowed: () => 'the stack that was copied, in the recovery stack only: "production"',
      example: () => "production",
    },
    ...rising("weeklyDays", "dailyDays"),
    ...rising("monthlyDays", "weeklyDays"),
    ...(["backupWindow", "maintenanceWindow"] as const).map((key): Rule => ({
      path: ["database", key],
      holds: () => !windows.some((window) => collide(file.database[key], window)),
      problem: () =>
        `AWS Backup takes no recovery point of Aurora in this window or the hour before, and it starts at ${windows.join(", ")}`,
      allowed: () => "a window apart from those (config/backup-times.ts)",
      example: () => (key === "backupWindow" ? "03:00-04:00" : "sun 05:30-06:30"),
    })),
  ];

  function rising(longer: "weeklyDays" | "monthlyDays", shorter: "dailyDays" | "weeklyDays"): Rule[] {
    return [
      {
        path: ["backup", longer],
        holds: () => file.backup[longer] >= file.backup[shorter],
        problem: () => `is less than backup.${shorter}, ${file.backup[shorter]}: the tier would add nothing`,
        allowed: () => `at least backup.${shorter}`,
        example: () => file.backup[shorter],
      },
    ];
  }
};
