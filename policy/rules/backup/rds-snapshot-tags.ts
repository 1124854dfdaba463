import { mustBeTrue } from "../../framework/checks";
import { resourceRule } from "../../framework/rule";

export const rdsSnapshotTags = resourceRule({
  name: "rds-snapshot-tags",
  group: "backup",
  description: "Aurora's snapshots carry the cluster's tags.",
  severity: "low",
  controls: ["FSBP RDS.16"],
  mend: "Set copyTagsToSnapshot: true (components/data/database.ts).",
  claims: { "aws:rds/cluster:Cluster": ["copyTagsToSnapshot"] },
  judges: {
    *"aws:rds/cluster:Cluster"({ copyTagsToSnapshot }) {
      yield* mustBeTrue("copyTagsToSnapshot", copyTagsToSnapshot, "a snapshot does not say what it belongs to");
    },
  },
});
