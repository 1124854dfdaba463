import { unless } from "../../framework/checks";
import type { Finding } from "../../framework/rule";
import { resourceRule } from "../../framework/rule";

function* judge(path: string, arns: readonly string[], allowed: readonly string[]): Generator<Finding> {
  const others = arns.filter(
    (arn) => String(arn).startsWith("arn:aws:iam::aws:policy/") && !allowed.some((name) => arn.endsWith(`/${name}`)),
  );
  yield* unless(others.length === 0, {
    path,
    found: others,
    required: `a policy of our own, or one of ${allowed.join(", ")}`,
  });
}

const allowedPolicies = {
  type: "array",
  items: { type: "string" },
  default: [
    "AmazonECSInfrastructureRolePolicyForLoadBalancers",
    "AmazonRDSEnhancedMonitoringRole",
    "AWSLambdaVPCAccessExecutionRole",
  ],
  description: "AWS's managed policies that are as narrow as one of our own would be, and change with the service.",
} as const;

export const iamManagedPolicies = resourceRule({
  name: "iam-managed-policies",
  group: "identity",
  description: "Of AWS's managed policies only narrow service policies are used.",
  severity: "high",
  controls: ["CIS 1.16"],
  mend: "Write the statements that the role needs.",
  thresholds: {
    allowedPolicies: { ...allowedPolicies, items: { type: "string" }, default: [...allowedPolicies.default] },
  },
  claims: {
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": [
      {
        path: "policyArn",
        bad: ["arn:aws:iam::aws:policy/AdministratorAccess"],
        harmless: { drop: "it is required", other: "a policy of our own" },
      },
    ],
  },
  judges: {
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": ({ policyArn }, context) =>
      judge("policyArn", [policyArn], context.words("allowedPolicies")),
    "aws:iam/role:Role": ({ managedPolicyArns }, context) =>
      judge("managedPolicyArns", managedPolicyArns ?? [], context.words("allowedPolicies")),
  },
});
