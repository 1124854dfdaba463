import type { LifecycleRule, S3 } from "@aws-sdk/client-s3";
import type { StackFacts } from "../config/stack";
import { errorName } from "../operations/aws";
import type { StackFile } from "../operations/stack-file";
import { samePolicy } from "./canonical";
import { tagsOf } from "./tags";

/** One setting of the state bucket: what it should be, what it is, and how to put it right. */
export interface BucketSetting {
  readonly name: string;
  readonly wanted: unknown;
  /**
   * Whether two forms of it mean the same.
   * @default equal but for the order of their keys
   */
  readonly same?: (one: unknown, other: unknown) => boolean;
  /** The present setting in the form of `wanted`; undefined where there is none. */
  read(s3: S3): Promise<unknown>;
  write(s3: S3): Promise<unknown>;
}

/** Old versions of the state: an error noticed a quarter later can still be undone. */
export const NONCURRENT_DAYS = 90;
/** So many old versions stay for ever, even of a stack that nobody has updated for a year. */
export const NONCURRENT_KEPT = 10;

export function stateBucketName(facts: StackFacts): string {
  return facts.name("bucket", "pulumi-state");
}

export function bucketPolicy(bucket: string): object {
  const bucketArn = `arn:aws:s3:::${bucket}`;
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [bucketArn, `${bucketArn}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
      {
        // Pulumi deletes objects, which leaves their versions; only the lifecycle removes those.
        Sid: "HistoryIsKept",
        Effect: "Deny",
        Principal: "*",
        Action: ["s3:DeleteBucket", "s3:DeleteObjectVersion"],
        Resource: [bucketArn, `${bucketArn}/*`],
      },
    ],
  };
}

export const lifecycleRules: LifecycleRule[] = [
  {
    ID: "old-versions",
    Status: "Enabled",
    Filter: { Prefix: "" },
    NoncurrentVersionExpiration: { NoncurrentDays: NONCURRENT_DAYS, NewerNoncurrentVersions: NONCURRENT_KEPT },
    AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
    Expiration: { ExpiredObjectDeleteMarker: true },
  },
  {
    // Each update writes and deletes a lock of its own name, which the rule above would keep for ever.
    ID: "old-locks",
    Status: "Enabled",
    Filter: { Prefix: ".pulumi/locks/" },
    NoncurrentVersionExpiration: { NoncurrentDays: 7 },
  },
];

export function bucketSettings(stack: StackFile, keyArn: string | undefined): BucketSetting[] {
  const { facts } = stack;
  const bucket = stateBucketName(facts);
  // Refused when the bucket's name has come to belong to another account.
  const target = { Bucket: bucket, ExpectedBucketOwner: facts.accountId };
  const tags = tagsOf(stack);
  return [
    {
      name: "public access block",
      wanted: { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true },
      read: (s3) =>
        present("NoSuchPublicAccessBlockConfiguration", async () => {
          const { PublicAccessBlockConfiguration } = await s3.getPublicAccessBlock(target);
          return PublicAccessBlockConfiguration;
        }),
      write: (s3) =>
        s3.putPublicAccessBlock({
          ...target,
          PublicAccessBlockConfiguration: {
            BlockPublicAcls: true,
            IgnorePublicAcls: true,
            BlockPublicPolicy: true,
            RestrictPublicBuckets: true,
          },
        }),
    },
    {
      name: "object ownership by the bucket's owner",
      wanted: "BucketOwnerEnforced",
      read: (s3) =>
        present("OwnershipControlsNotFoundError", async () => {
          const { OwnershipControls } = await s3.getBucketOwnershipControls(target);
          return OwnershipControls?.Rules?.[0]?.ObjectOwnership;
        }),
      write: (s3) =>
        s3.putBucketOwnershipControls({
          ...target,
          OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] },
        }),
    },
    {
      name: "encryption with its own KMS key",
      wanted: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: keyArn ?? "(to be made)", BucketKeyEnabled: true },
      read: (s3) =>
        present("ServerSideEncryptionConfigurationNotFoundError", async () => {
          const { ServerSideEncryptionConfiguration } = await s3.getBucketEncryption(target);
          const rule = ServerSideEncryptionConfiguration?.Rules?.[0];
          return { ...rule?.ApplyServerSideEncryptionByDefault, BucketKeyEnabled: rule?.BucketKeyEnabled };
        }),
      write: (s3) =>
        s3.putBucketEncryption({
          ...target,
          ServerSideEncryptionConfiguration: {
            Rules: [
              {
                ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: keyArn },
                BucketKeyEnabled: true,
              },
            ],
          },
        }),
    },
    {
      name: "versioning",
      wanted: "Enabled",
      read: async (s3) => (await s3.getBucketVersioning(target)).Status,
      write: (s3) => s3.putBucketVersioning({ ...target, VersioningConfiguration: { Status: "Enabled" } }),
    },
    {
      name: `lifecycle (old versions ${NONCURRENT_DAYS} days, the newest ${NONCURRENT_KEPT} for good)`,
      wanted: lifecycleRules,
      read: (s3) =>
        present("NoSuchLifecycleConfiguration", async () => {
          const { Rules } = await s3.getBucketLifecycleConfiguration(target);
          return [...(Rules ?? [])].sort((a, b) => order(a.ID) - order(b.ID)).map(plainRule);
        }),
      write: (s3) =>
        s3.putBucketLifecycleConfiguration({ ...target, LifecycleConfiguration: { Rules: lifecycleRules } }),
    },
    {
      name: "policy (TLS only, history is kept)",
      wanted: bucketPolicy(bucket),
      same: samePolicy,
      read: (s3) =>
        present("NoSuchBucketPolicy", async () => {
          const { Policy } = await s3.getBucketPolicy(target);
          return JSON.parse(Policy ?? "{}") as unknown;
        }),
      write: (s3) => s3.putBucketPolicy({ ...target, Policy: JSON.stringify(bucketPolicy(bucket)) }),
    },
    {
      name: "tags",
      wanted: tags,
      read: async (s3) => {
        const all = await tagsOn(s3, target);
        return Object.fromEntries(Object.entries(all).filter(([key]) => key in tags));
      },
      // Others' tags (cost allocation, for one) stay: S3 replaces the whole set.
      write: async (s3) => {
        const all = { ...(await tagsOn(s3, target)), ...tags };
        const TagSet = Object.entries(all).map(([Key, Value]) => ({ Key, Value }));
        return s3.putBucketTagging({ ...target, Tagging: { TagSet } });
      },
    },
  ];
}

const order = (id: string | undefined): number => lifecycleRules.findIndex((rule) => rule.ID === id);

/** A rule with only what we set: S3 adds defaults of its own to what it answers. */
function plainRule(rule: LifecycleRule): LifecycleRule {
  return {
    ID: rule.ID,
    Status: rule.Status,
    Filter: { Prefix: rule.Filter?.Prefix ?? "" },
    NoncurrentVersionExpiration: rule.NoncurrentVersionExpiration,
    AbortIncompleteMultipartUpload: rule.AbortIncompleteMultipartUpload,
    Expiration: rule.Expiration,
    Transitions: rule.Transitions,
    NoncurrentVersionTransitions: rule.NoncurrentVersionTransitions,
  };
}

async function tagsOn(s3: S3, target: { Bucket: string; ExpectedBucketOwner: string }) {
  const tags = await present("NoSuchTagSet", async () => (await s3.getBucketTagging(target)).TagSet);
  return Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""]));
}

/** S3 answers a setting that was never made with an error of its own name. */
async function present<T>(absent: string, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (errorName(error) === absent) return undefined;
    throw error;
  }
}
