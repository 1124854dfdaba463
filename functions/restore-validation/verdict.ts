import { hoursSince } from "../shared/slots";
import type { Contents } from "./contents";

export interface Verdict {
  readonly good: boolean;
  /** What was found; AWS Backup keeps it with the job. */
  readonly message: string;
}

/** Whether what was restored is the database that people work with. `at`: the moment that the recovery point shows. */
export function judge({ tables }: Contents, at: Date | undefined, newestWithinHours: number | undefined): Verdict {
  const counted = tables.filter(({ rows }) => rows !== undefined);
  const total = counted.reduce((sum, { rows = 0 }) => sum + rows, 0);
  const times = tables.map(({ newest }) => newest?.getTime() ?? 0);
  const newest = Math.max(0, ...times);
  const uncounted = tables.length - counted.length;
  const found =
    `${tables.length} tables, ${total} rows` +
    `${uncounted > 0 ? ` (${uncounted} tables not counted to their end)` : ""}, ` +
    `the newest ${newest > 0 ? `of ${new Date(newest).toISOString()}` : "without a time"}`;
  const wrong = (why: string): Verdict => ({ good: false, message: `${why}: ${found}` });

  if (tables.length === 0) return wrong("It holds no table");
  if (counted.length === 0) return wrong("No table could be counted in time");
  if (total === 0 && uncounted === 0) return wrong("It holds no row");
  if (newestWithinHours !== undefined && at !== undefined) {
    if (newest === 0) return wrong("No row says when it was written");
    if (hoursSince(new Date(newest), at) > newestWithinHours) {
      return wrong(
        `Nothing was written in the ${newestWithinHours} hours before the recovery point of ${at.toISOString()}`,
      );
    }
  }
  return { good: true, message: found };
}
