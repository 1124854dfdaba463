import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arn } from "../../config/arn";
import type { StackFacts } from "../../config/stack";
import { keyByAlias, type KeyReference } from "../foundation/key-reference";
import { type BucketArns, lockObjects, PrivateBucket } from "../foundation/private-bucket";
import type { Metric, Metrics } from "../metrics";
import type { Statement } from "../policy-document";
import { Replication, type ReplicationMetric, UPLOADS_COPIES } from "./replication";

export interface BucketsArgs {
  readonly stack: StackFacts;
  /** Key that encrypts the objects. */
  readonly keyArn: pulumi.Input<string>;
  /** Receives the access logs, see `LogArchive`. */
  readonly accessLogBucket: pulumi.Input<string>;
  /** How long an overwritten or deleted asset or upload can be brought back, in days. */
  readonly noncurrentVersionDays: number;
  /** How long backups are kept, in days. */
  readonly backupDays: number;
  /** Uploads are replicated there, for the day that this region is not. @default none */
  readonly copies?: { readonly region: string; readonly keyArn: pulumi.Input<string> } | undefined;
  /**
   * The stack whose copies of uploads in this region are used as they lie, since to copy them again would take hours;
   * then there are no uploads of this stack's own.
   * @default none
   */
  readonly copiesOf?: StackFacts | undefined;
}

/** Storage is counted once a day, requests each minute. */
export type BucketMetric = "bytes" | "objects" | "requests" | "clientErrors";

/** The one filter of request metrics: the whole bucket. */
const WHOLE_BUCKET = "whole-bucket";
/** What others need to know of a bucket to use it. */
export type UsedBucket = Pick<PrivateBucket, "bucketName" | "name" | "arn">;

/**
 * - `assets`: the application's built files, which CloudFront serves.
 * - `uploads`: what users gave; the application alone reads and writes it.
 * - `backups`: logical dumps and exported snapshots, kept for a time and not to be deleted before.
 */
export class Buckets extends pulumi.ComponentResource {
  readonly assets: PrivateBucket;
  readonly uploads: UsedBucket;
  readonly uploadsKey: KeyReference;
  /** Of the replication of uploads; undefined where there is none. */
  readonly replicationMetrics: Metrics<ReplicationMetric> | undefined;
  readonly backups: PrivateBucket;
  readonly metrics: Readonly<Record<"assets" | "uploads" | "backups", Metrics<BucketMetric>>>;

  constructor(name: string, args: BucketsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:data:Buckets", name, {}, opts);
    const { stack, keyArn, accessLogBucket, noncurrentVersionDays, backupDays } = args;
    const parent = { parent: this };
    const common = { stack, keyArn, accessLogBucket };

    this.assets = new PrivateBucket(
      `${name}-assets`,
      {
        ...common,
        purpose: "assets",
        noncurrentVersionDays,
        policyStatements: (arns) => [cloudFrontReads(stack, arns)],
      },
      parent,
    );
    if (args.copiesOf !== undefined) {
      const bucketName = args.copiesOf.name("bucket", ...UPLOADS_COPIES);
      this.uploads = { bucketName, name: pulumi.output(bucketName), arn: pulumi.output(`arn:aws:s3:::${bucketName}`) };
      this.uploadsKey = keyByAlias(stack, args.copiesOf.name("kmsAlias", "storage-copies"));
      this.replicationMetrics = undefined;
    } else {
      const uploads = new PrivateBucket(
        `${name}-uploads`,
        { ...common, purpose: "uploads", noncurrentVersionDays },
        parent,
      );
      this.uploads = uploads;
      this.uploadsKey = { resources: keyArn };
      this.replicationMetrics =
        args.copies &&
        new Replication(
          `${name}-uploads-copies`,
          { stack, source: uploads, keyArn, noncurrentVersionDays, copies: args.copies },
          parent,
        ).metrics;
    }
    this.backups = new PrivateBucket(
      `${name}-backups`,
      {
        ...common,
        purpose: "backups",
        // An expired backup first becomes a noncurrent version: without this it would be kept, and paid, twice as long.
        noncurrentVersionDays: 1,
        lifecycleRules: [
          { id: "backups", status: "Enabled", filter: { prefix: "" }, expiration: { days: backupDays } },
        ],
      },
      parent,
    );
    // As long as the lifecycle and not a day longer, or expired backups could not go. Only on a protected stack, since any
    // other may be taken down with its objects.
    if (stack.protect) lockObjects(`${name}-backups-lock`, this.backups, backupDays, parent);

    for (const [purpose, { name: bucket }] of Object.entries({
      assets: this.assets,
      uploads: this.uploads,
      backups: this.backups,
    })) {
      // Without it S3 publishes nothing about requests. Priced as some 15 custom metrics a bucket.
      new aws.s3.BucketMetric(`${name}-${purpose}-requests`, { bucket, name: WHOLE_BUCKET }, parent);
    }

    this.metrics = {
      assets: bucketMetrics(this.assets.bucketName),
      uploads: bucketMetrics(this.uploads.bucketName),
      backups: bucketMetrics(this.backups.bucketName),
    };
    this.registerOutputs({
      assetsName: this.assets.name,
      uploadsName: this.uploads.name,
      backupsName: this.backups.name,
    });
  }
}

/**
 * Any distribution of this account, not one: the distribution is made after the bucket and names it, a bucket has one
 * policy, and whoever may make a distribution here may change this policy as well. The account is part of the ARN.
 */
function cloudFrontReads(stack: StackFacts, arns: BucketArns): Statement {
  return {
    sid: "CloudFrontReads",
    principals: { Service: "cloudfront.amazonaws.com" },
    // Without s3:ListBucket: a missing file is a 403, and nobody can list the bucket through CloudFront.
    actions: ["s3:GetObject"],
    resources: arns.objects(),
    conditions: { ArnLike: { "aws:SourceArn": arn(stack, "cloudfront", "distribution/*") } },
  };
}

/** What S3 says of a bucket; of requests only where they are counted. */
export function bucketMetrics(bucketName: string): Metrics<BucketMetric> {
  const metric = (metricName: string, dimensions: Metric["dimensions"], unit: string): Metric => ({
    namespace: "AWS/S3",
    metricName,
    dimensions: { BucketName: bucketName, ...dimensions },
    unit,
  });
  return {
    bytes: metric("BucketSizeBytes", { StorageType: "StandardStorage" }, "Bytes"),
    objects: metric("NumberOfObjects", { StorageType: "AllStorageTypes" }, "Count"),
    requests: metric("AllRequests", { FilterId: WHOLE_BUCKET }, "Count"),
    clientErrors: metric("4xxErrors", { FilterId: WHOLE_BUCKET }, "Count"),
  };
}
