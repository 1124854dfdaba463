import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arn } from "../../config/arn";
import { GLOBAL_REGION, type StackFacts } from "../../config/stack";
import { policyDocument } from "../policy-document";

export interface DeliveryLogGroupArgs {
  readonly stack: StackFacts;
  readonly logGroupName: string;
  /** Part of the name of the policy, such as "web-acl". */
  readonly purpose: string;
  /** KMS key in us-east-1 whose policy admits the log groups of that region. */
  readonly keyArn: pulumi.Input<string>;
  /** Days, one of those that CloudWatch Logs takes. */
  readonly retentionDays: number;
}

/** A log group in us-east-1 to which AWS delivers the logs of CloudFront or of its web ACL. */
export class DeliveryLogGroup extends pulumi.ComponentResource {
  /** Known once AWS's log delivery may write, so that whoever takes it is created after the policy. */
  readonly arn: pulumi.Output<string>;
  readonly logGroupName: string;

  constructor(name: string, args: DeliveryLogGroupArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:edge:DeliveryLogGroup", name, {}, opts);
    const { stack, logGroupName } = args;
    this.logGroupName = logGroupName;

    const group = new aws.cloudwatch.LogGroup(
      name,
      { name: logGroupName, region: GLOBAL_REGION, kmsKeyId: args.keyArn, retentionInDays: args.retentionDays },
      { parent: this },
    );
    // Without one of ours, AWS adds every log group of the account to a shared policy that outgrows its 5,120
    // characters one day (terraform-provider-aws#25296). A region takes 10 such policies: one per log group is spare.
    const policy = new aws.cloudwatch.LogResourcePolicy(
      `${name}-delivery`,
      {
        region: GLOBAL_REGION,
        policyName: stack.name("logDelivery", args.purpose),
        policyDocument: policyDocument([
          {
            sid: "LogDelivery",
            principals: { Service: "delivery.logs.amazonaws.com" },
            actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
            resources: arn(stack, "logs", `log-group:${logGroupName}:log-stream:*`, { region: GLOBAL_REGION }),
            conditions: {
              StringEquals: { "aws:SourceAccount": stack.accountId },
              ArnLike: { "aws:SourceArn": arn(stack, "logs", "*", { region: GLOBAL_REGION }) },
            },
          },
        ]),
      },
      { parent: this },
    );

    this.arn = pulumi.all([group.arn, policy.id]).apply(([groupArn]) => groupArn);
    this.registerOutputs({ arn: this.arn });
  }
}
