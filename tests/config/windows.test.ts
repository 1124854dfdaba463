import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  collide,
  dailyWindowUtc,
  intervals,
  lengthMinutes,
  MINUTES_PER_WEEK,
  weeklyWindowUtc,
} from "../../config/windows";

const minute = fc.integer({ min: 0, max: 1439 });
const clock = (of: number) => `${String(Math.floor(of / 60)).padStart(2, "0")}:${String(of % 60).padStart(2, "0")}`;
const times = fc.tuple(minute, minute).map(([from, to]) => `${clock(from)}-${clock(to)}`);
const day = fc.constantFrom("sun", "mon", "tue", "wed", "thu", "fri", "sat");
const weekly = fc.tuple(day, times).map(([on, at]) => `${on} ${at}`);
const either = fc.oneof(times, weekly);

/** The minutes of the week, in UTC, that a window covers: the slow way, to judge the quick one. */
function covered(window: string): Set<number> {
  const all = intervals(window).flatMap(({ start, end }) => Array.from({ length: end - start }, (_, at) => start + at));
  return new Set(all.map((at) => at % MINUTES_PER_WEEK));
}

describe("Tokyo time to UTC", () => {
  it.each([
    ["03:00-04:00", "18:00-19:00"],
    ["03:00-05:00", "18:00-20:00"],
    ["09:00-10:00", "00:00-01:00"],
    ["08:30-09:30", "23:30-00:30"],
    ["23:30-00:30", "14:30-15:30"],
  ])("%s every day is %s", (tokyo, utc) => expect(dailyWindowUtc(tokyo)).toBe(utc));

  it.each([
    ["sun 04:30-05:30", "sat:19:30-sat:20:30"],
    ["mon 05:30-06:30", "sun:20:30-sun:21:30"],
    ["sun 09:00-10:00", "sun:00:00-sun:01:00"],
    ["sun 08:30-09:30", "sat:23:30-sun:00:30"],
    ["sat 23:30-00:30", "sat:14:30-sat:15:30"],
    ["thu 12:00-12:30", "thu:03:00-thu:03:30"],
  ])("%s is %s", (tokyo, utc) => expect(weeklyWindowUtc(tokyo)).toBe(utc));

  it("refuses what is no window", () => {
    for (const bad of ["3:00-4:00", "24:00-01:00", "03:00", "sun 03:00-04:00", ""]) {
      expect(() => dailyWindowUtc(bad)).toThrow(`"${bad}" is not a daily window`);
    }
    for (const bad of ["sunday 03:00-04:00", "sun:03:00-sun:04:00", "03:00-04:00"]) {
      expect(() => weeklyWindowUtc(bad)).toThrow(`"${bad}" is not a weekly window`);
    }
  });

  it("is nine hours, and keeps a window's length", () => {
    fc.assert(
      fc.property(minute, minute, (from, to) => {
        const utc = dailyWindowUtc(`${clock(from)}-${clock(to)}`);
        const [start = "", end = ""] = utc.split("-");
        const minutes = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
        expect((minutes(start) + 540) % 1440).toBe(from);
        expect((minutes(end) + 540) % 1440).toBe(to);
      }),
    );
  });
});

describe("length", () => {
  it.each([
    ["03:00-04:00", 60],
    ["23:45-00:15", 30],
    ["sat 23:30-00:30", 60],
    ["03:00-03:00", 1440],
    ["nonsense", 0],
  ])("of %s is %i minutes", (window, minutes) => expect(lengthMinutes(window)).toBe(minutes));
});

describe("collision", () => {
  it.each([
    ["03:00-04:00", "sun 03:30-04:30", true],
    ["03:00-04:00", "sun 04:00-05:00", false],
    ["08:30-09:30", "sun 09:00-10:00", true],
    ["sun 08:30-09:30", "sun 09:00-10:00", true],
    ["sat 23:30-00:30", "sun 00:00-01:00", true],
    ["sat 23:30-00:30", "sat 00:00-01:00", false],
    ["sun 03:00-04:00", "mon 03:00-04:00", false],
  ])("of %s with %s: %s", (one, other, expected) => {
    expect(collide(one, other)).toBe(expected);
    expect(collide(other, one)).toBe(expected);
  });

  it("is that a minute of the week is in both", () => {
    fc.assert(
      fc.property(either, either, (one, other) => {
        const minutes = covered(other);
        expect(collide(one, other)).toBe([...covered(one)].some((at) => minutes.has(at)));
      }),
    );
  });

  it("is with itself, always", () => fc.assert(fc.property(either, (window) => collide(window, window))));
});
