import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { StackFacts } from "../../config/stack";

export interface RecordsArgs {
  readonly stack: StackFacts;
  /**
   * Whether records of another stack are overwritten: only where that stack's region is lost, or a drill says so.
   * @default false
   */
  readonly takesOver?: boolean;
  /** The existing, delegated zone. */
  readonly zoneId: string;
  /** Its name, such as "affiliate-system.com". */
  readonly zoneName: string;
  /** Names that viewers use. */
  readonly hostnames: readonly string[];
  /** Name of the load balancer on its certificate. */
  readonly originHostname: string;
  readonly distributionDomainName: pulumi.Input<string>;
  readonly distributionZoneId: pulumi.Input<string>;
  readonly loadBalancerDnsName: pulumi.Input<string>;
  readonly loadBalancerZoneId: pulumi.Input<string>;
}

/** Where names differ in case or a final dot, DNS sees one name. */
const sameName = (a: string, b: string) => a.toLowerCase().replace(/\.$/, "") === b.toLowerCase().replace(/\.$/, "");

/**
 * The DNS records of the stack. None overwrites a record that is there already, but for a stack that takes over: a name
 * that serves something else is an error to look at, not a detail of an update.
 */
export class Records extends pulumi.ComponentResource {
  constructor(name: string, args: RecordsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:edge:Records", name, {}, opts);
    const { stack, zoneId, zoneName, hostnames, originHostname, takesOver = false } = args;
    const parent = { parent: this };
    // A name that leaves the stack file has gone to another stack: the record is that one's by then, and stays.
    const handedOn = { ...parent, retainOnDelete: stack.protect };
    const overwrite = takesOver ? { allowOverwrite: true } : {};

    const alias = (
      host: string,
      type: "A" | "AAAA",
      target: { name: pulumi.Input<string>; zoneId: pulumi.Input<string> },
    ) =>
      new aws.route53.Record(
        `${name}-${host}-${type.toLowerCase()}`,
        // CloudFront's health is not Route 53's to evaluate, and with every target down a name must still resolve.
        { zoneId, name: host, type, aliases: [{ ...target, evaluateTargetHealth: false }], ...overwrite },
        handedOn,
      );

    const distribution = { name: args.distributionDomainName, zoneId: args.distributionZoneId };
    for (const host of hostnames) {
      alias(host, "A", distribution);
      alias(host, "AAAA", distribution);
    }
    // CloudFront does not need it: it reaches the load balancer by ARN and only checks the certificate by this name.
    // The release gate does, from inside the VPC, to check the new version over TLS before it gets traffic. The
    // addresses are private ones, and the load balancer has no IPv6.
    alias(originHostname, "A", { name: args.loadBalancerDnsName, zoneId: args.loadBalancerZoneId });

    // Only Amazon may issue certificates for these names. Not at the zone's own name, from where it would bind every
    // other name of a zone that this stack may share.
    for (const host of [...hostnames, originHostname]) {
      if (sameName(host, zoneName)) continue;
      new aws.route53.Record(
        `${name}-${host}-caa`,
        { zoneId, name: host, type: "CAA", ttl: 3600, records: ['0 issue "amazon.com"'], ...overwrite },
        handedOn,
      );
    }
    this.registerOutputs({});
  }
}
