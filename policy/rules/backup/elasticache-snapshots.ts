import { mustBeAtLeast } from "../../framework/checks";
import { resourceRule } from "../../framework/rule";

export const elasticacheSnapshots = resourceRule({
  name: "elasticache-snapshots",
  group: "backup",
  description: "Redis is saved every day.",
  severity: "high",
  controls: ["FSBP ElastiCache.1"],
  mend: "Set affiliate:redis.snapshotRetentionDays in the stack file.",
  thresholds: {
    minimumDays: {
      type: "integer",
      minimum: 1,
      maximum: 35,
      default: 5,
      description: "Days that automatic snapshots are kept.",
    },
  },
  claims: {
    "aws:elasticache/replicationGroup:ReplicationGroup": ["snapshotRetentionLimit"],
  },
  judges: {
    *"aws:elasticache/replicationGroup:ReplicationGroup"(group, context) {
      const minimum = context.number("minimumDays");
      yield* mustBeAtLeast("snapshotRetentionLimit", group.snapshotRetentionLimit, minimum, "days", 0);
    },
  },
});
