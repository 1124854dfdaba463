import { stackRule } from "../../framework/rule";

export const auroraOverZones = stackRule({
  name: "aurora-over-zones",
  group: "resilience",
  description: "The instances of an Aurora cluster stand in several availability zones.",
  severity: "critical",
  controls: ["FSBP RDS.15"],
  mend: "Give the cluster instances in more zones: affiliate:database.instances and affiliate:network.zones in the stack file.",
  thresholds: {
    minimumZones: {
      type: "integer",
      minimum: 1,
      maximum: 3,
      default: 2,
      description: "Zones with at least one instance.",
    },
  },
  claims: {
    "aws:rds/clusterInstance:ClusterInstance": [
      {
        path: "availabilityZone",
        all: [undefined, "ap-northeast-1a"],
        harmless: { drop: "the others are enough", other: "another zone is a zone" },
      },
    ],
  },
  *judge(stack, context) {
    const minimum = context.number("minimumZones");
    for (const cluster of stack.ofType("aws:rds/cluster:Cluster")) {
      const instances = stack.linkedTo("aws:rds/clusterInstance:ClusterInstance", "clusterIdentifier", cluster);
      const zones = new Set(instances.flatMap((instance) => instance.props.availabilityZone ?? []));
      if (zones.size < minimum) {
        yield {
          resource: cluster,
          path: "instances[].availabilityZone",
          found: [...zones],
          required: `at least ${minimum} zones`,
          because: instances.length === 0 ? "the cluster has no instance" : undefined,
        };
      }
    }
  },
});
