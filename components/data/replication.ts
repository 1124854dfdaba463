import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { StackFacts } from "../../config/stack";
import { accessLogs } from "../foundation/log-archive";
import { PrivateBucket } from "../foundation/private-bucket";
import type { Metrics } from "../metrics";
import { policyDocument, serviceTrust } from "../policy-document";

export interface ReplicationArgs {
  readonly stack: StackFacts;
  readonly source: PrivateBucket;
  /** Key of the source's objects. */
  readonly keyArn: pulumi.Input<string>;
  /** As in the source, in days. */
  readonly noncurrentVersionDays: number;
  readonly copies: { readonly region: string; readonly keyArn: pulumi.Input<string> };
}

/** Latency is not among them: it is published in the region of the copies. */
export type ReplicationMetric = "failed";

/** Parts of the name of the bucket that uploads are copied to: the recovery stack finds it by them. */
export const UPLOADS_COPIES = ["uploads", "copies"] as const;
const RULE = "uploads";
/** Access logs of the copies are for an investigation, and rare until the day of a recovery. */
const LOG_DAYS = 90;

/**
 * Copies each new version of an object into another region, under a key that is there. Deletions are copied too, as
 * markers: what a user deleted must not come back with a recovery, and the versions beneath stay as long as they do in
 * the source. A version that is deleted for good is not: nobody can reach the copies through the source.
 *
 * Without replication time control: its 15 minutes are paid by the GB, and the target across regions is 24 hours.
 */
export class Replication extends pulumi.ComponentResource {
  readonly bucket: PrivateBucket;
  readonly metrics: Metrics<ReplicationMetric>;

  constructor(name: string, args: ReplicationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:data:Replication", name, {}, opts);
    const { stack, source, copies } = args;
    const parent = { parent: this };

    const logs = new PrivateBucket(
      `${name}-logs`,
      {
        stack,
        region: copies.region,
        purpose: "logs-copies",
        lifecycleRules: [{ id: "logs", status: "Enabled", filter: { prefix: "" }, expiration: { days: LOG_DAYS } }],
        policyStatements: (arns) => [accessLogs(stack, arns)],
      },
      parent,
    );
    this.bucket = new PrivateBucket(
      name,
      {
        stack,
        region: copies.region,
        purpose: UPLOADS_COPIES.join("-"),
        keyArn: copies.keyArn,
        noncurrentVersionDays: args.noncurrentVersionDays,
        accessLogBucket: logs.name,
      },
      parent,
    );
    const { role, policy } = this.role(name, args);
    const { versioning } = this.bucket;
    new aws.s3.BucketReplicationConfig(
      name,
      {
        bucket: source.name,
        role: role.arn,
        rules: [
          {
            id: RULE,
            status: "Enabled",
            priority: 1,
            filter: { prefix: "" },
            deleteMarkerReplication: { status: "Enabled" },
            sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } },
            destination: {
              bucket: this.bucket.arn,
              encryptionConfiguration: { replicaKmsKeyId: copies.keyArn },
              metrics: { status: "Enabled" },
            },
          },
        ],
      },
      // S3 asks for versioning on both sides first. And it copies with the role from the first object on.
      { ...parent, dependsOn: [policy, source.versioning, versioning].filter((one) => one !== undefined) },
    );

    // Published in the source's region. Source: S3 user guide, "Using S3 Replication metrics".
    this.metrics = {
      failed: {
        namespace: "AWS/S3",
        metricName: "OperationsFailedReplication",
        dimensions: {
          SourceBucket: source.bucketName,
          DestinationBucket: this.bucket.bucketName,
          RuleId: RULE,
        },
        unit: "Count",
      },
    };
    this.registerOutputs({ bucketName: this.bucket.name });
  }

  private role(name: string, { stack, source, keyArn, copies }: ReplicationArgs) {
    const role = new aws.iam.Role(
      name,
      {
        name: stack.name("iamRole", "uploads-replication"),
        description: "S3 copies uploads into another region",
        assumeRolePolicy: serviceTrust("s3.amazonaws.com", {
          StringEquals: { "aws:SourceAccount": stack.accountId },
          ArnLike: { "aws:SourceArn": `arn:aws:s3:::${source.bucketName}` },
        }),
      },
      { parent: this },
    );
    const through = (region: string) => ({ StringEquals: { "kms:ViaService": `s3.${region}.amazonaws.com` } });
    const policy = new aws.iam.RolePolicy(
      name,
      {
        role: role.name,
        policy: policyDocument([
          {
            sid: "Source",
            actions: ["s3:GetReplicationConfiguration", "s3:ListBucket"],
            resources: `arn:aws:s3:::${source.bucketName}`,
          },
          {
            sid: "Versions",
            actions: ["s3:GetObjectVersionAcl", "s3:GetObjectVersionForReplication", "s3:GetObjectVersionTagging"],
            resources: `arn:aws:s3:::${source.bucketName}/*`,
          },
          {
            sid: "Copies",
            actions: ["s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags"],
            resources: `arn:aws:s3:::${this.bucket.bucketName}/*`,
          },
          { sid: "Read", actions: ["kms:Decrypt"], resources: keyArn, conditions: through(stack.region) },
          {
            sid: "Write",
            actions: ["kms:Encrypt", "kms:GenerateDataKey"],
            resources: copies.keyArn,
            conditions: through(copies.region),
          },
        ]),
      },
      { parent: this },
    );
    return { role, policy };
  }
}
