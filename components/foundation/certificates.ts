import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { GLOBAL_REGION, type StackFacts } from "../../config/stack";
import type { Metric, Metrics } from "../metrics";

export interface CertificatesArgs {
  readonly stack: StackFacts;
  /** Id of the existing, delegated zone; the validation records go there. */
  readonly zoneId: pulumi.Input<string>;
  /** Names that viewers use; "*.example.com" is allowed. */
  readonly hostnames: readonly string[];
  /** Names that may come to this stack later. @default none */
  readonly standbyFor?: readonly string[] | undefined;
  /** Name by which CloudFront addresses the load balancer; on the regional certificate only. */
  readonly originHostname: string;
}

/**
 * The certificates of the load balancer (the stack's region) and of CloudFront (us-east-1), validated by DNS.
 *
 * ACM derives a validation record from account and name alone: both certificates, and those of other stacks in the
 * account, wait for the same one. So there is one record for each name, not one for each certificate.
 */
export class Certificates extends pulumi.ComponentResource {
  /** For the load balancer; issued when a resource gets to see it. */
  readonly regionalCertificateArn: pulumi.Output<string>;
  /** For CloudFront; likewise. */
  readonly globalCertificateArn: pulumi.Output<string>;
  /** ACM renews 60 days ahead, as long as the validation records stand; less than 45 days means that it could not. */
  readonly metrics: Metrics<"regionalDaysToExpiry" | "globalDaysToExpiry">;

  constructor(name: string, args: CertificatesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:foundation:Certificates", name, {}, opts);
    const parent = { parent: this };
    const { stack, zoneId, hostnames, standbyFor = [], originHostname } = args;
    // Sorted: which name is canonical, and whether one is in use yet, replaces no certificate.
    const globalNames = unique([...hostnames, ...standbyFor]).sort();
    const regionalNames = [...globalNames, originHostname];

    const request = (suffix: string, names: readonly string[], region: string) => {
      const [domainName, ...subjectAlternativeNames] = names;
      if (domainName === undefined) throw new pulumi.RunError(`${name}: a certificate needs at least one host name.`);
      return new aws.acm.Certificate(
        `${name}-${suffix}`,
        { domainName, subjectAlternativeNames, validationMethod: "DNS", region },
        parent,
      );
    };
    const regional = request("regional", regionalNames, stack.region);
    const global = request("global", globalNames, GLOBAL_REGION);

    const records = new Map(
      validationDomains(regionalNames).map((domain) => {
        const option = regional.domainValidationOptions.apply((options) => validationOption(options, domain));
        const record = new aws.route53.Record(
          `${name}-validation-${domain}`,
          {
            zoneId,
            name: option.resourceRecordName,
            type: "CNAME",
            ttl: 300,
            records: [option.resourceRecordValue],
            // It may be there already: another stack of this account asked for the same name.
            allowOverwrite: true,
          },
          // And that stack's certificates renew by it after this one is gone.
          { ...parent, retainOnDelete: true },
        );
        return [domain, record] as const;
      }),
    );

    const validated = (suffix: string, certificate: aws.acm.Certificate, names: readonly string[], region: string) => {
      const validation = new aws.acm.CertificateValidation(
        `${name}-${suffix}-validation`,
        {
          certificateArn: certificate.arn,
          validationRecordFqdns: validationDomains(names).flatMap((domain) => records.get(domain)?.fqdn ?? []),
          region,
        },
        // Minutes when the zone is delegated; when it is not, the default of 75 min would tell no more.
        { ...parent, customTimeouts: { create: "30m" } },
      );
      return validation.certificateArn;
    };
    this.regionalCertificateArn = validated("regional", regional, regionalNames, stack.region);
    this.globalCertificateArn = validated("global", global, globalNames, GLOBAL_REGION);
    this.metrics = {
      regionalDaysToExpiry: daysToExpiry(regional.arn),
      globalDaysToExpiry: { ...daysToExpiry(global.arn), region: GLOBAL_REGION },
    };

    this.registerOutputs({
      regionalCertificateArn: this.regionalCertificateArn,
      globalCertificateArn: this.globalCertificateArn,
    });
  }
}

/** The names that need a record: a wildcard is validated by the record of the name it stands on. */
export function validationDomains(names: readonly string[]): readonly string[] {
  return unique(names.map((name) => name.replace(/^\*\./, ""))).sort();
}

/** The validation option of a name: ACM lists them in no particular order. */
export function validationOption<T extends { readonly domainName: string }>(options: readonly T[], domain: string): T {
  const found = options.find(({ domainName }) => domainName.replace(/^\*\./, "") === domain);
  if (found !== undefined) return found;
  const known = options.map(({ domainName }) => domainName).join(", ") || "none";
  throw new pulumi.RunError(`ACM offers no validation record for ${domain}; it offers: ${known}.`);
}

function daysToExpiry(certificateArn: pulumi.Output<string>): Metric {
  return {
    namespace: "AWS/CertificateManager",
    metricName: "DaysToExpiry",
    dimensions: { CertificateArn: certificateArn },
    unit: "None",
  };
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}
