import { describe, expect, it } from "vitest";
import { dumpLimits } from "../../../config/backup-functions";
import { settingsFrom } from "../../../functions/database-dump/settings";
import { latestDue, slotId, slotTime } from "../../../functions/shared/slots";
import { failure } from "../support/around";
import { DIGEST, FakeAws, settings } from "./fake-aws";

// Written answers of AWS in the SDK's own types: no emulator has Aurora's clones.

/** 06:00 in Tokyo. */
const ID = "20261126-2100";
const CLONE = `affiliate-production-dump-${ID}`;
const FOLDER = `database/2026/11/26/${ID}`;

const stepsOf = (aws: FakeAws): string[] =>
  aws.said.filter((line) => line.startsWith(CLONE)).map((line) => line.slice(CLONE.length + 2).split(" (")[0] ?? "");

describe("a dump's day", () => {
  it("clones, waits, dumps, and leaves a manifest and no clone behind", async () => {
    const aws = new FakeAws();
    expect(await aws.hours(6)).toBe(0);
    expect(aws.manifests).toEqual([`${FOLDER}/manifest.json`]);
    expect(aws.clones).toEqual([]);
    expect(aws.rds.deleted).toEqual([CLONE, CLONE]);
    expect([...new Set(stepsOf(aws))]).toEqual(["create-instance", "wait", "start-task", "remove"]);
    expect(aws.tasks).toHaveLength(1);
    expect(aws.metric("DumpGivenUp")).toBe(0);
    expect(aws.metric("DumpCloneAge")).toBe(0);
  });

  it("makes the clone with nothing of the source's that would act, and with nothing that outlives it", async () => {
    const aws = new FakeAws("2026-11-26T21:00:00Z");
    await aws.invoke();
    const { request, tags } = aws.rds.clusters.get(CLONE) ?? {};
    expect(request).toMatchObject({
      SourceDBClusterIdentifier: settings.source,
      RestoreType: "copy-on-write",
      UseLatestRestorableTime: true,
      DBClusterParameterGroupName: settings.cloneParameters,
      VpcSecurityGroupIds: ["sg-clone"],
      DeletionProtection: false,
      BackupRetentionPeriod: 1,
    });
    expect(tags).toEqual([
      { Key: "Name", Value: CLONE },
      { Key: "Environment", Value: "production" },
      { Key: "ManagedBy", Value: "database-dump" },
      { Key: "RequestedAt", Value: "2026-11-26T21:00:00.000Z" },
    ]);
  });

  it("tells the task the clone's host and time, and runs the newest released image by its digest", async () => {
    const aws = new FakeAws();
    aws.images = [
      { imageDigest: `sha256:${"b".repeat(64)}`, imageTags: ["build-9"], imagePushedAt: new Date("2026-11-20") },
      ...(aws.images ?? []),
      { imageDigest: `sha256:${"c".repeat(64)}`, imageTags: ["release-0"], imagePushedAt: new Date("2026-10-01") },
    ];
    await aws.hours(2);
    const { overrides, networkConfiguration, taskDefinition } = aws.tasks[0]?.request ?? {};
    expect(overrides?.containerOverrides).toEqual([
      {
        name: "dump",
        environment: [
          { name: "DB_HOST", value: `${CLONE}.cluster-a1b2c3.ap-northeast-1.rds.amazonaws.com` },
          { name: "DUMP_ID", value: ID },
          { name: "CLONE_TIME", value: "2026-11-26T21:00:00.000Z" },
        ],
      },
    ]);
    expect(networkConfiguration?.awsvpcConfiguration?.assignPublicIp).toBe("DISABLED");
    const definition = aws.definitions.find(({ taskDefinitionArn }) => taskDefinitionArn === taskDefinition);
    expect(definition?.containerDefinitions?.[0]?.image).toBe(`${settings.repositoryUrl}@${DIGEST}`);
  });

  it("registers an image once, not a revision a day", async () => {
    const aws = new FakeAws();
    await aws.hours(50);
    expect(aws.manifests).toHaveLength(3);
    expect(aws.definitions).toHaveLength(2);
  });

  it("begins none outside its hours, and none twice", async () => {
    const aws = new FakeAws("2026-11-27T03:05:00Z");
    await aws.invoke();
    expect(aws.clones).toEqual([]);
    const day = new FakeAws();
    await day.hours(dumpLimits.beginHours + 2);
    expect(day.tasks).toHaveLength(1);
  });
});

