import * as pulumi from "@pulumi/pulumi";
import type { ConstructResult, Provider } from "@pulumi/pulumi/provider";
import { main } from "@pulumi/pulumi/provider";
import { checkInputs } from "../../schema/check";
import { Schema } from "../../schema/schema";
import { UNKNOWN, isMap, type Value } from "../../schema/values";
import type { VpcInputs } from "./layout";
import { Vpc } from "./vpc";

const TYPE = "awsx:ec2:Vpc";

/** The components of @pulumi/awsx that the platform uses: one. Its children are registered with the engine as resources of aws. */
class AwsxProvider implements Provider {
  readonly schema = "{}";
  private readonly known = new Schema("awsx");
  readonly version = this.known.source.version;

  construct(
    name: string,
    type: string,
    inputs: pulumi.Inputs,
    options: pulumi.ComponentResourceOptions,
  ): Promise<ConstructResult> {
    const schema = this.known.resource(type);
    if (schema === undefined) throw new Error(this.known.unknownType(type));
    if (type !== TYPE) throw new Error(`${type} is not simulated: sandbox/providers/awsx makes ${TYPE} only`);
    const found = judged(inputs);
    const faults = isMap(found) ? checkInputs(schema, found) : [];
    if (faults.length > 0) {
      throw new pulumi.InputPropertiesError({
        message: `${type} (${name}): ${faults.map(({ property, reason }) => `${property}: ${reason}`).join("; ")}`,
        errors: faults.map(({ property, reason }) => ({ propertyPath: property, reason })),
      });
    }
    const args: VpcInputs = inputs;
    const vpc = new Vpc(name, args, options);
    const {
      vpc: child,
      internetGateway,
      subnets,
      routeTables,
      routeTableAssociations,
      routes,
      eips,
      natGateways,
    } = vpc;
    return Promise.resolve({
      urn: vpc.urn,
      state: {
        vpc: child,
        vpcId: child.id,
        internetGateway,
        subnets,
        publicSubnets: vpc.of.Public,
        privateSubnets: vpc.of.Private,
        isolatedSubnets: vpc.of.Isolated,
        publicSubnetIds: vpc.ids.Public,
        privateSubnetIds: vpc.ids.Private,
        isolatedSubnetIds: vpc.ids.Isolated,
        routeTables,
        routeTableAssociations,
        routes,
        eips,
        natGateways,
        vpcEndpoints: vpc.vpcEndpoints,
        subnetLayout: args.subnetSpecs ?? [],
      },
    });
  }
}

/** Arguments as the check takes them: outputs are not known yet. */
function judged(value: unknown): Value {
  if (pulumi.Output.isInstance(value)) return UNKNOWN;
  if (Array.isArray(value)) return value.map(judged);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, judged(item)]));
  }
  return value === undefined ? null : (value as Value);
}

void main(new AwsxProvider(), process.argv.slice(2));
