import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Reply } from "../../../functions/release-gate/event";
import type { Outcome } from "../../../functions/release-gate/state";
import { FakeAws, type Fault } from "./fake-aws";
import type { Fate, FakeTask } from "./fake-ecs";
import { hookEvent, image } from "./fixtures";

// Written answers of AWS, the SDK's own types, faults and times from fast-check.

/** More of them for an hour of doubt: GATE_RUNS=2000. */
// The rarest end comes in one of forty scenarios: with these, once in fifty thousand runs of the suite it does not.
const RUNS = Number(process.env.GATE_RUNS ?? 400);
const OLD = ["m1", "m2"];
const IMAGES = { d2: [...OLD, "m3", "m4"], d3: [...OLD, "m3", "m4", "m5"] } as const;
type Id = keyof typeof IMAGES;
const letterOf = (id: Id): string => id.slice(1);

const fault = (refused: number): fc.Arbitrary<Fault> =>
  fc.oneof(
    { weight: 30, arbitrary: fc.constant<Fault>("none") },
    { weight: 2, arbitrary: fc.constant<Fault>("throttled") },
    { weight: 3, arbitrary: fc.constant<Fault>("lost") },
    { weight: 1, arbitrary: fc.constant<Fault>("dead") },
    { weight: refused, arbitrary: fc.constant<Fault>("refused") },
  );
/** One in so many; the others are well. */
const seldom = (one: number): fc.Arbitrary<boolean> => fc.nat(one - 1).map((drawn) => drawn === one - 1);
const fate: fc.Arbitrary<Fate> = fc.record(
  {
    steps: fc.nat(3),
    seconds: fc.constantFrom(5, 40, 400, 4000, 8000),
    exitCode: fc.constantFrom(undefined, undefined, undefined, null, 1),
    neverStarts: seldom(10),
    stubborn: seldom(3),
  },
  { requiredKeys: [] },
);
/** The first task asks: most scenarios come further. */
const fates = fc.tuple(
  fc.oneof({ weight: 5, arbitrary: fc.constant<Fate>({}) }, fate),
  fc.array(fate, { maxLength: 5 }),
);
/** A release, once to so many times none. */
const orNone = (none: number): fc.Arbitrary<Id | undefined> =>
  fc.oneof({ weight: none, arbitrary: fc.constant(undefined) }, fc.constantFrom<Id>("d2", "d3"));
