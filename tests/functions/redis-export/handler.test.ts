import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { redisExportLimits } from "../../../config/backup-functions";
import { decide } from "../../../functions/redis-export/handler";
import { settingsFrom } from "../../../functions/redis-export/settings";
import type { Fault } from "../support/around";
import { FakeAws } from "./fake-aws";

// Written answers of AWS in the SDK's own types: no emulator exports a snapshot.

/** 06:30 in Tokyo. */
const ID = "20261126-2130";
const SESSIONS = `affiliate-production-export-sessions-${ID}`;
const CACHE = `affiliate-production-export-cache-${ID}`;

describe("an export's day", () => {
  it("takes a snapshot of a replica of each group, exports it, and leaves none behind", async () => {
    const aws = new FakeAws();
    expect(await aws.hours(4)).toBe(0);
    expect([...aws.objects.keys()].sort()).toEqual([`${CACHE}-0001.rdb`, `${SESSIONS}-0001.rdb`]);
    expect(aws.names).toEqual([]);
    expect(aws.calls.filter((call) => call === "CreateSnapshot")).toHaveLength(2);
    expect(aws.metric("RedisExported")).toBe(1);
    expect(aws.metric("RedisSnapshotAge")).toBe(0);
  });

  it("names the node, the key and the maker", async () => {
    const aws = new FakeAws("2026-11-26T21:30:00Z");
    await aws.invoke();
    expect(aws.snapshots.get(SESSIONS)?.request).toEqual({
      SnapshotName: SESSIONS,
      CacheClusterId: "affiliate-production-sessions-003",
      KmsKeyId: "arn:aws:kms:ap-northeast-1:123456789012:key/1",
      Tags: [
        { Key: "Name", Value: SESSIONS },
        { Key: "Environment", Value: "production" },
        { Key: "ManagedBy", Value: "redis-export" },
      ],
    });
  });

  it("takes the primary where there is no replica left", async () => {
    const aws = new FakeAws("2026-11-26T21:30:00Z");
    aws.roles = ["primary"];
    await aws.invoke();
    expect(aws.snapshots.get(CACHE)?.request.CacheClusterId).toBe("affiliate-production-cache-001");
  });

  it("says each time whether the day's are there", async () => {
    const aws = new FakeAws("2026-11-26T21:30:00Z");
    await aws.invoke();
    expect(aws.metric("RedisExported")).toBe(0);
    aws.minutes(5);
    await aws.hours(1);
    expect(aws.metric("RedisExported")).toBe(1);
    aws.time = Date.parse("2026-11-27T21:30:00Z");
    await aws.invoke();
    expect(aws.metric("RedisExported")).toBe(0);
  });
});

describe("what fails", () => {
  it.each([true, false])("waits while a copy is under way (shown: %s), and copies once", async (shows) => {
    const aws = new FakeAws();
    aws.showsCopying = shows;
    aws.exportSeconds = 3000;
    expect(await aws.hours(4)).toBe(0);
    expect(aws.objects.size).toBe(2);
    expect(aws.names).toEqual([]);
  });

  it("does not take an empty object, or one of another name, for an export", async () => {
    const aws = new FakeAws("2026-11-26T21:30:00Z");
    aws.objects.set(`${SESSIONS}-0001.rdb`, 0).set(`${CACHE}-0001.rdb.tmp`, 9).set(`${CACHE}-note`, 9);
    await aws.invoke();
    expect(aws.names.sort()).toEqual([CACHE, SESSIONS]);
  });

  it("waits while the group's state or the quota forbids it, and says so", async () => {
    const aws = new FakeAws("2026-11-26T21:30:00Z");
    aws.groupReady = false;
    await aws.invoke();
    expect(aws.said.join("\n")).toContain(`${CACHE}: not yet (InvalidCacheClusterStateFault`);
    aws.groupReady = true;
    aws.quota = 0;
    await aws.invoke();
    expect(aws.said.join("\n")).toContain(`${SESSIONS}: not yet (SnapshotQuotaExceededFault`);
    aws.quota = 20;
    await aws.hours(2);
    expect(aws.objects.size).toBe(2);
  });

  it("deletes a snapshot that failed, and takes another", async () => {
    const aws = new FakeAws("2026-11-26T21:30:00Z");
    aws.ends = "failed";
    await aws.hours(0.5);
    aws.ends = "available";
    await aws.hours(3);
    expect(aws.objects.size).toBe(2);
    expect(aws.deleted.length).toBeGreaterThan(2);
    expect(aws.names).toEqual([]);
  });

  it("deletes what could not be exported when its time is up, and fails loudly until then", async () => {
    const aws = new FakeAws();
    aws.fault = (name) => (name === "CopySnapshot" ? "refused" : "none");
    expect(await aws.hours(redisExportLimits.snapshotHours + 2)).toBeGreaterThan(0);
    expect(aws.names).toEqual([]);
    expect(aws.metric("RedisExported")).toBe(0);
    expect(aws.said.join("\n")).toContain("6 hours old and not exported");
  });

  it("exports one group while the other fails", async () => {
    const aws = new FakeAws();
    const around = aws.around.bind(aws);
    expect(around).toBeTypeOf("function");
    let seen = 0;
    aws.fault = (name) => (name === "CreateSnapshot" && seen++ % 2 === 0 ? "refused" : "none");
    await aws.hours(1.2);
    expect(aws.objects.size).toBeGreaterThan(0);
  });

  it("begins none when it is late", async () => {
    const aws = new FakeAws("2026-11-27T02:00:00Z");
    await aws.invoke();
    expect(aws.names).toEqual([]);
  });
});

