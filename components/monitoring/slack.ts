import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arn } from "../../config/arn";
import type { StackFacts } from "../../config/stack";
import { policyDocument, serviceTrust } from "../policy-document";
import type { Severity } from "./alarm";
import { type Place, places, type Topics } from "./topics";

export const slackChannels = ["incidents", "onCall", "engineering"] as const;
export type SlackChannel = (typeof slackChannels)[number];

/** What each channel is told. */
export const heard: Readonly<Record<SlackChannel, readonly Severity[]>> = {
  incidents: ["critical"],
  onCall: ["critical", "warning"],
  engineering: ["warning", "info"],
};

/** The chat service has no endpoint in Tokyo or Osaka; what it is told there holds everywhere, and so do topics' regions. */
const CHAT_REGION = "us-east-2";

export interface SlackArgs {
  readonly stack: StackFacts;
  /** For which the service was authorised by hand, once per account. */
  readonly workspaceId: string;
  readonly channels: Readonly<Record<SlackChannel, string>>;
  readonly topics: Readonly<Record<Place, Pick<Topics, "arns">>>;
}

/** Notifications in Slack, by Amazon Q Developer in chat applications (AWS Chatbot). */
export class Slack extends pulumi.ComponentResource {
  constructor(name: string, args: SlackArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:monitoring:Slack", name, {}, opts);
    const { stack, workspaceId, channels, topics } = args;
    const parent = { parent: this };

    const role = new aws.iam.Role(
      name,
      {
        name: stack.name("iamRole", "slack"),
        // Without conditions: the service says of none which it sends when it assumes a channel's role.
        assumeRolePolicy: serviceTrust("chatbot.amazonaws.com"),
      },
      parent,
    );
    new aws.iam.RolePolicy(
      name,
      {
        role: role.name,
        // The graph under a message, and nothing that a message could be answered with.
        policy: policyDocument([
          {
            sid: "Alarms",
            actions: ["cloudwatch:DescribeAlarms"],
            resources: arn(stack, "cloudwatch", "alarm:*", { region: "*" }),
          },
          {
            sid: "Graphs",
            actions: ["cloudwatch:GetMetricData", "cloudwatch:GetMetricWidgetImage", "cloudwatch:ListMetrics"],
            resources: "*",
          },
        ]),
      },
      parent,
    );
    for (const channel of slackChannels) {
      new aws.chatbot.SlackChannelConfiguration(
        `${name}-${channel}`,
        {
          configurationName: stack.name("chatConfiguration", channel.toLowerCase()),
          region: CHAT_REGION,
          slackTeamId: workspaceId,
          slackChannelId: channels[channel],
          iamRoleArn: role.arn,
          // Left out, it would be AdministratorAccess: whoever writes in the channel could do what the role may.
          guardrailPolicyArns: ["arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess"],
          snsTopicArns: places.flatMap((place) => heard[channel].map((severity) => topics[place].arns[severity])),
        },
        parent,
      );
    }
    this.registerOutputs();
  }
}
