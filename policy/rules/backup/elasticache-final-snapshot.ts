import { mustBePresent } from "../../framework/checks";
import { resourceRule } from "../../framework/rule";

export const elasticacheFinalSnapshot = resourceRule({
  name: "elasticache-final-snapshot",
  group: "backup",
  description: "A deleted Redis group leaves a snapshot.",
  severity: "medium",
  controls: [],
  mend: "Give finalSnapshotIdentifier (components/data/redis-group.ts); it follows affiliate:protect of the stack file.",
  claims: {
    "aws:elasticache/replicationGroup:ReplicationGroup": [
      { path: "finalSnapshotIdentifier", harmless: { other: "any name will do" } },
    ],
  },
  judges: {
    *"aws:elasticache/replicationGroup:ReplicationGroup"(group) {
      yield* mustBePresent(group, "finalSnapshotIdentifier", "a name", "a deleted group leaves nothing");
    },
  },
});
