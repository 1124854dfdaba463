import { unless } from "../../framework/checks";
import { stackRule } from "../../framework/rule";

export const s3NoAcl = stackRule({
  name: "s3-no-acl",
  group: "exposure",
  description: "Buckets have no access control lists: their policy alone says who may read.",
  severity: "medium",
  controls: ["FSBP S3.12"],
  mend: 'Give the bucket BucketOwnershipControls with objectOwnership: "BucketOwnerEnforced" (PrivateBucket does).',
  claims: { "aws:s3/bucketOwnershipControls:BucketOwnershipControls": ["rule.objectOwnership"] },
  *judge(stack) {
    for (const bucket of stack.ofType("aws:s3/bucket:Bucket")) {
      const [controls] = stack.linkedTo("aws:s3/bucketOwnershipControls:BucketOwnershipControls", "bucket", bucket);
      const found = controls?.props.rule.objectOwnership;
      yield* unless(found === "BucketOwnerEnforced", {
        resource: controls ?? bucket,
        path: "rule.objectOwnership",
        found,
        required: '"BucketOwnerEnforced"',
      });
    }
  },
});
