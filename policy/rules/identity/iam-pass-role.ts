import { documentOf, emptyDocument } from "../../framework/harmless";
import { unless } from "../../framework/checks";
import { statementsOf } from "../../framework/documents";
import { resourceRule } from "../../framework/rule";

/**
 * The pipeline that makes the stack's roles hands them on, too: all of that name, and not its own, under its ceiling
 * (iam-roles-bounded). Nobody else's role may name them by a wildcard.
 */
function isStacksOwn(role: unknown, resource: string): boolean {
  const stack = typeof role === "string" ? /^(.+)-deploy-up$/.exec(role)?.[1] : undefined;
  return stack !== undefined && new RegExp(`^arn:aws:iam::\\d{12}:role/${stack}-\\*$`).test(resource);
}

export const iamPassRole = resourceRule({
  name: "iam-pass-role",
  group: "identity",
  description: "Who may hand a role to a service may hand only named roles to only that service.",
  severity: "high",
  controls: [],
  mend: "Give iam:PassRole the roles' ARNs and the condition iam:PassedToService.",
  claims: {
    "aws:iam/rolePolicy:RolePolicy": [
      {
        path: "policy",
        bad: [
          documentOf({ Action: "iam:PassRole", Resource: "*" }),
          documentOf({ Action: "iam:PassRole", Resource: "arn:aws:iam::123456789012:role/a" }),
        ],
        harmless: emptyDocument,
      },
    ],
  },
  judges: {
    *"aws:iam/rolePolicy:RolePolicy"({ role, policy }) {
      for (const [index, { effect, actions, resources, conditions }] of statementsOf(policy).entries()) {
        if (effect !== "Allow" || !actions.includes("iam:PassRole")) continue;
        const path = `policy.Statement[${index}]`;
        const wide = resources.filter((resource) => resource.endsWith("*") && !isStacksOwn(role, resource));
        yield* unless(wide.length === 0, { path: `${path}.Resource`, found: wide, required: "roles by ARN" });
        const services = Object.values(conditions).flatMap((keys) => keys["iam:PassedToService"] ?? []);
        yield* unless(services.length > 0, {
          path: `${path}.Condition`,
          found: services,
          required: "iam:PassedToService",
        });
      }
    },
  },
});
