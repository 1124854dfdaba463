import { unless } from "../../framework/checks";
import { resourceRule } from "../../framework/rule";

export const lambdaNotPublic = resourceRule({
  name: "lambda-not-public",
  group: "exposure",
  description:
    "Functions are called by named callers only, and run inside the VPC unless they are there for when it fails.",
  severity: "high",
  controls: ["FSBP Lambda.1"],
  mend: "Name the service as principal with sourceArn or sourceAccount, and give the function vpcConfig.",
  thresholds: {
    outsideVpc: {
      type: "array",
      items: { type: "string" },
      default: ["pager"],
      description:
        "Last parts of the names of functions that must work when the network does not, and reach nothing in it.",
    },
  },
  claims: {
    "aws:lambda/function:Function": ["vpcConfig"],
    "aws:lambda/permission:Permission": [
      { path: "principal", bad: ["*"], harmless: { other: "another name is another caller, and named" } },
    ],
  },
  judges: {
    *"aws:lambda/function:Function"(handler, context) {
      const outside = context.words("outsideVpc").some((part) => handler.name?.endsWith(`-${part}`));
      yield* unless("vpcConfig" in handler || outside, {
        path: "vpcConfig",
        found: undefined,
        required: "private subnets and a security group",
      });
    },
    *"aws:lambda/permission:Permission"(permission) {
      yield* unless(permission.principal !== "*", {
        path: "principal",
        found: permission.principal,
        required: "one service or account",
      });
      const service = permission.principal.endsWith(".amazonaws.com");
      yield* unless(!service || "sourceArn" in permission || "sourceAccount" in permission, {
        path: "sourceArn",
        found: undefined,
        required: "the ARN or the account that the service calls for",
      });
    },
  },
});
