import { mustBeTrue } from "../../framework/checks";
import { resourceRule } from "../../framework/rule";

export const lbDeletionProtection = resourceRule({
  name: "lb-deletion-protection",
  group: "resilience",
  description: "AWS refuses to delete the load balancer.",
  severity: "medium",
  controls: ["FSBP ELB.6"],
  mend: "Set affiliate:protect: true in the stack file.",
  claims: { "aws:lb/loadBalancer:LoadBalancer": ["enableDeletionProtection"] },
  judges: {
    *"aws:lb/loadBalancer:LoadBalancer"({ enableDeletionProtection }) {
      yield* mustBeTrue("enableDeletionProtection", enableDeletionProtection, "one call takes the site down");
    },
  },
});
