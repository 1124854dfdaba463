import * as pulumi from "@pulumi/pulumi";
import { arn } from "../../config/arn";
import { dailyTimes } from "../../config/backup-functions";
import type { StackFacts } from "../../config/stack";
import { bucketMetrics } from "../data/buckets";
import { type BucketArns, PrivateBucket } from "../foundation/private-bucket";
import type { Metrics } from "../metrics";
import type { Statement } from "../policy-document";
import { backupFunctionMetric, stepwiseFunction } from "./stepwise-function";
import type { FunctionPlace } from "./vpc-function";

export interface RedisExportArgs extends FunctionPlace {
  /** Replication groups by what they hold. */
  readonly groups: Readonly<Record<"sessions" | "cache", string>>;
  /** Key of the snapshots. */
  readonly dataKeyArn: pulumi.Input<string>;
  /** Key of the bucket, which ElastiCache may use through S3. */
  readonly storageKeyArn: pulumi.Input<string>;
  /** Receives the access logs, see `LogArchive`. */
  readonly accessLogBucket: pulumi.Input<string>;
  /** Days that an export is kept. */
  readonly backupDays: number;
}

export type RedisExportMetric =
  "exported" | "objects" | "snapshotAge" | "lostCalls" | "functionErrors" | "functionThrottles" | "functionDuration";

/**
 * Each day's snapshot of both Redis groups as a file in a bucket, beside the automatic ones that ElastiCache keeps: a
 * group in another account or region, or another program, can be made of it. The bucket is apart from that of the dumps:
 * ElastiCache names the objects itself, reads what it writes to, and is not known to write to one with Object Lock.
 */
export class RedisExport extends pulumi.ComponentResource {
  readonly functionName: string;
  readonly functionLogGroupName: string;
  readonly bucket: PrivateBucket;
  readonly metrics: Metrics<RedisExportMetric>;

  constructor(name: string, args: RedisExportArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:compute:RedisExport", name, {}, opts);
    const { stack } = args;
    this.bucket = new PrivateBucket(
      `${name}-bucket`,
      {
        stack,
        purpose: "redis-exports",
        keyArn: args.storageKeyArn,
        accessLogBucket: args.accessLogBucket,
        // No lock here: an export that was deleted, or has expired, can be brought back for as long again.
        noncurrentVersionDays: 30,
        lifecycleRules: [
          { id: "exports", status: "Enabled", filter: { prefix: "" }, expiration: { days: args.backupDays } },
        ],
        policyStatements: (arns) => elastiCacheWrites(stack, arns),
      },
      { parent: this },
    );
    const snapshotPrefix = stack.name("replicationGroup", "export");
    const made = stepwiseFunction(
      name,
      args,
      {
        part: "redis-export",
        description: "Exports a snapshot of each Redis group once a day, and removes the snapshot",
        step: "The next step of the Redis export",
        timeoutSeconds: 60,
        environment: {
          BUCKET: this.bucket.name,
          ENVIRONMENT: stack.environment,
          GROUPS: JSON.stringify(args.groups),
          KEY_ARN: args.dataKeyArn,
          SNAPSHOT_PREFIX: snapshotPrefix,
          START_AT: dailyTimes.redisExport,
        },
        statements: exportStatements(stack, {
          groups: Object.values(args.groups),
          snapshotPrefix,
          bucketName: this.bucket.bucketName,
          storageKeyArn: args.storageKeyArn,
        }),
      },
      this,
    );

    this.functionName = made.functionName;
    this.functionLogGroupName = made.logGroupName;
    this.metrics = {
      exported: backupFunctionMetric(stack, "redisExported", "Count"),
      objects: bucketMetrics(this.bucket.bucketName).objects,
      snapshotAge: backupFunctionMetric(stack, "redisSnapshotAge", "Seconds"),
      lostCalls: made.lostCalls,
      ...made.metrics,
    };
    this.registerOutputs({ functionName: this.functionName, bucketName: this.bucket.name });
  }
}

/** Source: ElastiCache user guide, "Exporting a backup". */
function elastiCacheWrites(stack: StackFacts, arns: BucketArns): Statement[] {
  return [
    {
      sid: "ElastiCacheExports",
      principals: { Service: `${stack.region}.elasticache-snapshot.amazonaws.com` },
      actions: [
        "s3:GetBucketAcl",
        "s3:GetObject",
        "s3:ListBucket",
        "s3:ListBucketMultipartUploads",
        "s3:ListMultipartUploadParts",
        "s3:PutObject",
      ],
      resources: [arns.bucket, arns.objects()],
    },
  ];
}

interface ExportReach {
  readonly groups: readonly string[];
  readonly snapshotPrefix: string;
  readonly bucketName: string;
  readonly storageKeyArn: pulumi.Input<string>;
}

/** Makes, copies and deletes snapshots that bear the prefix: automatic, final and manual ones do not. */
function exportStatements(stack: StackFacts, reach: ExportReach): readonly Statement[] {
  const elasticache = (resource: string) => arn(stack, "elasticache", resource);
  const own = elasticache(`snapshot:${reach.snapshotPrefix}-*`);
  const groups = reach.groups.map((group) => elasticache(`replicationgroup:${group}`));
  const bucketArn = `arn:aws:s3:::${reach.bucketName}`;
  return [
    { sid: "FindGroups", actions: ["elasticache:DescribeReplicationGroups"], resources: groups },
    // Lists take no narrower resource.
    { sid: "FindSnapshots", actions: ["elasticache:DescribeSnapshots"], resources: elasticache("snapshot:*") },
    {
      sid: "TakeSnapshot",
      actions: ["elasticache:CreateSnapshot"],
      resources: [own, ...groups, ...reach.groups.map((group) => elasticache(`cluster:${group}-*`))],
    },
    {
      sid: "OwnSnapshots",
      actions: ["elasticache:AddTagsToResource", "elasticache:CopySnapshot", "elasticache:DeleteSnapshot"],
      resources: own,
    },
    // ElastiCache tries with the caller's rights whether the bucket is the caller's to write to, by looking for it in the list of all.
    { sid: "Buckets", actions: ["s3:ListAllMyBuckets"], resources: "*" },
    { sid: "Bucket", actions: ["s3:GetBucketAcl", "s3:GetBucketLocation", "s3:ListBucket"], resources: bucketArn },
    {
      sid: "Exports",
      actions: ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
      resources: `${bucketArn}/*`,
    },
    {
      sid: "ExportsKey",
      actions: ["kms:Decrypt", "kms:GenerateDataKey"],
      resources: reach.storageKeyArn,
      conditions: { StringEquals: { "kms:ViaService": `s3.${stack.region}.amazonaws.com` } },
    },
  ];
}
