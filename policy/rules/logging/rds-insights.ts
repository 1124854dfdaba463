import { mustBeOneOf, mustBeTrue } from "../../framework/checks";
import { resourceRule } from "../../framework/rule";

export const rdsInsights = resourceRule({
  name: "rds-insights",
  group: "logging",
  description: "Aurora keeps what its queries waited for, and measures its hosts every minute.",
  severity: "low",
  controls: ["FSBP RDS.6"],
  mend: "Set databaseInsightsMode and performanceInsightsEnabled on the cluster, monitoringInterval on instances (components/data).",
  thresholds: {
    allowedModes: {
      type: "array",
      items: { type: "string" },
      default: ["advanced"],
      description: "Database Insights modes.",
    },
  },
  claims: {
    "aws:rds/cluster:Cluster": ["databaseInsightsMode", "performanceInsightsEnabled"],
    "aws:rds/clusterInstance:ClusterInstance": [
      { path: "monitoringInterval", harmless: { one: "finer than asked for" } },
    ],
  },
  judges: {
    *"aws:rds/cluster:Cluster"({ databaseInsightsMode, performanceInsightsEnabled }, context) {
      yield* mustBeOneOf("databaseInsightsMode", databaseInsightsMode, context.words("allowedModes"), "standard");
      yield* mustBeTrue("performanceInsightsEnabled", performanceInsightsEnabled, "nothing is kept");
    },
    *"aws:rds/clusterInstance:ClusterInstance"({ monitoringInterval }) {
      const seconds = monitoringInterval ?? 0;
      if (seconds === 0 || seconds > 60) {
        yield { path: "monitoringInterval", found: monitoringInterval, required: "1 to 60 seconds" };
      }
    },
  },
});
