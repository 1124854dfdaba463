import * as aws from "@pulumi/aws";
import * as ec2 from "@pulumi/awsx/ec2";
import * as pulumi from "@pulumi/pulumi";
import { arn } from "../../config/arn";
import type { StackFacts } from "../../config/stack";
import type { Metric, Metrics } from "../metrics";
import { policyDocument, type Statement } from "../policy-document";
import { FlowLogs } from "./flow-logs";

export interface NetworkArgs {
  readonly stack: StackFacts;
  /** Range of the VPC, such as "10.0.0.0/16". Holds all the others; changing it means another VPC. */
  readonly cidr: string;
  /** Zones by name, one subnet of each kind in each. */
  readonly zones: readonly { readonly name: string }[];
  /** Ranges in the zones' order. Public: NAT gateways only. */
  readonly publicCidrs: readonly string[];
  /** Load balancer, tasks, functions, endpoints: out through NAT. */
  readonly privateCidrs: readonly string[];
  /** Aurora and Redis: no way out, no way in from outside the VPC. */
  readonly dataCidrs: readonly string[];
  /**
   * A NAT gateway costs about 45 USD a month and its traffic 0.062 USD/GB. With one for all zones, the loss of its
   * zone cuts off the others.
   */
  readonly natGateways: "OnePerAz" | "Single";
  /** Key for the flow logs. */
  readonly logsKeyArn: pulumi.Input<string>;
  /** Days, of those that CloudWatch Logs takes (…, 30, 60, 90, …). */
  readonly flowLogRetentionDays: number;
}

/**
 * The VPC: public, private and isolated subnets over the zones, flow logs of all traffic, a default security group that
 * lets nothing through, and S3 by a gateway endpoint. The internet gateway is there for NAT and because CloudFront
 * asks for one in the VPC of a VPC origin.
 */
export class Network extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  readonly cidr: string;
  readonly publicSubnetIds: pulumi.Output<string[]>;
  readonly privateSubnetIds: pulumi.Output<string[]>;
  readonly dataSubnetIds: pulumi.Output<string[]>;
  /** In the order of the private subnets. */
  readonly privateRouteTableIds: pulumi.Output<string[]>;
  /** Prefix list of S3 in this region, for security-group rules. */
  readonly s3PrefixListId: pulumi.Output<string>;
  /** One for each NAT gateway. */
  readonly natGatewayMetrics: readonly Metrics<"portAllocationErrors" | "packetsDropped">[];

  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:network:Network", name, {}, opts);
    const parent = { parent: this };
    const { stack, cidr } = args;

    const vpc = new ec2.Vpc(
      name,
      {
        cidrBlock: cidr,
        availabilityZoneNames: args.zones.map((zone) => zone.name),
        enableDnsHostnames: true,
        enableDnsSupport: true,
        subnetStrategy: "Auto",
        subnetSpecs: [
          { type: "Public", name: "public", cidrBlocks: [...args.publicCidrs] },
          { type: "Private", name: "private", cidrBlocks: [...args.privateCidrs] },
          { type: "Isolated", name: "data", cidrBlocks: [...args.dataCidrs] },
        ],
        natGateways: { strategy: args.natGateways },
      },
      parent,
    );

    new aws.ec2.DefaultSecurityGroup(`${name}-default`, { vpcId: vpc.vpcId, ingress: [], egress: [] }, parent);
    new FlowLogs(
      `${name}-flow-logs`,
      { stack, vpcId: vpc.vpcId, keyArn: args.logsKeyArn, retentionDays: args.flowLogRetentionDays },
      parent,
    );

    this.privateRouteTableIds = routeTablesOf(vpc, vpc.privateSubnetIds);
    const s3 = new aws.ec2.VpcEndpoint(
      `${name}-s3`,
      {
        vpcId: vpc.vpcId,
        serviceName: `com.amazonaws.${stack.region}.s3`,
        vpcEndpointType: "Gateway",
        // Aurora exports to and loads from S3 over the data subnets' routes.
        routeTableIds: pulumi
          .all([this.privateRouteTableIds, routeTablesOf(vpc, vpc.isolatedSubnetIds)])
          .apply(([privateTables, dataTables]) => [...privateTables, ...dataTables]),
        policy: policyDocument(s3EndpointPolicy(stack)),
        tags: { Name: `${name}-s3` },
      },
      parent,
    );

    this.vpcId = vpc.vpcId;
    this.cidr = cidr;
    this.publicSubnetIds = vpc.publicSubnetIds;
    this.privateSubnetIds = vpc.privateSubnetIds;
    this.dataSubnetIds = vpc.isolatedSubnetIds;
    this.s3PrefixListId = s3.prefixListId;
    // How many there are is plain, so that alarms on them are part of the plan.
    const gateways = args.natGateways === "Single" ? 1 : args.zones.length;
    this.natGatewayMetrics = Array.from({ length: gateways }, (_, at) =>
      natMetrics(vpc.natGateways.apply((all) => idOf(all[at]))),
    );
    this.registerOutputs({
      vpcId: this.vpcId,
      publicSubnetIds: this.publicSubnetIds,
      privateSubnetIds: this.privateSubnetIds,
      dataSubnetIds: this.dataSubnetIds,
      s3PrefixListId: this.s3PrefixListId,
    });
  }
}

/** Both stay at zero on a gateway that is well: connections that got no port, packets that it dropped. */
function natMetrics(natGatewayId: pulumi.Output<string>): Metrics<"portAllocationErrors" | "packetsDropped"> {
  const metric = (metricName: string): Metric => ({
    namespace: "AWS/NATGateway",
    metricName,
    dimensions: { NatGatewayId: natGatewayId },
    unit: "Count",
  });
  return { portAllocationErrors: metric("ErrorPortAllocation"), packetsDropped: metric("PacketsDropCount") };
}

function idOf(gateway: aws.ec2.NatGateway | undefined): pulumi.Output<string> {
  if (gateway === undefined) throw new pulumi.RunError("The VPC has fewer NAT gateways than its strategy asks for.");
  return gateway.id;
}

/** awsx lists all route tables in one; which belongs to which subnet is in the associations. */
function routeTablesOf(vpc: ec2.Vpc, subnetIds: pulumi.Output<string[]>): pulumi.Output<string[]> {
  const associations = vpc.routeTableAssociations.apply((all) =>
    pulumi.all(
      all.map((association) => pulumi.all({ subnet: association.subnetId, routeTable: association.routeTableId })),
    ),
  );
  return pulumi.all([associations, subnetIds]).apply(([pairs, ids]) =>
    ids.map((id) => {
      const routeTable = pairs.find(({ subnet }) => subnet === id)?.routeTable;
      if (routeTable === undefined) throw new pulumi.RunError(`The VPC has no route table for the subnet ${id}.`);
      return routeTable;
    }),
  );
}

/**
 * Out through the endpoint: this account's principals to this account's buckets, so that stolen credentials of another
 * account cannot carry data away. Image layers are the exception: ECR hands out presigned addresses of a bucket of its
 * own, which no principal of ours signs.
 */
function s3EndpointPolicy(stack: StackFacts): readonly Statement[] {
  return [
    {
      sid: "OwnPrincipalsToOwnBuckets",
      principals: "*",
      actions: ["s3:*"],
      resources: "*",
      conditions: {
        StringEquals: { "aws:PrincipalAccount": stack.accountId, "aws:ResourceAccount": stack.accountId },
      },
    },
    {
      sid: "ImageLayers",
      principals: "*",
      actions: ["s3:GetObject"],
      resources: arn(stack, "s3", `prod-${stack.region}-starport-layer-bucket/*`),
    },
  ];
}
