/** Tokyo knows no summer time. */
const TOKYO_MINUTES = 9 * 60;
const DAY = 86_400_000;

/** The last moment, up to now, at which Tokyo's clocks showed this time, such as "06:00". */
export function latestDue(now: Date, time: string): Date {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  const offset = (hours * 60 + minutes - TOKYO_MINUTES) * 60_000;
  const today = Math.floor(now.getTime() / DAY) * DAY + offset;
  // The offset of a Tokyo morning is the day before in UTC, that of an evening the same day.
  const due = [today + DAY, today, today - DAY].find((at) => at <= now.getTime());
  return new Date(due ?? today - DAY);
}

/** `20261126-2100`, in UTC: names sort by time, and say it. */
export const slotId = (at: Date): string => at.toISOString().slice(0, 16).replaceAll(/[-:]/g, "").replace("T", "-");

/** The moment that a name says; undefined for one that is not of {@link slotId}'s making. */
export function slotTime(id: string): Date | undefined {
  const [, year, month, day, hour, minute] = /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)$/.exec(id) ?? [];
  if (year === undefined) return undefined;
  const at = new Date(`${year}-${month}-${day}T${hour}:${minute}:00Z`);
  return Number.isNaN(at.getTime()) || slotId(at) !== id ? undefined : at;
}

export const hoursSince = (since: Date, now: Date): number => (now.getTime() - since.getTime()) / 3_600_000;
