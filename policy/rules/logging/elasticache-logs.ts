import { unless } from "../../framework/checks";
import { resourceRule } from "../../framework/rule";

export const elasticacheLogs = resourceRule({
  name: "elasticache-logs",
  group: "logging",
  description: "Redis sends its slow and engine logs to CloudWatch.",
  severity: "low",
  controls: [],
  mend: "Give logDeliveryConfigurations for slow-log and engine-log (components/data).",
  claims: { "aws:elasticache/replicationGroup:ReplicationGroup": ["logDeliveryConfigurations"] },
  judges: {
    *"aws:elasticache/replicationGroup:ReplicationGroup"({ logDeliveryConfigurations }) {
      const found = (logDeliveryConfigurations ?? []).map(({ logType }) => logType);
      yield* unless(found.includes("slow-log") && found.includes("engine-log"), {
        path: "logDeliveryConfigurations",
        found,
        required: "slow-log and engine-log",
      });
    },
  },
});
