import * as pulumi from "@pulumi/pulumi";
import type { StackFacts } from "../../config/stack";
import type { Statement } from "../policy-document";
import { ACCESS_LOG_PREFIX, type BucketArns, type LifecycleRule, PrivateBucket } from "./private-bucket";

export interface LogArchiveArgs {
  readonly stack: StackFacts;
  /** How long delivered logs are kept, in days. A deleted one can be brought back for 30 more. */
  readonly archiveDays: number;
  /**
   * Part of the physical name.
   * @default "logs"
   */
  readonly purpose?: string;
}

/** A storage class that costs half as much; S3 bills it for at least 30 days and moves nothing below 128 KB. */
const INFREQUENT_ACCESS_AFTER_DAYS = 30;

/**
 * The bucket to which S3 and the load balancer deliver their access logs. Both write to S3's own encryption (SSE-S3)
 * only, and a load balancer checks that it may write at the moment it is told to: take `bucketName`, which waits for
 * the policy.
 */
export class LogArchive extends pulumi.ComponentResource {
  /** Prefix of the load balancer's logs, as its `accessLogs` and `connectionLogs` take it. */
  static readonly loadBalancerPrefix = "alb";

  readonly bucket: PrivateBucket;
  /** Name, once deliveries are let in. */
  readonly bucketName: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: LogArchiveArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:foundation:LogArchive", name, {}, opts);
    const { stack, archiveDays, purpose = "logs" } = args;

    this.bucket = new PrivateBucket(
      name,
      {
        stack,
        purpose,
        lifecycleRules: [expiry(archiveDays)],
        policyStatements: (arns) => [accessLogs(stack, arns), loadBalancerLogs(stack, arns)],
      },
      { parent: this },
    );

    this.bucketName = this.bucket.name;
    this.arn = this.bucket.arn;
    this.registerOutputs({ bucketName: this.bucketName, arn: this.arn });
  }
}

function expiry(archiveDays: number): LifecycleRule {
  const worthMoving = archiveDays > 2 * INFREQUENT_ACCESS_AFTER_DAYS;
  return {
    id: "archive",
    status: "Enabled",
    filter: { prefix: "" },
    expiration: { days: archiveDays },
    transitions: worthMoving ? [{ days: INFREQUENT_ACCESS_AFTER_DAYS, storageClass: "STANDARD_IA" }] : [],
  };
}

/** S3 writes on behalf of this stack's buckets only: the service is the same one for all accounts. */
export function accessLogs(stack: StackFacts, arns: BucketArns): Statement {
  return {
    sid: "S3AccessLogs",
    principals: { Service: "logging.s3.amazonaws.com" },
    actions: ["s3:PutObject"],
    resources: arns.objects(ACCESS_LOG_PREFIX),
    conditions: {
      ArnLike: { "aws:SourceArn": `arn:aws:s3:::${stack.project}-${stack.environment}-*` },
      StringEquals: { "aws:SourceAccount": stack.accountId },
    },
  };
}

/**
 * Load balancers of this account and no others: the service puts the owner's account id into the path. No condition on
 * `aws:SourceArn`, since there are reports of deliveries that do not send it, and its absence would refuse them all.
 */
function loadBalancerLogs(stack: StackFacts, arns: BucketArns): Statement {
  return {
    sid: "LoadBalancerLogs",
    principals: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
    actions: ["s3:PutObject"],
    resources: arns.objects(`${LogArchive.loadBalancerPrefix}/AWSLogs/${stack.accountId}/`),
  };
}
