import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { StackFacts } from "../../config/stack";
import { policyDocument, type Statement } from "../policy-document";
import { stateful } from "../stateful";

export type LifecycleRule = aws.types.input.s3.BucketLifecycleConfigurationRule;

/** The bucket as statements about it name it. */
export interface BucketArns {
  readonly bucket: pulumi.Output<string>;
  /** The objects under a prefix; all of them when none is given. */
  objects(prefix?: string): pulumi.Output<string>;
}

export interface PrivateBucketArgs {
  readonly stack: StackFacts;
  /** Part of the physical name: "assets" → "affiliate-production-assets-123456789012". */
  readonly purpose: string;
  /** @default the stack's */
  readonly region?: string;
  /**
   * Key that encrypts the objects, with an S3 bucket key so that KMS is not asked per object.
   * @default S3's own keys (SSE-S3): only for targets of logs, to which S3 and load balancers deliver with nothing else
   */
  readonly keyArn?: pulumi.Input<string>;
  /**
   * Keeps what is overwritten or deleted, for `noncurrentVersionDays`.
   * @default true
   */
  readonly versioned?: boolean;
  /**
   * How long an overwritten or deleted version can be brought back, in days.
   * @default 30
   */
  readonly noncurrentVersionDays?: number;
  /**
   * Rules beside the two that each bucket has: unfinished uploads go after 7 days, noncurrent versions as above.
   * @default none
   */
  readonly lifecycleRules?: readonly LifecycleRule[];
  /**
   * Bucket that receives the server access logs, in the same region; see `LogArchive`.
   * @default no access log: only for the archive itself, which would log its own log deliveries for ever
   */
  readonly accessLogBucket?: pulumi.Input<string>;
  /**
   * Statements of the bucket policy beside the one that refuses requests without TLS.
   * @default none
   */
  readonly policyStatements?: (arns: BucketArns) => readonly Statement[];
}

/** Where server access logs lie in the archive. */
export const ACCESS_LOG_PREFIX = "s3/";

/** A bucket that nobody reaches without TLS, without IAM, or from outside: encrypted, owned, versioned, logged. */
export class PrivateBucket extends pulumi.ComponentResource {
  readonly bucket: aws.s3.Bucket;
  /** The physical name as a plain string, for names and tables. Orders nothing: resources take `name`. */
  readonly bucketName: string;
  /** The name, once the public access block and the policy are in place; known at preview. */
  readonly name: pulumi.Output<string>;
  /** Likewise. */
  readonly arn: pulumi.Output<string>;
  /** Host name for origins, "…s3.ap-northeast-1.amazonaws.com"; likewise. */
  readonly regionalDomainName: pulumi.Output<string>;
  /** For S3 features that ask for versioning first, such as replication; undefined when not versioned. */
  readonly versioning: aws.s3.BucketVersioning | undefined;

