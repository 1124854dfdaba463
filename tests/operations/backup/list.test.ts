import { ElastiCache } from "@aws-sdk/client-elasticache";
import { RDS } from "@aws-sdk/client-rds";
import { S3 } from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import type { Copy } from "../../../operations/backup/copies";
import { verificationKey } from "../../../operations/backup/dumps";
import { FakeBackup, retainedBackups } from "../../support/backup-service";
import { operatorWorld, PRODUCTION } from "../../support/operator-world";

const backup = new FakeBackup();
const DAY = 86_400;
const now = Math.floor(Date.now() / 1000);
const deleted = { id: "affiliate-production-database", resourceId: "cluster-ABC", from: new Date(), to: new Date() };
const { run, endpoint, front } = operatorWorld(async (name, body) =>
  name === "DescribeDBClusterAutomatedBackups"
    ? { status: 200, body: retainedBackups([deleted, { ...deleted, id: "somebody-elses" }]) }
    : backup.standIn(name, body),
);
const [UPLOADS, BACKUPS, REPLICA] = ["uploads", "backups", "uploads-copies"].map(
  (part) => `affiliate-production-${part}-123456789012`,
);
let clients: { s3: S3; rds: RDS; elastiCache: ElastiCache };

beforeAll(() => {
  const place = { endpoint: endpoint(), region: "ap-northeast-1" };
  clients = {
    s3: new S3({ ...place, forcePathStyle: true }),
    rds: new RDS(place),
    elastiCache: new ElastiCache(place),
  };
});
afterAll(() => Object.values(clients).forEach((client) => client.destroy()));

// Passwords stay with ECS and RDS: no verb here asks for one.
afterEach(() => expect(front().calls.filter(({ name }) => name.startsWith("secretsmanager"))).toEqual([]));

beforeEach(async () => {
  backup.clear();
  const { s3, rds, elastiCache } = clients;
  for (const [Bucket, region] of [
    [UPLOADS, "ap-northeast-1"],
    [BACKUPS, "ap-northeast-1"],
    [REPLICA, "ap-northeast-3"],
  ] as const) {
    const there = new S3({ endpoint: endpoint(), region, forcePathStyle: true });
    await there.createBucket({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } });
    await there.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: "Enabled" } });
    there.destroy();
  }
  const put = (Key: string) => s3.putObject({ Bucket: BACKUPS, Key, Body: "12345" });
  for (const name of ["plan.json", "data/0/0.tsv.zst", "manifest.json"]) await put(`database/2026/11/26/good/${name}`);
  await put(verificationKey("database/2026/11/26/good", new Date((now - DAY) * 1000), "bad"));
  await put(verificationKey("database/2026/11/26/good", new Date(now * 1000), "good"));
  await put("database/2026/11/27/killed/plan.json");
  await put("affiliate-production-sessions-20261127-0001.rdb");

  const DBClusterIdentifier = "affiliate-production-database-g1";
  const cluster = { Engine: "aurora-mysql", MasterUsername: "root", MasterUserPassword: "not-a-secret-of-anybody" };
  await rds.createDBCluster({ DBClusterIdentifier, ...cluster });
  await rds.createDBCluster({ DBClusterIdentifier: "affiliate-production-database-drill", ...cluster });
  await rds.createDBClusterSnapshot({
    DBClusterIdentifier,
    DBClusterSnapshotIdentifier: "affiliate-production-release-7",
  });
  await elastiCache.createReplicationGroup({
    ...{ ReplicationGroupId: "affiliate-production-sessions", ReplicationGroupDescription: "sessions" },
    ...{ Engine: "redis", NumCacheClusters: 1, CacheNodeType: "cache.t4g.micro" },
  });
  await elastiCache.createSnapshot({
    ...{ ReplicationGroupId: "affiliate-production-sessions", SnapshotName: "nightly" },
  });
});

const point = (id: string, CreationDate: number) => ({
  ...{ RecoveryPointArn: `arn:aws:rds:ap-northeast-1:123456789012:cluster-snapshot:${id}`, CreationDate },
  ...{ ResourceArn: "arn:aws:rds:ap-northeast-1:123456789012:cluster:affiliate-production-database-g1" },
  ...{ ResourceType: "Aurora", Status: "COMPLETED", BackupSizeInBytes: 3 * 2 ** 30 },
  CalculatedLifecycle: { DeleteAt: CreationDate + 35 * DAY },
});

async function listed(...more: string[]) {
  const { code, stdout, stderr } = await run("backup", "list", ...PRODUCTION, "--json", ...more);
  const { copies, faults } = JSON.parse(stdout) as { copies: Copy[]; faults: { place: string; fault: string }[] };
  const of = (kind: Copy["kind"], id = "") => copies.filter((copy) => copy.kind === kind && copy.id.includes(id));
  return { code, stderr, copies, faults, of };
}

