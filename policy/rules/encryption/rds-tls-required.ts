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
    for (const cluster of stack.ofType("aws:rds/cluster:Cluster")) {
      const groups = stack.ofType("aws:rds/clusterParameterGroup:ClusterParameterGroup");
      const used = groups.filter((group) => (cluster.links["dbClusterParameterGroupName"] ?? []).includes(group.urn));
      const values = used.flatMap(({ props }) => props.parameters ?? []);
      const value = values.find(({ name }) => name === "require_secure_transport")?.value;
      yield* unless(value === "ON" || value === "1", {
        resource: used[0] ?? cluster,
        path: used[0] ? "parameters[require_secure_transport]" : "dbClusterParameterGroupName",
        found: value,
        required: used[0] ? '"ON"' : "a parameter group of this program",
        because: value === undefined ? "by default Aurora accepts plain connections" : undefined,
      });
    }
  },
});