describe("what fails", () => {
  it("tries again on the same clone, under the same name, after a pause", async () => {
    const aws = new FakeAws();
    const fates = [{ exitCode: 1, minutes: 7 }, { exitCode: null, minutes: 3 }, {}];
    aws.fate = () => fates.shift() ?? {};
    await aws.hours(6);
    expect(aws.manifests).toHaveLength(1);
    const names = aws.tasks.map(({ request }) =>
      request.overrides?.containerOverrides?.[0]?.environment?.find(({ name }) => name === "DUMP_ID"),
    );
    expect(names.map((name) => name?.value)).toEqual([ID, ID, ID]);
    const pauses = aws.tasks.slice(1).map(({ startedAt }, at) => (startedAt - (aws.tasks[at]?.endsAt ?? 0)) / 60_000);
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(dumpLimits.pauseMinutes);
    expect(aws.clones).toEqual([]);
  });

  it("gives up after the last try, says why in the bucket, counts it once, and removes the clone", async () => {
    const aws = new FakeAws();
    aws.fate = () => ({ exitCode: 1, minutes: 5 });
    await aws.hours(8);
    expect(aws.tasks).toHaveLength(dumpLimits.tries);
    expect(aws.givenUp).toEqual([`${FOLDER}/given-up.json`]);
    expect(aws.objects.get(`${FOLDER}/given-up.json`)).toMatch(/4 tasks came to nothing; of the last: exit code 1/);
    expect(aws.lines.filter((line) => line.DumpGivenUp === 1)).toHaveLength(1);
    expect(aws.clones).toEqual([]);
  });

  it.each([
    [2, "wrong arguments"],
    [3, "refused"],
    [4, "damaged"],
  ])("gives up at once on exit code %i: %s", async (exitCode) => {
    const aws = new FakeAws();
    aws.fate = () => ({ exitCode, minutes: 1 });
    await aws.hours(4);
    expect(aws.tasks).toHaveLength(1);
    expect(aws.objects.get(`${FOLDER}/given-up.json`)).toContain(`exit code ${exitCode}`);
    expect(aws.clones).toEqual([]);
  });

  it("does not believe an exit code of 0 without a manifest", async () => {
    const aws = new FakeAws();
    aws.fate = () => ({ writes: false, minutes: 1 });
    await aws.hours(4);
    expect(aws.tasks).toHaveLength(dumpLimits.tries);
    expect(aws.givenUp).toHaveLength(1);
  });

  it("asks again for a task that ECS has no room for, without counting it as a try", async () => {
    const aws = new FakeAws();
    let asked = 0;
    aws.fate = () => ((asked += 1) < 8 ? { refused: "Capacity is unavailable at this time" } : {});
    await aws.hours(6);
    expect(aws.manifests).toHaveLength(1);
    expect(aws.said.join("\n")).toContain("no task yet (Capacity is unavailable at this time)");
  });

  it("stops a task whose time is up, and the next one goes on", async () => {
    const aws = new FakeAws();
    const fates = [{ minutes: 5000 }, { minutes: 20 }];
    aws.fate = () => fates.shift() ?? {};
    await aws.hours(12);
    expect(aws.tasks[0]?.exitCode).toBe(143);
    expect(aws.manifests).toHaveLength(1);
    expect(aws.clones).toEqual([]);
  });

  it.each(["incompatible-parameters", "failed", "storage-full", "inaccessible-encryption-credentials-recoverable"])(
    "gives up a clone whose instance is %s",
    async (status) => {
      const aws = new FakeAws();
      aws.rds.instanceEnds = status;
      await aws.hours(4);
      expect(aws.objects.get(`${FOLDER}/given-up.json`)).toContain(`instance is ${status}`);
      expect(aws.clones).toEqual([]);
    },
  );

  it.each(["failing-over", "backing-up", "maintenance"])(
    "waits while the clone is %s, which passes",
    async (status) => {
      const aws = new FakeAws();
      aws.rds.cloneEnds = status;
      await aws.hours(3);
      expect(aws.clones).toEqual([CLONE]);
      const clone = aws.rds.clusters.get(CLONE);
      if (clone !== undefined) clone.status = "available";
      await aws.hours(3);
      expect(aws.manifests).toHaveLength(1);
    },
  );

  it("waits while the source cannot be cloned or the quota is used up, and says so", async () => {
    const aws = new FakeAws();
    const source = aws.rds.clusters.get(settings.source);
    if (source !== undefined) source.status = "failing-over";
    await aws.hours(2);
    expect(aws.said.join("\n")).toContain("is not begun: InvalidDBClusterStateFault");
    if (source !== undefined) source.status = "available";
    aws.rds.quota = 1;
    expect(await aws.hours(1)).toBe(0);
    expect(aws.said.at(-1)).toContain("is not begun: DBClusterQuotaExceededFault");
    aws.rds.quota = 40;
    await aws.hours(4);
    expect(aws.manifests).toHaveLength(1);
  });

  it("makes no clone before there is an image, and says how to make one", async () => {
    const aws = new FakeAws("2026-11-26T21:00:00Z");
    aws.images = [{ imageDigest: DIGEST, imageTags: ["build-1"], imagePushedAt: new Date(0) }];
    expect((await aws.invoke()).notBegun).toMatch(/holds no released image: npm run image -- --dump --push/);
    expect(aws.clones).toEqual([]);
  });

  it("removes a clone that nothing came of when its time is up, reason written or not", async () => {
    const aws = new FakeAws();
    aws.fate = () => ({ refused: "Capacity is unavailable at this time" });
    aws.fault = (name) => (name === "PutObject" ? "refused" : "none");
    const failed = await aws.hours(dumpLimits.cloneHours + 2);
    expect(failed).toBeGreaterThan(0);
    expect(aws.clones).toEqual([]);
    expect(aws.givenUp).toEqual([]);
  });

  it("fails loudly, with AWS's words, when it may not do what it has to", async () => {
    const aws = new FakeAws("2026-11-26T21:00:00Z");
    aws.fault = (name) => (name === "RestoreDBClusterToPointInTime" ? "refused" : "none");
    await expect(aws.invoke()).rejects.toThrow("Beginning a dump: AccessDeniedException: not authorized");
    expect(aws.metric("DumpCloneAge")).toBe(0);
  });

  it("does for one clone what it fails to do for another", async () => {
    const aws = new FakeAws();
    await aws.hours(2);
    const old = "affiliate-production-dump-20261101-2100";
    aws.rds.add(old, { ManagedBy: "database-dump", RequestedAt: "2026-11-01T21:00:00Z" });
    const broken = failure("InternalFailure", "an internal error");
    const lookups = ["database/2026/11/01"];
    aws.fault = () => "none";
    const list = aws.objects.keys.bind(aws.objects);
    aws.objects.keys = () => {
      if (lookups.pop() !== undefined) throw broken;
      return list();
    };
    await expect(aws.invoke()).rejects.toThrow(/InternalFailure/);
    await aws.hours(2);
    expect(aws.clones).toEqual([]);
  });
});

