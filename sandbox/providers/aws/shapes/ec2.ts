import { isIPv4 } from "node:net";
import type { Values } from "../../../schema/values";
import type { Request } from "../../request";
import { shapes, type Shape } from "../../shape";
import { regionFacts } from "../zones";
import { put, refuseWhileUsed } from "./common";

/** An EC2 object: id "vpc-0…", ARN "…:vpc/vpc-0…", owner. */
function object(
  prefix: string,
  resource: string,
  outputs: (request: Request, id: string) => Values = () => ({}),
): Shape {
  const id = (request: Request): string => request.kept("id", () => request.ec2Id(prefix));
  return {
    id,
    autoname: false,
    outputs: (request) => ({
      id: id(request),
      arn: request.arn("ec2", `${resource}/${id(request)}`),
      ownerId: request.account,
      ...outputs(request, id(request)),
    }),
  };
}

const DEPENDENCY = (operation: string, noun: string) => ({
  code: "DependencyViolation",
  words: (id: string) => `The ${noun} '${id}' has dependencies and cannot be deleted.`,
  operation: `EC2: ${operation}`,
});

function cidr(request: Request, property: string): string | false {
  const value = request.text(property);
  if (value === "") return false;
  const [address = "", bits = ""] = value.split("/");
  if (!isIPv4(address) || !/^\d+$/.test(bits) || Number(bits) > 32) return `"${value}" is not a valid CIDR block`;
  const number = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  return number % 2 ** (32 - Number(bits)) !== 0 && `"${value}" is not a CIDR block: it has bits set beyond its prefix`;
}

function publicAddress(request: Request): string {
  const bytes = Buffer.from(request.hex(6, "address"), "hex");
  return `203.0.${bytes[0] ?? 0}.${bytes[1] ?? 0}`;
}

function endpointNames(request: Request, id: string): Values {
  const statement = { Effect: "Allow", Principal: "*", Action: "*", Resource: "*" };
  const policy = JSON.stringify({ Version: "2008-10-17", Statement: [statement] });
  const service = request.text("serviceName").split(".").slice(3).reverse().join(".");
  if (request.text("vpcEndpointType") !== "Interface") {
    return {
      prefixListId: `pl-${request.hex(8, "prefixes")}`,
      cidrBlocks: ["52.219.0.0/20"],
      policy,
      state: "available",
    };
  }
  return {
    dnsEntries: [
      {
        dnsName: `${id}-${request.code(8, "abcdefghijklmnopqrstuvwxyz0123456789")}.${service}.${request.region}.vpce.amazonaws.com`,
        hostedZoneId: `Z${request.hex(13, "zone").toUpperCase()}`,
      },
    ],
    networkInterfaceIds: request.texts("subnetIds").map((subnet) => request.ec2Id("eni", subnet)),
    policy,
    ipAddressType: "ipv4",
    dnsOptions: { dnsRecordIpType: "ipv4" },
    state: "available",
  };
}

const vpcUsers = [
  "subnet:Subnet",
  "securityGroup:SecurityGroup",
  "vpcEndpoint:VpcEndpoint",
  "internetGateway:InternetGateway",
];

