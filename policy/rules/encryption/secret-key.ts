import { ownKeyRule } from "../../framework/own-key";

export const secretKey = ownKeyRule(
  {
    name: "secret-key",
    group: "encryption",
    description: "Secrets are encrypted with a key of our own.",
    severity: "high",
    controls: [],
    mend: "Give kmsKeyId: the secrets key (components/foundation/secrets.ts).",
  },
  [
    {
      type: "aws:secretsmanager/secret:Secret",
      path: "kmsKeyId",
      purposes: ["secrets"],
      otherwise: "AWS takes its shared key aws/secretsmanager",
    },
  ],
);
