import { ElastiCache } from "@aws-sdk/client-elasticache";
import { S3 } from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { FakeBackup } from "../../support/backup-service";
import { operatorWorld, PRODUCTION, YES } from "../../support/operator-world";

const backup = new FakeBackup();
const { run, endpoint, front } = operatorWorld(backup.standIn);
const BACKUPS = "affiliate-production-backups-123456789012";
const FAST = ["--interval", "0.05"] as const;
const DATABASE = "arn:aws:rds:ap-northeast-1:123456789012:cluster:affiliate-production-database";
let s3: S3;
let elastiCache: ElastiCache;

beforeAll(() => {
  const place = { endpoint: endpoint(), region: "ap-northeast-1" };
  s3 = new S3({ ...place, forcePathStyle: true });
  elastiCache = new ElastiCache(place);
});
afterAll(() => [s3, elastiCache].forEach((client) => client.destroy()));
// Passwords stay with ECS and RDS: no verb here asks for one.
afterEach(() => expect(front().calls.filter(({ name }) => name.startsWith("secretsmanager"))).toEqual([]));

beforeEach(async () => {
  backup.clear();
  await s3.createBucket({ Bucket: BACKUPS, CreateBucketConfiguration: { LocationConstraint: "ap-northeast-1" } });
  for (const part of ["sessions", "cache"]) {
    // Moto's groups make no nodes of their own.
    await elastiCache.createCacheCluster({
      ...{ CacheClusterId: `affiliate-production-${part}-001`, Engine: "redis", NumCacheNodes: 1 },
      CacheNodeType: "cache.t4g.micro",
    });
    await elastiCache.createReplicationGroup({
      ...{ ReplicationGroupId: `affiliate-production-${part}`, ReplicationGroupDescription: part },
      ...{ Engine: "redis", NumCacheClusters: 2, CacheNodeType: "cache.t4g.micro" },
    });
  }
});

/** functions/database-dump as it answers; what it writes is written at the third call. */
function dumpFunction(id: string, place: string, keys: readonly string[]) {
  const asked: unknown[] = [];
  front().write("affiliate-production-database-dump/invocations", async (event) => {
    asked.push(event);
    if (asked.length === 3) {
      for (const Key of keys)
        await s3.putObject({ Bucket: BACKUPS, Key: `${place}/${Key}`, Body: `{"reason":"the clone is failed"}` });
    }
    const steps = [
      { id, does: asked.length === 1 ? "create-clone" : "wait", because: "", place: `s3://${BACKUPS}/${place}` },
    ];
    return { steps };
  });
  return asked;
}

it("makes every copy, for as long as the daily plan keeps its own, and follows each to its end", async () => {
  const dump = dumpFunction("20261127-0100", "database/2026/11/27/20261127-0100", ["manifest.json"]);
  const { code, stdout, stderr } = await run("backup", "now", ...YES, ...FAST, "--json");
  expect(code, stderr).toBe(0);
  expect(backup.asked.map(({ ResourceArn }) => String(ResourceArn).split(":").pop())).toEqual([
    ...["affiliate-production-database", "affiliate-production-uploads-123456789012"],
    ...["affiliate-production-assets-123456789012", "table/affiliate-production-release-gate"],
  ]);
  expect(backup.asked[0]).toMatchObject({
    ...{ ResourceArn: DATABASE, BackupVaultName: "affiliate-production-main", Lifecycle: { DeleteAfterDays: 35 } },
    ...{ IamRoleArn: "arn:aws:iam::123456789012:role/affiliate-production-backup", StartWindowMinutes: 60 },
  });
  expect(backup.jobs.map(({ State }) => State)).toEqual(Array(4).fill("COMPLETED"));
  expect([dump[0], dump.at(-1)]).toEqual([{ start: "now" }, {}]);
  const { Snapshots = [] } = await elastiCache.describeSnapshots({});
  expect(Snapshots.map(({ SnapshotName }) => SnapshotName)).toEqual(
    ["sessions", "cache"].map((part): unknown => expect.stringMatching(`^affiliate-production-now-${part}-\\d{14}$`)),
  );
  const { made } = JSON.parse(stdout) as { made: { what: string; id: string; result: string }[] };
  expect(made.map(({ what, result }) => [what, result])).toEqual(
    ["database", "uploads", "redis sessions", "redis cache", "dump", "assets", "release gate"].map((what) => [
      what,
      "made",
    ]),
  );
  expect(made[4]?.id).toBe(`s3://${BACKUPS}/database/2026/11/27/20261127-0100`);
  for (const words of [
    "Starting database backup...",
    "Starting file backup...",
    "Creating Redis snapshot...",
    "Backup completed: ",
  ]) {
    expect(stderr).toContain(words);
  }
});

