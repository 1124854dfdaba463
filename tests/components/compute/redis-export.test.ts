import { describe, expect, it } from "vitest";
import { RedisExport } from "../../../components/compute/redis-export";
import { backupFunctionMetrics } from "../../../config/backup-functions";
import { settingsFrom } from "../../../functions/redis-export/settings";
import { record } from "../../support/mocks";
import { testStack } from "../../support/stack";
import { KEY_ARN, statements, SUBNETS } from "./support";

const BUCKET = "affiliate-production-redis-exports-123456789012";
const DATA_KEY = `${KEY_ARN}-data`;
const arn = (resource: string) => `arn:aws:elasticache:ap-northeast-1:123456789012:${resource}`;

const make = () =>
  new RedisExport("redis-export", {
    stack: testStack(),
    groups: { sessions: "affiliate-production-sessions-g1", cache: "affiliate-production-cache" },
    dataKeyArn: DATA_KEY,
    storageKeyArn: KEY_ARN,
    accessLogBucket: "affiliate-production-logs-123456789012",
    backupDays: 30,
    subnetIds: SUBNETS,
    securityGroupId: "sg-functions",
    logKeyArn: KEY_ARN,
    logRetentionDays: 90,
  });

describe("RedisExport", () => {
  it("hands the function the environment that it reads, the groups in use among it", async () => {
    const { inputs } = (await record(make)).one("aws:lambda/function:Function");
    const { variables } = inputs.environment as { variables: Record<string, string> };
    expect(settingsFrom(variables)).toEqual({
      environment: "production",
      groups: { sessions: "affiliate-production-sessions-g1", cache: "affiliate-production-cache" },
      snapshotPrefix: "affiliate-production-export",
      keyArn: DATA_KEY,
      bucket: BUCKET,
      startAt: "06:30",
    });
    expect(inputs).toMatchObject({ reservedConcurrentExecutions: 1 });
  });

  it("lets it delete snapshots of its own prefix only, which none of ElastiCache's or the stack's has", async () => {
    const policy = statements((await record(make)).one("aws:iam/rolePolicy:RolePolicy", "redis-export").inputs.policy);
    expect(policy.OwnSnapshots).toMatchObject({
      Action: ["elasticache:AddTagsToResource", "elasticache:CopySnapshot", "elasticache:DeleteSnapshot"],
      Resource: arn("snapshot:affiliate-production-export-*"),
    });
    expect(
      Object.entries(policy).flatMap(([sid, { Action }]) =>
        /elasticache:Delete/.test(JSON.stringify(Action)) ? sid : [],
      ),
    ).toEqual(["OwnSnapshots"]);
    expect(policy.TakeSnapshot?.Resource).toEqual(
      [
        arn("snapshot:affiliate-production-export-*"),
        arn("replicationgroup:affiliate-production-sessions-g1"),
        arn("replicationgroup:affiliate-production-cache"),
        arn("cluster:affiliate-production-sessions-g1-*"),
        arn("cluster:affiliate-production-cache-*"),
      ].sort(),
    );
    for (const final of [
      "affiliate-production-sessions-final",
      "automatic.affiliate-production-cache-2026-11-27-18-00",
    ]) {
      expect(final.startsWith("affiliate-production-export-")).toBe(false);
    }
  });

  it("lets ElastiCache write to a bucket of its own, whose objects go after their days, versions too", async () => {
    const recording = await record(make);
    const policy = statements(recording.one("aws:s3/bucketPolicy:BucketPolicy").inputs.policy);
    expect(policy.ElastiCacheExports).toMatchObject({
      Principal: { Service: "ap-northeast-1.elasticache-snapshot.amazonaws.com" },
      Resource: [`arn:aws:s3:::${BUCKET}`, `arn:aws:s3:::${BUCKET}/*`],
    });
    const { rules } = recording.one("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration").inputs;
    expect(rules).toContainEqual({
      id: "exports",
      status: "Enabled",
      filter: { prefix: "" },
      expiration: { days: 30 },
    });
    expect(JSON.stringify(rules)).toContain('"noncurrentDays":30');
    expect(recording.ofType("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration")).toEqual([]);
  });

  it("is called every five minutes, keeps lost calls, and names the metrics that the function writes", async () => {
    const recording = await record(make);
    expect(recording.one("aws:scheduler/schedule:Schedule").inputs).toMatchObject({
      scheduleExpression: "rate(5 minutes)",
      target: { retryPolicy: { maximumRetryAttempts: 3, maximumEventAgeInSeconds: 300 } },
    });
    const { exported, snapshotAge, lostCalls } = recording.result.metrics;
    const { names } = backupFunctionMetrics;
    expect([exported.metricName, snapshotAge.metricName]).toEqual([names.redisExported, names.redisSnapshotAge]);
    expect(lostCalls.dimensions).toEqual({ QueueName: "affiliate-production-redis-export-lost-calls" });
  });
});
