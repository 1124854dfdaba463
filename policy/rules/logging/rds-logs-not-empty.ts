import { unless } from "../../framework/checks";
import { resourceRule } from "../../framework/rule";

const SWITCHES = ["server_audit_logging", "slow_query_log"] as const;

export const rdsLogsNotEmpty = resourceRule({
  name: "rds-logs-not-empty",
  group: "logging",
  description: "The logs that Aurora exports are really written.",
  severity: "medium",
  controls: [],
  mend: "Set the cluster parameters server_audit_logging and slow_query_log to 1 (components/data).",
  claims: {
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": [
      "parameters[server_audit_logging]",
      "parameters[slow_query_log]",
    ],
  },
  judges: {
    *"aws:rds/clusterParameterGroup:ClusterParameterGroup"({ parameters }) {
      for (const name of SWITCHES) {
        const found = (parameters ?? []).find((parameter) => parameter.name === name)?.value;
        yield* unless(found === "1", {
          path: `parameters[${name}]`,
          found,
          required: '"1"',
          because: found === undefined ? "by default the log stays empty" : undefined,
        });
      }
    },
  },
});
