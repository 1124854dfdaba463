import { describe, expect, it } from "vitest";
import { Buckets, type BucketsArgs } from "../../../components/data/buckets";
import { record, type RecordOptions, valueOf } from "../../support/mocks";
import { statement, statementsOf } from "../../support/policies";
import { testStack } from "../../support/stack";
import { dependenciesOf, expectNoSecret } from "./fixtures";

const type = (kind: string) => `aws:s3/${kind}:${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
const keyArn = "arn:aws:kms:ap-northeast-1:123456789012:key/storage";
const make = (args: Partial<BucketsArgs> = {}, options: RecordOptions = {}) =>
  record(
    () =>
      new Buckets("storage", {
        stack: testStack(),
        keyArn,
        accessLogBucket: "affiliate-production-logs-123456789012",
        noncurrentVersionDays: 45,
        backupDays: 30,
        ...args,
      }),
    options,
  );

const copies = { region: "ap-northeast-3", keyArn: "arn:aws:kms:ap-northeast-3:123456789012:key/storage-copies" };

interface Rule {
  readonly id: string;
  readonly expiration?: { readonly days?: number };
  readonly noncurrentVersionExpiration?: { readonly noncurrentDays: number };
}

describe("Buckets", () => {
  it("makes three private buckets, and a lock on one", async () => {
    const buckets = await make();
    expect(buckets.counts()).toEqual({
      "affiliate:data:Buckets": 1,
      "affiliate:foundation:PrivateBucket": 3,
      [type("bucket")]: 3,
      [type("bucketMetric")]: 3,
      [type("bucketLifecycleConfiguration")]: 3,
      [type("bucketLogging")]: 3,
      [type("bucketMetric")]: 3,
      [type("bucketObjectLockConfiguration")]: 1,
      [type("bucketOwnershipControls")]: 3,
      [type("bucketPolicy")]: 3,
      [type("bucketPublicAccessBlock")]: 3,
      [type("bucketServerSideEncryptionConfiguration")]: 3,
      [type("bucketVersioning")]: 3,
    });
    expectNoSecret(buckets);
  });

  it("encrypts, versions and logs each, and refuses requests without TLS", async () => {
    const buckets = await make();
    for (const encryption of buckets.ofType(type("bucketServerSideEncryptionConfiguration"))) {
      expect(encryption.inputs.rules).toMatchObject([
        {
          applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: keyArn },
          bucketKeyEnabled: true,
        },
      ]);
    }
    for (const versioning of buckets.ofType(type("bucketVersioning"))) {
      expect(versioning.inputs.versioningConfiguration).toEqual({ status: "Enabled" });
    }
    for (const logging of buckets.ofType(type("bucketLogging"))) {
      expect(logging.inputs.targetBucket).toBe("affiliate-production-logs-123456789012");
    }
    for (const policy of buckets.ofType(type("bucketPolicy"))) {
      expect(statement(policy, "OnlyTls")).toMatchObject({ Effect: "Deny", Action: "s3:*" });
    }
  });

  it("lets CloudFront of this account read assets, and nobody read another bucket", async () => {
    const buckets = await make({}, { preview: true });
    const assets = buckets.one(type("bucketPolicy"), "storage-assets-policy");
    expect(statement(assets, "CloudFrontReads")).toEqual({
      Sid: "CloudFrontReads",
      Effect: "Allow",
      Principal: { Service: "cloudfront.amazonaws.com" },
      Action: "s3:GetObject",
      Resource: "arn:aws:s3:::affiliate-production-assets-123456789012/*",
      Condition: { ArnLike: { "aws:SourceArn": "arn:aws:cloudfront::123456789012:distribution/*" } },
    });
    for (const name of ["uploads", "backups"]) {
      const policy = buckets.one(type("bucketPolicy"), `storage-${name}-policy`);
      expect(statementsOf(policy).map(({ Effect }) => Effect)).toEqual(["Deny"]);
    }
  });

  it("brings back uploads and assets for as long as said; backups go after their days, for good", async () => {
    const buckets = await make();
    const rules = (name: string) =>
      buckets.one(type("bucketLifecycleConfiguration"), `storage-${name}-lifecycle`).inputs.rules as Rule[];
    const noncurrent = (name: string) =>
      rules(name).flatMap((rule) => rule.noncurrentVersionExpiration?.noncurrentDays ?? []);
    const current = (name: string) => rules(name).flatMap((rule) => rule.expiration?.days ?? []);
    expect(noncurrent("assets")).toEqual([45]);
    expect(noncurrent("uploads")).toEqual([45]);
    expect(noncurrent("backups")).toEqual([1]);
    expect(current("assets")).toEqual([]);
    expect(current("uploads")).toEqual([]);
    expect(current("backups")).toEqual([30]);
  });

  it("locks backups for as long as they are kept, once the bucket has versions", async () => {
    const buckets = await make({ backupDays: 20 });
    const lock = buckets.one(type("bucketObjectLockConfiguration"));
    expect(lock.inputs).toEqual({
      bucket: "affiliate-production-backups-123456789012",
      objectLockEnabled: "Enabled",
      rule: { defaultRetention: { mode: "GOVERNANCE", days: 20 } },
    });
    expect(dependenciesOf(buckets, lock)).toContain("storage-backups-versioning");
  });

  it("keeps the objects of a protected stack, and lets those of another go", async () => {
    for (const bucket of (await make()).ofType(type("bucket"))) {
      expect(bucket.inputs.forceDestroy).toBe(false);
      expect(bucket.options).toMatchObject({ protect: true, retainOnDelete: true });
    }
    const staging = await make({ stack: testStack({ environment: "staging", protect: false }) });
    for (const bucket of staging.ofType(type("bucket"))) {
      expect(bucket.inputs.forceDestroy).toBe(true);
      expect(bucket.options).toMatchObject({ protect: false, retainOnDelete: false });
    }
    // A locked version would outlive the destroy.
    expect(staging.ofType(type("bucketObjectLockConfiguration"))).toEqual([]);
  });

  it("exposes the buckets and their storage metrics", async () => {
    const buckets = (await make()).result;
    expect(await valueOf(buckets.uploads.name)).toBe("affiliate-production-uploads-123456789012");
    expect(buckets.backups.bucketName).toBe("affiliate-production-backups-123456789012");
    expect(buckets.metrics.assets.bytes).toEqual({
      namespace: "AWS/S3",
      metricName: "BucketSizeBytes",
      dimensions: { BucketName: "affiliate-production-assets-123456789012", StorageType: "StandardStorage" },
      unit: "Bytes",
    });
    expect(buckets.metrics.uploads.objects.dimensions).toEqual({
      BucketName: "affiliate-production-uploads-123456789012",
      StorageType: "AllStorageTypes",
    });
  });

  it("copies uploads into a bucket of the other region, under the key there", async () => {
    const buckets = await make({ copies });
    expect(buckets.counts()).toMatchObject({
      "affiliate:data:Replication": 1,
      "affiliate:foundation:PrivateBucket": 5,
      [type("bucket")]: 5,
      "aws:s3/bucketReplicationConfig:BucketReplicationConfig": 1,
      "aws:iam/role:Role": 1,
      "aws:iam/rolePolicy:RolePolicy": 1,
    });
    const away = buckets.resources.filter(({ inputs }) => inputs.region === "ap-northeast-3");
    // Two buckets, with seven settings each but for versions' and logs'.
    expect(away.filter(({ type: of }) => of === type("bucket")).map(({ inputs }) => inputs.bucket)).toEqual([
      "affiliate-production-logs-copies-123456789012",
      "affiliate-production-uploads-copies-123456789012",
    ]);
    const made = buckets.resources.filter(({ type: of, name }) => of.startsWith("aws:s3/") && /copies/.test(name));
    for (const one of made.filter(({ type: of }) => !of.includes("ReplicationConfig"))) {
      expect(one.inputs.region, one.name).toBe("ap-northeast-3");
    }
    expect(
      buckets.one(type("bucketServerSideEncryptionConfiguration"), "storage-uploads-copies-encryption").inputs.rules,
    ).toMatchObject([{ applyServerSideEncryptionByDefault: { kmsMasterKeyId: copies.keyArn } }]);
  });

  it("copies deletions as markers and what is encrypted, once both sides have versions", async () => {
    const buckets = await make({ copies });
    const replication = buckets.one("aws:s3/bucketReplicationConfig:BucketReplicationConfig");
    expect(replication.inputs).toMatchObject({
      bucket: "affiliate-production-uploads-123456789012",
      rules: [
        {
          id: "uploads",
          status: "Enabled",
          deleteMarkerReplication: { status: "Enabled" },
          sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } },
          destination: {
            bucket: "arn:aws:s3:::affiliate-production-uploads-copies-123456789012",
            encryptionConfiguration: { replicaKmsKeyId: copies.keyArn },
            metrics: { status: "Enabled" },
          },
        },
      ],
    });
    expect(dependenciesOf(buckets, replication)).toEqual(
      expect.arrayContaining([
        "storage-uploads-versioning",
        "storage-uploads-copies-versioning",
        "storage-uploads-copies",
      ]),
    );
    expect(buckets.result.replicationMetrics?.failed.dimensions).toEqual({
      SourceBucket: "affiliate-production-uploads-123456789012",
      DestinationBucket: "affiliate-production-uploads-copies-123456789012",
      RuleId: "uploads",
    });
  });

  it("lets S3 read uploads and write copies, and each key through S3 of its region only", async () => {
    const policy = (await make({ copies })).one("aws:iam/rolePolicy:RolePolicy");
    expect(statement(policy, "Copies")).toMatchObject({
      Action: ["s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags"],
      Resource: "arn:aws:s3:::affiliate-production-uploads-copies-123456789012/*",
    });
    expect(statement(policy, "Read")).toMatchObject({
      Action: "kms:Decrypt",
      Resource: keyArn,
      Condition: { StringEquals: { "kms:ViaService": "s3.ap-northeast-1.amazonaws.com" } },
    });
    expect(statement(policy, "Write")).toMatchObject({
      Resource: copies.keyArn,
      Condition: { StringEquals: { "kms:ViaService": "s3.ap-northeast-3.amazonaws.com" } },
    });
  });

  it("uses the copies in the recovery stack as they lie, and makes no bucket for uploads", async () => {
    const stack = testStack({ environment: "recovery", region: "ap-northeast-3" });
    const buckets = await make({ stack, copiesOf: testStack({ region: "ap-northeast-3" }) });
    expect(buckets.ofType(type("bucket")).map(({ name }) => name)).toEqual(["storage-assets", "storage-backups"]);
    expect(buckets.result.uploads.bucketName).toBe("affiliate-production-uploads-copies-123456789012");
    expect(buckets.result.uploadsKey).toEqual({
      resources: "arn:aws:kms:ap-northeast-3:123456789012:key/*",
      conditions: {
        "ForAnyValue:StringEquals": { "kms:ResourceAliases": "alias/affiliate-production-storage-copies" },
      },
    });
  });
});