const action = fc.record({
  who: fc.constantFrom<Id>("d2", "d3"),
  /** A second call at the same time, of the same or the other release. */
  beside: orNone(3),
  keepsDetails: fc.boolean(),
  /** Seconds before the next; some longer than a lease, some than ECS remembers a task. */
  gap: fc.constantFrom(0, 10, 30, 30, 30, 120, 120, 600, 1200, 5000),
  /** Told to roll back from here on. */
  rollsBack: orNone(80),
});
const scenario = fc.record({
  actions: fc.array(action, { minLength: 5, maxLength: 60 }),
  faults: fc.oneof(
    { weight: 3, arbitrary: fc.array(fault(0), { minLength: 20, maxLength: 200 }) },
    { weight: 1, arbitrary: fc.array(fault(1), { minLength: 20, maxLength: 200 }) },
  ),
  turns: fc.array(fc.nat(6), { minLength: 1, maxLength: 20 }),
  fates,
  snapshot: fc.record({ seconds: fc.constantFrom(0, 60, 60, 900, 9000), fails: seldom(8) }),
  logDelay: fc.constantFrom(0, 0, 20, 600),
  sameImage: fc.boolean(),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer S> ? S : never;

/** Plays a scenario, then lets both releases come to an end without faults. Returns what must never have been. */
async function play(played: Scenario): Promise<{ violations: string[]; aws: FakeAws }> {
  const violations: string[] = [];
  const aws = new FakeAws();
  OLD.forEach((name, at) => aws.database.applied.set(name, at + 1));
  const rolling = new Set<Id>();
  for (const id of ["d2", "d3"] as const) {
    const of = played.sameImage ? "d2" : id;
    aws.database.images.set(image(letterOf(of)), IMAGES[of]);
    aws.ecs.deploy(id, letterOf(of), `v${letterOf(of)}`);
  }
  const next = <T>(list: readonly T[]): (() => T | undefined) => {
    let at = 0;
    return () => list[at++ % list.length];
  };
  const nextFate = next([played.fates[0], ...played.fates[1]]);
  const faults = next(played.faults);
  const turns = next(played.turns);
  Object.assign(aws.snapshots, played.snapshot);
  aws.logDelay = played.logDelay;
  aws.turns = () => turns() ?? 0;
  aws.ecs.fate = () => nextFate() ?? {};
  aws.ecs.onStart = (task) => violations.push(...wrongStart(task, aws, rolling));

  const details: Partial<Record<Id, unknown>> = {};
  const ends = new Map<Id, Outcome>();
  const call = async (id: Id, keeps: boolean): Promise<void> => {
    const event = hookEvent(id);
    const reply = await aws.invoke(keeps && details[id] !== undefined ? { ...event, hookDetails: details[id] } : event);
    violations.push(...wrongReply(id, reply, aws, ends, rolling));
    details[id] = reply.hookDetails;
  };
  for (const { who, beside, keepsDetails, gap, rollsBack } of played.actions) {
    if (rollsBack !== undefined) {
      rolling.add(rollsBack);
      const deployment = aws.ecs.deployments.get(rollsBack);
      if (deployment !== undefined) deployment.status = "ROLLBACK_IN_PROGRESS";
    }
    // A call that dies takes no other with it: the fake cannot tell whose request is whose.
    aws.fault = () => {
      const drawn = faults() ?? "none";
      return drawn === "dead" && beside !== undefined ? "lost" : drawn;
    };
    await Promise.all([call(who, keepsDetails), ...(beside === undefined ? [] : [call(beside, keepsDetails)])]);
    aws.time += gap * 1000;
  }
  aws.fault = () => "none";
  for (const id of ["d2", "d3"] as const) {
    for (let left = 600; left > 0 && !aws.isDone(id); left--) {
      const reply = await aws.invoke(hookEvent(id));
      violations.push(...wrongReply(id, reply, aws, ends, rolling));
      if (reply.hookStatus !== "IN_PROGRESS") break;
      // ECS would call more often; nothing comes of it but time.
      aws.time += 60_000;
      if (left === 1) violations.push(`${id} comes to no end`);
    }
  }
  return { violations, aws };
}

function wrongStart(task: FakeTask, aws: FakeAws, rolling: ReadonlySet<Id>): string[] {
  const wrong: string[] = [];
  const id = task.startedBy.replace("release-gate/", "") as Id;
  const others = aws.ecs.tasks.filter((other) => other !== task && !other.over);
  const ofSchema = others.filter(({ purpose }) => purpose !== "ask");
  if (task.purpose !== "ask" && others.length > 0) wrong.push(`${id} ${task.purpose} beside ${others[0]?.purpose}`);
  if (task.purpose === "ask" && ofSchema.length > 0) wrong.push(`${id} asks while the schema changes`);
  if (task.purpose === "migrate") {
    const migrations = aws.ecs.tasks.filter(
      ({ purpose, startedBy }) => purpose === "migrate" && startedBy === task.startedBy,
    );
    if (migrations.length > 1) wrong.push(`${id} migrates twice`);
    const snapshot = [...aws.snapshots.kept.values()].find(({ tags }) => tags.ReleaseId === id);
    if (snapshot === undefined || aws.snapshots.statusOf(snapshot) !== "available") wrong.push(`${id} has no snapshot`);
    if (rolling.has(id)) wrong.push(`${id} migrates while it is rolled back`);
  }
  if (task.purpose === "rollback") {
    const state = aws.stateOf(id);
    if ((task.batch ?? 0) <= (state?.before?.highestBatch ?? Infinity)) wrong.push(`${id} undoes batch ${task.batch}`);
  }
  return wrong;
}

/** `ends` is what each release was first recorded to have come to. */
function wrongReply(
  id: Id,
  { hookStatus }: Reply,
  aws: FakeAws,
  ends: Map<Id, Outcome>,
  rolling: ReadonlySet<Id>,
): string[] {
  if (hookStatus === "IN_PROGRESS") return [];
  if (hookStatus !== "SUCCEEDED" && hookStatus !== "FAILED") return [`${id} answers without a status`];
  const wrong: string[] = [];
  const state = aws.stateOf(id);
  const outcome = state?.outcome;
  if (hookStatus === "SUCCEEDED" && outcome?.status !== "SUCCEEDED" && !rolling.has(id)) {
    wrong.push(`${id} may go on, and nothing on record says why`);
  }
  if (state === undefined || outcome === undefined) return wrong;
  const before = ends.get(id);
  ends.set(id, outcome);
  if (before !== undefined && before.reason !== outcome.reason) wrong.push(`${id} has two ends: ${outcome.reason}`);
  if (before !== undefined) return wrong;

  aws.ecs.settle();
  const pending = aws.database.pending(state.release.image);
  const good = outcome.result === "migrated" || outcome.result === "nothing-pending";
  if (good && pending.length > 0) wrong.push(`${id} left ${pending.join()}`);
  const left = (state.before?.pending ?? []).filter(({ name }) => aws.database.applied.has(name));
  if (outcome.result === "rolled-back" && left.length > 0) wrong.push(`${id} says it undid what is there`);
  return wrong;
}

describe("the gate, whatever happens and in whatever order", () => {
  it(
    "never migrates twice, never without a snapshot, never in a rollback, and always answers with a status",
    async () => {
      const seen = new Map<string, number>();
      await fc.assert(
        fc.asyncProperty(scenario, async (played) => {
          const { violations, aws } = await play(played);
          for (const id of ["d2", "d3"] as const) {
            const result = aws.stateOf(id)?.outcome?.result ?? "none";
            seen.set(result, (seen.get(result) ?? 0) + 1);
          }
          aws.forget();
          expect(violations).toEqual([]);
        }),
        { numRuns: RUNS },
      );
      // The scenarios reach every end, or they would prove little.
      expect([...seen.keys()]).toEqual(
        expect.arrayContaining(["migrated", "rolled-back", "failed", "nothing-pending"]),
      );
    },
    120_000 + RUNS * 500,
  );
});
