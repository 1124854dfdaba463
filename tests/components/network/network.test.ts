import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { Network, type NetworkArgs } from "../../../components/network/network";
import { record, type RecordOptions, valueOf } from "../../support/mocks";
import { statement, statementsOf } from "../../support/policies";
import { testStack } from "../../support/stack";

const GROUP_ARN = "arn:aws:logs:ap-northeast-1:123456789012:log-group:/affiliate/production/vpc-flow";
const keyArn = "arn:aws:kms:ap-northeast-1:123456789012:key/logs";
const make = (args: Partial<NetworkArgs> = {}, options: RecordOptions = {}) =>
  record(
    () =>
      new Network("network", {
        stack: testStack(),
        cidr: "10.0.0.0/16",
        zones: [{ name: "ap-northeast-1a" }, { name: "ap-northeast-1c" }, { name: "ap-northeast-1d" }],
        publicCidrs: ["10.0.101.0/24", "10.0.102.0/24", "10.0.103.0/24"],
        privateCidrs: ["10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24"],
        dataCidrs: ["10.0.201.0/24", "10.0.202.0/24", "10.0.203.0/24"],
        natGateways: "OnePerAz",
        logsKeyArn: keyArn,
        flowLogRetentionDays: 90,
        ...args,
      }),
    options,
  );

