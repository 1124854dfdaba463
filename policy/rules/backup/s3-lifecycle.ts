import { unless } from "../../framework/checks";
import { stackRule } from "../../framework/rule";

export const s3Lifecycle = stackRule({
  name: "s3-lifecycle",
  group: "backup",
  description: "What buckets keep has an end: old versions expire and unfinished uploads are dropped.",
  severity: "medium",
  controls: ["FSBP S3.10", "FSBP S3.13"],
  mend: "Give the bucket lifecycle rules with noncurrentVersionExpiration and abortIncompleteMultipartUpload.",
  thresholds: {
    minimumNoncurrentDays: {
      type: "integer",
      minimum: 1,
      default: 30,
      description: "Days that an old version is kept at the least.",
    },
  },
  claims: {
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": [
      "rules[].status",
      "rules[].noncurrentVersionExpiration.noncurrentDays",
      { path: "rules[].abortIncompleteMultipartUpload.daysAfterInitiation", harmless: { one: "a day is enough" } },
    ],
  },
  *judge(stack, context) {
    const type = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";
    for (const bucket of stack.ofType("aws:s3/bucket:Bucket")) {
      const [configuration] = stack.linkedTo(type, "bucket", bucket);
      const resource = configuration ?? bucket;
      const rules = configuration?.props.rules ?? [];
      for (const [index, { status }] of rules.entries()) {
        yield* unless(status === "Enabled", {
          resource,
          path: `rules[${index}].status`,
          found: status,
          required: '"Enabled"',
        });
      }
      yield* unless(
        rules.some((rule) => (rule.abortIncompleteMultipartUpload?.daysAfterInitiation ?? 0) > 0),
        {
          resource,
          path: "rules[].abortIncompleteMultipartUpload.daysAfterInitiation",
          found: undefined,
          required: "at least 1 day",
        },
      );
      const versioned = stack
        .linkedTo("aws:s3/bucketVersioning:BucketVersioning", "bucket", bucket)
        .some(({ props }) => props.versioningConfiguration.status === "Enabled");
      if (!versioned) continue;
      // What is under object lock cannot be overwritten or deleted before its time anyway.
      const locks = stack.linkedTo(
        "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
        "bucket",
        bucket,
      );
      const minimum = locks.length > 0 ? 1 : context.number("minimumNoncurrentDays");
      const days = rules.flatMap((rule) => rule.noncurrentVersionExpiration?.noncurrentDays ?? []);
      yield* unless(days.length > 0 && days.every((some) => some >= minimum), {
        resource,
        path: "rules[].noncurrentVersionExpiration.noncurrentDays",
        found: days,
        required: `at least ${minimum} days, and an end`,
        because: days.length === 0 ? "by default old versions are kept, and paid for, for ever" : undefined,
      });
    }
  },
});
