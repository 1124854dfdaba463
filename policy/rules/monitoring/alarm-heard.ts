import { stackRule } from "../../framework/rule";

const ALARMS = ["aws:cloudwatch/metricAlarm:MetricAlarm", "aws:cloudwatch/compositeAlarm:CompositeAlarm"] as const;
const SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription";
const CHANNEL = "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration";

export const alarmHeard = stackRule({
  name: "alarm-heard",
  group: "monitoring",
  description: "Each topic that alarms publish to has somebody who hears it.",
  severity: "high",
  controls: [],
  mend: "Say who is told in affiliate:monitoring.pagers: PagerDuty, Slack or mail addresses; without Slack, mail takes warnings too.",
  claims: {
    [SUBSCRIPTION]: [
      {
        path: "topic",
        harmless: { drop: "another one may hear the topic", other: "likewise" },
      },
    ],
    [CHANNEL]: [
      {
        path: "snsTopicArns",
        all: [[]],
        harmless: { drop: "another channel may hear the topics", empty: "likewise; all of them at once are tried" },
      },
    ],
  },
  *judge(stack) {
    const heard = new Set([
      ...stack.ofType(SUBSCRIPTION).flatMap((subscription) => subscription.links["topic"] ?? []),
      ...stack.ofType(CHANNEL).flatMap((channel) => channel.links["snsTopicArns"] ?? []),
    ]);
    const told = new Set(
      ALARMS.flatMap((type) => stack.ofType(type)).flatMap((alarm) => stack.sources(alarm, "alarmActions")),
    );
    for (const topic of told) {
      if (topic.type !== "aws:sns/topic:Topic" || heard.has(topic.urn)) continue;
      yield {
        resource: topic,
        path: "(its subscriptions)",
        found: undefined,
        required: "a subscription or a Slack channel",
      };
    }
  },
});
