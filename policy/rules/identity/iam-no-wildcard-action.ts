import { documentOf, emptyDocument } from "../../framework/harmless";
import { unless } from "../../framework/checks";
import type { Finding } from "../../framework/rule";
import { isCeiling } from "../../framework/ceilings";
import { statementsOf } from "../../framework/documents";
import { resourceRule } from "../../framework/rule";

function* judge(policy: unknown): Generator<Finding> {
  for (const [index, { effect, actions, notActions }] of statementsOf(policy).entries()) {
    if (effect !== "Allow") continue;
    const wide = actions.filter((action) => action === "*" || action.endsWith(":*"));
    yield* unless(wide.length === 0, {
      path: `policy.Statement[${index}].Action`,
      found: wide,
      required: "actions by name",
    });
    yield* unless(notActions.length === 0, {
      path: `policy.Statement[${index}].NotAction`,
      found: notActions,
      required: "nothing",
    });
  }
}

export const iamNoWildcardAction = resourceRule({
  name: "iam-no-wildcard-action",
  group: "identity",
  description: "Roles are allowed actions by name, never all of a service.",
  severity: "high",
  controls: ["FSBP IAM.1", "FSBP IAM.21", "CIS 1.16"],
  mend: "Write the actions that the code calls.",
  claims: {
    "aws:iam/rolePolicy:RolePolicy": [
      {
        path: "policy",
        bad: [
          documentOf({ Action: "*", Resource: "*" }),
          documentOf({ Action: "s3:*", Resource: "*" }),
          documentOf({ NotAction: "iam:*", Resource: "*" }),
        ],
        harmless: emptyDocument,
      },
    ],
  },
  judges: {
    "aws:iam/rolePolicy:RolePolicy": ({ policy }) => judge(policy),
    "aws:iam/policy:Policy": ({ name, policy }) => (isCeiling(name) ? [] : judge(policy)),
  },
});
