import { unless } from "../../framework/checks";
import { resourceRule } from "../../framework/rule";

export const auroraVersionSupported = resourceRule({
  name: "aurora-version-supported",
  group: "resilience",
  description: "Aurora runs a version in standard support and stays on it.",
  severity: "high",
  controls: [],
  mend: "Set affiliate:database.engineVersion to a version of the LTS line (docs/decisions/0007-aurora-lts.md).",
  thresholds: {
    supportedPrefixes: {
      type: "array",
      items: { type: "string" },
      default: ["8.0.mysql_aurora.3.10."],
      description: "Beginnings of the versions that may run: 3.10 LTS is supported to 2028-04-30.",
    },
  },
  claims: {
    "aws:rds/cluster:Cluster": ["engineVersion", "engineLifecycleSupport"],
    "aws:rds/clusterInstance:ClusterInstance": ["autoMinorVersionUpgrade"],
  },
  judges: {
    *"aws:rds/cluster:Cluster"({ engineVersion, engineLifecycleSupport }, context) {
      const prefixes = context.words("supportedPrefixes");
      yield* unless(engineVersion !== undefined && prefixes.some((prefix) => engineVersion.startsWith(prefix)), {
        path: "engineVersion",
        found: engineVersion,
        required: `a version that begins with ${prefixes.join(" or ")}`,
        because: engineVersion === undefined ? "by default AWS takes whatever is its default that day" : undefined,
      });
      yield* unless(engineLifecycleSupport === "open-source-rds-extended-support-disabled", {
        path: "engineLifecycleSupport",
        found: engineLifecycleSupport,
        required: '"open-source-rds-extended-support-disabled"',
        because:
          engineLifecycleSupport === undefined
            ? "by default an old version goes on, at the price of extended support"
            : undefined,
      });
    },
    *"aws:rds/clusterInstance:ClusterInstance"({ autoMinorVersionUpgrade }) {
      yield* unless(autoMinorVersionUpgrade === false, {
        path: "autoMinorVersionUpgrade",
        found: autoMinorVersionUpgrade,
        required: "false",
        because: autoMinorVersionUpgrade === undefined ? "by default Aurora leaves the LTS line by itself" : undefined,
      });
    },
  },
});
