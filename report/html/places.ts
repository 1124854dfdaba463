// Zones and subnets, and what stands in each.
import { at, type Graph, listOf, nameOf, type Resource, wordOf } from "./graph";

const SUBNET = "aws:ec2/subnet:Subnet";
const SUBNET_GROUPS = ["aws:rds/subnetGroup:SubnetGroup", "aws:elasticache/subnetGroup:SubnetGroup"] as const;

export interface Tenant {
  readonly resource: Resource;
  readonly label: string;
}

export interface Place {
  readonly subnet: Resource;
  readonly zone: string;
  readonly tier: string;
  readonly cidr: string;
  readonly tenants: readonly Tenant[];
}

export interface Places {
  readonly zones: readonly string[];
  /** From the outside in: public, private, data. */
  readonly tiers: readonly string[];
  readonly places: readonly Place[];
}

/** `network-data-3` is the third subnet of `data`. */
const tierOf = (subnet: Resource): string =>
  /-([a-z]+)-\d+$/.exec(subnet.name)?.[1] ??
  (wordOf(at(subnet.inputs.tags, "SubnetType")) ?? subnet.name).toLowerCase();

export function placesOf(graph: Graph): Places {
  const subnets = graph.ofType(SUBNET);
  const zoneOf = (subnet: Resource): string => wordOf(subnet.inputs.availabilityZone) ?? "?";
  const places = subnets.map((subnet) => ({
    subnet,
    zone: zoneOf(subnet),
    tier: tierOf(subnet),
    cidr: wordOf(subnet.inputs.cidrBlock) ?? "",
    tenants: tenantsOf(graph, subnet, zoneOf(subnet)),
  }));
  const known = ["public", "private", "data", "isolated"];
  const rank = (tier: string): number => (known.includes(tier) ? known.indexOf(tier) : known.length);
  return {
    zones: [...new Set(places.map(({ zone }) => zone))].sort(),
    tiers: [...new Set(places.map(({ tier }) => tier))].sort((a, b) => rank(a) - rank(b) || a.localeCompare(b)),
    places,
  };
}

const SUBNET_INPUTS = ["subnets", "subnetIds", "subnetId", "networkConfiguration", "vpcConfig"] as const;
/** What leads somewhere stands in no subnet. */
const ROUTES = /routeTable|RouteTable|ec2\/route:|subnetGroup|flowLog/;

function tenantsOf(graph: Graph, subnet: Resource, zone: string): Tenant[] {
  const direct = graph.custom
    .filter(
      ({ type, links }) => !ROUTES.test(type) && SUBNET_INPUTS.some((input) => links[input]?.includes(subnet.urn)),
    )
    .map((resource) => ({
      resource,
      label: resource.type.includes("natGateway") ? `NAT ${resource.name}` : resource.name,
    }));
  const grouped = graph
    .ofType(...SUBNET_GROUPS)
    .filter(({ links }) => links.subnetIds?.includes(subnet.urn))
    .flatMap((group) => inGroup(graph, group, zone));
  return [...direct, ...grouped];
}

/** Instances and nodes say their zone, and their subnet group says which subnets they may stand in. */
function inGroup(graph: Graph, group: Resource, zone: string): Tenant[] {
  const instances = graph
    .ofType("aws:rds/clusterInstance:ClusterInstance")
    .filter(({ inputs, links }) => links.dbSubnetGroupName?.includes(group.urn) && inputs.availabilityZone === zone)
    .map((resource) => ({ resource, label: `${resource.name} · ${wordOf(resource.inputs.instanceClass) ?? ""}` }));
  const nodes = graph
    .ofType("aws:elasticache/replicationGroup:ReplicationGroup")
    .filter(({ links }) => links.subnetGroupName?.includes(group.urn))
    .flatMap((resource) =>
      listOf(resource.inputs.preferredCacheClusterAzs).flatMap((name, index) =>
        name === zone
          ? [{ resource, label: `${resource.name}-00${index + 1} · ${wordOf(resource.inputs.nodeType) ?? ""}` }]
          : [],
      ),
    );
  return [...instances, ...nodes];
}

/** The tier in which something stands, when it is one. */
export function tierAmong({ places }: Places, members: readonly Resource[]): string | undefined {
  const tiers = places
    .filter(({ tenants }) => tenants.some(({ resource }) => members.some(({ urn }) => standsAs(resource, urn))))
    .map(({ tier }) => tier);
  return new Set(tiers).size === 1 ? tiers[0] : undefined;
}

/** A cluster stands where its instances do: they have its name. */
const standsAs = (resource: Resource, urn: string): boolean =>
  resource.urn === urn || (resource.type.includes("clusterInstance") && resource.name.startsWith(`${nameOf(urn)}-`));