describe("what is not its own", () => {
  const others = [
    "affiliate-production-sessions-final",
    "affiliate-production-export-sessions-before-migration",
    "affiliate-production-export-20251126-2130",
    "affiliate-staging-export-sessions-20251126-2130",
  ];

  it("stays: final, manual and automatic snapshots, whatever their age", async () => {
    const aws = new FakeAws();
    others.forEach((name) => aws.add(name));
    aws.add("affiliate-production-export-sessions-20251126-2130", "system");
    await aws.hours(26);
    expect(aws.names.sort()).toEqual([...others, "affiliate-production-export-sessions-20251126-2130"].sort());
  });

  it("does not keep it from removing its own old ones, of a group that is there no more too", async () => {
    const aws = new FakeAws();
    aws.add("affiliate-production-export-cache-20251126-2130");
    await aws.invoke();
    expect(aws.deleted).toEqual(["affiliate-production-export-cache-20251126-2130"]);
  });
});

/** More of them for an hour of doubt: EXPORT_RUNS=2000. */
const RUNS = Number(process.env.EXPORT_RUNS ?? 60);

describe("the export, whatever fails and in whatever order", () => {
  const fault: fc.Arbitrary<Fault> = fc.oneof(
    { weight: 20, arbitrary: fc.constant<Fault>("none") },
    { weight: 3, arbitrary: fc.constant<Fault>("throttled") },
    { weight: 3, arbitrary: fc.constant<Fault>("lost") },
    { weight: 1, arbitrary: fc.constant<Fault>("refused") },
    { weight: 1, arbitrary: fc.constant<Fault>("dead") },
  );
  const scenario = fc.record({
    faults: fc.array(fault, { minLength: 10, maxLength: 100 }),
    snapshotSeconds: fc.constantFrom(30, 240, 5000),
    exportSeconds: fc.constantFrom(30, 400, 9000),
    deleteSeconds: fc.constantFrom(10, 60, 1200),
    showsCopying: fc.boolean(),
    ends: fc.constantFrom("available", "available", "available", "failed"),
    gaps: fc.array(fc.constantFrom(5, 5, 5, 15, 60, 300), { minLength: 10, maxLength: 60 }),
  });

  it(
    "leaves no snapshot after its bound and deletes nothing that is not its own",
    async () => {
      let exported = 0;
      await fc.assert(
        fc.asyncProperty(scenario, async ({ faults, gaps, ...moods }) => {
          const aws = new FakeAws();
          Object.assign(aws, moods);
          const strange = ["affiliate-production-sessions-final", "affiliate-production-export-sessions-by-hand"];
          strange.forEach((name) => aws.add(name));
          let at = 0;
          aws.fault = () => faults[at++ % faults.length] ?? "none";
          for (const gap of gaps) {
            await aws.invoke().catch(() => undefined);
            aws.minutes(gap);
          }
          aws.fault = () => "none";
          aws.ends = "available";
          // Until two hours before the next day's: whatever is left then is left for good.
          const calm = aws.time + (redisExportLimits.snapshotHours + 3) * 3_600_000;
          while (aws.time < calm) {
            await aws.invoke();
            aws.minutes(5);
          }
          const old = aws.names.filter((name) => {
            const made = aws.snapshots.get(name)?.ready ?? 0;
            return !strange.includes(name) && aws.time - made > (redisExportLimits.snapshotHours + 3) * 3_600_000;
          });
          expect(old).toEqual([]);
          expect(aws.names).toEqual(expect.arrayContaining(strange));
          expect(aws.deleted.filter((name) => strange.includes(name))).toEqual([]);
          exported += aws.objects.size;
          aws.forget();
        }),
        { numRuns: RUNS },
      );
      expect(exported).toBeGreaterThan(0);
    },
    120_000 + RUNS * 500,
  );
});

describe("its parts", () => {
  const at = new Date("2026-11-26T21:30:00Z");
  it.each([
    ["creating", false, 1, "wait"],
    ["available", false, 1, "export"],
    ["available", true, 1, "delete"],
    ["copying", false, 1, "wait"],
    // Deleted only once ElastiCache is done with it.
    ["copying", true, 1, "wait"],
    ["failed", false, 1, "delete"],
    ["available", false, 7, "delete"],
    ["deleting", true, 7, "wait"],
  ])("with one that is %s, exported: %s, %i hours old: %s", (status, exported, hours, does) => {
    const now = new Date(at.getTime() + hours * 3_600_000);
    expect(decide({ name: "x", status, at }, exported, now).do).toBe(does);
  });

  it("names all that its environment lacks at once, and groups that are none", () => {
    expect(() => settingsFrom({ ENVIRONMENT: "staging" })).toThrow(/GROUPS.*SNAPSHOT_PREFIX.*BUCKET.*START_AT/);
    const env = { ENVIRONMENT: "x", SNAPSHOT_PREFIX: "x", KEY_ARN: "x", BUCKET: "x", START_AT: "06:30" };
    expect(() => settingsFrom({ ...env, GROUPS: '{"Sessions":"x"}' })).toThrow();
  });
});
