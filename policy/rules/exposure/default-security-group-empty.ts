import { unless } from "../../framework/checks";
import { stackRule } from "../../framework/rule";

const ANY = [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }];
const NONE = { drop: "no rule is what is wanted", empty: "no rule is what is wanted" };

export const defaultSecurityGroupEmpty = stackRule({
  name: "default-security-group-empty",
  group: "exposure",
  description: "The default security group of a VPC lets nothing through.",
  severity: "high",
  controls: ["FSBP EC2.2", "CIS 5.4"],
  mend: "Take the default group over with aws.ec2.DefaultSecurityGroup and give it no rule (components/network/network.ts).",
  claims: {
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": [
      { path: "ingress", bad: [ANY], harmless: NONE },
      { path: "egress", bad: [ANY], harmless: NONE },
    ],
  },
  *judge(stack) {
    for (const vpc of stack.ofType("aws:ec2/vpc:Vpc")) {
      const groups = stack.linkedTo("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "vpcId", vpc);
      const taken = groups.length > 0 ? groups : stack.ofType("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup");
      yield* unless(taken.length > 0, {
        resource: vpc,
        path: "defaultSecurityGroup",
        found: undefined,
        required: "a DefaultSecurityGroup without rules",
      });
      for (const group of taken) {
        const rules = [...(group.props.ingress ?? []), ...(group.props.egress ?? [])];
        yield* unless(rules.length === 0, {
          resource: group,
          path: "ingress, egress",
          found: rules.length,
          required: "no rule",
        });
      }
    }
  },
});
