import { unless } from "../../framework/checks";
import { isLogTarget } from "../../framework/buckets";
import { stackRule } from "../../framework/rule";

export const s3BucketEncrypted = stackRule({
  name: "s3-bucket-encrypted",
  group: "encryption",
  description:
    "Buckets are encrypted with KMS; those that load balancers log to, which take no KMS key, with S3's own.",
  severity: "high",
  controls: ["FSBP S3.17"],
  mend: "Make the bucket with PrivateBucket and give it the storage key (components/foundation/private-bucket.ts).",
  claims: {
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": [
      "rules[0].applyServerSideEncryptionByDefault.sseAlgorithm",
    ],
  },
  *judge(stack) {
    const type = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
    for (const bucket of stack.ofType("aws:s3/bucket:Bucket")) {
      const [configuration] = stack.linkedTo(type, "bucket", bucket);
      const byDefault = configuration?.props.rules[0]?.applyServerSideEncryptionByDefault;
      const algorithm = byDefault?.sseAlgorithm;
      const path = "rules[0].applyServerSideEncryptionByDefault";
      const target = isLogTarget(stack, bucket);
      yield* unless(algorithm === "aws:kms" || algorithm === "aws:kms:dsse" || (target && algorithm === "AES256"), {
        resource: configuration ?? bucket,
        path: `${path}.sseAlgorithm`,
        found: algorithm,
        required: target ? '"AES256" or "aws:kms"' : '"aws:kms"',
      });
    }
  },
});
