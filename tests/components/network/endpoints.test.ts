import { describe, expect, it } from "vitest";
import { Endpoints, endpointServices } from "../../../components/network/endpoints";
import { record, valueOf } from "../../support/mocks";
import { statementsOf } from "../../support/policies";
import { testStack } from "../../support/stack";

const ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint";
const make = () =>
  record(
    () =>
      new Endpoints("endpoints", {
        stack: testStack(),
        vpcId: "vpc-1",
        subnetIds: ["subnet-1", "subnet-2", "subnet-3"],
        securityGroupId: "sg-1",
      }),
  );

describe("Endpoints", () => {
  it("makes one for each service that tasks call all the time", async () => {
    const endpoints = await make();
    expect(endpoints.counts()).toEqual({ "affiliate:network:Endpoints": 1, [ENDPOINT]: 7 });
    expect(
      endpoints
        .ofType(ENDPOINT)
        .map(({ inputs }) => inputs.serviceName)
        .sort(),
    ).toEqual(
      ["ecr.api", "ecr.dkr", "kms", "logs", "secretsmanager", "ssm", "ssmmessages"].map(
        (service) => `com.amazonaws.ap-northeast-1.${service}`,
      ),
    );
  });

  it("puts each in every subnet under its public name, behind the endpoints' group", async () => {
    for (const { inputs } of (await make()).ofType(ENDPOINT)) {
      expect(inputs).toMatchObject({
        vpcId: "vpc-1",
        vpcEndpointType: "Interface",
        subnetIds: ["subnet-1", "subnet-2", "subnet-3"],
        securityGroupIds: ["sg-1"],
        privateDnsEnabled: true,
      });
    }
  });

  it("serves this account's principals only, save for the channels of sessions", async () => {
    const endpoints = await make();
    for (const endpoint of endpoints.ofType(ENDPOINT)) {
      if (endpoint.name === "endpoints-ssmmessages") {
        expect(endpoint.inputs).not.toHaveProperty("policy");
        continue;
      }
      expect(statementsOf(endpoint)).toEqual([
        {
          Sid: "OwnPrincipals",
          Effect: "Allow",
          Principal: "*",
          Action: "*",
          Resource: "*",
          Condition: { StringEquals: { "aws:PrincipalAccount": "123456789012" } },
        },
      ]);
    }
  });

  it("exposes the endpoints by service", async () => {
    const { result } = await make();
    expect(Object.keys(result.ids)).toEqual([...endpointServices]);
    expect(await valueOf(result.ids.kms)).toMatch(/^vpce-/);
  });
});
