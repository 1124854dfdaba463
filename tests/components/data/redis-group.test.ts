import { describe, expect, it } from "vitest";
import { redisPurposes } from "../../../components/data/redis-access";
import { RedisGroup, type RedisGroupArgs } from "../../../components/data/redis-group";
import { record, type RecordOptions, valueOf } from "../../support/mocks";
import { statement } from "../../support/policies";
import { testStack } from "../../support/stack";
import { dependenciesOf, expectNoSecret, keyArn, logsKeyArn, subnetIds, zoneNames } from "./fixtures";

const GROUP = "aws:elasticache/replicationGroup:ReplicationGroup";
const PARAMETERS = "aws:elasticache/parameterGroup:ParameterGroup";
const SUBNETS = "aws:elasticache/subnetGroup:SubnetGroup";
const LOGS = "aws:cloudwatch/logGroup:LogGroup";
const DELIVERY = "aws:cloudwatch/logResourcePolicy:LogResourcePolicy";

const args: RedisGroupArgs = {
  stack: testStack(),
  purpose: "sessions",
  engineVersion: "7.1",
  nodeType: "cache.r6g.xlarge",
  nodes: 3,
  zoneNames,
  subnetIds,
  securityGroupId: "sg-redis",
  userGroupId: "affiliate-production-sessions",
  keyArn,
  logsKeyArn,
  logRetentionDays: 90,
  snapshotRetentionDays: 5,
  snapshotWindow: "03:00-05:00",
  maintenanceWindow: "mon 05:30-06:30",
};
const make = (changed: Partial<RedisGroupArgs> = {}, options: RecordOptions = {}) =>
  record(() => new RedisGroup("sessions", { ...args, ...changed }), options);

