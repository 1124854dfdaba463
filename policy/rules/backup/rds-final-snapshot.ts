import { mustBePresent, unless } from "../../framework/checks";
import { resourceRule } from "../../framework/rule";

export const rdsFinalSnapshot = resourceRule({
  name: "rds-final-snapshot",
  group: "backup",
  description: "A deleted Aurora cluster leaves a snapshot.",
  severity: "high",
  controls: [],
  mend: "Set skipFinalSnapshot: false and a finalSnapshotIdentifier (components/data/database.ts).",
  claims: {
    "aws:rds/cluster:Cluster": [
      { path: "skipFinalSnapshot", harmless: { drop: "false by default" } },
      { path: "finalSnapshotIdentifier", harmless: { other: "any name will do" } },
    ],
  },
  judges: {
    *"aws:rds/cluster:Cluster"(cluster) {
      const { skipFinalSnapshot } = cluster;
      yield* unless(skipFinalSnapshot !== true, {
        path: "skipFinalSnapshot",
        found: skipFinalSnapshot,
        required: "false",
      });
      yield* mustBePresent(cluster, "finalSnapshotIdentifier", "a name", "the deletion fails half-way");
    },
  },
});
