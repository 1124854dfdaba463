import { unless } from "../../framework/checks";
import { resourceRule } from "../../framework/rule";

const WANTED = ["audit", "error", "slowquery"];

export const rdsLogExports = resourceRule({
  name: "rds-log-exports",
  group: "logging",
  description: "Aurora sends its audit, error and slow query logs to CloudWatch.",
  severity: "medium",
  controls: ["FSBP RDS.34"],
  mend: "Set enabledCloudwatchLogsExports (components/data/database.ts).",
  claims: { "aws:rds/cluster:Cluster": ["enabledCloudwatchLogsExports"] },
  judges: {
    *"aws:rds/cluster:Cluster"({ enabledCloudwatchLogsExports }) {
      const found = enabledCloudwatchLogsExports ?? [];
      yield* unless(
        WANTED.every((log) => found.includes(log)),
        { path: "enabledCloudwatchLogsExports", found: enabledCloudwatchLogsExports, required: WANTED.join(", ") },
      );
    },
  },
});
