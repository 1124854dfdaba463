import { mustBeOneOf, mustBeTrue } from "../../framework/checks";
import { resourceRule } from "../../framework/rule";

export const lbHttpStrict = resourceRule({
  name: "lb-http-strict",
  group: "exposure",
  description: "Load balancers drop malformed headers and do not pass ambiguous requests on.",
  severity: "medium",
  controls: ["FSBP ELB.4", "FSBP ELB.12"],
  mend: "Set dropInvalidHeaderFields: true and a desyncMitigationMode (components/compute/load-balancer.ts).",
  claims: {
    "aws:lb/loadBalancer:LoadBalancer": [
      "dropInvalidHeaderFields",
      { path: "desyncMitigationMode", harmless: { drop: "defensive by default" } },
    ],
  },
  judges: {
    *"aws:lb/loadBalancer:LoadBalancer"({ dropInvalidHeaderFields, desyncMitigationMode }) {
      yield* mustBeTrue("dropInvalidHeaderFields", dropInvalidHeaderFields, "they are passed on");
      yield* mustBeOneOf("desyncMitigationMode", desyncMitigationMode, ["defensive", "strictest"], "defensive");
    },
  },
});
