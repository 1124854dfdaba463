import { ownKeyRule } from "../../framework/own-key";

/** Reads only what is known at preview: the algorithm, not the key. */
function usesKms(props: Readonly<Record<string, unknown>>): boolean {
  const rules = props["rules"] as readonly {
    readonly applyServerSideEncryptionByDefault?: { readonly sseAlgorithm?: string };
  }[];
  return rules.some((rule) => rule.applyServerSideEncryptionByDefault?.sseAlgorithm?.startsWith("aws:kms") === true);
}

export const s3BucketKey = ownKeyRule(
  {
    name: "s3-bucket-key",
    group: "encryption",
    description:
      "Buckets are encrypted with a key of our own, but for those that load balancers log to, which take none.",
    severity: "high",
    controls: ["FSBP S3.17"],
    mend: "Make the bucket with PrivateBucket and give it the storage key.",
  },
  [
    {
      type: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
      path: "rules[0].applyServerSideEncryptionByDefault.kmsMasterKeyId",
      purposes: ["storage", "storage-copies", "trail"],
      otherwise: "S3 takes its shared key aws/s3",
      when: ({ props }) => usesKms(props),
    },
  ],
);
