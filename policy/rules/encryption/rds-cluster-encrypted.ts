import { mustBeTrue } from "../../framework/checks";
import { resourceRule } from "../../framework/rule";

export const rdsClusterEncrypted = resourceRule({
  name: "rds-cluster-encrypted",
  group: "encryption",
  description: "Aurora clusters are encrypted at rest.",
  severity: "critical",
  controls: ["FSBP RDS.27", "CIS 2.2.1"],
  mend: "Set storageEncrypted: true (components/data/database.ts). AWS cannot change it later: the cluster is replaced.",
  claims: { "aws:rds/cluster:Cluster": ["storageEncrypted"] },
  judges: {
    *"aws:rds/cluster:Cluster"({ storageEncrypted }) {
      yield* mustBeTrue("storageEncrypted", storageEncrypted, "AWS stores in plain text");
    },
  },
});
