import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arn } from "../config/arn";
import { GLOBAL_REGION, type StackFacts } from "../config/stack";
import { managedKey } from "../components/foundation/keys";
import { policyDocument, serviceTrust, type Statement } from "../components/policy-document";
import type { AccountFile } from "./settings";

export interface CostsArgs {
  readonly stack: StackFacts;
  readonly settings: AccountFile["costs"];
  /** @default by mail only */
  readonly slack: AccountFile["slack"];
}

/** Budgets and Cost Explorer live in us-east-1; their topic is where they are. */
const REGION = GLOBAL_REGION;
/** The chat service has no endpoint in Tokyo; what it is told there holds everywhere. */
const CHAT_REGION = "us-east-2";

/** Services that tell of costs. Source: Cost Anomaly Detection, "Creating an Amazon SNS topic"; Budgets, likewise. */
const TELLERS = ["budgets.amazonaws.com", "costalerts.amazonaws.com"] as const;

/** When the budget speaks: percent of the limit, and whether it is spent or to be expected by the month's end. */
const MARKS = [
  { percent: 50, of: "ACTUAL" },
  { percent: 80, of: "ACTUAL" },
  { percent: 100, of: "ACTUAL" },
  { percent: 100, of: "FORECASTED" },
] as const;

/** A month's budget, and anomalies as soon as AWS sees them, by mail and in Slack. */
export class Costs extends pulumi.ComponentResource {
  readonly topicArn: pulumi.Output<string>;

  constructor(name: string, args: CostsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:account:Costs", name, {}, opts);
    const { stack, settings, slack } = args;
    const parent = { parent: this };

    const topicArn = this.topic(name, stack);
    settings.email.forEach((endpoint, index) => {
      new aws.sns.TopicSubscription(
        `${name}-mail-${index + 1}`,
        { topic: topicArn, region: REGION, protocol: "email", endpoint },
        parent,
      );
    });
    if (slack !== undefined) this.chat(`${name}-slack`, stack, slack, topicArn);

    new aws.budgets.Budget(
      name,
      {
        name: stack.name("budget", "month"),
        budgetType: "COST",
        timeUnit: "MONTHLY",
        limitAmount: settings.monthlyBudgetUsd.toFixed(2),
        limitUnit: "USD",
        notifications: MARKS.map(({ percent, of }) => ({
          comparisonOperator: "GREATER_THAN",
          threshold: percent,
          thresholdType: "PERCENTAGE",
          notificationType: of,
          subscriberSnsTopicArns: [topicArn],
        })),
      },
      parent,
    );
    new aws.costexplorer.AnomalySubscription(
      name,
      {
        name: stack.name("anomalyMonitor", "costs"),
        // Daily and weekly summaries go by mail only; what comes at once goes by SNS only.
        frequency: "IMMEDIATE",
        monitorArnLists: [settings.anomalyMonitorArn ?? this.monitor(name, stack)],
        subscribers: [{ type: "SNS", address: topicArn }],
        thresholdExpression: {
          dimension: {
            key: "ANOMALY_TOTAL_IMPACT_ABSOLUTE",
            matchOptions: ["GREATER_THAN_OR_EQUAL"],
            values: [String(settings.anomalyUsd)],
          },
        },
      },
      parent,
    );

    this.topicArn = topicArn;
    this.registerOutputs({ topicArn });
  }

  private topic(name: string, stack: StackFacts): pulumi.Output<string> {
    const parent = { parent: this };
    const topicName = stack.name("snsTopic", "costs");
    const plainArn = arn(stack, "sns", topicName, { region: REGION });
    const key = managedKey(
      name,
      {
        stack,
        purpose: "costs",
        description: "Notifications of costs",
        region: REGION,
        statements: [tellersEncrypt(stack)],
      },
      parent,
    );
    const topic = new aws.sns.Topic(
      name,
      {
        name: topicName,
        displayName: `${stack.environment} costs`,
        region: REGION,
        kmsMasterKeyId: key.arn,
        // SHA-256 under what subscribers get; SNS's default is still SHA-1.
        signatureVersion: 2,
      },
      parent,
    );
    const policy = new aws.sns.TopicPolicy(
      name,
      {
        arn: topic.arn,
        region: REGION,
        policy: policyDocument([
          {
            sid: "Tellers",
            principals: { Service: TELLERS },
            actions: ["sns:Publish"],
            resources: plainArn,
            conditions: { StringEquals: { "aws:SourceAccount": stack.accountId } },
          },
          {
            sid: "TlsOnly",
            effect: "Deny",
            principals: "*",
            actions: ["sns:Publish"],
            resources: plainArn,
            conditions: { Bool: { "aws:SecureTransport": "false" } },
          },
        ]),
      },
      parent,
    );
    // Through the policy: a subscription to anomalies is refused while its topic would refuse them.
    return pulumi.all([topic.arn, policy.id]).apply(([made]) => made);
  }

  /** AWS makes one by itself in a new account, and allows one: then the stack file names it. */
  private monitor(name: string, stack: StackFacts): pulumi.Output<string> {
    return new aws.costexplorer.AnomalyMonitor(
      name,
      { name: stack.name("anomalyMonitor", "services"), monitorType: "DIMENSIONAL", monitorDimension: "SERVICE" },
      { parent: this },
    ).arn;
  }

  private chat(
    name: string,
    stack: StackFacts,
    slack: NonNullable<AccountFile["slack"]>,
    topicArn: pulumi.Output<string>,
  ): void {
    const parent = { parent: this };
    const role = new aws.iam.Role(
      name,
      {
        name: stack.name("iamRole", "account-slack"),
        // Without conditions: the service says of none which it sends when it assumes a channel's role.
        assumeRolePolicy: serviceTrust("chatbot.amazonaws.com"),
      },
      parent,
    );
    new aws.chatbot.SlackChannelConfiguration(
      name,
      {
        configurationName: stack.name("chatConfiguration", "account"),
        region: CHAT_REGION,
        slackTeamId: slack.workspaceId,
        slackChannelId: slack.channel,
        // A role that may do nothing: what comes here is read and not answered.
        iamRoleArn: role.arn,
        // Left out, it would be AdministratorAccess.
        guardrailPolicyArns: ["arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess"],
        snsTopicArns: [topicArn],
      },
      parent,
    );
  }
}

/** SNS asks KMS in the name of who publishes. */
function tellersEncrypt(stack: StackFacts): Statement {
  return {
    sid: "Tellers",
    principals: { Service: TELLERS },
    actions: ["kms:Decrypt", "kms:GenerateDataKey*"],
    resources: "*",
    conditions: { StringEquals: { "aws:SourceAccount": stack.accountId } },
  };
}
