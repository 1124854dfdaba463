import { unless } from "../../framework/checks";
import type { Finding } from "../../framework/rule";
import { resourceRule } from "../../framework/rule";

const ANY = [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }];

function* noInline(path: string, given: boolean): Generator<Finding> {
  yield* unless(!given, { path, found: "(rules)", required: "nothing: rules are resources of their own" });
}

export const securityGroupNoInline = resourceRule({
  name: "security-group-no-inline",
  group: "exposure",
  description: "Security groups have no inline rules, which would fight with the rules that stand alone.",
  severity: "medium",
  controls: [],
  mend: "Write the rule as a row of the traffic table (components/network/traffic.ts).",
  claims: {
    "aws:ec2/securityGroup:SecurityGroup": [
      { path: "ingress", bad: [ANY] },
      { path: "egress", bad: [ANY] },
    ],
  },
  judges: {
    *"aws:ec2/securityGroup:SecurityGroup"(group) {
      yield* noInline("ingress", "ingress" in group && (group.ingress ?? []).length > 0);
      yield* noInline("egress", "egress" in group && (group.egress ?? []).length > 0);
    },
  },
});
