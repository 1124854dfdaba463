import * as pulumi from "@pulumi/pulumi";
import { Eip } from "@pulumi/aws/ec2/eip";
import { InternetGateway } from "@pulumi/aws/ec2/internetGateway";
import { NatGateway } from "@pulumi/aws/ec2/natGateway";
import { Route } from "@pulumi/aws/ec2/route";
import { RouteTable } from "@pulumi/aws/ec2/routeTable";
import { RouteTableAssociation } from "@pulumi/aws/ec2/routeTableAssociation";
import { Subnet } from "@pulumi/aws/ec2/subnet";
import { Vpc as AwsVpc } from "@pulumi/aws/ec2/vpc";
import { VpcEndpoint } from "@pulumi/aws/ec2/vpcEndpoint";
import { layout, type SubnetPlan, type VpcInputs } from "./layout";

type Tags = Record<string, pulumi.Input<string>>;
type TagsInput = pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;

function tagged(shared: TagsInput, ...more: (Tags | undefined)[]): pulumi.Output<Record<string, string>> {
  return pulumi.output(shared).apply((tags) => pulumi.output(Object.assign({}, tags, ...more) as Tags));
}

/** The children that awsx 3.9 makes: the same types, names, counts, parents and tags. */
export class Vpc extends pulumi.ComponentResource {
  readonly vpc: AwsVpc;
  readonly internetGateway: InternetGateway;
  readonly subnets: Subnet[] = [];
  readonly routeTables: RouteTable[] = [];
  readonly routeTableAssociations: RouteTableAssociation[] = [];
  readonly routes: Route[] = [];
  readonly eips: Eip[] = [];
  readonly natGateways: NatGateway[] = [];
  readonly vpcEndpoints: VpcEndpoint[];
  readonly ids: Record<SubnetPlan["type"], pulumi.Output<string>[]> = { Public: [], Private: [], Isolated: [] };
  readonly of: Record<SubnetPlan["type"], Subnet[]> = { Public: [], Private: [], Isolated: [] };

  constructor(name: string, args: VpcInputs, opts: pulumi.ComponentResourceOptions) {
    super("awsx:ec2:Vpc", name, {}, opts);
    const plan = layout(name, args);
    const region = args.region === undefined ? {} : { region: args.region };
    this.vpc = new AwsVpc(name, { ...plan.vpc, ...region, tags: tagged(args.tags, { Name: name }) }, { parent: this });
    const vpcId = this.vpc.id;
    this.internetGateway = new InternetGateway(
      name,
      { vpcId, ...region, tags: tagged(args.tags, { Name: name }) },
      { parent: this.vpc, dependsOn: [this.vpc] },
    );
    for (const subnet of plan.subnets) this.subnet(subnet, args.tags, region, plan.natZones);
    this.vpcEndpoints = (args.vpcEndpointSpecs ?? []).map(
      (spec) => new VpcEndpoint(spec.serviceName, { ...spec, ...region, vpcId }, { parent: this.vpc }),
    );
    this.registerOutputs({});
  }

  private subnet(
    plan: SubnetPlan,
    shared: TagsInput,
    region: { region?: pulumi.Input<string> },
    natZones: readonly number[],
  ): void {
    const tags = tagged(shared, plan.tags, { Name: plan.name, SubnetType: plan.type });
    const vpcId = this.vpc.id;
    const subnet = new Subnet(
      plan.name,
      {
        vpcId,
        ...region,
        availabilityZone: plan.zone,
        cidrBlock: plan.cidrBlock,
        mapPublicIpOnLaunch: plan.type === "Public",
        assignIpv6AddressOnCreation: plan.assignIpv6AddressOnCreation,
        tags,
      },
      { parent: this.vpc, dependsOn: [this.vpc] },
    );
    const table = new RouteTable(plan.name, { vpcId, ...region, tags }, { parent: subnet, dependsOn: [subnet] });
    const association = new RouteTableAssociation(
      plan.name,
      { routeTableId: table.id, subnetId: subnet.id, ...region },
      { parent: table, dependsOn: [table] },
    );
    this.subnets.push(subnet);
    this.routeTables.push(table);
    this.routeTableAssociations.push(association);
    this.ids[plan.type].push(subnet.id);
    this.of[plan.type].push(subnet);

    if (plan.type === "Public" && plan.first && natZones.includes(plan.zoneIndex))
      this.gateway(plan, subnet, shared, region);
    if (plan.type === "Isolated") return;
    const gateway = this.natGateways[Math.min(plan.zoneIndex, this.natGateways.length - 1)];
    if (plan.type === "Private" && gateway === undefined) return;
    const through = plan.type === "Public" ? { gatewayId: this.internetGateway.id } : { natGatewayId: gateway?.id };
    this.routes.push(
      new Route(
        plan.name,
        { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", ...through, ...region },
        { parent: table, dependsOn: [table] },
      ),
    );
  }

  /** An address and a NAT gateway in a public subnet. */
  private gateway(
    plan: SubnetPlan,
    subnet: Subnet,
    shared: TagsInput,
    region: { region?: pulumi.Input<string> },
  ): void {
    const tags = tagged(shared, { Name: plan.gatewayName });
    const given = plan.allocationId;
    const eip =
      given === undefined
        ? new Eip(plan.gatewayName, { ...region, tags }, { parent: subnet, dependsOn: [subnet] })
        : undefined;
    if (eip !== undefined) this.eips.push(eip);
    this.natGateways.push(
      new NatGateway(
        plan.gatewayName,
        { subnetId: subnet.id, allocationId: given ?? eip?.allocationId, ...region, tags },
        { parent: subnet, dependsOn: [subnet] },
      ),
    );
  }
}
