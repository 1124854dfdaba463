import { block, integer, oneOf } from "./fields";
import { REGIONS } from "./stack";

const days = (example: number) => integer({ min: 7, max: 3650, unit: "days", example });

export const backup = block({
  /** Days that the recovery point of each day is kept. Source: AWS Backup, lifecycle. */
  dailyDays: days(35),
  /** Days that Sunday's is kept. */
  weeklyDays: days(90),
  /** Days that the first of a month's is kept. */
  monthlyDays: days(365),
  /** Days that the copy of every twelve hours is kept in the other region. */
  copyDays: days(35),
  /**
   * Turns the lock of the vaults into one that nobody, not even AWS, can lift: this many days after the update, for
   * ever. Until then the key can be taken out again.
   * @default governance mode, which a role with the right to may lift. Source: AWS Backup Vault Lock, at least 3 days
   */
  lockForEverAfterDays: integer({ min: 3, max: 36_500, unit: "days", example: 30 }).optional(),
});

export const recovery = block({
  /** What a loss in the region may cost; `operations drill` fails when it costs more. */
  inRegion: block({
    /** Minutes of data. */
    rpoMinutes: integer({ min: 1, max: 1440, unit: "minutes", example: 5 }),
    /** Minutes until visitors are served. */
    rtoMinutes: integer({ min: 1, max: 1440, unit: "minutes", example: 60 }),
  }),
  /** What the loss of the region may cost. */
  acrossRegions: block({
    /** Hours of data. */
    rpoHours: integer({ min: 1, max: 168, unit: "hours", example: 24 }),
    /** Hours until visitors are served. */
    rtoHours: integer({ min: 1, max: 168, unit: "hours", example: 4 }),
  }),
  /**
   * Recovery points, uploads, images and secrets are copied there.
   * @default none: nothing is copied
   */
  copyRegion: oneOf(REGIONS, "Tokyo, Osaka").optional(),
  /**
   * The stack whose copies in this region are used, in the place of images, secrets and uploads of this stack's own.
   * @default none
   */
  copiesOf: oneOf(["production", "staging"]).optional(),
});
