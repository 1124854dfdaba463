import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { GLOBAL_REGION, type StackFacts } from "../../config/stack";
import type { Metric, Metrics } from "../metrics";
import { DeliveryLogGroup } from "./log-group";
import { planRules, visibility } from "./web-acl-rules";

export interface WebAclArgs {
  readonly stack: StackFacts;
  /** Requests per source address in 5 minutes, above which they are answered 429. */
  readonly rateLimit: number;
  /** Rule groups, rules of a group or rate limits (`web-acl-rules.ts`) that count and let pass: new ones start here. */
  readonly countOnlyRules: readonly string[];
  /** KMS key in us-east-1 for the log group. */
  readonly logKeyArn: pulumi.Input<string>;
  /** Days. */
  readonly logRetentionDays: number;
}

/** Headers that let whoever reads them act as the user. */
const secretHeaders = ["authorization", "cookie", "x-csrf-token", "x-xsrf-token"];

/** The web application firewall in front of the distribution. Like everything of CloudFront's it lives in us-east-1. */
export class WebAcl extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly logGroupName: string;
  readonly metrics: Metrics<"allowedRequests" | "blockedRequests" | "rateLimitedRequests" | "rateLimitedSignIns">;

  constructor(name: string, args: WebAclArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:edge:WebAcl", name, {}, opts);
    const { stack } = args;
    const parent = { parent: this };
    const aclName = stack.name("webAcl", "edge");

    const acl = new aws.wafv2.WebAcl(
      name,
      {
        name: aclName,
        description: "In front of the distribution",
        region: GLOBAL_REGION,
        scope: "CLOUDFRONT",
        defaultAction: { allow: {} },
        rules: planRules(args),
        visibilityConfig: visibility(aclName),
        // Redaction below reaches the logs only; this reaches the samples that the console shows as well.
        dataProtectionConfig: {
          dataProtections: [
            { action: "SUBSTITUTION", field: { fieldType: "SINGLE_HEADER", fieldKeys: secretHeaders } },
          ],
        },
      },
      parent,
    );

    const logs = new DeliveryLogGroup(
      `${name}-logs`,
      {
        stack,
        logGroupName: stack.name("wafLogGroup"),
        purpose: "web-acl",
        keyArn: args.logKeyArn,
        retentionDays: args.logRetentionDays,
      },
      parent,
    );
    new aws.wafv2.WebAclLoggingConfiguration(
      `${name}-logging`,
      {
        region: GLOBAL_REGION,
        resourceArn: acl.arn,
        logDestinationConfigs: [logs.arn],
        redactedFields: secretHeaders.map((header) => ({ singleHeader: { name: header } })),
        // What merely passed is in the distribution's access log already.
        loggingFilter: {
          defaultBehavior: "DROP",
          filters: [
            {
              behavior: "KEEP",
              requirement: "MEETS_ANY",
              conditions: ["BLOCK", "COUNT", "CAPTCHA", "CHALLENGE"].map((action) => ({ actionCondition: { action } })),
            },
          ],
        },
      },
      parent,
    );

    this.arn = acl.arn;
    this.logGroupName = logs.logGroupName;
    this.metrics = {
      allowedRequests: metric("AllowedRequests", aclName, "ALL"),
      blockedRequests: metric("BlockedRequests", aclName, "ALL"),
      rateLimitedRequests: metric("BlockedRequests", aclName, "rate-limit"),
      rateLimitedSignIns: metric("BlockedRequests", aclName, "rate-limit-sign-in"),
    };
    this.registerOutputs({ arn: this.arn });
  }
}

/** Both dimensions hold metric names. Web ACLs of CloudFront have no Region dimension, unlike regional ones. */
function metric(metricName: string, acl: string, rule: string): Metric {
  return {
    namespace: "AWS/WAFV2",
    metricName,
    dimensions: { WebACL: acl, Rule: rule },
    unit: "Count",
    region: GLOBAL_REGION,
  };
}
