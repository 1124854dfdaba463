import type * as pulumi from "@pulumi/pulumi";
import { InputPropertyError } from "@pulumi/pulumi";

/** What a program gives to awsx.ec2.Vpc, as far as it is simulated. The schema check has seen it before. */
export interface VpcInputs {
  readonly cidrBlock?: string;
  readonly availabilityZoneNames?: string[];
  readonly availabilityZoneCidrMask?: number;
  readonly numberOfAvailabilityZones?: number;
  readonly subnetStrategy?: "Legacy" | "Auto" | "AutoMerge" | "Exact";
  readonly subnetSpecs?: readonly SubnetSpec[];
  readonly natGateways?: {
    readonly strategy: "None" | "Single" | "OnePerAz";
    readonly elasticIpAllocationIds?: pulumi.Input<string>[];
  };
  readonly enableDnsHostnames?: pulumi.Input<boolean>;
  readonly enableDnsSupport?: pulumi.Input<boolean>;
  readonly enableNetworkAddressUsageMetrics?: pulumi.Input<boolean>;
  readonly instanceTenancy?: pulumi.Input<string>;
  readonly region?: pulumi.Input<string>;
  readonly tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  readonly vpcEndpointSpecs?: readonly { readonly serviceName: string }[];
  readonly vpcEndpointStrategy?: "Legacy" | "Auto";
}

interface SubnetSpec {
  readonly type: "Public" | "Private" | "Isolated" | "Unused";
  readonly name?: string;
  readonly cidrBlocks?: readonly string[];
  readonly assignIpv6AddressOnCreation?: boolean;
  readonly tags?: Record<string, pulumi.Input<string>>;
}

export interface SubnetPlan {
  readonly name: string;
  readonly type: "Public" | "Private" | "Isolated";
  readonly zone: string;
  readonly zoneIndex: number;
  readonly cidrBlock: string;
  readonly assignIpv6AddressOnCreation: boolean;
  readonly tags: Record<string, pulumi.Input<string>>;
  /** The first public subnet of its zone: a NAT gateway goes there. */
  readonly first: boolean;
  readonly gatewayName: string;
  readonly allocationId: pulumi.Input<string> | undefined;
}

const DEFAULT_CIDR = "10.0.0.0/16";

/** Arguments that the real component has and this one would have to compute addresses for. */
function refuse(property: string, reason: string): never {
  throw new InputPropertyError({ propertyPath: property, reason });
}

/** All subnets with their names, zones and ranges; nothing is looked up. */
export function layout(name: string, args: VpcInputs): { vpc: object; subnets: SubnetPlan[]; natZones: number[] } {
  const zones = args.availabilityZoneNames ?? [];
  if (zones.length === 0) {
    refuse(
      "availabilityZoneNames",
      "without zone names the component asks AWS for them, and a plan asks no cloud: give the names",
    );
  }
  const specs = args.subnetSpecs ?? [];
  if (specs.length === 0)
    refuse("subnetSpecs", "the simulated component lays out no addresses: give subnetSpecs with cidrBlocks");
  const gateways = args.natGateways?.strategy ?? "OnePerAz";
  const hasPublic = specs.some((spec) => spec.type === "Public");
  if (gateways !== "None" && !hasPublic) refuse("natGateways", `strategy ${gateways} needs a public subnet`);

  const subnets = zones.flatMap((zone, zoneIndex) =>
    specs.flatMap((spec, index): SubnetPlan[] => {
      const { type, cidrBlocks } = spec;
      if (cidrBlocks === undefined) {
        refuse(
          `subnetSpecs[${index}].cidrBlocks`,
          "the simulated component lays out no addresses: give one range per zone",
        );
      }
      if (cidrBlocks.length !== zones.length) {
        refuse(
          `subnetSpecs[${index}].cidrBlocks`,
          `one range per zone is needed: ${zones.length} zones, found ${cidrBlocks.length}`,
        );
      }
      if (type === "Unused") return [];
      return [
        {
          name: `${name}-${spec.name ?? type.toLowerCase()}-${zoneIndex + 1}`,
          type,
          zone,
          zoneIndex,
          cidrBlock: cidrBlocks[zoneIndex] ?? "",
          assignIpv6AddressOnCreation: spec.assignIpv6AddressOnCreation ?? false,
          tags: spec.tags ?? {},
          first: type === "Public" && specs.findIndex((other) => other.type === "Public") === index,
          gatewayName: `${name}-${zoneIndex + 1}`,
          allocationId: args.natGateways?.elasticIpAllocationIds?.[zoneIndex],
        },
      ];
    }),
  );
  const vpc = {
    cidrBlock: args.cidrBlock ?? DEFAULT_CIDR,
    ...(args.enableDnsHostnames !== undefined && { enableDnsHostnames: args.enableDnsHostnames }),
    ...(args.enableDnsSupport !== undefined && { enableDnsSupport: args.enableDnsSupport }),
    ...(args.instanceTenancy !== undefined && { instanceTenancy: args.instanceTenancy }),
    ...(args.enableNetworkAddressUsageMetrics !== undefined && {
      enableNetworkAddressUsageMetrics: args.enableNetworkAddressUsageMetrics,
    }),
  };
  // In each zone the public subnets come first, so that a private one finds its zone's gateway.
  subnets.sort(
    (one, other) => one.zoneIndex - other.zoneIndex || Number(other.type === "Public") - Number(one.type === "Public"),
  );
  const natZones = { None: [], Single: [0], OnePerAz: zones.map((_, index) => index) }[gateways];
  return { vpc, subnets, natZones };
}
