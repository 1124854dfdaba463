import { describe, expect, it } from "vitest";
import { Secrets } from "../../../components/foundation/secrets";
import { policyDocument } from "../../../components/policy-document";
import { secretNames, secretsReadBy } from "../../../config/secrets";
import { record, valueOf } from "../../support/mocks";
import { testStack } from "../../support/stack";

const SECRET = "aws:secretsmanager/secret:Secret";
const keyArn = "arn:aws:kms:ap-northeast-1:123456789012:key/secrets";
const copyKeyArn = "arn:aws:kms:us-east-1:123456789012:key/notifications";
const make = (overrides: Parameters<typeof testStack>[0] = {}) =>
  record(() => new Secrets("secrets", { stack: testStack(overrides), keyArn, copyKeyArn }));

describe("Secrets", () => {
  it("makes a container for each line of the table and never a value", async () => {
    const secrets = await make();
    expect(secrets.counts()).toEqual({ "affiliate:foundation:Secrets": 1, [SECRET]: secretNames.length });
    // In any order: the engine hears of one with replicas later.
    expect(
      secrets
        .ofType(SECRET)
        .map(({ inputs }) => String(inputs.name))
        .sort(),
    ).toEqual(secretNames.map((name) => `affiliate/production/${name}`).sort());
  });

  it("encrypts each with the key for secrets, and can restore it for 30 days", async () => {
    for (const { inputs, options } of (await make()).ofType(SECRET)) {
      expect(inputs).toMatchObject({ kmsKeyId: keyArn, recoveryWindowInDays: 30 });
      expect(inputs.description).toMatch(/\w/);
      expect(options).toMatchObject({ protect: true, retainOnDelete: true });
    }
  });

  it("lets a stack that is not protected come back under the same names", async () => {
    for (const { inputs, options } of (await make({ environment: "staging", protect: false })).ofType(SECRET)) {
      expect(inputs.recoveryWindowInDays).toBe(0);
      expect(options).toMatchObject({ protect: false, retainOnDelete: false });
    }
  });

  it("says on each who reads it", async () => {
    const secrets = await make();
    expect(secrets.one(SECRET, "secrets-datadog").inputs.tags).toEqual({
      Readers: "agent operations scheduler web worker",
    });
    // What tag values may hold: the readers are joined by spaces, since a comma is refused.
    for (const { inputs } of secrets.ofType(SECRET)) {
      expect((inputs.tags as { Readers: string }).Readers).toMatch(/^[\w ]{1,256}$/);
    }
  });

  it("refers to one key of a secret the way a container definition does", async () => {
    const { result } = await make();
    expect(await valueOf(result.reference("app-key", "APP_KEY"))).toBe(
      `${await valueOf(result.arns["app-key"])}:APP_KEY::`,
    );
    // @ts-expect-error a key of another secret does not compile
    result.reference("app-key", "password");
    expect(Object.keys(result.arns)).toEqual(secretNames);
  });

  it("gives a reader its secrets, and the key through Secrets Manager only", async () => {
    const { result } = await make();
    const document = JSON.parse(await valueOf(policyDocument(result.readPolicyOf("queueMetrics")))) as {
      Statement: unknown;
    };
    expect(secretsReadBy("queueMetrics")).toEqual(["redis-metrics"]);
    expect(document.Statement).toEqual([
      {
        Sid: "SecretsRead",
        Effect: "Allow",
        Action: "secretsmanager:GetSecretValue",
        Resource: await valueOf(result.arns["redis-metrics"]),
      },
      {
        Sid: "SecretsDecrypt",
        Effect: "Allow",
        Action: "kms:Decrypt",
        Resource: keyArn,
        Condition: { StringEquals: { "kms:ViaService": "secretsmanager.ap-northeast-1.amazonaws.com" } },
      },
    ]);
  });

  it("keeps a copy of the pager's in us-east-1, and lets a reader there at that copy only", async () => {
    const secrets = await make();
    const copied = secrets.ofType(SECRET).filter(({ inputs }) => (inputs.replicas as unknown[]).length > 0);
    expect(copied.map(({ name }) => name)).toEqual(["secrets-pager"]);
    expect(copied[0]?.inputs.replicas).toEqual([{ region: "us-east-1", kmsKeyId: copyKeyArn }]);
    const document = JSON.parse(await valueOf(policyDocument(secrets.result.readPolicyOfCopy("pager")))) as {
      Statement: unknown;
    };
    expect(document.Statement).toMatchObject([
      { Resource: "arn:aws:secretsmanager:us-east-1:123456789012:secret:affiliate/production/pager-??????" },
      {
        Resource: copyKeyArn,
        Condition: { StringEquals: { "kms:ViaService": "secretsmanager.us-east-1.amazonaws.com" } },
      },
    ]);
  });

  it("copies each into the other region, under the key there", async () => {
    const copies = { region: "ap-northeast-3", keyArn: "arn:aws:kms:ap-northeast-3:123456789012:key/secrets-copies" };
    const secrets = await record(() => new Secrets("secrets", { stack: testStack(), keyArn, copyKeyArn, copies }));
    expect(secrets.counts()[SECRET]).toBe(secretNames.length);
    for (const { name, inputs } of secrets.ofType(SECRET)) {
      const regions = (inputs.replicas as { region: string }[]).map(({ region }) => region);
      expect(regions, name).toEqual(name === "secrets-pager" ? ["ap-northeast-3", "us-east-1"] : ["ap-northeast-3"]);
      expect(inputs.replicas).toContainEqual({ region: "ap-northeast-3", kmsKeyId: copies.keyArn });
    }
  });

  it("reads another stack's copies in the recovery stack, and makes none", async () => {
    const stack = testStack({ environment: "recovery", region: "ap-northeast-3" });
    const copiesOf = testStack({ region: "ap-northeast-3" });
    const secrets = await record(() => new Secrets("secrets", { stack, keyArn, copyKeyArn, copiesOf }));
    expect(secrets.counts()).toEqual({ "affiliate:foundation:Secrets": 1 });
    const partial = "arn:aws:secretsmanager:ap-northeast-3:123456789012:secret:affiliate/production/redis-metrics";
    expect(await valueOf(secrets.result.arns["redis-metrics"])).toBe(partial);
    expect(secrets.result.nameOf("pager")).toBe("affiliate/production/pager");
    const document = JSON.parse(await valueOf(policyDocument(secrets.result.readPolicyOf("queueMetrics")))) as {
      Statement: unknown;
    };
    expect(document.Statement).toMatchObject([
      { Action: "secretsmanager:GetSecretValue", Resource: `${partial}-??????` },
      {
        Action: "kms:Decrypt",
        Resource: "arn:aws:kms:ap-northeast-3:123456789012:key/*",
        Condition: {
          "ForAnyValue:StringEquals": { "kms:ResourceAliases": "alias/affiliate-production-secrets-copies" },
          StringEquals: { "kms:ViaService": "secretsmanager.ap-northeast-3.amazonaws.com" },
        },
      },
    ]);
  });

  it("refuses a policy that reads nothing", async () => {
    const { result } = await make();
    expect(() => policyDocument(result.readPolicy([]))).toThrow("names no resource");
  });
});
