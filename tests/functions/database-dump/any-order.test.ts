import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dumpLimits } from "../../../config/backup-functions";
import type { Fault } from "../support/around";
import { FakeAws, type Fate, settings } from "./fake-aws";

// Written answers of AWS, the SDK's own types; faults and times from fast-check.

/** More of them for an hour of doubt: DUMP_RUNS=2000. */
const RUNS = Number(process.env.DUMP_RUNS ?? 60);
const HOUR = 3_600_000;
/** An instance and then a cluster, at the slowest that is drawn below. */
const DELETION_HOURS = 4;

const fault: fc.Arbitrary<Fault> = fc.oneof(
  { weight: 30, arbitrary: fc.constant<Fault>("none") },
  { weight: 3, arbitrary: fc.constant<Fault>("throttled") },
  { weight: 3, arbitrary: fc.constant<Fault>("lost") },
  { weight: 1, arbitrary: fc.constant<Fault>("refused") },
  { weight: 1, arbitrary: fc.constant<Fault>("dead") },
);
const fate: fc.Arbitrary<Fate> = fc.record(
  {
    minutes: fc.constantFrom(1, 5, 30, 90, 700),
    exitCode: fc.constantFrom(0, 0, 0, 1, 1, 2, 3, 4, 137, null),
    writes: fc.constantFrom(undefined, undefined, undefined, false),
    refused: fc.constantFrom(undefined, undefined, undefined, undefined, "RESOURCE:ENI"),
  },
  { requiredKeys: [] },
);
const scenario = fc.record({
  faults: fc.array(fault, { minLength: 10, maxLength: 200 }),
  fates: fc.array(fate, { minLength: 1, maxLength: 6 }),
  cloneSeconds: fc.constantFrom(60, 300, 3000),
  instanceSeconds: fc.constantFrom(200, 480, 5000),
  deleteSeconds: fc.constantFrom(60, 600, 4000),
  cloneEnds: fc.constantFrom("available", "available", "available", "cloning-failed", "failing-over"),
  instanceEnds: fc.constantFrom("available", "available", "available", "incompatible-network", "rebooting"),
  /** Minutes between two calls: the schedule's own, and hours in which nobody calls. */
  gaps: fc.array(fc.constantFrom(5, 5, 5, 5, 15, 60, 300), { minLength: 20, maxLength: 80 }),
  asked: fc.array(fc.nat(79), { maxLength: 3 }),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer S> ? S : never;

const around = [
  "affiliate-production-dump-20200101-0000",
  "affiliate-production-dump-restored",
  "affiliate-production-database-g1",
];

async function play(played: Scenario): Promise<{ violations: string[]; aws: FakeAws }> {
  const violations: string[] = [];
  const aws = new FakeAws();
  around.forEach((name) => aws.rds.add(name, {}, true));
  const next = <T>(list: readonly T[]): (() => T | undefined) => {
    let at = 0;
    return () => list[at++ % list.length];
  };
  const nextFault = next(played.faults);
  const nextFate = next(played.fates);
  const { cloneSeconds, instanceSeconds, deleteSeconds, cloneEnds, instanceEnds } = played;
  Object.assign(aws.rds, { cloneSeconds, instanceSeconds, deleteSeconds, cloneEnds, instanceEnds });
  aws.fate = () => nextFate() ?? {};
  const own = () => aws.clones.filter((name) => !around.includes(name));
  const call = async (request?: unknown): Promise<void> => {
    await aws.invoke(request).catch(() => undefined);
    if (own().length > 1) violations.push(`two clones: ${own().join()}`);
    aws.settle();
    const running = aws.tasks.filter(({ over }) => !over);
    if (new Set(running.map(({ request: { startedBy } }) => startedBy?.split("/")[1])).size < running.length) {
      violations.push("two tasks for one clone at once");
    }
  };
  aws.fault = () => nextFault() ?? "none";
  for (const [at, gap] of played.gaps.entries()) {
    await call(played.asked.includes(at) ? { start: "now" } : undefined);
    aws.minutes(gap);
  }
  // AWS is well again: within what a deletion takes, nothing is left that is over the bound.
  aws.fault = () => "none";
  aws.fate = () => ({ minutes: 20 });
  Object.assign(aws.rds, { cloneEnds: "available", instanceEnds: "available" });
  const well = aws.time;
  while (aws.time < well + (dumpLimits.cloneHours + DELETION_HOURS) * HOUR) {
    await call();
    aws.minutes(5);
    const [left] = own();
    const age = left === undefined ? 0 : aws.time - (aws.rds.clusters.get(left)?.ready ?? 0);
    const late = aws.time > well + DELETION_HOURS * HOUR && age > (dumpLimits.cloneHours + DELETION_HOURS) * HOUR;
    if (late) violations.push(`${left} is ${age / HOUR} hours old`);
  }
  for (const name of aws.rds.deleted) {
    if (around.some((other) => name.startsWith(other)) || name.startsWith(settings.source)) {
      violations.push(`deleted ${name}`);
    }
  }
  const tries = new Map<string, number>();
  for (const { request } of aws.tasks) {
    const id = request.startedBy?.split("/")[1] ?? "";
    tries.set(id, (tries.get(id) ?? 0) + 1);
  }
  for (const [id, count] of tries) if (count > dumpLimits.tries) violations.push(`${count} tasks for ${id}`);
  return { violations, aws };
}

describe("the dump, whatever fails and in whatever order", () => {
  it(
    "leaves no clone after its bound, deletes nothing that is not its own, and runs one task at a time",
    async () => {
      const seen = { manifests: 0, givenUp: 0 };
      await fc.assert(
        fc.asyncProperty(scenario, async (played) => {
          const { violations, aws } = await play(played);
          seen.manifests += aws.manifests.length;
          seen.givenUp += aws.givenUp.length;
          aws.forget();
          expect(violations).toEqual([]);
        }),
        { numRuns: RUNS },
      );
      // The scenarios reach both ends, or they would prove little.
      expect(Math.min(seen.manifests, seen.givenUp)).toBeGreaterThan(0);
    },
    120_000 + RUNS * 500,
  );
});
