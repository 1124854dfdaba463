import { ownKeyRule } from "../../framework/own-key";

export const rdsClusterKey = ownKeyRule(
  {
    name: "rds-cluster-key",
    group: "encryption",
    description: "Aurora's data, its master secret and its performance data are encrypted with keys of our own.",
    severity: "high",
    controls: ["FSBP RDS.27"],
    mend: "Give the keys of components/foundation/keys.ts to the cluster (components/data/database.ts).",
  },
  [
    {
      type: "aws:rds/cluster:Cluster",
      path: "kmsKeyId",
      purposes: ["data"],
      otherwise: "AWS takes its shared key aws/rds",
    },
    {
      type: "aws:rds/cluster:Cluster",
      path: "masterUserSecretKmsKeyId",
      purposes: ["secrets"],
      otherwise: "AWS takes its shared key aws/secretsmanager",
    },
    {
      type: "aws:rds/cluster:Cluster",
      path: "performanceInsightsKmsKeyId",
      purposes: ["data"],
      otherwise: "AWS takes its shared key aws/rds",
    },
  ],
);
