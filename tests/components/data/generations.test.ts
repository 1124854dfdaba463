import { describe, expect, it } from "vitest";
import { restoreSource } from "../../../config/restore";
import { Database, type DatabaseArgs } from "../../../components/data/database";
import { RedisGroup } from "../../../components/data/redis-group";
import { record, valueOf } from "../../support/mocks";
import { testStack } from "../../support/stack";
import { keyArn, logsKeyArn, secretsKeyArn, subnetIds, zoneNames } from "./fixtures";

const CLUSTER = "aws:rds/cluster:Cluster";
const INSTANCE = "aws:rds/clusterInstance:ClusterInstance";
const GROUP = "aws:elasticache/replicationGroup:ReplicationGroup";
const MARK = "affiliate:data:Generation";

const args: DatabaseArgs = {
  stack: testStack(),
  engineVersion: "8.0.mysql_aurora.3.10.3",
  databaseName: "affiliate_production",
  instances: [
    { class: "db.r6g.large", promotionTier: 0 },
    { class: "db.r6g.large", promotionTier: 0 },
  ],
  replicaScaling: { min: 1, max: 2, cpuPercent: 70 },
  zoneNames,
  subnetIds,
  securityGroupId: "sg-database",
  keyArn,
  secretsKeyArn,
  logsKeyArn,
  logRetentionDays: 90,
  backupRetentionDays: 30,
  backupWindow: "03:00-04:00",
  maintenanceWindow: "sun 05:30-06:30",
  slowQuerySeconds: 1,
  insights: "advanced",
};
const SNAPSHOT = "arn:aws:rds:ap-northeast-1:123456789012:cluster-snapshot:awsbackup:job-1";
const database = (changed: Partial<DatabaseArgs>) => record(() => new Database("database", { ...args, ...changed }));
const namesOf = (names: readonly { name: string }[]) => names.map(({ name }) => name);

describe("what a database is restored from", () => {
  it.each([
    [SNAPSHOT, { kind: "snapshot", arn: SNAPSHOT, region: "ap-northeast-1" }],
    ["latest", { kind: "latest" }],
    ["2026-11-27T10:40:00+09:00", { kind: "time", utc: "2026-11-27T01:40:00Z" }],
    ["2026-11-27 10:40:00 +0900 +0900", { kind: "time", utc: "2026-11-27T01:40:00Z" }],
    ["2026-11-27 10:40:00 +0000 UTC", { kind: "time", utc: "2026-11-27T10:40:00Z" }],
    ["cluster-ABCDEFGHIJKL@latest", { kind: "latest", resourceId: "cluster-ABCDEFGHIJKL" }],
    [
      "cluster-ABCDEFGHIJKL@2026-11-27T10:40:00+09:00",
      { kind: "time", utc: "2026-11-27T01:40:00Z", resourceId: "cluster-ABCDEFGHIJKL" },
    ],
    ["2026-11-27T10:40Z", { kind: "time", utc: "2026-11-27T10:40:00Z" }],
  ])("%s", (from, source) => expect(restoreSource(from)).toEqual(source));

  it.each([
    "2026-11-27T10:40:00",
    "2026-02-31T25:00:00Z",
    "yesterday",
    "cluster-ABCDEFGHIJKL@yesterday",
    "cluster-ABCDEFGHIJKL",
    "",
    "arn:aws:backup:ap-northeast-1:123456789012:recovery-point:continuous:cluster-1",
    "arn:aws:rds:ap-northeast-1:123456789012:snapshot:of-an-instance",
  ])("not %s", (from) => expect(restoreSource(from)).toBeUndefined());
});

