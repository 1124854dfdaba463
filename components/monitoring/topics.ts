import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arn } from "../../config/arn";
import { GLOBAL_REGION, type StackFacts } from "../../config/stack";
import { policyDocument } from "../policy-document";
import { severities, type Severity } from "./alarm";

/** The stack's own region, and us-east-1: an alarm publishes in its own region only. */
export const places = ["home", "global"] as const;
export type Place = (typeof places)[number];

/** What is told: alarms by severity, and that the path itself is alive. */
export const subjects = [...severities, "heartbeat"] as const;
export type Subject = Severity | "heartbeat";

export interface TopicsArgs {
  readonly stack: StackFacts;
  readonly place: Place;
  /** Key of that region, which CloudWatch may use. */
  readonly keyArn: pulumi.Input<string>;
}

/** One region's topics. The region's own services publish; nobody subscribes from another account. */
export class Topics extends pulumi.ComponentResource {
  readonly region: string;
  readonly arns: Readonly<Record<Subject, pulumi.Output<string>>>;

  constructor(name: string, args: TopicsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:monitoring:Topics", name, {}, opts);
    const { stack, place, keyArn } = args;
    const region = place === "global" ? GLOBAL_REGION : stack.region;
    this.region = region;

    this.arns = Object.fromEntries(
      subjects.map((subject) => {
        const topicName = stack.name("snsTopic", subject);
        const topicArn = arn(stack, "sns", topicName, { region });
        const topic = new aws.sns.Topic(
          `${name}-${subject}`,
          {
            name: topicName,
            displayName: `${stack.environment} ${subject}`,
            region,
            kmsMasterKeyId: keyArn,
            // SHA-256 under what subscribers get; SNS's default is still SHA-1.
            signatureVersion: 2,
          },
          { parent: this },
        );
        const policy = new aws.sns.TopicPolicy(
          `${name}-${subject}`,
          {
            arn: topic.arn,
            region,
            policy: policyDocument([
              {
                sid: "Alarms",
                principals: { Service: "cloudwatch.amazonaws.com" },
                actions: ["sns:Publish"],
                resources: topicArn,
                conditions: {
                  StringEquals: { "aws:SourceAccount": stack.accountId },
                  ArnLike: { "aws:SourceArn": arn(stack, "cloudwatch", "alarm:*", { region }) },
                },
              },
              {
                sid: "Budgets",
                principals: { Service: "budgets.amazonaws.com" },
                actions: ["sns:Publish"],
                resources: topicArn,
                conditions: { StringEquals: { "aws:SourceAccount": stack.accountId } },
              },
              {
                sid: "TlsOnly",
                effect: "Deny",
                principals: "*",
                actions: ["sns:Publish"],
                resources: topicArn,
                conditions: { Bool: { "aws:SecureTransport": "false" } },
              },
            ]),
          },
          { parent: this },
        );
        // Through the policy, so that no alarm can ring before it may say so.
        return [subject, pulumi.all([topic.arn, policy.id]).apply(([topicArnMade]) => topicArnMade)];
      }),
    ) as Record<Subject, pulumi.Output<string>>;

    this.registerOutputs({ arns: this.arns });
  }
}
