import { ownKeyRule } from "../../framework/own-key";

export const ecsExecEncrypted = ownKeyRule(
  {
    name: "ecs-exec-encrypted",
    group: "encryption",
    description: "Sessions into containers are encrypted with a key of our own.",
    severity: "medium",
    controls: [],
    mend: "Give configuration.executeCommandConfiguration.kmsKeyId (components/compute/cluster.ts).",
  },
  [
    {
      type: "aws:ecs/cluster:Cluster",
      path: "configuration.executeCommandConfiguration.kmsKeyId",
      purposes: ["logs"],
      otherwise: "the session is encrypted by TLS only",
    },
  ],
);
