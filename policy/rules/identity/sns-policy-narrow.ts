import { unless } from "../../framework/checks";
import { statementsOf } from "../../framework/documents";
import { documentOf, emptyDocument } from "../../framework/harmless";
import { resourceRule } from "../../framework/rule";

const PUBLISH = "sns:Publish";

export const snsPolicyNarrow = resourceRule({
  name: "sns-policy-narrow",
  group: "identity",
  description: "Topics take messages from named services for this account only, and let nobody in from outside.",
  severity: "high",
  controls: ["FSBP SNS.4"],
  mend: "Name the service, allow it sns:Publish on this topic, and bind it by aws:SourceAccount (components/monitoring/topics.ts).",
  claims: {
    "aws:sns/topicPolicy:TopicPolicy": [
      {
        path: "policy",
        bad: [
          documentOf({ Action: PUBLISH, Principal: "*", Resource: "*" }),
          documentOf({ Action: PUBLISH, Principal: { AWS: "*" }, Resource: "*" }),
          documentOf({ Action: PUBLISH, Principal: { Service: "cloudwatch.amazonaws.com" }, Resource: "*" }),
          documentOf({
            Action: ["sns:Publish", "sns:Subscribe"],
            Principal: { Service: "cloudwatch.amazonaws.com" },
            Resource: "*",
            Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
          }),
        ],
        // Who may publish is then left to IAM: nobody from outside.
        harmless: emptyDocument,
      },
    ],
  },
  judges: {
    *"aws:sns/topicPolicy:TopicPolicy"({ policy }) {
      for (const [index, { effect, principals, actions, conditions }] of statementsOf(policy).entries()) {
        if (effect !== "Allow") continue;
        const path = `policy.Statement[${index}]`;
        yield* unless(!principals.includes("*"), {
          path: `${path}.Principal`,
          found: "*",
          required: "a named service",
        });
        yield* unless(
          actions.every((action) => action === PUBLISH),
          { path: `${path}.Action`, found: actions, required: `${PUBLISH} alone` },
        );
        const bound = Object.values(conditions).some((compared) =>
          Object.keys(compared).some((key) => key.toLowerCase() === "aws:sourceaccount"),
        );
        const services = principals.filter((principal) => principal.endsWith(".amazonaws.com"));
        yield* unless(services.length === 0 || bound, {
          path: `${path}.Condition`,
          found: services,
          required: "aws:SourceAccount",
        });
      }
    },
  },
});
