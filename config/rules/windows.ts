import type { Path } from "../faults";
import { collide, lengthMinutes } from "../windows";
import type { Rule, RuleSet } from "./rule";

interface Window {
  readonly path: Path;
  readonly name: string;
  readonly read: () => string;
}

/** Aurora takes windows of 30 minutes, ElastiCache of 60; AWS refuses those that collide, or moves one silently. */
export const windowRules: RuleSet = (file) => {
  const backup: Window = {
    path: ["database", "backupWindow"],
    name: "database.backupWindow",
    read: () => file.database.backupWindow,
  };
  const upkeep: Window = {
    path: ["database", "maintenanceWindow"],
    name: "database.maintenanceWindow",
    read: () => file.database.maintenanceWindow,
  };
  const snapshot: Window = {
    path: ["redis", "snapshotWindow"],
    name: "redis.snapshotWindow",
    read: () => file.redis.snapshotWindow,
  };
  const redisUpkeep: Window = {
    path: ["redis", "maintenanceWindow"],
    name: "redis.maintenanceWindow",
    read: () => file.redis.maintenanceWindow,
  };
  return [
    lasts(backup, 30, "03:00-04:00"),
    lasts(upkeep, 30, "sun 05:30-06:30"),
    lasts(snapshot, 60, "03:00-05:00"),
    lasts(redisUpkeep, 60, "mon 05:30-06:30"),
    apart(upkeep, backup, "AWS does not take a maintenance window inside the backup's", [backup, redisUpkeep]),
    apart(redisUpkeep, snapshot, "a snapshot would be taken while nodes are replaced", [snapshot, upkeep]),
    apart(redisUpkeep, upkeep, "database and Redis would fail over in the same hour", [snapshot, upkeep]),
  ];
};

/** Longest window AWS takes: a day, less the half hour that keeps a daily one from meeting itself. */
const LONGEST_MINUTES = 23 * 60 + 30;

function lasts(window: Window, minutes: number, example: string): Rule {
  return {
    path: window.path,
    holds: () => lengthMinutes(window.read()) >= minutes && lengthMinutes(window.read()) <= LONGEST_MINUTES,
    problem: () => `lasts ${lengthMinutes(window.read())} minutes`,
    allowed: () => `a window of ${minutes} minutes at least, and less than a day`,
    example: () => example,
  };
}

/** Windows to propose: the quiet hours of the days on which people are there afterwards. */
const QUIET = ["sun", "mon", "tue"].flatMap((day) =>
  ["05:30-06:30", "03:00-04:00", "01:00-02:00"].map((time) => `${day} ${time}`),
);

function apart(window: Window, other: Window, why: string, busy: readonly Window[]): Rule {
  return {
    path: window.path,
    holds: () => !collide(window.read(), other.read()),
    problem: () => `collides with ${other.name}, "${other.read()}": ${why}`,
    allowed: () => `a window that shares no minute of the week with ${other.name}`,
    example: () => QUIET.find((candidate) => busy.every((taken) => !collide(candidate, taken.read()))),
  };
}
