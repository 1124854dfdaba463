import { isLogTarget } from "../../framework/buckets";
import type { Planned } from "../../framework/planned";
import { isElsewhere } from "../../framework/region";
import { stackRule } from "../../framework/rule";

export const backupPlanCovers = stackRule({
  name: "backup-plan-covers",
  group: "backup",
  description: "Every store is in a backup plan, by ARN.",
  severity: "critical",
  controls: ["FSBP RDS.26"],
  mend: "Add the store's ARN to the Backups component (clusterArns or storeArns in index.ts).",
  thresholds: {
    exempt: {
      type: "array",
      items: { type: "string" },
      default: ["backups", "redis-exports"],
      description: "Buckets by purpose, the word in their names: what holds backups is not backed up again.",
    },
  },
  claims: { "aws:backup/selection:Selection": [{ path: "resources", where: ({ props }) => "resources" in props }] },
  *judge(stack, context) {
    const exempt = context.words("exempt");
    const buckets = stack.ofType("aws:s3/bucket:Bucket").filter(
      (bucket) =>
        // Logs are no data of anybody's, and a bucket elsewhere is the copy of one here.
        !isLogTarget(stack, bucket) &&
        !isElsewhere(stack, bucket) &&
        !exempt.some((word) => String(bucket.props.bucket).includes(`-${word}-`)),
    );
    const clusters = stack.ofType("aws:rds/cluster:Cluster");
    for (const store of [...clusters, ...buckets] as readonly Pick<Planned, "urn">[]) {
      if (stack.linkedTo("aws:backup/selection:Selection", "resources", store).length > 0) continue;
      yield {
        resource: store as Planned,
        path: "(backup plan)",
        found: undefined,
        required: "a selection of a backup plan that names it",
      };
    }
  },
});