it("run again it follows what is under way, and takes what is there; with --within 0 it begins anew", async () => {
  const job = { BackupJobId: "before", ResourceArn: DATABASE, State: "RUNNING", CreationDate: Date.now() / 1000 - 600 };
  backup.jobs.push(job);
  const first = await run("backup", "now", ...YES, ...FAST, "--database");
  expect([first.code, first.stderr]).toEqual([0, expect.stringContaining("following job before, begun before")]);
  const second = await run("backup", "now", ...YES, ...FAST, "--database");
  expect([second.code, second.stderr]).toEqual([0, expect.stringContaining("database: there since")]);
  expect(backup.asked).toEqual([]);
  const anew = await run("backup", "now", ...YES, ...FAST, "--database", "--within", "0");
  expect([anew.code, backup.asked.length]).toEqual([0, 1]);
  // What is older is begun anew.
  job.CreationDate -= 3600;
  backup.jobs.length = 1;
  await run("backup", "now", ...YES, ...FAST, "--database");
  expect(backup.asked).toHaveLength(2);
});

it("one that fails takes no other with it, and its reason is said", async () => {
  backup.ends = ["ABORTED"];
  dumpFunction("a", "database/2026/11/27/a", ["given-up.json"]);
  const body =
    "<ErrorResponse><Error><Code>SnapshotQuotaExceededFault</Code><Message>20 a day</Message></Error></ErrorResponse>";
  front().fail({ on: "CreateSnapshot", times: 1, answer: { status: 400, body } });
  const { code, stderr } = await run("backup", "now", ...YES, ...FAST, "--database", "--uploads", "--dump", "--redis");
  expect(code).toBe(1);
  expect(stderr).toContain("database: job job-1 ended as ABORTED: in the backup window");
  expect(stderr).toContain("redis sessions: AWS answered SnapshotQuotaExceededFault");
  expect(stderr).toContain("dump: given up: the clone is failed");
  expect(stderr).toContain("uploads: done");
  expect(stderr).toContain("3 of 5 copies were not made");
});

it("a dry run begins nothing; a wrong number is said before anything is asked", async () => {
  const dry = await run("backup", "now", ...PRODUCTION, "--dry-run");
  expect([dry.code, front().changes()]).toEqual([0, []]);
  expect(dry.stderr).toContain("database: into vault affiliate-production-main, kept 35 days");
  const wrong = await run("backup", "now", ...YES, "--within", "soon");
  expect([wrong.code, wrong.stderr]).toEqual([
    2,
    expect.stringContaining('--within is "soon"; it takes a whole number'),
  ]);
});

it("of snapshots by hand of Redis the newest three stay, and one of a moment ago is taken again", async () => {
  const day = (at: number) => `affiliate-production-now-cache-2026112${at}120000`;
  for (const at of [1, 2, 3, 4]) {
    await elastiCache.createSnapshot({ CacheClusterId: "affiliate-production-cache-001", SnapshotName: day(at) });
  }
  const other = "affiliate-production-release-1";
  await elastiCache.createSnapshot({ CacheClusterId: "affiliate-production-cache-001", SnapshotName: other });
  await run("backup", "now", ...YES, ...FAST, "--redis");
  const again = await run("backup", "now", ...YES, ...FAST, "--redis");
  expect([again.code, again.stderr]).toEqual([
    0,
    expect.stringContaining("redis cache: following affiliate-production-now-cache-"),
  ]);
  const { Snapshots = [] } = await elastiCache.describeSnapshots({});
  const names = Snapshots.map(({ SnapshotName = "" }) => SnapshotName);
  expect(names.filter((name) => name.includes("now-cache"))).toEqual([
    day(3),
    day(4),
    expect.stringMatching(/now-cache-\d{14}$/),
  ]);
  expect(names).toContain(other);
});
