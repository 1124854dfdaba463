import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { StackFacts } from "../../config/stack";
import { policyDocument } from "../policy-document";

export interface EndpointsArgs {
  readonly stack: StackFacts;
  readonly vpcId: pulumi.Input<string>;
  /**
   * The subnets in which each endpoint has an interface. Each costs about 10 USD a month, so that the seven endpoints
   * over three zones come to about 215 USD.
   */
  readonly subnetIds: pulumi.Input<string[]>;
  /** The endpoints' security group. */
  readonly securityGroupId: pulumi.Input<string>;
}

/** The AWS services that tasks and functions call all the time, by what comes after the region in their names. */
export const endpointServices = ["ecr.api", "ecr.dkr", "logs", "secretsmanager", "ssm", "ssmmessages", "kms"] as const;
export type EndpointService = (typeof endpointServices)[number];

/** Channels of an ECS Exec session are opened with a token: not every request on them names a principal. */
const withoutPrincipal: ReadonlySet<EndpointService> = new Set(["ssmmessages"]);

/**
 * AWS services inside the VPC, under their public names (private DNS): a start of a task needs no NAT gateway, and
 * secrets do not leave the network.
 */
export class Endpoints extends pulumi.ComponentResource {
  readonly ids: Readonly<Record<EndpointService, pulumi.Output<string>>>;

  constructor(name: string, args: EndpointsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:network:Endpoints", name, {}, opts);
    const { stack, vpcId, subnetIds, securityGroupId } = args;
    // Credentials of another account are of no use from in here.
    const ownPrincipals = policyDocument([
      {
        sid: "OwnPrincipals",
        principals: "*",
        actions: ["*"],
        resources: "*",
        conditions: { StringEquals: { "aws:PrincipalAccount": stack.accountId } },
      },
    ]);

    this.ids = Object.fromEntries(
      endpointServices.map((service) => {
        const endpoint = new aws.ec2.VpcEndpoint(
          `${name}-${service}`,
          {
            vpcId,
            serviceName: `com.amazonaws.${stack.region}.${service}`,
            vpcEndpointType: "Interface",
            subnetIds,
            securityGroupIds: [securityGroupId],
            privateDnsEnabled: true,
            ...(!withoutPrincipal.has(service) && { policy: ownPrincipals }),
            tags: { Name: `${name}-${service}` },
          },
          { parent: this },
        );
        return [service, endpoint.id];
      }),
    ) as Record<EndpointService, pulumi.Output<string>>;

    this.registerOutputs({ ids: this.ids });
  }
}
