/**
 * Aurora MySQL's long-term-support lines. A line that has left standard support goes to `ended` by hand, in a commit
 * that also moves the stacks: a check against today's date would one day refuse an urgent change.
 * Source: Aurora user guide, "Release calendars for Aurora MySQL".
 */
export const auroraLines: {
  readonly supported: Readonly<Record<string, string>>;
  readonly ended: Readonly<Record<string, string>>;
} = {
  /** Line → last day of standard support. */
  supported: { "3.10": "2028-04-30" },
  ended: { "3.04": "2026-10-31" },
};

/** The line of `8.0.mysql_aurora.3.10.3` is `3.10`. */
export function auroraLine(engineVersion: string): string {
  return engineVersion.split("mysql_aurora.")[1]?.split(".").slice(0, 2).join(".") ?? "";
}
