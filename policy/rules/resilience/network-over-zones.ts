import { stackRule } from "../../framework/rule";

export const networkOverZones = stackRule({
  name: "network-over-zones",
  group: "resilience",
  description: "Each kind of subnet stands in several availability zones.",
  severity: "critical",
  controls: ["FSBP ELB.13"],
  mend: "Give more zones and a block for each: affiliate:network in the stack file.",
  thresholds: {
    minimumZones: { type: "integer", minimum: 2, maximum: 3, default: 3, description: "Zones per kind of subnet." },
  },
  claims: {
    "aws:ec2/subnet:Subnet": [
      { path: "availabilityZone", all: ["ap-northeast-1a"], harmless: { other: "another zone is a zone" } },
      "tags.SubnetType",
    ],
  },
  *judge(stack, context) {
    const minimum = context.number("minimumZones");
    for (const vpc of stack.ofType("aws:ec2/vpc:Vpc")) {
      const zones = new Map<string, Set<string>>(["Public", "Private", "Isolated"].map((kind) => [kind, new Set()]));
      for (const { props } of stack.linkedTo("aws:ec2/subnet:Subnet", "vpcId", vpc)) {
        // A subnet whose zone is left to AWS may come to stand beside another one.
        if (props.availabilityZone !== undefined)
          zones.get(props.tags?.["SubnetType"] ?? "")?.add(props.availabilityZone);
      }
      for (const [kind, found] of zones) {
        if (found.size < minimum) {
          yield {
            resource: vpc,
            path: `subnets(${kind}).availabilityZone`,
            found: [...found],
            required: `at least ${minimum} zones`,
          };
        }
      }
    }
  },
});
