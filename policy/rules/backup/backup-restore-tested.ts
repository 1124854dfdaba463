import { stackRule } from "../../framework/rule";

export const backupRestoreTested = stackRule({
  name: "backup-restore-tested",
  group: "backup",
  description: "Recovery points of the database are restored on a schedule: a backup is one when it has been.",
  severity: "high",
  controls: [],
  mend: "Give the restore testing plan a selection of the cluster (components/data/backups.ts).",
  claims: {
    "aws:backup/restoreTestingSelection:RestoreTestingSelection": ["protectedResourceArns"],
    "aws:backup/restoreTestingPlan:RestoreTestingPlan": [
      { path: "scheduleExpression", harmless: { other: "AWS refuses what is no schedule" } },
    ],
  },
  *judge(stack) {
    const scheduled = stack
      .ofType("aws:backup/restoreTestingPlan:RestoreTestingPlan")
      .some(({ props }) => "scheduleExpression" in props);
    const clusters = stack.ofType("aws:rds/cluster:Cluster");
    const tested = clusters.filter(
      (cluster) =>
        stack.linkedTo("aws:backup/restoreTestingSelection:RestoreTestingSelection", "protectedResourceArns", cluster)
          .length > 0,
    );
    if (clusters.length === 0 || (scheduled && tested.length > 0)) return;
    yield {
      path: "restoreTestingSelection.protectedResourceArns",
      found: tested.length,
      required: "a restore testing plan with a schedule, and one of the clusters in it",
    };
  },
});
