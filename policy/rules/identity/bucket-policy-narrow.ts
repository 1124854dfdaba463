import { documentOf, emptyDocument } from "../../framework/harmless";
import { unless } from "../../framework/checks";
import { statementsOf } from "../../framework/documents";
import { resourceRule } from "../../framework/rule";

export const bucketPolicyNarrow = resourceRule({
  name: "bucket-policy-narrow",
  group: "identity",
  description: "Bucket policies let in named principals, and services only for this account's resources.",
  severity: "critical",
  controls: ["FSBP S3.2", "FSBP S3.3", "FSBP S3.6"],
  mend: "Name the principal, and add aws:SourceAccount or aws:SourceArn for a service.",
  claims: {
    "aws:s3/bucketPolicy:BucketPolicy": [
      {
        path: "policy",
        bad: [
          documentOf({ Action: "s3:GetObject", Principal: "*", Resource: "*" }),
          documentOf({ Action: "s3:PutObject", Principal: { Service: "logging.s3.amazonaws.com" }, Resource: "*" }),
        ],
        harmless: emptyDocument,
      },
    ],
  },
  judges: {
    *"aws:s3/bucketPolicy:BucketPolicy"({ policy }) {
      for (const [index, { effect, principals, resources, conditions }] of statementsOf(policy).entries()) {
        if (effect !== "Allow") continue;
        const path = `policy.Statement[${index}]`;
        yield* unless(!principals.includes("*"), {
          path: `${path}.Principal`,
          found: "*",
          required: "a named principal",
        });
        const keys = Object.values(conditions).flatMap((compared) =>
          Object.keys(compared).map((key) => key.toLowerCase()),
        );
        const bound = keys.some((key) => key === "aws:sourceaccount" || key === "aws:sourcearn");
        // ElastiCache takes a bucket only from who has rights to it and owns it, and is not known to send such a key.
        const services = principals.filter(
          (principal) =>
            principal.endsWith(".amazonaws.com") && !principal.endsWith(".elasticache-snapshot.amazonaws.com"),
        );
        // Load balancers send no such key: their path names the account instead.
        const ownPath = resources.length > 0 && resources.every((resource) => /\/AWSLogs\/\d{12}\//.test(resource));
        yield* unless(services.length === 0 || bound || ownPath, {
          path: `${path}.Condition`,
          found: services,
          required: "aws:SourceAccount or aws:SourceArn",
        });
      }
    },
  },
});
