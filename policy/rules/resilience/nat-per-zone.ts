import { stackRule } from "../../framework/rule";

export const natPerZone = stackRule({
  name: "nat-per-zone",
  group: "resilience",
  description: "The loss of one zone does not cut the others off from the internet.",
  severity: "high",
  controls: [],
  mend: "Set affiliate:network.natGateways: OnePerAz in the stack file.",
  thresholds: {
    minimumGateways: {
      type: "integer",
      minimum: 1,
      maximum: 3,
      default: 3,
      description: "NAT gateways, each in a zone of its own.",
    },
  },
  claims: { "aws:ec2/natGateway:NatGateway": ["subnetId"] },
  *judge(stack, context) {
    const minimum = context.number("minimumGateways");
    for (const vpc of stack.ofType("aws:ec2/vpc:Vpc")) {
      const subnets = new Set(stack.linkedTo("aws:ec2/subnet:Subnet", "vpcId", vpc).map(({ urn }) => urn));
      const served = new Set(
        stack
          .ofType("aws:ec2/natGateway:NatGateway")
          .flatMap((gateway) => (gateway.links["subnetId"] ?? []).filter((urn) => subnets.has(urn))),
      );
      if (served.size < minimum) {
        yield {
          resource: vpc,
          path: "natGateways[].subnetId",
          found: served.size,
          required: `gateways in at least ${minimum} subnets`,
        };
      }
    }
  },
});
