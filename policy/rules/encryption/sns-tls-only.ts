import { unless } from "../../framework/checks";
import { statementsOf } from "../../framework/documents";
import { stackRule } from "../../framework/rule";

function refusesPlainHttp(document: unknown): boolean {
  return statementsOf(document).some(
    ({ effect, principals, actions, conditions }) =>
      effect === "Deny" &&
      principals.includes("*") &&
      actions.includes("sns:Publish") &&
      conditions["Bool"]?.["aws:SecureTransport"]?.includes("false") === true,
  );
}

export const snsTlsOnly = stackRule({
  name: "sns-tls-only",
  group: "encryption",
  description: "Topics refuse what is published without TLS.",
  severity: "medium",
  controls: [],
  mend: "Give the topic a TopicPolicy that denies sns:Publish where aws:SecureTransport is false (components/monitoring/topics.ts).",
  claims: { "aws:sns/topicPolicy:TopicPolicy": ["policy", "arn"] },
  *judge(stack) {
    for (const topic of stack.ofType("aws:sns/topic:Topic")) {
      const policies = stack.linkedTo("aws:sns/topicPolicy:TopicPolicy", "arn", topic);
      yield* unless(
        policies.some(({ props }) => refusesPlainHttp(props.policy)),
        {
          resource: policies[0] ?? topic,
          path: "policy",
          found: policies[0]?.props.policy,
          required: "a Deny of sns:Publish for everyone where aws:SecureTransport is false",
        },
      );
    }
  },
});
