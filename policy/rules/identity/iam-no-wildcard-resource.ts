import { documentOf, emptyDocument } from "../../framework/harmless";
import { unless } from "../../framework/checks";
import type { Finding } from "../../framework/rule";
import { isCeiling } from "../../framework/ceilings";
import { statementsOf } from "../../framework/documents";
import { resourceRule } from "../../framework/rule";

/**
 * Actions for which AWS knows no resource, or that reach nothing by themselves: they can only be allowed on `*`.
 * Source: the Service Authorization Reference, column "Resource types". ecs:ListTasks knows container instances, and is
 * asked for on `*` where there are none; ecs:RegisterTaskDefinition reaches as far as the roles that may be passed.
 */
const WITHOUT_RESOURCE = new Set([
  "backup:ListRestoreJobs",
  "backup:PutRestoreValidationResult",
  "cloudfront:ListDistributions",
  "cloudwatch:GetMetricData",
  "cloudwatch:GetMetricWidgetImage",
  "cloudwatch:ListMetrics",
  "cloudwatch:PutMetricData",
  "ec2:AssignPrivateIpAddresses",
  "ec2:CreateNetworkInterface",
  "ec2:DeleteNetworkInterface",
  "ec2:DescribeNatGateways",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeRegions",
  "ec2:DescribeSecurityGroups",
  "ec2:DescribeSubnets",
  "ec2:DescribeVpcs",
  "ec2:UnassignPrivateIpAddresses",
  "ecr:GetAuthorizationToken",
  "ecs:DescribeTaskDefinition",
  "ecs:ListClusters",
  "ecs:ListTaskDefinitions",
  "ecs:ListTasks",
  "ecs:RegisterTaskDefinition",
  "elasticloadbalancing:DescribeLoadBalancers",
  "elasticloadbalancing:DescribeRules",
  "elasticloadbalancing:DescribeTags",
  "elasticloadbalancing:DescribeTargetGroups",
  "elasticloadbalancing:DescribeTargetHealth",
  "lambda:ListFunctions",
  "logs:DescribeLogGroups",
  "s3:ListAllMyBuckets",
  "ssmmessages:CreateControlChannel",
  "ssmmessages:CreateDataChannel",
  "ssmmessages:OpenControlChannel",
  "ssmmessages:OpenDataChannel",
  "tag:GetResources",
  "tag:GetTagKeys",
  "tag:GetTagValues",
  "xray:PutTelemetryRecords",
  "xray:PutTraceSegments",
]);

function* judge(policy: unknown): Generator<Finding> {
  for (const [index, { effect, actions, resources }] of statementsOf(policy).entries()) {
    if (effect !== "Allow" || !resources.includes("*")) continue;
    const narrow = actions.filter((action) => !WITHOUT_RESOURCE.has(action));
    yield* unless(narrow.length === 0, {
      path: `policy.Statement[${index}].Resource`,
      found: "*",
      required: `ARNs, for ${narrow.join(", ")}`,
    });
  }
}

export const iamNoWildcardResource = resourceRule({
  name: "iam-no-wildcard-resource",
  group: "identity",
  description: "Roles are allowed on resources by ARN; on all only where AWS knows no resource for the action.",
  severity: "high",
  controls: ["FSBP IAM.1"],
  mend: "Write the ARNs; names are known from stack.name before the resource is made (config/arn.ts).",
  claims: {
    "aws:iam/rolePolicy:RolePolicy": [
      { path: "policy", bad: [documentOf({ Action: "s3:GetObject", Resource: "*" })], harmless: emptyDocument },
    ],
  },
  judges: {
    "aws:iam/rolePolicy:RolePolicy": ({ policy }) => judge(policy),
    "aws:iam/policy:Policy": ({ name, policy }) => (isCeiling(name) ? [] : judge(policy)),
  },
});