describe("what is not its own", () => {
  it("lets clusters be that are called alike, and names only near its own", async () => {
    const aws = new FakeAws();
    const mine = { ManagedBy: "database-dump" };
    aws.rds.add("affiliate-production-dump-20251126-2100", { Owner: "somebody" }, true);
    aws.rds.add("affiliate-production-dump-20251127-2100", { Owner: "somebody" });
    aws.rds.add("affiliate-production-dump-restored", mine, true);
    aws.rds.add("affiliate-production-dump-20251399-2100", mine, true);
    aws.rds.add("affiliate-staging-dump-20251126-2100", mine, true);
    await aws.hours(30);
    expect(aws.clones).toHaveLength(5);
    expect(aws.rds.deleted.every((name) => name.startsWith("affiliate-production-dump-202611"))).toBe(true);
  });

  it("removes what an earlier call left, whatever the source was then", async () => {
    const aws = new FakeAws("2026-11-27T04:00:00Z");
    const left = "affiliate-production-dump-20261120-2100";
    aws.rds.add(left, { ManagedBy: "database-dump", RequestedAt: "2026-11-20T21:00:10Z" });
    await aws.hours(1);
    expect(aws.clones).toEqual([]);
    expect(aws.objects.get("database/2026/11/20/20261120-2100/given-up.json")).toContain("10 hours old");
  });

  it("does not delete an instance that it did not make, and says that the clone stays for it", async () => {
    const aws = new FakeAws("2026-11-27T04:00:00Z");
    const left = "affiliate-production-dump-20261120-2100";
    aws.rds.add(left, { ManagedBy: "database-dump" }, true);
    await expect(aws.invoke()).rejects.toThrow(`has instances that this function did not make: ${left}-1`);
    expect(aws.rds.deleted).toEqual([]);
    expect(aws.metric("DumpCloneAge")).toBeGreaterThan(dumpLimits.cloneHours * 3600);
  });
});