it("lists every copy of every place, and nothing of anybody else", async () => {
  backup.points.set("affiliate-production-main", [point("old", now - 3 * DAY), point("new", now - 3600)]);
  backup.points.set("affiliate-production-copies", [point("copied", now - 7200)]);
  const { code, stderr, copies, of } = await listed();
  expect([code, stderr]).toEqual([0, ""]);
  expect(of("recovery point").map(({ id, region, place }) => [id.split(":").pop(), region, place])).toEqual([
    ["new", "ap-northeast-1", "affiliate-production-main"],
    ["copied", "ap-northeast-3", "affiliate-production-copies"],
    ["old", "ap-northeast-1", "affiliate-production-main"],
  ]);
  expect(of("points in time").map(({ resource, id }) => [resource, id])).toEqual(
    expect.arrayContaining([
      ["affiliate-production-database-g1", "a time"],
      ["affiliate-production-database (deleted)", "cluster-ABC@time"],
    ]),
  );
  expect(of("points in time")).toHaveLength(2);
  expect(of("snapshot", "release-7")).toMatchObject([{ state: "good", resource: "affiliate-production-database-g1" }]);
  expect(of("snapshot", "nightly")).toMatchObject([{ of: "redis", resource: "affiliate-production-sessions" }]);
  expect(of("export")).toMatchObject([{ of: "redis", bytes: 5 }]);
  expect([...of("versions"), ...of("replica")]).toMatchObject([
    { place: UPLOADS, state: "good" },
    { place: REPLICA, region: "ap-northeast-3" },
  ]);
  const tally: Record<string, number> = {};
  for (const { kind } of copies) tally[kind] = (tally[kind] ?? 0) + 1;
  expect(tally).toEqual({
    ...{ "points in time": 2, "recovery point": 3, snapshot: 2, "automatic snapshot": 1, dump: 2, export: 1 },
    ...{ versions: 1, replica: 1 },
  });
});

it("calls a dump without a manifest incomplete, and one that was verified by its last result", async () => {
  const { of } = await listed("--of", "database");
  expect(of("dump", "/good")).toMatchObject([
    {
      ...{ id: `s3://${BACKUPS}/database/2026/11/26/good`, state: "good", bytes: 25 },
      verified: { result: "good", by: "backup verify", at: new Date(now * 1000).toISOString() },
    },
  ]);
  expect(of("dump", "/killed")).toMatchObject([{ state: "incomplete" }]);
  expect(of("dump", "/killed")[0]?.verified).toBeUndefined();
});

it("takes only restore tests that were validated for a proof", async () => {
  const states = { validated: "SUCCESSFUL", wrong: "FAILED", late: "TIMED_OUT", waits: "VALIDATING" };
  backup.points.set(
    "affiliate-production-main",
    [...Object.keys(states), "restored"].map((id) => point(id, now)),
  );
  const job = (id: string, more: object) => {
    return { RecoveryPointArn: point(id, 0).RecoveryPointArn, CreationDate: now, Status: "COMPLETED", ...more };
  };
  for (const [id, ValidationStatus] of Object.entries(states)) backup.restoreJobs.push(job(id, { ValidationStatus }));
  backup.restoreJobs.push(
    job("restored", {}),
    job("validated", { CreationDate: now - DAY, ValidationStatus: "FAILED" }),
  );
  const { of } = await listed();
  const results = of("recovery point").map(({ id, verified }) => [id.split(":").pop(), verified?.result]);
  expect(Object.fromEntries(results)).toEqual({
    ...{ validated: "good", wrong: "bad", late: "bad", waits: undefined, restored: undefined },
  });
});

it("a place that cannot be read is named, the others are shown, and it ends with 4", async () => {
  front().fail({ on: "affiliate-production-copies/recovery-points", times: 99, answer: "cut" });
  const { code, copies, faults, stderr } = await listed();
  expect(code).toBe(4);
  expect(faults.map(({ place }) => place)).toEqual(["vault affiliate-production-copies in ap-northeast-3"]);
  expect(stderr).toContain("vault affiliate-production-copies in ap-northeast-3 could not be read");
  expect(copies).toHaveLength(10);
});

it("for a person: a table with Tokyo's times", async () => {
  backup.points.set("affiliate-production-main", [point("new", now - 3600)]);
  const { stdout } = await run("backup", "list", ...PRODUCTION);
  const line = stdout.split("\n").find((row) => row.includes("cluster-snapshot:new"));
  expect(line?.split(/ {2,}/)).toMatchObject(
    [
      "database",
      "affiliate-production-database-g1",
      "recovery point",
      /\+09:00$/,
      "60 min",
      "3.0 GiB",
      "ap-northeast-1 affiliate-production-main",
      "good",
      "no",
      /:new$/,
    ].map((cell): unknown => (cell instanceof RegExp ? expect.stringMatching(cell) : cell)),
  );
});
