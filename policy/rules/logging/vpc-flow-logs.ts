import { unless } from "../../framework/checks";
import { stackRule } from "../../framework/rule";

export const vpcFlowLogs = stackRule({
  name: "vpc-flow-logs",
  group: "logging",
  description: "Each VPC records who talked to whom, accepted or not.",
  severity: "medium",
  controls: ["FSBP EC2.6", "CIS 3.7"],
  mend: "Give the VPC a flow log of traffic type ALL (components/network/network.ts).",
  claims: { "aws:ec2/flowLog:FlowLog": ["trafficType", "vpcId"] },
  *judge(stack) {
    for (const vpc of stack.ofType("aws:ec2/vpc:Vpc")) {
      // The id of awsx's VPC comes through its component, so the link may name either.
      const logs = stack.ofType("aws:ec2/flowLog:FlowLog").filter(({ links }) => (links["vpcId"] ?? []).length > 0);
      yield* unless(
        logs.some(({ props }) => props.trafficType === "ALL"),
        {
          resource: logs[0] ?? vpc,
          path: "flowLog.trafficType",
          found: logs.map(({ props }) => props.trafficType),
          required: '"ALL"',
        },
      );
    }
  },
});
