import { mustBeTrue, unless } from "../../framework/checks";
import { resourceRule } from "../../framework/rule";

export const rdsMasterPasswordManaged = resourceRule({
  name: "rds-master-password-managed",
  group: "encryption",
  description: "Aurora's master password is made and rotated by AWS and never passes through the program.",
  severity: "critical",
  controls: ["FSBP SecretsManager.1"],
  mend: "Set manageMasterUserPassword: true and give no password (components/data/database.ts).",
  claims: { "aws:rds/cluster:Cluster": ["manageMasterUserPassword", { path: "masterPassword", bad: ["hunter2"] }] },
  judges: {
    *"aws:rds/cluster:Cluster"(cluster) {
      yield* mustBeTrue("manageMasterUserPassword", cluster.manageMasterUserPassword, "a password must be given");
      // Its value is not read, let alone printed.
      const given = "masterPassword" in cluster || "masterPasswordWo" in cluster;
      yield* unless(!given, { path: "masterPassword", found: "(a password)", required: "nothing" });
    },
  },
});