describe("RedisGroup", () => {
  it("makes one group with its own parameters, subnets and logs", async () => {
    const redis = await make();
    expect(redis.counts()).toEqual({
      "affiliate:data:RedisGroup": 1,
      [GROUP]: 1,
      [PARAMETERS]: 1,
      [SUBNETS]: 1,
      [LOGS]: 2,
      [DELIVERY]: 1,
    });
    const [component, ...children] = redis.resources;
    for (const child of children) expect(child.parent).toBe(component?.urn);
    expectNoSecret(redis);
  });

  it("asks for exactly this, all of it known at preview", async () => {
    const redis = await make({}, { preview: true });
    expect(redis.one(GROUP).inputs).toEqual({
      replicationGroupId: "affiliate-production-sessions",
      description: "Redis for sessions",
      engine: "redis",
      engineVersion: "7.1",
      autoMinorVersionUpgrade: true,
      parameterGroupName: "affiliate-production-sessions-redis7",
      port: 6379,
      nodeType: "cache.r6g.xlarge",
      clusterMode: "disabled",
      numCacheClusters: 3,
      preferredCacheClusterAzs: ["ap-northeast-1a", "ap-northeast-1c", "ap-northeast-1d"],
      automaticFailoverEnabled: true,
      multiAzEnabled: true,
      subnetGroupName: "affiliate-production-sessions",
      securityGroupIds: ["sg-redis"],
      userGroupIds: ["affiliate-production-sessions"],
      atRestEncryptionEnabled: true,
      kmsKeyId: keyArn,
      transitEncryptionEnabled: true,
      transitEncryptionMode: "required",
      snapshotRetentionLimit: 5,
      // 03:00 and Monday 05:30 in Tokyo.
      snapshotWindow: "18:00-20:00",
      maintenanceWindow: "sun:20:30-sun:21:30",
      finalSnapshotIdentifier: "affiliate-production-sessions-final",
      logDeliveryConfigurations: [
        {
          logType: "slow-log",
          logFormat: "json",
          destinationType: "cloudwatch-logs",
          destination: "/affiliate/production/redis/sessions/slow-log",
        },
        {
          logType: "engine-log",
          logFormat: "json",
          destinationType: "cloudwatch-logs",
          destination: "/affiliate/production/redis/sessions/engine-log",
        },
      ],
      applyImmediately: false,
    });
  });

  it.each([
    ["sessions", "noeviction"],
    ["cache", "allkeys-lru"],
  ] as const)("evicts in %s by %s", async (purpose, policy) => {
    const redis = await make({ purpose });
    expect(redis.one(PARAMETERS).inputs).toEqual({
      name: `affiliate-production-${purpose}-redis7`,
      family: "redis7",
      description: `Redis for ${purpose}`,
      parameters: [{ name: "maxmemory-policy", value: policy }],
    });
  });

  it("has names of its own for each purpose", async () => {
    const both = await record(() => redisPurposes.map((purpose) => new RedisGroup(purpose, { ...args, purpose })));
    const names = both.resources.flatMap(({ type, inputs }) => {
      const name = inputs.replicationGroupId ?? inputs.policyName ?? inputs.name;
      return name === undefined ? [] : [`${type} ${name as string}`];
    });
    expect(names).toHaveLength(12);
    expect(new Set(names).size).toBe(12);
  });

  it("goes round the zones with nodes that are more", async () => {
    const redis = await make({ nodes: 5, zoneNames: zoneNames.slice(0, 2) });
    expect(redis.one(GROUP).inputs.preferredCacheClusterAzs).toEqual([
      "ap-northeast-1a",
      "ap-northeast-1c",
      "ap-northeast-1a",
      "ap-northeast-1c",
      "ap-northeast-1a",
    ]);
  });

  it("lets log deliveries in before there is anything to deliver, and keeps logs encrypted and for a time", async () => {
    const redis = await make();
    expect(dependenciesOf(redis, redis.one(GROUP))).toContain("sessions-log-delivery");
    for (const group of redis.ofType(LOGS)) {
      expect(group.inputs).toMatchObject({ retentionInDays: 90, kmsKeyId: logsKeyArn });
    }
    const delivery = redis.one(DELIVERY);
    expect(delivery.inputs.policyName).toBe("affiliate-production-redis-sessions");
    expect(statement(delivery, "LogDelivery", "policyDocument")).toEqual({
      Sid: "LogDelivery",
      Effect: "Allow",
      Principal: { Service: "delivery.logs.amazonaws.com" },
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: ["engine-log", "slow-log"].map(
        (log) =>
          `arn:aws:logs:ap-northeast-1:123456789012:log-group:/affiliate/production/redis/sessions/${log}:log-stream:*`,
      ),
      Condition: {
        ArnLike: { "aws:SourceArn": "arn:aws:logs:ap-northeast-1:123456789012:*" },
        StringEquals: { "aws:SourceAccount": "123456789012" },
      },
    });
  });

  it("keeps the data of a protected stack, and of no other", async () => {
    const kept = (await make()).one(GROUP);
    expect(kept.options).toMatchObject({ protect: true, retainOnDelete: true, ignoreChanges: [] });
    const staging = testStack({ environment: "staging", protect: false });
    const gone = (await make({ stack: staging })).one(GROUP);
    expect(gone.options).toMatchObject({ protect: false, retainOnDelete: false });
    expect(gone.inputs).not.toHaveProperty("finalSnapshotIdentifier");
    expect(gone.inputs).toMatchObject({ atRestEncryptionEnabled: true, transitEncryptionMode: "required" });
  });

  it("exposes endpoints, and the metrics of each node", async () => {
    const redis = (await make()).result;
    expect(redis.replicationGroupId).toBe("affiliate-production-sessions");
    expect(redis.port).toBe(6379);
    expect(await valueOf(redis.primaryEndpoint)).toMatch(/^master\.affiliate-production-sessions\./);
    expect(await valueOf(redis.readerEndpoint)).toMatch(/^replica\.affiliate-production-sessions\./);
    expect(redis.nodeIds).toEqual([1, 2, 3].map((node) => `affiliate-production-sessions-00${node}`));
    expect(redis.metrics.map(({ memory }) => memory)).toEqual(
      redis.nodeIds.map((CacheClusterId) => ({
        namespace: "AWS/ElastiCache",
        metricName: "DatabaseMemoryUsagePercentage",
        dimensions: { CacheClusterId },
        unit: "Percent",
      })),
    );
  });
});
