import type { RecoveryTargets } from "../backup/places";
import { size, span, tokyo } from "../backup/units";
import type { Inspection } from "./inspect";

export interface Step {
  readonly name: string;
  readonly seconds: number;
  /** Measured here and now, or where the number comes from. */
  readonly source: string;
}

export interface Drill {
  readonly stack: string;
  /** Where it was recovered. */
  readonly region: string;
  readonly began: Date;
  /** What it was recovered from. */
  readonly source: string;
  /** The moment that the data shows, and how that is known. */
  readonly shows: Date;
  readonly showsSource: string;
  readonly steps: readonly Step[];
  readonly found: Inspection;
  readonly bytes?: number | undefined;
  readonly faults: readonly string[];
  readonly targets: RecoveryTargets;
}

export interface Verdict {
  readonly rpoMinutes: number;
  readonly rtoMinutes: number;
  readonly missed: readonly ("RPO" | "RTO")[];
}

export function verdictOf({
  began,
  shows,
  steps,
  targets,
}: Pick<Drill, "began" | "shows" | "steps" | "targets">): Verdict {
  const rpoMinutes = Math.max(0, began.getTime() - shows.getTime()) / 60_000;
  const rtoMinutes = steps.reduce((sum, { seconds }) => sum + seconds, 0) / 60;
  return {
    ...{ rpoMinutes: rounded(rpoMinutes), rtoMinutes: rounded(rtoMinutes) },
    missed: [
      ...(rpoMinutes > targets.rpoMinutes ? (["RPO"] as const) : []),
      ...(rtoMinutes > targets.rtoMinutes ? (["RTO"] as const) : []),
    ],
  };
}

const rounded = (minutes: number): number => Math.round(minutes * 10) / 10;
const minutes = (value: number): string => span(value * 60_000);

export function table(drill: Drill, { rpoMinutes, rtoMinutes, missed }: Verdict): string[][] {
  const met = (which: "RPO" | "RTO") => (missed.includes(which) ? "MISSED" : "met");
  return [
    ["", "measured", "target", ""],
    ["RPO (data lost)", minutes(rpoMinutes), minutes(drill.targets.rpoMinutes), met("RPO")],
    ["RTO (until served)", minutes(rtoMinutes), minutes(drill.targets.rtoMinutes), met("RTO")],
  ];
}

const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

/** For the record of drills: what was measured, what was taken from elsewhere, and what was found in the data. */
export function markdown(drill: Drill, verdict: Verdict): string {
  const { found, faults, steps } = drill;
  const [head = [], ...rows] = table(drill, verdict);
  const newest = found.newest === null ? "no table with created_at" : tokyo(new Date(found.newest * 1000));
  return [
    `# Recovery drill of ${drill.stack} in ${drill.region}, ${tokyo(drill.began)}`,
    "",
    ...[row(head), row(head.map(() => "---")), ...rows.map(row)],
    "",
    `Recovered from: \`${drill.source}\``,
    "",
    `The data is that of ${tokyo(drill.shows)} (${drill.showsSource}).`,
    "",
    ...[row(["step", "time", "source"]), row(["---", "---:", "---"])],
    ...steps.map(({ name, seconds, source }) => row([name, span(seconds * 1000), source])),
    "",
    `Found: ${found.tables} tables, ${found.rows} rows (${found.estimated} tables estimated), ${found.migrations} migrations; ` +
      `newest row: ${newest}${drill.bytes === undefined ? "" : `; ${size(drill.bytes)}`}.`,
    "",
    faults.length === 0 ? "The data is what it should be." : `**Not what it should be:** ${faults.join("; ")}.`,
    "",
    "Not in these times: noticing, deciding, the review of the pull request.",
    "",
  ].join("\n");
}