describe("a dump that is asked for", () => {
  it("is begun at once and named by the minute, and its place is told", async () => {
    const aws = new FakeAws("2026-11-27T05:12:31Z");
    const { steps, notBegun } = await aws.invoke({ start: "now" });
    expect(notBegun).toBeUndefined();
    expect(steps).toEqual([
      {
        id: "20261127-0512",
        does: "create-clone",
        because: "asked for",
        place: "s3://affiliate-production-backups-123456789012/database/2026/11/27/20261127-0512",
      },
    ]);
    aws.minutes(5);
    await aws.hours(3);
    expect(aws.manifests).toEqual(["database/2026/11/27/20261127-0512/manifest.json"]);
  });

  it("waits for the one that is under way", async () => {
    const aws = new FakeAws();
    await aws.hours(1.5);
    const { notBegun } = await aws.invoke({ start: "now" });
    expect(notBegun).toBe(`${CLONE} is still there`);
  });
});

describe("its parts", () => {
  it.each([
    ["2026-11-26T20:59:00Z", "06:00", "20261125-2100"],
    ["2026-11-26T21:00:00Z", "06:00", "20261126-2100"],
    ["2026-11-27T08:00:00Z", "18:30", "20261126-0930"],
    ["2026-11-27T09:30:00Z", "18:30", "20261127-0930"],
    ["2026-11-27T15:00:00Z", "00:00", "20261127-1500"],
  ])("at %s the last %s of Tokyo was %s", (now, time, id) => {
    const due = latestDue(new Date(now), time);
    expect(slotId(due)).toBe(id);
    expect(slotTime(id)).toEqual(due);
  });

  it.each(["20261126", "20261326-2100", "20261126-2460", "restored", ""])("%j is no time of a clone", (id) => {
    expect(slotTime(id)).toBeUndefined();
  });

  it("names all that its environment lacks at once", () => {
    expect(() => settingsFrom({ ENVIRONMENT: "staging", START_AT: "6" })).toThrow(/DATABASE_CLUSTER.*BUCKET.*START_AT/);
  });
});
