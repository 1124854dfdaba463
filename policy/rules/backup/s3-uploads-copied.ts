import { isElsewhere } from "../../framework/region";
import { stackRule } from "../../framework/rule";

const REPLICATION = "aws:s3/bucketReplicationConfig:BucketReplicationConfig";

export const s3UploadsCopied = stackRule({
  name: "s3-uploads-copied",
  group: "backup",
  description: "What users gave is copied into another region as it comes, encrypted objects too.",
  severity: "high",
  controls: ["FSBP S3.7"],
  mend: "Set affiliate:recovery.copyRegion in the stack file (components/data/replication.ts).",
  thresholds: {
    purposes: {
      type: "array",
      items: { type: "string" },
      default: ["uploads"],
      description: "Buckets by purpose, the word in their names.",
    },
  },
  claims: {
    [REPLICATION]: [
      "bucket",
      "rules",
      "rules[0].status",
      // Without it S3 passes over every object that is encrypted with KMS, and says nothing.
      "rules[0].sourceSelectionCriteria.sseKmsEncryptedObjects.status",
    ],
  },
  *judge(stack, context) {
    const purposes = context.words("purposes");
    for (const bucket of stack.ofType("aws:s3/bucket:Bucket")) {
      const isMeant = purposes.some((word) => String(bucket.props.bucket).includes(`-${word}-`));
      if (!isMeant || isElsewhere(stack, bucket)) continue;
      const [replication] = stack.linkedTo(REPLICATION, "bucket", bucket);
      const rule = replication?.props.rules.find(({ status }) => status === "Enabled");
      const encrypted = rule?.sourceSelectionCriteria?.sseKmsEncryptedObjects?.status;
      const sources = replication === undefined ? [] : stack.sources(replication, "rules");
      const away = sources.some((source) => source.type.startsWith("aws:s3/") && isElsewhere(stack, source));
      if (encrypted === "Enabled" && away) continue;
      yield {
        resource: replication ?? bucket,
        path: replication === undefined ? "(replication)" : "rules[0]",
        found: replication?.props.rules.map(({ status }) => status),
        required: "an enabled rule to a bucket in another region, with sseKmsEncryptedObjects",
      };
    }
  },
});
