import { Failure } from "../failure";

const SIZES = ["B", "KiB", "MiB", "GiB", "TiB"] as const;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})$/;
const TOKYO_HOURS = 9;

/** Bytes for a person: `1.5 GiB`. */
export function size(bytes: number): string {
  let value = bytes;
  let at = 0;
  while (value >= 1024 && at < SIZES.length - 1) {
    value /= 1024;
    at += 1;
  }
  return `${at === 0 ? value : value.toFixed(1)} ${SIZES[at] ?? "B"}`;
}

/** A length of time for a person: `42 s`, `12 min`, `5 h 10 min`, `3 d 4 h`. */
export function span(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const [large, small, units] = minutes < 48 * 60 ? [60, 1, ["h", "min"]] : [24 * 60, 60, ["d", "h"]];
  const rest = Math.floor((minutes % large) / small);
  return `${Math.floor(minutes / large)} ${units[0] ?? ""}${rest === 0 ? "" : ` ${rest} ${units[1] ?? ""}`}`;
}

/** In Tokyo time, to the second, in a form that the verbs take back: `2026-11-27T10:40:00+09:00`. */
export function tokyo(time: Date): string {
  const shifted = new Date(time.getTime() + TOKYO_HOURS * 3_600_000);
  return shifted.toISOString().replace(/\.\d{3}Z$/, "+09:00");
}

/** @throws {Failure} for a time without an offset: at night nobody should have to know which zone was meant. */
export function moment(text: string, option: string): Date {
  const time = new Date(text);
  if (TIME.test(text) && !Number.isNaN(time.getTime())) return time;
  throw new Failure(
    "usage",
    `${option} is "${text}", which is no time with its offset.`,
    `Such as ${option} ${tokyo(new Date(Date.now() - 3_600_000))} (Tokyo), or …Z for UTC`,
  );
}

/** A whole number of an option. */
export function whole(text: string | undefined, option: string, otherwise: number, allowed: readonly [number, number]) {
  const number = text === undefined ? otherwise : Number(text);
  const [least, most] = allowed;
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw new Failure("usage", `${option} is "${text}"; it takes a whole number from ${least} to ${most}.`);
}

/** Seconds between two looks. */
export function interval(text: string | undefined): number {
  const seconds = Number(text ?? 15);
  if (seconds > 0 && seconds <= 600) return seconds;
  throw new Failure("usage", `--interval is "${text}"; it takes seconds, more than 0 and at most 600.`);
}
