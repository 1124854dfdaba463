import { mustBeAtLeast, mustBeTrue } from "../../framework/checks";
import { resourceRule } from "../../framework/rule";

export const elasticacheMultiAz = resourceRule({
  name: "elasticache-multi-az",
  group: "resilience",
  description: "Redis stands in several zones and fails over by itself.",
  severity: "critical",
  controls: ["FSBP ElastiCache.3"],
  mend: "Set multiAzEnabled and automaticFailoverEnabled, and give enough nodes: affiliate:redis in the stack file.",
  thresholds: {
    minimumNodes: { type: "integer", minimum: 2, maximum: 6, default: 3, description: "Nodes per group." },
  },
  claims: {
    "aws:elasticache/replicationGroup:ReplicationGroup": [
      "multiAzEnabled",
      "automaticFailoverEnabled",
      "numCacheClusters",
    ],
  },
  judges: {
    *"aws:elasticache/replicationGroup:ReplicationGroup"(group, context) {
      yield* mustBeTrue("multiAzEnabled", group.multiAzEnabled, "all nodes may stand in one zone");
      yield* mustBeTrue("automaticFailoverEnabled", group.automaticFailoverEnabled, "a lost primary stays lost");
      yield* mustBeAtLeast("numCacheClusters", group.numCacheClusters, context.number("minimumNodes"), "nodes", 1);
    },
  },
});