describe("Network", () => {
  it("makes the VPC and what belongs to it", async () => {
    const network = await make();
    expect(network.counts()).toEqual({
      "affiliate:network:FlowLogs": 1,
      "affiliate:network:Network": 1,
      "aws:cloudwatch/logGroup:LogGroup": 1,
      "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": 1,
      "aws:ec2/flowLog:FlowLog": 1,
      "aws:ec2/vpcEndpoint:VpcEndpoint": 1,
      "aws:iam/role:Role": 1,
      "aws:iam/rolePolicy:RolePolicy": 1,
      "awsx:ec2:Vpc": 1,
    });
    expect(network.invokes).toEqual([]);
  });

  it.each(["OnePerAz", "Single"] as const)("asks awsx for the planned ranges, with NAT %s", async (natGateways) => {
    const vpc = (await make({ natGateways })).one("awsx:ec2:Vpc", "network");
    expect(vpc.inputs).toEqual({
      cidrBlock: "10.0.0.0/16",
      availabilityZoneNames: ["ap-northeast-1a", "ap-northeast-1c", "ap-northeast-1d"],
      enableDnsHostnames: true,
      enableDnsSupport: true,
      natGateways: { strategy: natGateways },
      subnetStrategy: "Auto",
      subnetSpecs: [
        { type: "Public", name: "public", cidrBlocks: ["10.0.101.0/24", "10.0.102.0/24", "10.0.103.0/24"] },
        { type: "Private", name: "private", cidrBlocks: ["10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24"] },
        { type: "Isolated", name: "data", cidrBlocks: ["10.0.201.0/24", "10.0.202.0/24", "10.0.203.0/24"] },
      ],
    });
  });

  it("empties the default security group", async () => {
    const network = await make();
    expect(network.one("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup").inputs).toEqual({
      vpcId: await valueOf(network.result.vpcId),
      ingress: [],
      egress: [],
    });
  });

  it("logs all traffic of the VPC, encrypted, for as long as it is told", async () => {
    const network = await make();
    expect(network.one("aws:cloudwatch/logGroup:LogGroup").inputs).toEqual({
      name: "/affiliate/production/vpc-flow",
      retentionInDays: 90,
      kmsKeyId: keyArn,
    });
    const log = network.one("aws:ec2/flowLog:FlowLog");
    expect(log.inputs).toMatchObject({
      vpcId: await valueOf(network.result.vpcId),
      trafficType: "ALL",
      logDestinationType: "cloud-watch-logs",
      logDestination: GROUP_ARN,
      iamRoleArn: "arn:aws:iam::123456789012:role/affiliate-production-flow-logs",
    });
    expect(log.inputs).not.toHaveProperty("subnetId");
    expect(log.inputs.logFormat).toMatch(/^\$\{version\} \$\{account-id\}( \$\{[a-z-]+\})+$/);
    for (const field of ["srcaddr", "dstport", "action", "pkt-srcaddr", "flow-direction"]) {
      expect(log.inputs.logFormat).toContain("${" + field + "}");
    }
    expect(log.options.dependencies).toContain(network.one("aws:iam/rolePolicy:RolePolicy").urn);
  });

  it("lets flow logs of this account write to that group and nowhere else", async () => {
    const network = await make();
    const role = network.one("aws:iam/role:Role");
    expect(statementsOf(role, "assumeRolePolicy")).toEqual([
      {
        Sid: "Assume",
        Effect: "Allow",
        Principal: { Service: "vpc-flow-logs.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: {
          ArnLike: { "aws:SourceArn": "arn:aws:ec2:ap-northeast-1:123456789012:vpc-flow-log/*" },
          StringEquals: { "aws:SourceAccount": "123456789012" },
        },
      },
    ]);
    expect(statementsOf(network.one("aws:iam/rolePolicy:RolePolicy"))).toEqual([
      {
        Sid: "Write",
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
        Resource: [GROUP_ARN, `${GROUP_ARN}:*`],
      },
      {
        Sid: "Find",
        Effect: "Allow",
        Action: "logs:DescribeLogGroups",
        Resource: "arn:aws:logs:ap-northeast-1:123456789012:log-group:*",
      },
    ]);
  });

  it("reaches S3 from private and data subnets, for this account's principals and image layers", async () => {
    const network = await make();
    const endpoint = network.one("aws:ec2/vpcEndpoint:VpcEndpoint", "network-s3");
    expect(endpoint.inputs).toMatchObject({
      vpcId: await valueOf(network.result.vpcId),
      serviceName: "com.amazonaws.ap-northeast-1.s3",
      vpcEndpointType: "Gateway",
    });
    const tables = endpoint.inputs.routeTableIds as string[];
    expect(new Set(tables).size).toBe(6);
    expect(tables.slice(0, 3)).toEqual(await valueOf(network.result.privateRouteTableIds));
    expect(statementsOf(endpoint)).toHaveLength(2);
    expect(statement(endpoint, "OwnPrincipalsToOwnBuckets").Condition).toEqual({
      StringEquals: { "aws:PrincipalAccount": "123456789012", "aws:ResourceAccount": "123456789012" },
    });
    expect(statement(endpoint, "ImageLayers")).toMatchObject({
      Action: "s3:GetObject",
      Resource: "arn:aws:s3:::prod-ap-northeast-1-starport-layer-bucket/*",
    });
  });

  it("exposes the subnets by kind", async () => {
    const { result } = await make();
    const kinds = await Promise.all([
      valueOf(result.publicSubnetIds),
      valueOf(result.privateSubnetIds),
      valueOf(result.dataSubnetIds),
    ]);
    for (const ids of kinds) expect(ids).toHaveLength(3);
    expect(new Set(kinds.flat()).size).toBe(9);
    expect(await valueOf(result.s3PrefixListId)).toMatch(/^pl-/);
    expect(result.cidr).toBe("10.0.0.0/16");
  });

  it.each([
    ["OnePerAz", 3],
    ["Single", 1],
  ] as const)("has metrics for each NAT gateway: %s, %i", async (natGateways, count) => {
    const { result } = await make({ natGateways });
    expect(result.natGatewayMetrics).toHaveLength(count);
    const ids = await Promise.all(
      result.natGatewayMetrics.map(async ({ portAllocationErrors, packetsDropped }) => {
        expect([portAllocationErrors.metricName, packetsDropped.metricName]).toEqual([
          "ErrorPortAllocation",
          "PacketsDropCount",
        ]);
        expect(portAllocationErrors.namespace).toBe("AWS/NATGateway");
        return valueOf(portAllocationErrors.dimensions.NatGatewayId ?? "");
      }),
    );
    for (const id of ids) expect(id).toMatch(/^nat-/);
    expect(new Set(ids).size).toBe(count);
  });

  it("follows its stack to another region", async () => {
    const network = await make({ stack: testStack({ environment: "recovery", region: "ap-northeast-3" }) });
    expect(network.one("aws:ec2/vpcEndpoint:VpcEndpoint").inputs.serviceName).toBe("com.amazonaws.ap-northeast-3.s3");
    expect(statement(network.one("aws:ec2/vpcEndpoint:VpcEndpoint"), "ImageLayers").Resource).toBe(
      "arn:aws:s3:::prod-ap-northeast-3-starport-layer-bucket/*",
    );
    expect(network.one("aws:cloudwatch/logGroup:LogGroup").inputs.name).toBe("/affiliate/recovery/vpc-flow");
  });

  it("knows its policies at preview", async () => {
    const network = await make({}, { preview: true });
    expect(statementsOf(network.one("aws:ec2/vpcEndpoint:VpcEndpoint"))).toHaveLength(2);
    expect(statementsOf(network.one("aws:iam/rolePolicy:RolePolicy"))).toHaveLength(2);
    expect(pulumi.Output.isInstance(network.result.vpcId)).toBe(true);
  });
});
