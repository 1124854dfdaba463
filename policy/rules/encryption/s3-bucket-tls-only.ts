import { unless } from "../../framework/checks";
import { deniesPlainHttp } from "../../framework/documents";
import { stackRule } from "../../framework/rule";

export const s3BucketTlsOnly = stackRule({
  name: "s3-bucket-tls-only",
  group: "encryption",
  description: "Buckets refuse requests without TLS.",
  severity: "high",
  controls: ["FSBP S3.5", "CIS 2.1.1"],
  mend: "Make the bucket with PrivateBucket, whose policy denies aws:SecureTransport = false on the bucket and its objects.",
  claims: { "aws:s3/bucketPolicy:BucketPolicy": ["policy"] },
  *judge(stack) {
    for (const bucket of stack.ofType("aws:s3/bucket:Bucket")) {
      const policies = stack.linkedTo("aws:s3/bucketPolicy:BucketPolicy", "bucket", bucket);
      yield* unless(
        policies.some(({ props }) => deniesPlainHttp(props.policy)),
        {
          resource: policies[0] ?? bucket,
          path: "policy",
          found: policies[0]?.props.policy,
          required: "a Deny of s3:* for everyone, on the bucket and its objects, where aws:SecureTransport is false",
        },
      );
    }
  },
});
