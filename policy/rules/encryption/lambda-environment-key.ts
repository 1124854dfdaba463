import { ownKeyRule } from "../../framework/own-key";

export const lambdaEnvironmentKey = ownKeyRule(
  {
    name: "lambda-environment-key",
    group: "encryption",
    description: "The environment of functions is encrypted with a key of our own.",
    severity: "medium",
    controls: [],
    mend: "Give kmsKeyArn to the function.",
  },
  [
    {
      type: "aws:lambda/function:Function",
      path: "kmsKeyArn",
      purposes: ["logs", "global", "secrets"],
      otherwise: "Lambda takes its shared key aws/lambda",
      when: ({ props }) => "environment" in props,
    },
  ],
);
