import { unless } from "../../framework/checks";
import { stackRule } from "../../framework/rule";

export const s3Versioning = stackRule({
  name: "s3-versioning",
  group: "backup",
  description: "Buckets keep what was overwritten or deleted.",
  severity: "high",
  controls: ["FSBP S3.14"],
  mend: "Make the bucket with PrivateBucket and versioned: true (components/foundation/private-bucket.ts).",
  claims: { "aws:s3/bucketVersioning:BucketVersioning": ["versioningConfiguration.status"] },
  *judge(stack) {
    for (const bucket of stack.ofType("aws:s3/bucket:Bucket")) {
      const [versioning] = stack.linkedTo("aws:s3/bucketVersioning:BucketVersioning", "bucket", bucket);
      const status = versioning?.props.versioningConfiguration.status;
      yield* unless(status === "Enabled", {
        resource: versioning ?? bucket,
        path: "versioningConfiguration.status",
        found: status,
        required: '"Enabled"',
        because: status === undefined ? "by default an overwritten object is gone" : undefined,
      });
    }
  },
});
