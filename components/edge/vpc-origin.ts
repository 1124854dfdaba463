import { createHash } from "node:crypto";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { StackFacts } from "../../config/stack";

/** How CloudFront speaks to the load balancer. */
const connection = {
  // Asked for by the API; "https-only" never uses it.
  httpPort: 80,
  httpsPort: 443,
  originProtocolPolicy: "https-only",
  // The newest that CloudFront offers towards origins.
  originSslProtocols: { items: ["TLSv1.2"], quantity: 1 },
};

/**
 * The way from CloudFront into the VPC, to a load balancer with no public address.
 *
 * AWS refuses to change it while a distribution uses it (CannotUpdateEntityWhileInUse, terraform-provider-aws#40905).
 * So a change is a replacement: a second origin is made, the distribution moves over, waits until that is deployed, and
 * the first goes. Names are unique in the account, so the name says what the origin leads to.
 */
export function vpcOrigin(
  name: string,
  args: { readonly stack: StackFacts; readonly loadBalancerArn: pulumi.Input<string> },
  opts: pulumi.CustomResourceOptions,
): aws.cloudfront.VpcOrigin {
  const { stack, loadBalancerArn } = args;
  return new aws.cloudfront.VpcOrigin(
    name,
    {
      vpcOriginEndpointConfig: {
        name: pulumi.output(loadBalancerArn).apply((arn) => vpcOriginName(stack, arn)),
        arn: loadBalancerArn,
        ...connection,
      },
      // AWS says up to 15 minutes, which is also the provider's patience.
      timeouts: { create: "30m", update: "30m", delete: "30m" },
    },
    { ...opts, replaceOnChanges: ["vpcOriginEndpointConfig"] },
  );
}

/** "affiliate-production-web-1a2b3c4d": another load balancer or another connection is another name. */
export function vpcOriginName(stack: StackFacts, loadBalancerArn: string, how: object = connection): string {
  const leadsTo = JSON.stringify([loadBalancerArn, how]);
  return stack.name("vpcOrigin", "web", createHash("sha256").update(leadsTo).digest("hex").slice(0, 8));
}
