import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { GLOBAL_REGION, type StackFacts } from "../../config/stack";
import { DeliveryLogGroup } from "./log-group";

export interface AccessLogsArgs {
  readonly stack: StackFacts;
  readonly distributionArn: pulumi.Input<string>;
  /** KMS key in us-east-1 for the log group. */
  readonly keyArn: pulumi.Input<string>;
  /** Days. */
  readonly retentionDays: number;
}

/**
 * What is kept of each request. Not the cookies, which are sessions, nor field-level encryption, which is not used.
 * Source: CloudFront developer guide, "Configure standard logging (v2)" and "Log file fields".
 */
const recordFields = [
  "timestamp(ms)",
  "date",
  "time",
  "x-edge-request-id",
  "c-ip",
  "c-port",
  "x-forwarded-for",
  "cs-protocol",
  "cs-protocol-version",
  "cs-method",
  "x-host-header",
  "cs-uri-stem",
  "cs-uri-query",
  "cs(Referer)",
  "cs(User-Agent)",
  "cs-bytes",
  "sc-status",
  "sc-bytes",
  "sc-content-type",
  "sc-content-len",
  "x-edge-location",
  "x-edge-result-type",
  "x-edge-response-result-type",
  "x-edge-detailed-result-type",
  "cache-behavior-path-pattern",
  "time-taken",
  "time-to-first-byte",
  "origin-fbl",
  "origin-lbl",
  "ssl-protocol",
  "ssl-cipher",
];

/**
 * Standard logging (v2) of the distribution, as JSON to CloudWatch Logs: at night one query finds a request here and
 * what the web ACL and the application said of it. Not to the log archive: its bucket is in another region, and the
 * path that S3 deliveries are given changes with each update (terraform-provider-aws#46328).
 */
export class AccessLogs extends pulumi.ComponentResource {
  readonly logGroupName: string;

  constructor(name: string, args: AccessLogsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:edge:AccessLogs", name, {}, opts);
    const { stack } = args;
    const parent = { parent: this };
    const region = GLOBAL_REGION;
    const deliveryName = stack.name("logDelivery", "access-logs");

    const group = new DeliveryLogGroup(
      name,
      {
        stack,
        logGroupName: stack.name("logGroup", "cloudfront"),
        purpose: "access-logs-write",
        keyArn: args.keyArn,
        retentionDays: args.retentionDays,
      },
      parent,
    );
    const source = new aws.cloudwatch.LogDeliverySource(
      name,
      { region, name: deliveryName, logType: "ACCESS_LOGS", resourceArn: args.distributionArn },
      parent,
    );
    const destination = new aws.cloudwatch.LogDeliveryDestination(
      name,
      {
        region,
        name: deliveryName,
        outputFormat: "json",
        deliveryDestinationConfiguration: { destinationResourceArn: group.arn },
      },
      parent,
    );
    new aws.cloudwatch.LogDelivery(
      name,
      { region, deliverySourceName: source.name, deliveryDestinationArn: destination.arn, recordFields },
      // An update of the fields sends an S3 path along, which AWS refuses for log groups
      // (terraform-provider-aws#46108); and a source has one delivery to a destination, so the old one goes first.
      { ...parent, replaceOnChanges: ["recordFields"], deleteBeforeReplace: true },
    );

    this.logGroupName = group.logGroupName;
    this.registerOutputs({ logGroupName: this.logGroupName });
  }
}
