import { unless } from "../../framework/checks";
import { stackRule } from "../../framework/rule";

export const rdsTlsRequired = stackRule({
  name: "rds-tls-required",
  group: "encryption",
  description: "Aurora refuses connections without TLS.",
  severity: "critical",
  controls: ["FSBP RDS.39"],
  mend: "Set the cluster parameter require_secure_transport to ON, in a parameter group that the cluster uses (components/data).",
  claims: {
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": ["parameters[require_secure_transport]"],
    "aws:rds/cluster:Cluster": ["dbClusterParameterGroupName"],
  },
  *judge(stack) {
    const groups = stack.ofType("aws:rds/clusterParameterGroup:ClusterParameterGroup");
    for (const cluster of stack.ofType("aws:rds/cluster:Cluster")) {
      const linked = cluster.links["dbClusterParameterGroupName"] ?? [];
      yield* unless(
        groups.some(({ urn }) => linked.includes(urn)),
        {
          resource: cluster,
          path: "dbClusterParameterGroupName",
          found: cluster.props.dbClusterParameterGroupName,
          required: "a parameter group of this program",
          because: "by default Aurora accepts plain connections",
        },
      );
    }
    // Each group, also one that no cluster of the plan uses: clones of a dump and restored clusters take theirs by name.
    for (const group of groups) {
      const value = (group.props.parameters ?? []).find(({ name }) => name === "require_secure_transport")?.value;
      yield* unless(value === "ON" || value === "1", {
        resource: group,
        path: "parameters[require_secure_transport]",
        found: value,
        required: '"ON"',
        because: value === undefined ? "by default Aurora accepts plain connections" : undefined,
      });
    }
  },
});
