/**
 * AWS reads every window as UTC; stack files say Tokyo time, because the people who are woken live there. Japan has had
 * no summer time since 1951, so one offset holds all year.
 */

const TOKYO_OFFSET_MINUTES = 9 * 60;
const MINUTES_PER_DAY = 24 * 60;
export const MINUTES_PER_WEEK = 7 * MINUTES_PER_DAY;
const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;
type Day = (typeof DAYS)[number];

export const DAILY_WINDOW = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/;
export const WEEKLY_WINDOW = /^(sun|mon|tue|wed|thu|fri|sat) ([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/;

/** Minutes from Sunday 00:00 UTC, `start` in 0…10079; `end` is after `start`, and beyond 10080 when it wraps. */
export interface Interval {
  readonly start: number;
  readonly end: number;
}

const wrap = (minutes: number, cycle: number) => ((minutes % cycle) + cycle) % cycle;

function clock(minutes: number): string {
  const ofDay = wrap(minutes, MINUTES_PER_DAY);
  return `${String(Math.floor(ofDay / 60)).padStart(2, "0")}:${String(ofDay % 60).padStart(2, "0")}`;
}

function day(minutes: number): Day {
  return DAYS[Math.floor(wrap(minutes, MINUTES_PER_WEEK) / MINUTES_PER_DAY)] ?? "sun";
}

/** Start in UTC minutes after Sunday 00:00 UTC, and length. A window that ends where it begins lasts the whole day. */
function interval(dayIndex: number, times: readonly string[]): Interval {
  const [fromHour = 0, fromMinute = 0, toHour = 0, toMinute = 0] = times.map(Number);
  const from = fromHour * 60 + fromMinute;
  const to = toHour * 60 + toMinute;
  const length = to > from ? to - from : to - from + MINUTES_PER_DAY;
  const start = wrap(dayIndex * MINUTES_PER_DAY + from - TOKYO_OFFSET_MINUTES, MINUTES_PER_WEEK);
  return { start, end: start + length };
}

/** The window's seven intervals of a week (daily) or its one (weekly), in UTC; none when it is not a window. */
export function intervals(tokyo: string): Interval[] {
  const daily = DAILY_WINDOW.exec(tokyo);
  if (daily) return DAYS.map((_, index) => interval(index, daily.slice(1)));
  const weekly = WEEKLY_WINDOW.exec(tokyo);
  if (weekly) return [interval(DAYS.indexOf(weekly[1] as Day), weekly.slice(2))];
  return [];
}

/** Minutes a window lasts; 0 when it is not a window. */
export function lengthMinutes(tokyo: string): number {
  const [first] = intervals(tokyo);
  return first ? first.end - first.start : 0;
}

/** Whether two windows share a minute of the week. Windows that only touch do not. */
export function collide(tokyo: string, other: string): boolean {
  return intervals(tokyo).some((a) =>
    intervals(other).some((b) =>
      // An interval may run past Saturday midnight into the week's start: look one week to each side.
      [-MINUTES_PER_WEEK, 0, MINUTES_PER_WEEK].some((week) => a.start < b.end + week && b.start + week < a.end),
    ),
  );
}

/** `"03:00-04:00"` in Tokyo is `"18:00-19:00"` to AWS. */
export function dailyWindowUtc(tokyo: string): string {
  const [first] = intervals(tokyo);
  if (!first || !DAILY_WINDOW.test(tokyo)) throw new Error(`"${tokyo}" is not a daily window such as "03:00-04:00".`);
  return `${clock(first.start)}-${clock(first.end)}`;
}

/** `"sun 04:30-05:30"` in Tokyo is `"sat:19:30-sat:20:30"` to AWS. */
export function weeklyWindowUtc(tokyo: string): string {
  const [first] = intervals(tokyo);
  if (!first || !WEEKLY_WINDOW.test(tokyo)) {
    throw new Error(`"${tokyo}" is not a weekly window such as "sun 05:30-06:30".`);
  }
  return `${day(first.start)}:${clock(first.start)}-${day(first.end)}:${clock(first.end)}`;
}
