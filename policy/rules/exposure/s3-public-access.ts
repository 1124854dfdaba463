import { mustBeTrue } from "../../framework/checks";
import { stackRule } from "../../framework/rule";

const FOUR = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"] as const;

export const s3PublicAccess = stackRule({
  name: "s3-public-access",
  group: "exposure",
  description: "No bucket can be made public.",
  severity: "critical",
  controls: ["FSBP S3.8", "CIS 2.1.4"],
  mend: "Make the bucket with PrivateBucket (components/foundation/private-bucket.ts).",
  claims: { "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": [...FOUR] },
  *judge(stack) {
    for (const bucket of stack.ofType("aws:s3/bucket:Bucket")) {
      const [block] = stack.linkedTo("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "bucket", bucket);
      for (const name of FOUR) {
        for (const finding of mustBeTrue(name, block?.props[name], "it is not blocked"))
          yield { ...finding, resource: block ?? bucket };
      }
    }
  },
});
