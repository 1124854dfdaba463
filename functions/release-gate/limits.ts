import type { GateState, Step } from "./state";

/** Minutes. A stage may take 24 hours in all. */
export const LIMITS = {
  lock: 60,
  prepare: 5,
  ask: 15,
  snapshot: 120,
  migrate: 60,
  recount: 15,
  rollback: 30,
  /** For a task that was told to stop. */
  stop: 10,
  /** For its lines to come to the log. */
  read: 3,
  /** For AWS to answer at all, where no migration hangs on it. */
  trouble: 5,
} as const;

export function limitOf(step: Step): number {
  if (step.at === "watch" && step.stopping) return LIMITS.stop;
  if (step.at === "start" || step.at === "watch") return LIMITS[step.purpose];
  if (step.at === "read") return LIMITS.read;
  if (step.at === "snapshot" || step.at === "await-snapshot") return LIMITS.snapshot;
  return step.at === "lock" ? LIMITS.lock : LIMITS.prepare;
}

/** The time of a task runs from when it is asked for, that of a snapshot likewise. */
export function keepsTime(from: Step, to: Step): boolean {
  if (from.at === "start" && to.at === "watch") return true;
  return from.at.endsWith("snapshot") && to.at.endsWith("snapshot");
}

export const minutesSince = (since: string, now: Date): number => (now.getTime() - Date.parse(since)) / 60_000;

export const overdue = ({ step, since }: GateState, now: Date): boolean => minutesSince(since, now) >= limitOf(step);
