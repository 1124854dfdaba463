import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arn } from "../../config/arn";
import type { StackFacts } from "../../config/stack";
import { policyDocument, serviceTrust, type Statement } from "../policy-document";

/** A role of ECS tasks with one inline policy; its ARN is there once the policy is, so that no task starts without. */
export function taskRole(
  parent: pulumi.Resource,
  name: string,
  stack: StackFacts,
  parts: readonly string[],
  statements: readonly Statement[],
): pulumi.Output<string> {
  const role = new aws.iam.Role(
    name,
    {
      name: stack.name("iamRole", ...parts),
      assumeRolePolicy: serviceTrust("ecs-tasks.amazonaws.com", {
        StringEquals: { "aws:SourceAccount": stack.accountId },
        ArnLike: { "aws:SourceArn": arn(stack, "ecs", "*") },
      }),
    },
    { parent },
  );
  const policy = new aws.iam.RolePolicy(name, { role: role.name, policy: policyDocument(statements) }, { parent });
  return pulumi.all([role.arn, policy.id]).apply(([roleArn]) => roleArn);
}

/** The awslogs driver writes into one log group. */
export function writeLogs(stack: StackFacts, logGroupName: string): Statement {
  return {
    sid: "Logs",
    actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
    resources: arn(stack, "logs", `log-group:${logGroupName}:*`),
  };
}
