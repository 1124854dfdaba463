import { stackRule } from "../../framework/rule";

/** Of the instances that a failover takes: the others may have any class and tier. */
const isFirst = ({ props }: { readonly props: Readonly<Record<string, unknown>> }): boolean =>
  (props["promotionTier"] ?? 0) === 0;

export const auroraFailoverTarget = stackRule({
  name: "aurora-failover-target",
  group: "resilience",
  description: "When the writer fails, an instance of its own class takes over.",
  severity: "high",
  controls: [],
  mend: "Give a second instance the writer's class and the lowest promotionTier: affiliate:database.instances in the stack file.",
  claims: {
    "aws:rds/clusterInstance:ClusterInstance": [
      { path: "instanceClass", where: isFirst },
      {
        path: "promotionTier",
        where: isFirst,
        bad: [15],
        harmless: { drop: "0 by default", zero: "0 is the lowest", one: "compared with the others of its tier" },
      },
    ],
  },
  *judge(stack) {
    for (const cluster of stack.ofType("aws:rds/cluster:Cluster")) {
      const instances = stack.linkedTo("aws:rds/clusterInstance:ClusterInstance", "clusterIdentifier", cluster);
      const lowest = Math.min(...instances.map(({ props }) => props.promotionTier ?? 0));
      const first = instances.filter(({ props }) => (props.promotionTier ?? 0) === lowest);
      const classes = new Set(first.map(({ props }) => props.instanceClass));
      if (first.length < 2 || classes.size > 1) {
        yield {
          resource: cluster,
          path: "instances[].promotionTier",
          found: instances.map(
            ({ name, props }) => `${name}: tier ${props.promotionTier ?? 0}, ${props.instanceClass}`,
          ),
          required: "two instances of one class on the lowest tier",
        };
      }
    }
  },
});
