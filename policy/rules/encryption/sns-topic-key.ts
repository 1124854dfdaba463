import { ownKeyRule } from "../../framework/own-key";

export const snsTopicKey = ownKeyRule(
  {
    name: "sns-topic-key",
    group: "encryption",
    description: "Topics are encrypted with a key of our own, which alarms may use.",
    severity: "high",
    controls: ["FSBP SNS.1"],
    mend: "Give kmsMasterKeyId: the notifications key of the topic's region (components/foundation/keys.ts). CloudWatch cannot publish through alias/aws/sns.",
  },
  [
    {
      type: "aws:sns/topic:Topic",
      path: "kmsMasterKeyId",
      purposes: ["notifications", "notifications-global", "costs"],
      otherwise: "SNS keeps what alarms say unencrypted",
    },
  ],
);