export const ec2 = shapes({
  "aws:ec2/vpc:Vpc": {
    ...object("vpc", "vpc", (request) => ({
      defaultNetworkAclId: request.ec2Id("acl"),
      defaultRouteTableId: request.ec2Id("rtb", "main"),
      mainRouteTableId: request.ec2Id("rtb", "main"),
      defaultSecurityGroupId: request.ec2Id("sg", "default"),
      dhcpOptionsId: request.ec2Id("dopt"),
      instanceTenancy: "default",
      enableDnsSupport: true,
      ipv6AssociationId: "",
      ipv6CidrBlock: "",
    })),
    plan: (request) => ({ cidrBlock: cidr(request, "cidrBlock") }),
    refuseDelete: refuseWhileUsed(
      vpcUsers.map((type) => [`aws:ec2/${type}`, "vpcId"] as const),
      DEPENDENCY("DeleteVpc", "vpc"),
    ),
  },
  "aws:ec2/subnet:Subnet": {
    ...object("subnet", "subnet", (request) => ({
      availabilityZoneId: regionFacts(request.region).zones[request.text("availabilityZone")] ?? "",
      ipv6CidrBlockAssociationId: "",
      privateDnsHostnameTypeOnLaunch: "ip-name",
    })),
    plan: (request) => {
      const zone = request.text("availabilityZone");
      const zones = regionFacts(request.region).zones;
      return {
        cidrBlock: cidr(request, "cidrBlock"),
        availabilityZone:
          zone !== "" &&
          !(zone in zones) &&
          `${request.region} has no zone ${zone}: it has ${Object.keys(zones).join(", ")}`,
      };
    },
    refuse: (request) => {
      const twin = request.cloud
        .list("aws:ec2/subnet:Subnet")
        .find(
          (other) =>
            other.state["vpcId"] === request.text("vpcId") && other.state["cidrBlock"] === request.text("cidrBlock"),
        );
      if (twin && twin.urn !== request.urn) {
        request.refuse(
          "InvalidSubnet.Conflict",
          `The CIDR '${request.text("cidrBlock")}' conflicts with another subnet`,
          "EC2: CreateSubnet",
        );
      }
    },
    refuseDelete: refuseWhileUsed(
      [
        ["aws:ec2/natGateway:NatGateway", "subnetId"],
        ["aws:lb/loadBalancer:LoadBalancer", "subnets"],
        ["aws:rds/subnetGroup:SubnetGroup", "subnetIds"],
        ["aws:elasticache/subnetGroup:SubnetGroup", "subnetIds"],
        ["aws:ec2/vpcEndpoint:VpcEndpoint", "subnetIds"],
      ],
      DEPENDENCY("DeleteSubnet", "subnet"),
    ),
  },
  "aws:ec2/internetGateway:InternetGateway": object("igw", "internet-gateway"),
  "aws:ec2/internetGatewayAttachment:InternetGatewayAttachment": put("internetGatewayId", "vpcId"),
  "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway": object("eigw", "egress-only-internet-gateway"),
  "aws:ec2/routeTable:RouteTable": object("rtb", "route-table"),
  "aws:ec2/route:Route": {
    id: (request) => `r-${request.text("routeTableId")}${request.hex(10, request.text("destinationCidrBlock"))}`,
    autoname: false,
    outputs: () => ({ origin: "CreateRoute", state: "active", instanceId: "", instanceOwnerId: "" }),
    unique: (request) => {
      const destination =
        request.text("destinationCidrBlock") ||
        request.text("destinationIpv6CidrBlock") ||
        request.text("destinationPrefixListId");
      return [
        {
          scope: "route",
          name: `${request.text("routeTableId")}/${destination}`,
          code: "RouteAlreadyExists",
          message: `Route in Route Table (${request.text("routeTableId")}) with destination (${destination}) already exists`,
          operation: "EC2: CreateRoute",
        },
      ];
    },
  },
  "aws:ec2/routeTableAssociation:RouteTableAssociation": {
    id: (request) => request.ec2Id("rtbassoc"),
    autoname: false,
    unique: (request) => [
      {
        scope: "route-table-association",
        name: request.text("subnetId") || request.text("gatewayId"),
        code: "Resource.AlreadyAssociated",
        message: `the specified association for route table ${request.text("routeTableId")} conflicts with an existing association`,
        operation: "EC2: AssociateRouteTable",
      },
    ],
  },
  "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation": object(
    "rtbassoc",
    "route-table-association",
    (request) => ({
      originalRouteTableId: request.ec2Id("rtb", "main"),
    }),
  ),
  "aws:ec2/eip:Eip": object("eipalloc", "elastic-ip", (request, id) => ({
    allocationId: id,
    domain: "vpc",
    publicIp: publicAddress(request),
    publicDns: `ec2-${publicAddress(request).replace(/\./g, "-")}.${request.region}.compute.amazonaws.com`,
    publicIpv4Pool: "amazon",
    carrierIp: "",
    customerOwnedIp: "",
    ptrRecord: "",
    networkBorderGroup: request.region,
    associationId: "",
    networkInterface: "",
    privateIp: "",
    privateDns: "",
    instance: "",
  })),
  "aws:ec2/natGateway:NatGateway": object("nat", "natgateway", (request) => ({
    associationId: request.ec2Id("eipassoc"),
    networkInterfaceId: request.ec2Id("eni"),
    connectivityType: "public",
    privateIp: "10.0.0.10",
    publicIp: publicAddress(request),
    secondaryPrivateIpAddressCount: 0,
    autoProvisionZones: "",
    autoScalingIps: "",
    regionalNatGatewayAutoMode: "",
    routeTableId: "",
    vpcId:
      request.cloud.list("aws:ec2/subnet:Subnet").find((subnet) => subnet.id === request.text("subnetId"))?.state[
        "vpcId"
      ] ?? "",
  })),
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": {
    // Adopted, not made: the VPC brought it.
    ...object("sg", "security-group"),
    id: (request) => defaultGroup(request),
    put: true,
    outputs: (request) => ({
      arn: request.arn("ec2", `security-group/${defaultGroup(request)}`),
      name: "default",
      namePrefix: "",
      description: "default VPC security group",
      ownerId: request.account,
    }),
  },
  "aws:ec2/securityGroup:SecurityGroup": {
    ...object("sg", "security-group", () => ({ namePrefix: "" })),
    autoname: { property: "name", maxLength: 255 },
    plan: (request) => ({
      name: request.text("name").startsWith("sg-") && "invalid value for name (cannot begin with sg-)",
      description:
        /[^a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]/.test(request.text("description")) &&
        "invalid value for description: only letters, digits and . _-:/()#,@[]+=&;{}!$* are allowed",
    }),
    unique: (request) => [
      {
        scope: `security-group/${request.text("vpcId")}`,
        name: request.text("name"),
        code: "InvalidGroup.Duplicate",
        message: `The security group '${request.text("name")}' already exists for VPC '${request.text("vpcId")}'`,
        operation: "EC2: CreateSecurityGroup",
      },
    ],
    refuseDelete: refuseWhileUsed(
      [
        ["aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "referencedSecurityGroupId"],
        ["aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "referencedSecurityGroupId"],
        ["aws:lb/loadBalancer:LoadBalancer", "securityGroups"],
        ["aws:rds/cluster:Cluster", "vpcSecurityGroupIds"],
        ["aws:elasticache/replicationGroup:ReplicationGroup", "securityGroupIds"],
        ["aws:ec2/vpcEndpoint:VpcEndpoint", "securityGroupIds"],
        ["aws:ecs/service:Service", "networkConfiguration"],
        ["aws:lambda/function:Function", "vpcConfig"],
      ],
      {
        code: "DependencyViolation",
        words: (id) => `resource ${id} has a dependent object`,
        operation: "EC2: DeleteSecurityGroup",
      },
    ),
  },
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": rule("ingress"),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": rule("egress"),
  "aws:ec2/vpcEndpoint:VpcEndpoint": object("vpce", "vpc-endpoint", endpointNames),
  "aws:ec2/flowLog:FlowLog": object("fl", "vpc-flow-log", () => ({
    logFormat:
      "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${packets} ${bytes} ${start} ${end} ${action} ${log-status}",
  })),
  "aws:ec2/managedPrefixList:ManagedPrefixList": object("pl", "prefix-list", () => ({ version: 1 })),
});

function defaultGroup(request: Request): string {
  const vpc = request.cloud.list("aws:ec2/vpc:Vpc").find((found) => found.id === request.text("vpcId"));
  const group = vpc?.state["defaultSecurityGroupId"];
  return typeof group === "string" ? group : request.ec2Id("sg");
}

function rule(direction: "ingress" | "egress"): Shape {
  const sides = ["cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"];
  return {
    ...object("sgr", "security-group-rule", (_, id) => ({ securityGroupRuleId: id })),
    plan: (request) => {
      const given = sides.filter((side) => request.has(side));
      return {
        "": given.length !== 1 && `exactly one of ${sides.join(", ")} is needed, found ${given.join(", ") || "none"}`,
      };
    },
    // The service refuses a second rule of the same protocol, ports and other side in one group.
    unique: (request) => {
      const facts = ["securityGroupId", "ipProtocol", "fromPort", "toPort", ...sides].map((key) => request.text(key));
      return [
        {
          scope: `security-group-${direction}`,
          name: facts.join("/"),
          code: "InvalidPermission.Duplicate",
          message: `the specified rule "peer: ${facts.slice(4).join("")}, ${request.text("ipProtocol")}, from port: ${request.text("fromPort")}, to port: ${request.text("toPort")}, ALLOW" already exists`,
          operation: `EC2: AuthorizeSecurityGroup${direction === "ingress" ? "Ingress" : "Egress"}`,
        },
      ];
    },
  };
}
