import { unless } from "../../framework/checks";
import { resourceRule } from "../../framework/rule";

export const lbAccessLogs = resourceRule({
  name: "lb-access-logs",
  group: "logging",
  description: "Load balancers record each request.",
  severity: "medium",
  controls: ["FSBP ELB.5"],
  mend: "Give accessLogs with the log archive's bucket and enabled: true (components/compute/load-balancer.ts).",
  claims: { "aws:lb/loadBalancer:LoadBalancer": ["accessLogs.enabled"] },
  judges: {
    *"aws:lb/loadBalancer:LoadBalancer"({ accessLogs }) {
      const found = accessLogs?.enabled;
      yield* unless(found === true, { path: "accessLogs.enabled", found, required: "true" });
    },
  },
});
