import { isCeilingArn } from "../../framework/ceilings";
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
    "AWSBackupServiceRolePolicyForBackup",
    "AWSBackupServiceRolePolicyForRestores",
    "AWSBackupServiceRolePolicyForS3Backup",
    "AWSBackupServiceRolePolicyForS3Restore",
  ],
  description: "AWS's managed policies that are as narrow as one of our own would be, and change with the service.",
} as const;

/** What pipelines have, under the ceiling that iam-roles-bounded wants of them. */
const OF_PIPELINES: Readonly<Record<string, RegExp>> = {
  "arn:aws:iam::aws:policy/PowerUserAccess": /-deploy-up$/,
  "arn:aws:iam::aws:policy/ReadOnlyAccess": /-deploy-(preview|drift)$/,
};

/** A ceiling says "all but these": attached as a policy, it would grant them. */
function* judgeAttachment(role: unknown, arn: string, allowed: readonly string[]): Generator<Finding> {
  yield* unless(!isCeilingArn(arn), { path: "policyArn", found: arn, required: "a policy, no permissions boundary" });
  if (typeof role === "string" && OF_PIPELINES[arn]?.test(role) === true) return;
  yield* judge("policyArn", [arn], allowed);
}

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
        bad: [
          "arn:aws:iam::aws:policy/AdministratorAccess",
          "arn:aws:iam::123456789012:policy/affiliate-production-workload-boundary",
        ],
        harmless: { drop: "it is required", other: "a policy of our own" },
      },
    ],
  },
  judges: {
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": ({ role, policyArn }, context) =>
      judgeAttachment(role, policyArn, context.words("allowedPolicies")),
    "aws:iam/role:Role": ({ managedPolicyArns }, context) =>
      judge("managedPolicyArns", managedPolicyArns ?? [], context.words("allowedPolicies")),
  },
});
