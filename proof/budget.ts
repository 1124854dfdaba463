const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

/** The moment at which a slice ends that has a part of a budget such as "20m". */
export function deadlineIn(budget: string, parts = 1, now = Date.now()): number {
  const [, count = "", unit = ""] = /^(\d+(?:\.\d+)?)([smh])$/.exec(budget) ?? [];
  const milliseconds = UNITS[unit];
  if (milliseconds === undefined) throw new Error(`--budget ${budget}: a number and s, m or h is wanted, such as 20m`);
  return now + (Number(count) * milliseconds) / parts;
}
