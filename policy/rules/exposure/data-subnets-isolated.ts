import { unless } from "../../framework/checks";
import { stackRule } from "../../framework/rule";

function kindOf(props: { readonly tags?: unknown }): string | undefined {
  return (props.tags as Readonly<Record<string, string>> | undefined)?.["SubnetType"];
}

export const dataSubnetsIsolated = stackRule({
  name: "data-subnets-isolated",
  group: "exposure",
  description: "Subnets of the data tier have no way to the internet, and only public subnets give public addresses.",
  severity: "high",
  controls: [],
  mend: "Keep the data subnets of type Isolated (components/network/network.ts).",
  claims: {
    "aws:ec2/subnet:Subnet": [
      {
        path: "mapPublicIpOnLaunch",
        bad: [true],
        where: ({ props }) => kindOf(props) !== "Public",
        harmless: { drop: "false by default" },
      },
    ],
  },
  *judge(stack) {
    for (const subnet of stack.ofType("aws:ec2/subnet:Subnet")) {
      const kind = kindOf(subnet.props);
      const mapped = subnet.props.mapPublicIpOnLaunch;
      yield* unless(kind === "Public" || mapped !== true, {
        resource: subnet,
        path: "mapPublicIpOnLaunch",
        found: mapped,
        required: "false",
      });
      if (kind !== "Isolated") continue;
      const associations = stack.linkedTo("aws:ec2/routeTableAssociation:RouteTableAssociation", "subnetId", subnet);
      const tables = associations.flatMap(({ links }) => links["routeTableId"] ?? []);
      const routes = tables.flatMap((urn) => stack.linkedTo("aws:ec2/route:Route", "routeTableId", { urn }));
      const out = routes.filter(({ props }) => "natGatewayId" in props || "gatewayId" in props);
      yield* unless(out.length === 0, {
        resource: subnet,
        path: "routes",
        found: out.map(({ name }) => name),
        required: "none to a gateway",
      });
    }
  },
});
