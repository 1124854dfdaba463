import { mustBeAtLeast } from "../../framework/checks";
import { resourceRule } from "../../framework/rule";

export const rdsClusterRetention = resourceRule({
  name: "rds-cluster-retention",
  group: "backup",
  description: "Aurora clusters can go back to any moment of the last days.",
  severity: "critical",
  controls: ["FSBP RDS.11"],
  mend: "Set affiliate:database.backupRetentionDays in the stack file (1 to 35 days).",
  thresholds: {
    minimumDays: {
      type: "integer",
      minimum: 1,
      maximum: 35,
      default: 30,
      description: "Days of point-in-time recovery.",
    },
  },
  claims: { "aws:rds/cluster:Cluster": ["backupRetentionPeriod"] },
  judges: {
    *"aws:rds/cluster:Cluster"({ backupRetentionPeriod }, context) {
      yield* mustBeAtLeast("backupRetentionPeriod", backupRetentionPeriod, context.number("minimumDays"), "days", 1);
    },
  },
});
