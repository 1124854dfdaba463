import { unless } from "../../framework/checks";
import { resourceRule } from "../../framework/rule";

export const rdsNotPublic = resourceRule({
  name: "rds-not-public",
  group: "exposure",
  description: "Database instances have no public address.",
  severity: "critical",
  controls: ["FSBP RDS.2", "CIS 2.2.3"],
  mend: "Set publiclyAccessible: false (components/data/database.ts).",
  claims: { "aws:rds/clusterInstance:ClusterInstance": ["publiclyAccessible"] },
  judges: {
    *"aws:rds/clusterInstance:ClusterInstance"({ publiclyAccessible }) {
      yield* unless(publiclyAccessible === false, {
        path: "publiclyAccessible",
        found: publiclyAccessible,
        required: "false",
        because: publiclyAccessible === undefined ? "by default it follows the subnet group" : undefined,
      });
    },
  },
});
