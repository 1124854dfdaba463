import { describe, expect, it } from "vitest";
import { Keys } from "../../../components/foundation/keys";
import { record } from "../../support/mocks";
import { statement, statementsOf } from "../../support/policies";
import { testStack } from "../../support/stack";

const KEY = "aws:kms/key:Key";
const purposes = [
  "data",
  "storage",
  "logs",
  "secrets",
  "images",
  "global",
  "notifications",
  "notifications-global",
  "backups",
];
const copied = ["backups", "storage", "secrets", "images"];
const make = (overrides: Parameters<typeof testStack>[0] = {}, options: Parameters<typeof record>[1] = {}) =>
  record(() => new Keys("keys", { stack: testStack(overrides) }), options);

describe("Keys", () => {
  it("makes one key and one alias for each purpose", async () => {
    const keys = await make();
    expect(keys.counts()).toEqual({ "affiliate:foundation:Keys": 1, [KEY]: 9, "aws:kms/alias:Alias": 9 });
    expect(keys.ofType(KEY).map(({ name }) => name)).toEqual(purposes.map((purpose) => `keys-${purpose}`));
    expect(keys.invokes).toEqual([]);
  });

  it("rotates each key every year and deletes none within 30 days", async () => {
    for (const { inputs } of (await make()).ofType(KEY)) {
      expect(inputs).toMatchObject({
        enableKeyRotation: true,
        rotationPeriodInDays: 365,
        deletionWindowInDays: 30,
      });
      expect(inputs).not.toHaveProperty("bypassPolicyLockoutSafetyCheck");
      expect(inputs.description).toMatch(/\w/);
    }
  });

  it("keeps all but the global keys in the stack's region, each alias beside its key", async () => {
    const keys = await make();
    for (const purpose of purposes) {
      const region = purpose.endsWith("global") ? "us-east-1" : "ap-northeast-1";
      const key = keys.one(KEY, `keys-${purpose}`);
      const alias = keys.one("aws:kms/alias:Alias", `keys-${purpose}`);
      expect(key.inputs.region).toBe(region);
      expect(alias.inputs).toMatchObject({ region, name: `alias/affiliate-production-${purpose}` });
      expect(alias.options.dependencies).toEqual([key.urn]);
    }
  });

  it("protects keys with the data they open", async () => {
    for (const { options } of (await make()).ofType(KEY)) {
      expect(options).toMatchObject({ protect: true, retainOnDelete: true });
    }
    for (const { options } of (await make({ environment: "staging", protect: false })).ofType(KEY)) {
      expect(options).toMatchObject({ protect: false, retainOnDelete: false });
    }
  });

  it("hands every key to IAM, and lets no principal in without a condition", async () => {
    for (const key of (await make()).ofType(KEY)) {
      expect(statement(key, "AccountThroughIam")).toEqual({
        Sid: "AccountThroughIam",
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::123456789012:root" },
        Action: "kms:*",
        Resource: "*",
      });
      for (const other of statementsOf(key).filter(({ Sid }) => Sid !== "AccountThroughIam")) {
        expect(Object.keys(other.Condition ?? {})).not.toHaveLength(0);
        expect(other.Action).not.toContain("kms:*");
      }
    }
  });

  it("names exactly the services that each key serves", async () => {
    const keys = await make();
    const sids = Object.fromEntries(
      purposes.map((purpose) => [
        purpose,
        statementsOf(keys.one(KEY, `keys-${purpose}`))
          .map(({ Sid }) => Sid)
          .filter((sid) => sid !== "AccountThroughIam"),
      ]),
    );
    expect(sids).toEqual({
      data: ["ThroughDataServices"],
      storage: ["CloudFrontReads", "RedisExports"],
      logs: ["LogGroups"],
      secrets: [],
      images: [],
      global: ["LogGroups"],
      notifications: ["Publishers"],
      "notifications-global": ["Publishers"],
      backups: ["ThroughBackup"],
    });
  });

  it("lets the data key be used through the databases and backups of this account only", async () => {
    const through = statement((await make()).one(KEY, "keys-data"), "ThroughDataServices");
    expect(through.Condition).toEqual({
      StringEquals: {
        "kms:CallerAccount": "123456789012",
        "kms:ViaService": [
          "backup.ap-northeast-1.amazonaws.com",
          "dynamodb.ap-northeast-1.amazonaws.com",
          "elasticache.ap-northeast-1.amazonaws.com",
          "rds.ap-northeast-1.amazonaws.com",
        ],
      },
    });
  });

  it("adds a key for each kind of copy, in the copies' region, which no service here may use", async () => {
    const copies = await record(() => new Keys("keys", { stack: testStack(), copyRegion: "ap-northeast-3" }));
    expect(copies.counts()).toMatchObject({ [KEY]: 13, "aws:kms/alias:Alias": 13 });
    for (const what of copied) {
      const key = copies.one(KEY, `keys-${what}-copies`);
      expect(key.inputs).toMatchObject({ region: "ap-northeast-3", enableKeyRotation: true, deletionWindowInDays: 30 });
      const alias = copies.one("aws:kms/alias:Alias", `keys-${what}-copies`);
      expect(alias.inputs).toMatchObject({
        region: "ap-northeast-3",
        name: `alias/affiliate-production-${what}-copies`,
      });
    }
    const through = statement(copies.one(KEY, "keys-backups-copies"), "ThroughBackup");
    expect(through.Condition).toEqual({
      StringEquals: {
        "kms:CallerAccount": "123456789012",
        "kms:ViaService": ["backup", "dynamodb", "rds", "s3"].map((name) => `${name}.ap-northeast-3.amazonaws.com`),
      },
    });
    for (const what of ["storage", "secrets", "images"]) {
      expect(statementsOf(copies.one(KEY, `keys-${what}-copies`)).map(({ Sid }) => Sid)).toEqual(["AccountThroughIam"]);
    }
  });

  it("lets CloudFront decrypt, and only for distributions of this account", async () => {
    expect(statement((await make()).one(KEY, "keys-storage"), "CloudFrontReads")).toMatchObject({
      Principal: { Service: "cloudfront.amazonaws.com" },
      Action: "kms:Decrypt",
      Condition: { ArnLike: { "aws:SourceArn": "arn:aws:cloudfront::123456789012:distribution/*" } },
    });
  });

  it.each([
    ["logs", "ap-northeast-1"],
    ["global", "us-east-1"],
  ])("lets CloudWatch Logs use the key %s for log groups of %s", async (purpose, region) => {
    expect(statement((await make()).one(KEY, `keys-${purpose}`), "LogGroups")).toMatchObject({
      Principal: { Service: `logs.${region}.amazonaws.com` },
      Condition: {
        ArnLike: { "kms:EncryptionContext:aws:logs:arn": `arn:aws:logs:${region}:123456789012:log-group:*` },
      },
    });
  });

  it.each(["notifications", "notifications-global"])("lets alarms and budgets publish with %s", async (purpose) => {
    expect(statement((await make()).one(KEY, `keys-${purpose}`), "Publishers")).toMatchObject({
      Principal: { Service: ["budgets.amazonaws.com", "cloudwatch.amazonaws.com"] },
      // Both, or CloudWatch cannot publish. Source: SNS developer guide, "Key management", event sources.
      Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
      Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
    });
  });

  it("knows its policies at preview", async () => {
    for (const key of (await make({}, { preview: true })).ofType(KEY)) expect(key.inputs.policy).toBeTypeOf("string");
  });
});