  constructor(name: string, args: PrivateBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:foundation:PrivateBucket", name, {}, opts);
    const { stack, versioned = true, noncurrentVersionDays = 30, lifecycleRules = [] } = args;
    const parent = { parent: this };
    const elsewhere = args.region === undefined ? {} : { region: args.region };
    this.bucketName = stack.name("bucket", args.purpose);

    this.bucket = new aws.s3.Bucket(
      name,
      // Only an unprotected stack may be taken down with its objects.
      { bucket: this.bucketName, ...elsewhere, forceDestroy: !stack.protect },
      stateful(stack, parent),
    );
    // Of the bucket's attributes only its name is known at preview, and policies judge what hangs on it there.
    const bucket = this.bucket.bucket;

    const publicAccess = new aws.s3.BucketPublicAccessBlock(
      `${name}-public-access`,
      {
        bucket,
        ...elsewhere,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      parent,
    );
    new aws.s3.BucketOwnershipControls(
      `${name}-ownership`,
      { bucket, ...elsewhere, rule: { objectOwnership: "BucketOwnerEnforced" } },
      parent,
    );
    new aws.s3.BucketServerSideEncryptionConfiguration(
      `${name}-encryption`,
      {
        bucket,
        ...elsewhere,
        rules: [
          {
            applyServerSideEncryptionByDefault:
              args.keyArn === undefined
                ? { sseAlgorithm: "AES256" }
                : { sseAlgorithm: "aws:kms", kmsMasterKeyId: args.keyArn },
            bucketKeyEnabled: args.keyArn !== undefined,
            // What S3 sets on new buckets; unsaid, each refresh would show it as drift.
            blockedEncryptionTypes: ["SSE-C"],
          },
        ],
      },
      parent,
    );
    this.versioning = versioned
      ? new aws.s3.BucketVersioning(
          `${name}-versioning`,
          { bucket, ...elsewhere, versioningConfiguration: { status: "Enabled" } },
          parent,
        )
      : undefined;
    new aws.s3.BucketLifecycleConfiguration(
      `${name}-lifecycle`,
      { bucket, ...elsewhere, rules: [...commonRules(versioned, noncurrentVersionDays), ...lifecycleRules] },
      // Rules on noncurrent versions take effect only on a bucket that is versioned already.
      { ...parent, dependsOn: this.versioning === undefined ? [] : [this.versioning] },
    );
    const policy = new aws.s3.BucketPolicy(
      `${name}-policy`,
      {
        bucket,
        ...elsewhere,
        policy: policyDocument([onlyTls(arnsOf(bucket)), ...(args.policyStatements?.(arnsOf(bucket)) ?? [])]),
      },
      // S3 refuses the two at the same time (OperationAborted), and a policy is never in force without the block.
      { ...parent, dependsOn: [publicAccess] },
    );
    if (args.accessLogBucket !== undefined) {
      new aws.s3.BucketLogging(
        `${name}-logging`,
        {
          bucket,
          ...elsewhere,
          targetBucket: args.accessLogBucket,
          targetPrefix: ACCESS_LOG_PREFIX,
          targetObjectKeyFormat: { partitionedPrefix: { partitionDateSource: "EventTime" } },
        },
        parent,
      );
    }

    this.name = policy.bucket;
    this.arn = pulumi.interpolate`arn:aws:s3:::${this.name}`;
    this.regionalDomainName = pulumi.interpolate`${this.name}.s3.${args.region ?? stack.region}.amazonaws.com`;
    this.registerOutputs({ name: this.name, arn: this.arn, regionalDomainName: this.regionalDomainName });
  }
}

/**
 * No version of an object can be deleted for so many days, not with stolen credentials either: governance mode, so that
 * s3:BypassGovernanceRetention remains a way out.
 */
export function lockObjects(
  name: string,
  bucket: PrivateBucket,
  days: number,
  opts: pulumi.CustomResourceOptions,
): void {
  const { versioning } = bucket;
  new aws.s3.BucketObjectLockConfiguration(
    name,
    {
      bucket: bucket.name,
      objectLockEnabled: "Enabled",
      rule: { defaultRetention: { mode: "GOVERNANCE", days } },
    },
    // S3 locks versions: it refuses the configuration on a bucket that has none yet.
    { ...opts, dependsOn: versioning === undefined ? [] : [versioning] },
  );
}

function arnsOf(bucket: pulumi.Output<string>): BucketArns {
  return {
    bucket: pulumi.interpolate`arn:aws:s3:::${bucket}`,
    objects: (prefix = "") => pulumi.interpolate`arn:aws:s3:::${bucket}/${prefix}*`,
  };
}

function onlyTls(arns: BucketArns): Statement {
  return {
    sid: "OnlyTls",
    effect: "Deny",
    principals: "*",
    actions: ["s3:*"],
    resources: [arns.bucket, arns.objects()],
    conditions: { Bool: { "aws:SecureTransport": "false" } },
  };
}

function commonRules(versioned: boolean, noncurrentVersionDays: number): LifecycleRule[] {
  const unfinished: LifecycleRule = {
    id: "unfinished-uploads",
    status: "Enabled",
    filter: { prefix: "" },
    abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
  };
  const noncurrent: LifecycleRule = {
    id: "noncurrent-versions",
    status: "Enabled",
    filter: { prefix: "" },
    noncurrentVersionExpiration: { noncurrentDays: noncurrentVersionDays },
    // A delete marker with nothing behind it slows listings and is worth nothing.
    expiration: { expiredObjectDeleteMarker: true },
  };
  return versioned ? [unfinished, noncurrent] : [unfinished];
}
