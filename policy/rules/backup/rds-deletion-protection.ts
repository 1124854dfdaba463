import { mustBeTrue } from "../../framework/checks";
import { resourceRule } from "../../framework/rule";

export const rdsDeletionProtection = resourceRule({
  name: "rds-deletion-protection",
  group: "backup",
  description: "AWS refuses to delete Aurora clusters.",
  severity: "critical",
  controls: ["FSBP RDS.7"],
  mend: "Set affiliate:protect: true in the stack file.",
  claims: { "aws:rds/cluster:Cluster": ["deletionProtection"] },
  judges: {
    *"aws:rds/cluster:Cluster"({ deletionProtection }) {
      yield* mustBeTrue("deletionProtection", deletionProtection, "anyone with the right may delete it");
    },
  },
});
