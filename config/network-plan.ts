import type { Settings } from "./settings";

export interface SubnetSpec {
  /** awsx's word for the tier: `Isolated` has no route out of the VPC. */
  readonly type: "Public" | "Private" | "Isolated";
  readonly name: "public" | "private" | "data";
  /** One for each zone, in the order of the zones. */
  readonly cidrBlocks: string[];
}

export interface NetworkPlan {
  readonly cidrBlock: string;
  readonly zoneNames: string[];
  readonly subnetSpecs: SubnetSpec[];
  readonly natGateways: "OnePerAz" | "Single";
  /** Gateways that will exist: each costs an address and an hourly rate. */
  readonly natGatewayCount: number;
}

/** What `awsx.ec2.Vpc` is told, from the stack file alone: no allocation, so nothing moves when a zone is added. */
export function networkPlan(network: Settings["network"]): NetworkPlan {
  const zoneNames = network.zones.map((zone) => zone.name);
  return {
    cidrBlock: network.cidr,
    zoneNames,
    subnetSpecs: [
      { type: "Public", name: "public", cidrBlocks: network.publicCidrs },
      { type: "Private", name: "private", cidrBlocks: network.privateCidrs },
      { type: "Isolated", name: "data", cidrBlocks: network.dataCidrs },
    ],
    natGateways: network.natGateways,
    natGatewayCount: network.natGateways === "Single" ? 1 : zoneNames.length,
  };
}
