import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arn } from "../../config/arn";
import type { StackFacts } from "../../config/stack";
import { policyDocument, serviceTrust } from "../policy-document";

export interface FlowLogsArgs {
  readonly stack: StackFacts;
  readonly vpcId: pulumi.Input<string>;
  readonly keyArn: pulumi.Input<string>;
  /** Days, of those that CloudWatch Logs takes. */
  readonly retentionDays: number;
}

/**
 * AWS's default fields, and after them those that tell apart what NAT gateways and load balancers rewrite: the packet's
 * own addresses, its direction and its way. Another format is another flow log.
 */
const fields = [
  ...["version", "account-id", "interface-id", "srcaddr", "dstaddr", "srcport", "dstport", "protocol"],
  ...["packets", "bytes", "start", "end", "action", "log-status"],
  ...["pkt-srcaddr", "pkt-dstaddr", "flow-direction", "traffic-path", "tcp-flags", "subnet-id", "az-id"],
];

/** Accepted and refused traffic of the whole VPC, encrypted, in CloudWatch Logs. */
export class FlowLogs extends pulumi.ComponentResource {
  readonly logGroupName: pulumi.Output<string>;

  constructor(name: string, args: FlowLogsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:network:FlowLogs", name, {}, opts);
    const parent = { parent: this };
    const { stack } = args;
    const groupName = stack.name("logGroup", "vpc-flow");
    const groupArn = arn(stack, "logs", `log-group:${groupName}`);

    const group = new aws.cloudwatch.LogGroup(
      name,
      { name: groupName, retentionInDays: args.retentionDays, kmsKeyId: args.keyArn },
      parent,
    );
    const role = new aws.iam.Role(
      `${name}-role`,
      {
        name: stack.name("iamRole", "flow-logs"),
        description: "VPC flow logs write to their log group",
        // Only flow logs of this account may use it: the service is the same one for all.
        assumeRolePolicy: serviceTrust("vpc-flow-logs.amazonaws.com", {
          ArnLike: { "aws:SourceArn": arn(stack, "ec2", "vpc-flow-log/*") },
          StringEquals: { "aws:SourceAccount": stack.accountId },
        }),
      },
      parent,
    );
    const policy = new aws.iam.RolePolicy(
      `${name}-write`,
      {
        role: role.name,
        name: "write-flow-logs",
        policy: policyDocument([
          {
            sid: "Write",
            actions: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            resources: [groupArn, `${groupArn}:*`],
          },
          // It has no narrower form: the service lists groups to find its own.
          { sid: "Find", actions: ["logs:DescribeLogGroups"], resources: arn(stack, "logs", "log-group:*") },
        ]),
      },
      parent,
    );
    new aws.ec2.FlowLog(
      `${name}-log`,
      {
        vpcId: args.vpcId,
        trafficType: "ALL",
        logDestinationType: "cloud-watch-logs",
        logDestination: group.arn,
        iamRoleArn: role.arn,
        maxAggregationInterval: 600,
        logFormat: fields.map((field) => "${" + field + "}").join(" "),
        tags: { Name: name },
      },
      // AWS tries the role when it starts to deliver: without its policy the log begins in the state of an access error.
      { ...parent, dependsOn: [policy] },
    );

    this.logGroupName = group.name;
    this.registerOutputs({ logGroupName: this.logGroupName });
  }
}
