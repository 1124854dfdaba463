import { unless } from "../../framework/checks";
import { resourceRule } from "../../framework/rule";

export const rdsBackupsKept = resourceRule({
  name: "rds-backups-kept",
  group: "backup",
  description: "Aurora's automatic backups outlive a deleted cluster.",
  severity: "high",
  controls: [],
  mend: "Set deleteAutomatedBackups: false (components/data/database.ts).",
  claims: { "aws:rds/cluster:Cluster": ["deleteAutomatedBackups"] },
  judges: {
    *"aws:rds/cluster:Cluster"({ deleteAutomatedBackups }) {
      yield* unless(deleteAutomatedBackups === false, {
        path: "deleteAutomatedBackups",
        found: deleteAutomatedBackups,
        required: "false",
        because: deleteAutomatedBackups === undefined ? "by default they go with the cluster" : undefined,
      });
    },
  },
});
