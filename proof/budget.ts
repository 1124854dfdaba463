const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

/** "20m" in milliseconds. */
export function timeOf(text: string, flag: string): number {
  const [, count = "", unit = ""] = /^(\d+(?:\.\d+)?)([smh])$/.exec(text) ?? [];
  const milliseconds = UNITS[unit];
  if (milliseconds === undefined) throw new Error(`${flag} ${text}: a number and s, m or h is wanted, such as 20m`);
  return Number(count) * milliseconds;
}

/** The moment at which a slice ends that has a part of a budget such as "20m". */
export function deadlineIn(budget: string, parts = 1, now = Date.now()): number {
  return now + timeOf(budget, "--budget") / parts;
}
