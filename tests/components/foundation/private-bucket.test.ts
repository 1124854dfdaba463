import { describe, expect, it } from "vitest";
import { PrivateBucket, type PrivateBucketArgs } from "../../../components/foundation/private-bucket";
import { record, type RecordOptions, valueOf } from "../../support/mocks";
import { statement, statementsOf } from "../../support/policies";
import { testStack } from "../../support/stack";

const type = (kind: string) => `aws:s3/${kind}:${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
const NAME = "affiliate-production-assets-123456789012";
const keyArn = "arn:aws:kms:ap-northeast-1:123456789012:key/storage";
const make = (args: Partial<PrivateBucketArgs> = {}, options: RecordOptions = {}) =>
  record(
    () =>
      new PrivateBucket("assets", {
        stack: testStack(),
        purpose: "assets",
        keyArn,
        accessLogBucket: "affiliate-production-logs-123456789012",
        ...args,
      }),
    options,
  );

describe("PrivateBucket", () => {
  it("makes the bucket and each of its settings once", async () => {
    const bucket = await make();
    expect(bucket.counts()).toEqual({
      "affiliate:foundation:PrivateBucket": 1,
      [type("bucket")]: 1,
      [type("bucketLifecycleConfiguration")]: 1,
      [type("bucketLogging")]: 1,
      [type("bucketOwnershipControls")]: 1,
      [type("bucketPolicy")]: 1,
      [type("bucketPublicAccessBlock")]: 1,
      [type("bucketServerSideEncryptionConfiguration")]: 1,
      [type("bucketVersioning")]: 1,
    });
    const [component, ...children] = bucket.resources;
    for (const child of children) {
      expect(child.parent).toBe(component?.urn);
      expect(child.inputs.bucket).toBe(NAME);
    }
  });

  it("blocks public access in all four ways and refuses ACLs", async () => {
    const bucket = await make();
    expect(bucket.one(type("bucketPublicAccessBlock")).inputs).toEqual({
      bucket: NAME,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    expect(bucket.one(type("bucketOwnershipControls")).inputs.rule).toEqual({ objectOwnership: "BucketOwnerEnforced" });
  });

  it("refuses every request without TLS, on the bucket and on its objects", async () => {
    expect(statementsOf((await make()).one(type("bucketPolicy")))).toEqual([
      {
        Sid: "OnlyTls",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [`arn:aws:s3:::${NAME}`, `arn:aws:s3:::${NAME}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ]);
  });

  it("adds statements behind that one", async () => {
    const bucket = await make({
      policyStatements: (arns) => [
        { sid: "Read", principals: { Service: "x" }, actions: ["s3:GetObject"], resources: arns.objects("public/") },
        { sid: "List", principals: { Service: "x" }, actions: ["s3:ListBucket"], resources: arns.bucket },
      ],
    });
    const policy = bucket.one(type("bucketPolicy"));
    expect(statementsOf(policy).map(({ Sid }) => Sid)).toEqual(["OnlyTls", "Read", "List"]);
    expect(statement(policy, "Read").Resource).toBe(`arn:aws:s3:::${NAME}/public/*`);
    expect(statement(policy, "List").Resource).toBe(`arn:aws:s3:::${NAME}`);
  });

  it("encrypts with the key and a bucket key, and with S3's own keys only when it is given none", async () => {
    const encryption = type("bucketServerSideEncryptionConfiguration");
    expect((await make()).one(encryption).inputs.rules).toEqual([
      {
        applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: keyArn },
        bucketKeyEnabled: true,
        blockedEncryptionTypes: ["SSE-C"],
      },
    ]);
    expect((await make({ keyArn: undefined })).one(encryption).inputs.rules).toEqual([
      {
        applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" },
        bucketKeyEnabled: false,
        blockedEncryptionTypes: ["SSE-C"],
      },
    ]);
  });

  it("keeps versions for as long as it is told, and cleans up behind them", async () => {
    const bucket = await make({ noncurrentVersionDays: 90 });
    const versioning = bucket.one(type("bucketVersioning"));
    expect(versioning.inputs.versioningConfiguration).toEqual({ status: "Enabled" });
    const lifecycle = bucket.one(type("bucketLifecycleConfiguration"));
    expect(lifecycle.inputs.rules).toEqual([
      {
        id: "unfinished-uploads",
        status: "Enabled",
        filter: { prefix: "" },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
      },
      {
        id: "noncurrent-versions",
        status: "Enabled",
        filter: { prefix: "" },
        noncurrentVersionExpiration: { noncurrentDays: 90 },
        expiration: { expiredObjectDeleteMarker: true },
      },
    ]);
    expect(lifecycle.options.dependencies).toContain(versioning.urn);
    expect((await make()).one(lifecycle.type).inputs.rules).toMatchObject([
      {},
      { noncurrentVersionExpiration: { noncurrentDays: 30 } },
    ]);
  });

  it("has its own rules behind the common ones, and no rule on versions without versions", async () => {
    const own = { id: "own", status: "Enabled", filter: { prefix: "tmp/" }, expiration: { days: 1 } };
    const bucket = await make({ versioned: false, lifecycleRules: [own] });
    expect(bucket.ofType(type("bucketVersioning"))).toHaveLength(0);
    expect(bucket.result.versioning).toBeUndefined();
    expect(bucket.one(type("bucketLifecycleConfiguration")).inputs.rules).toMatchObject([
      { id: "unfinished-uploads" },
      own,
    ]);
  });

  it("logs who asked for what, by the time of the request, unless it has nowhere to", async () => {
    expect((await make()).one(type("bucketLogging")).inputs).toEqual({
      bucket: NAME,
      targetBucket: "affiliate-production-logs-123456789012",
      targetPrefix: "s3/",
      targetObjectKeyFormat: { partitionedPrefix: { partitionDateSource: "EventTime" } },
    });
    expect((await make({ accessLogBucket: undefined })).ofType(type("bucketLogging"))).toHaveLength(0);
  });

  it("gives up its objects only in a stack that is not protected", async () => {
    const production = (await make()).one(type("bucket"));
    expect(production.options).toMatchObject({ protect: true, retainOnDelete: true });
    expect(production.inputs.forceDestroy).toBe(false);
    const staging = (await make({ stack: testStack({ environment: "staging", protect: false }) })).one(type("bucket"));
    expect(staging.options).toMatchObject({ protect: false, retainOnDelete: false });
    expect(staging.inputs.forceDestroy).toBe(true);
  });

  it("sets the policy behind the public access block, and hands out its name behind the policy", async () => {
    const bucket = await make();
    const policy = bucket.one(type("bucketPolicy"));
    expect(policy.options.dependencies).toContain(bucket.one(type("bucketPublicAccessBlock")).urn);
    const user = await record(() => {
      const target = new PrivateBucket("target", { stack: testStack(), purpose: "logs" });
      return new PrivateBucket("source", { stack: testStack(), purpose: "assets", accessLogBucket: target.name });
    });
    expect(user.one(type("bucketLogging")).options.dependencies).toContain(
      user.one(type("bucketPolicy"), "target-policy").urn,
    );
  });

  it("exposes name, ARN and host name", async () => {
    const { result } = await make();
    expect(result.bucketName).toBe(NAME);
    expect(await valueOf(result.name)).toBe(NAME);
    expect(await valueOf(result.arn)).toBe(`arn:aws:s3:::${NAME}`);
    expect(await valueOf(result.regionalDomainName)).toBe(`${NAME}.s3.ap-northeast-1.amazonaws.com`);
  });

  it("knows at preview what policies judge there", async () => {
    const bucket = await make({}, { preview: true });
    for (const { inputs } of bucket.resources.slice(1)) expect(inputs.bucket).toBe(NAME);
    expect(statementsOf(bucket.one(type("bucketPolicy")))).toHaveLength(1);
    expect(await valueOf(bucket.result.arn)).toBe(`arn:aws:s3:::${NAME}`);
  });
});