describe("a generation of the database", () => {
  it("comes up beside the one before, under names of its own, with the same settings", async () => {
    const before = await database({});
    const after = await database({ restore: { from: SNAPSHOT, generation: 1 }, kept: [{ generation: 0 }] });

    const old = after.one(CLUSTER, "database");
    expect(old.inputs).toEqual(before.one(CLUSTER).inputs);
    expect(old.urn).toBe(before.one(CLUSTER).urn);
    expect(after.one(CLUSTER, "database-g1").inputs).toEqual({
      ...old.inputs,
      clusterIdentifier: "affiliate-production-database-g1",
      finalSnapshotIdentifier: "affiliate-production-database-g1-final",
      snapshotIdentifier: SNAPSHOT,
    });
    const identifiers = after.ofType(INSTANCE).map(({ inputs }) => inputs["identifier"]);
    expect([...identifiers].sort()).toEqual([
      "affiliate-production-database-1",
      "affiliate-production-database-2",
      "affiliate-production-database-g1-1",
      "affiliate-production-database-g1-2",
    ]);
  });

  it("is what tasks, agents and alarms are told of", async () => {
    const { result: value } = await database({ restore: { from: SNAPSHOT, generation: 1 }, kept: [{ generation: 0 }] });
    expect(value.clusterIdentifier).toBe("affiliate-production-database-g1");
    expect(value.instanceIdentifiers).toEqual([
      "affiliate-production-database-g1-1",
      "affiliate-production-database-g1-2",
    ]);
    expect(await valueOf(value.writerEndpoint)).toContain("database-g1");
    expect(value.metrics.writerCpu.dimensions).toMatchObject({
      DBClusterIdentifier: "affiliate-production-database-g1",
    });
  });

  it("takes a time from the one before it, whatever is still kept", async () => {
    const from = "2026-11-27T10:40:00+09:00";
    for (const kept of [[], [{ generation: 0 }, { generation: 1, from: SNAPSHOT }]]) {
      const made = await database({ restore: { from, generation: 2 }, kept });
      expect(made.one(CLUSTER, "database-g2").inputs["restoreToPointInTime"]).toEqual({
        sourceClusterIdentifier: "affiliate-production-database-g1",
        restoreType: "full-copy",
        restoreToTime: "2026-11-27T01:40:00Z",
      });
    }
    const latest = await database({ restore: { from: "latest", generation: 1 } });
    expect(latest.one(CLUSTER).inputs["restoreToPointInTime"]).toEqual({
      sourceClusterIdentifier: "affiliate-production-database",
      restoreType: "full-copy",
      useLatestRestorableTime: true,
    });
    const deleted = await database({ restore: { from: "cluster-ABCDEFGHIJKL@latest", generation: 1 } });
    expect(deleted.one(CLUSTER).inputs["restoreToPointInTime"]).toEqual({
      sourceClusterResourceId: "cluster-ABCDEFGHIJKL",
      restoreType: "full-copy",
      useLatestRestorableTime: true,
    });
  });

  it("loses its protection only when it is released, and keeps its final snapshot even then", async () => {
    const made = await database({
      restore: { from: SNAPSHOT, generation: 2 },
      kept: [
        { generation: 0, release: true },
        { generation: 1, from: SNAPSHOT },
      ],
    });
    const of = (name: string) => {
      const { options, inputs } = made.one(CLUSTER, name);
      return [options.protect, options.retainOnDelete, inputs["deletionProtection"], inputs["skipFinalSnapshot"]];
    };
    expect(of("database")).toEqual([false, false, false, false]);
    expect(of("database-g1")).toEqual([true, true, true, false]);
    expect(of("database-g2")).toEqual([true, true, true, false]);
    const unprotected = made.ofType(INSTANCE).filter(({ options }) => !options.protect);
    expect(namesOf(unprotected).sort()).toEqual(["database-1", "database-2"]);
  });

  it("is marked in the state for ever, in a stack without protection too", async () => {
    const stack = testStack({ protect: false });
    const made = await database({ stack, restore: { from: SNAPSHOT, generation: 2 } });
    expect(namesOf(made.ofType(MARK))).toEqual([
      "database-generation-1-is-in-use-and-no-older-one-may-be",
      "database-generation-2-is-in-use-and-no-older-one-may-be",
    ]);
    for (const mark of made.ofType(MARK)) expect(mark.options.protect).toBe(true);
    expect((await database({})).ofType(MARK)).toEqual([]);
  });
});

describe("a generation of a Redis group", () => {
  const group = (changed: Partial<ConstructorParameters<typeof RedisGroup>[1]>) =>
    record(
      () =>
        new RedisGroup("redis-sessions", {
          stack: testStack(),
          purpose: "sessions",
          engineVersion: "7.1",
          nodeType: "cache.r6g.large",
          nodes: 2,
          zoneNames,
          subnetIds,
          securityGroupId: "sg-redis",
          userGroupId: "users",
          keyArn,
          logsKeyArn,
          logRetentionDays: 90,
          snapshotRetentionDays: 5,
          snapshotWindow: "03:00-05:00",
          maintenanceWindow: "mon 05:30-06:30",
          ...changed,
        }),
    );

  it("comes up beside the one before, from a snapshot or from an export", async () => {
    const before = await group({});
    const arn = "arn:aws:s3:::affiliate-production-redis-123456789012/sessions.rdb";
    const after = await group({
      restore: { from: arn, generation: 2 },
      kept: [{ generation: 1, from: "manual-1" }, { generation: 0 }],
    });
    expect(after.one(GROUP, "redis-sessions").inputs).toEqual(before.one(GROUP).inputs);
    expect(after.one(GROUP, "redis-sessions-g1").inputs).toMatchObject({ snapshotName: "manual-1" });
    expect(after.one(GROUP, "redis-sessions-g2").inputs).toEqual({
      ...before.one(GROUP).inputs,
      replicationGroupId: "affiliate-production-sessions-g2",
      finalSnapshotIdentifier: "affiliate-production-sessions-g2-final",
      snapshotArns: [arn],
    });
    expect(after.result.replicationGroupId).toBe("affiliate-production-sessions-g2");
    expect(after.result.nodeIds[0]).toBe("affiliate-production-sessions-g2-001");
    expect(after.ofType(MARK)).toHaveLength(2);
  });
});
