import { unless } from "../../framework/checks";
import { resourceRule } from "../../framework/rule";

export const lambdaNotPublic = resourceRule({
  name: "lambda-not-public",
  group: "exposure",
  description: "Functions are called by named callers only, and run inside the VPC.",
  severity: "high",
  controls: ["FSBP Lambda.1"],
  mend: "Name the service as principal with sourceArn or sourceAccount, and give the function vpcConfig.",
  claims: { "aws:lambda/function:Function": ["vpcConfig"], "aws:lambda/permission:Permission": ["principal"] },
  judges: {
    *"aws:lambda/function:Function"(handler) {
      yield* unless("vpcConfig" in handler, {
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
