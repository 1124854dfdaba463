import { documentOf, emptyDocument } from "../../framework/harmless";
import { unless } from "../../framework/checks";
import { statementsOf } from "../../framework/documents";
import { resourceRule } from "../../framework/rule";

export const kmsPolicyNarrow = resourceRule({
  name: "kms-policy-narrow",
  group: "identity",
  description: "Keys are used by named principals, and by services only for this account.",
  severity: "high",
  controls: ["FSBP KMS.5"],
  mend: "Name the principal and add a condition on the account or the caller's ARN (components/foundation/keys.ts).",
  claims: {
    "aws:kms/key:Key": [
      {
        path: "policy",
        bad: [
          documentOf({ Action: "kms:Decrypt", Principal: "*", Resource: "*" }),
          documentOf({
            Action: "kms:Decrypt",
            Principal: { Service: "logs.ap-northeast-1.amazonaws.com" },
            Resource: "*",
          }),
        ],
        harmless: { empty: emptyDocument.empty },
      },
    ],
  },
  judges: {
    *"aws:kms/key:Key"({ policy }) {
      yield* unless(policy !== undefined, { path: "policy", found: undefined, required: "a key policy" });
      if (policy === undefined) return;
      for (const [index, { effect, principals, conditions }] of statementsOf(policy).entries()) {
        if (effect !== "Allow") continue;
        const path = `policy.Statement[${index}]`;
        const bound = Object.keys(conditions).length > 0;
        yield* unless(!principals.includes("*") || bound, {
          path: `${path}.Principal`,
          found: "*",
          required: "a named principal",
        });
        const services = principals.filter((principal) => principal.endsWith(".amazonaws.com"));
        yield* unless(services.length === 0 || bound, {
          path: `${path}.Condition`,
          found: services,
          required: "a condition on account or ARN",
        });
      }
    },
  },
});
