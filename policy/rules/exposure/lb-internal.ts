import { mustBeTrue } from "../../framework/checks";
import { resourceRule } from "../../framework/rule";

export const lbInternal = resourceRule({
  name: "lb-internal",
  group: "exposure",
  description: "Load balancers have no public address: viewers come through CloudFront and the WAF.",
  severity: "critical",
  controls: [],
  mend: "Set internal: true (components/compute/load-balancer.ts). A change replaces the load balancer.",
  claims: { "aws:lb/loadBalancer:LoadBalancer": ["internal"] },
  judges: {
    *"aws:lb/loadBalancer:LoadBalancer"({ internal }) {
      yield* mustBeTrue("internal", internal, "a load balancer is public");
    },
  },
});
