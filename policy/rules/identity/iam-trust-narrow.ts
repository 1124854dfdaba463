import { documentOf, emptyDocument } from "../../framework/harmless";
import { unless } from "../../framework/checks";
import { statementsOf } from "../../framework/documents";
import { resourceRule } from "../../framework/rule";

export const iamTrustNarrow = resourceRule({
  name: "iam-trust-narrow",
  group: "identity",
  description: "A role is assumed by one named service or by an identity that is stated exactly.",
  severity: "critical",
  controls: [],
  mend: "Name the service; for OIDC, compare the whole subject with StringEquals (no wildcard).",
  claims: {
    "aws:iam/role:Role": [
      {
        path: "assumeRolePolicy",
        bad: [
          documentOf({ Action: "sts:AssumeRole", Principal: "*" }),
          documentOf({ Action: "sts:AssumeRole", Principal: { AWS: "arn:aws:iam::123456789012:root" } }),
          documentOf({
            Action: "sts:AssumeRoleWithWebIdentity",
            Principal: { Federated: "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" },
            Condition: { StringLike: { "token.actions.githubusercontent.com:sub": "repo:owner/*" } },
          }),
          documentOf({
            Action: "sts:AssumeRoleWithWebIdentity",
            Principal: { Federated: "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" },
            Condition: {
              StringEquals: { "token.actions.githubusercontent.com:sub": "repo:owner/name:environment:production" },
            },
          }),
        ],
        harmless: emptyDocument,
      },
    ],
  },
  judges: {
    *"aws:iam/role:Role"({ assumeRolePolicy }) {
      for (const [index, statement] of statementsOf(assumeRolePolicy).entries()) {
        const path = `assumeRolePolicy.Statement[${index}]`;
        // A vendor that reads for many customers proves by the external id that it comes for this one.
        const vendor = (statement.conditions["StringEquals"]?.["sts:ExternalId"] ?? []).some((id) => id !== "");
        const wide = statement.principals.filter(
          (principal) => principal === "*" || (principal.endsWith(":root") && !vendor),
        );
        yield* unless(wide.length === 0, {
          path: `${path}.Principal`,
          found: wide,
          required: "one service, role or provider",
        });
        if (!statement.actions.includes("sts:AssumeRoleWithWebIdentity")) continue;
        const audiences = Object.entries(statement.conditions["StringEquals"] ?? {}).filter(([key]) =>
          key.endsWith(":aud"),
        );
        yield* unless(audiences.flatMap(([, value]) => value).join() === "sts.amazonaws.com", {
          path: `${path}.Condition.StringEquals`,
          found: audiences.flatMap(([, value]) => value),
          required: "the audience sts.amazonaws.com",
        });
        const subjects = Object.entries(statement.conditions["StringEquals"] ?? {}).filter(([key]) =>
          key.endsWith(":sub"),
        );
        const values = subjects.flatMap(([, value]) => value);
        yield* unless(values.length > 0 && values.every((value) => !/[*?]/.test(value)), {
          path: `${path}.Condition.StringEquals`,
          found: values,
          required: "the exact subjects",
        });
      }
    },
  },
});
