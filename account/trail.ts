import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arn } from "../config/arn";
import type { StackFacts } from "../config/stack";
import { managedKey } from "../components/foundation/keys";
import { LogArchive } from "../components/foundation/log-archive";
import { type BucketArns, lockObjects, PrivateBucket } from "../components/foundation/private-bucket";
import type { Statement } from "../components/policy-document";
import { stateful } from "../components/stateful";

export interface TrailArgs {
  readonly stack: StackFacts;
  /** How long the record is kept, and locked, in days. */
  readonly keepDays: number;
}

/** Who did what in the account, in every region: a record that can be proved whole, and that nobody deletes before its time. */
export class Trail extends pulumi.ComponentResource {
  readonly trailArn: pulumi.Output<string>;
  readonly bucketName: pulumi.Output<string>;

  constructor(name: string, args: TrailArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:account:Trail", name, {}, opts);
    const { stack, keepDays } = args;
    const parent = { parent: this };
    const trailName = stack.name("trail");
    const trailArn = arn(stack, "cloudtrail", `trail/${trailName}`);

    const key = managedKey(
      name,
      {
        stack,
        purpose: "trail",
        description: "CloudTrail's record of the account",
        region: stack.region,
        statements: trailWrites(stack, trailArn),
      },
      parent,
    );
    // Not the platform's archive: that is another program's, and goes when it goes.
    const archive = new LogArchive(`${name}-logs`, { stack, archiveDays: keepDays, purpose: "trail-logs" }, parent);
    const bucket = new PrivateBucket(
      `${name}-records`,
      {
        stack,
        purpose: "trail",
        keyArn: key.arn,
        accessLogBucket: archive.bucketName,
        // An expired record first becomes a noncurrent version.
        noncurrentVersionDays: 1,
        lifecycleRules: [{ id: "records", status: "Enabled", filter: { prefix: "" }, expiration: { days: keepDays } }],
        policyStatements: (arns) => deliveries(stack, arns, trailArn),
      },
      parent,
    );
    lockObjects(`${name}-records-lock`, bucket, keepDays, parent);

    const trail = new aws.cloudtrail.Trail(
      name,
      {
        name: trailName,
        // Once the policy lets it in: CloudTrail tries a delivery when it is made.
        s3BucketName: bucket.name,
        kmsKeyId: key.arn,
        isMultiRegionTrail: true,
        includeGlobalServiceEvents: true,
        enableLogFileValidation: true,
        enableLogging: true,
      },
      stateful(stack, parent),
    );

    this.trailArn = trail.arn;
    this.bucketName = bucket.name;
    this.registerOutputs({ trailArn: this.trailArn, bucketName: this.bucketName });
  }
}

/** Source: CloudTrail, "Configure AWS KMS key policies". Reading is IAM's to allow: it takes kms:Decrypt. */
function trailWrites(stack: StackFacts, trailArn: string): Statement[] {
  const common = { principals: { Service: "cloudtrail.amazonaws.com" }, resources: "*" };
  return [
    {
      ...common,
      sid: "TrailEncrypts",
      actions: ["kms:GenerateDataKey*"],
      conditions: {
        StringEquals: { "aws:SourceArn": trailArn },
        StringLike: { "kms:EncryptionContext:aws:cloudtrail:arn": `arn:aws:cloudtrail:*:${stack.accountId}:trail/*` },
      },
    },
    {
      ...common,
      sid: "TrailLooks",
      actions: ["kms:DescribeKey"],
      conditions: { StringEquals: { "aws:SourceArn": trailArn } },
    },
  ];
}

/** Source: CloudTrail, "Amazon S3 bucket policy for CloudTrail". */
function deliveries(stack: StackFacts, arns: BucketArns, trailArn: string): Statement[] {
  const principals = { Service: "cloudtrail.amazonaws.com" };
  return [
    {
      sid: "TrailLooks",
      principals,
      actions: ["s3:GetBucketAcl"],
      resources: arns.bucket,
      conditions: { StringEquals: { "aws:SourceArn": trailArn } },
    },
    {
      sid: "TrailWrites",
      principals,
      actions: ["s3:PutObject"],
      resources: arns.objects(`AWSLogs/${stack.accountId}/`),
      conditions: { StringEquals: { "aws:SourceArn": trailArn, "s3:x-amz-acl": "bucket-owner-full-control" } },
    },
  ];
}
