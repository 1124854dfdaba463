// How long a recovery of the database takes: a table, each row with its source. Nothing here was measured on AWS.

export interface Duration {
  readonly step: string;
  readonly minutes: number;
  readonly source: string;
  /** No page of AWS gives the number, and nobody has measured it: the first drill replaces it. */
  readonly unverified: boolean;
}

const row = (step: string, minutes: number, source: string, unverified: boolean): Duration => ({
  ...{ step, minutes, source, unverified },
});

/** From the loss until visitors are served again, in order. */
export const durations: readonly Duration[] = [
  row("the page reaches somebody", 5, "docs/detection.md: 290 s, the slowest critical alarm of the database", false),
  row("somebody decides", 5, "an assumption", true),
  row(
    "`restore database`: looked up, written, proposed",
    1,
    "round trips only: the cluster is gone, so no snapshot",
    true,
  ),
  row("review, merge, the update begins", 5, "an assumption", true),
  row(
    "RDS restores the cluster volume",
    12,
    'an estimate for some 100 GiB; AWS: not linear in size, up to a few hours (re:Post "aurora-mysql-slow-snapshot-restore")',
    true,
  ),
  row("the writer is made", 10, "sandbox/providers/aws/times.ts, an estimate", true),
  row("the rest of the update", 3, "an estimate: templates, alarms, dashboards", true),
  row("`--finish`: caches, new tasks, traffic shifted", 9, "an estimate; the bake time comes after the shift", true),
];

/** How much of the newest data is lost, in minutes. */
export const dataLost: Duration = row(
  "between the latest restorable time and the loss",
  5,
  "Amazon RDS user guide: logs are uploaded every five minutes; for Aurora no page gives a number",
  true,
);

export const total = (rows: readonly Duration[], factor = 1): number =>
  factor * rows.reduce((sum, { minutes }) => sum + minutes, 0);
