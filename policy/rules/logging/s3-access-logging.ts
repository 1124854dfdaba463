import { isLogTarget } from "../../framework/buckets";
import { unless } from "../../framework/checks";
import { stackRule } from "../../framework/rule";

export const s3AccessLogging = stackRule({
  name: "s3-access-logging",
  group: "logging",
  description: "Buckets record who read and wrote.",
  severity: "low",
  controls: ["FSBP S3.9"],
  mend: "Give the bucket the log archive as its target (PrivateBucket's accessLogBucket).",
  claims: { "aws:s3/bucketLogging:BucketLogging": ["bucket", "targetBucket"] },
  *judge(stack) {
    for (const bucket of stack.ofType("aws:s3/bucket:Bucket")) {
      // The archive itself would log its own logging.
      if (isLogTarget(stack, bucket)) continue;
      const logging = stack.linkedTo("aws:s3/bucketLogging:BucketLogging", "bucket", bucket);
      yield* unless(
        logging.some(({ links }) => (links["targetBucket"] ?? []).length > 0),
        { resource: bucket, path: "logging.targetBucket", found: undefined, required: "the log archive" },
      );
    }
  },
});
