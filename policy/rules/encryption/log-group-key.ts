import { ownKeyRule } from "../../framework/own-key";

export const logGroupKey = ownKeyRule(
  {
    name: "log-group-key",
    group: "encryption",
    description: "Log groups are encrypted with a key of our own.",
    severity: "medium",
    controls: [],
    mend: "Give kmsKeyId: the logs key, or the global key in us-east-1 (components/foundation/keys.ts).",
  },
  [
    {
      type: "aws:cloudwatch/logGroup:LogGroup",
      path: "kmsKeyId",
      purposes: ["logs", "global"],
      otherwise: "CloudWatch takes a key that it owns",
    },
  ],
);
