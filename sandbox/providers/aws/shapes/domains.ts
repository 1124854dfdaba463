import { LOWER, UPPER, type Request } from "../../request";
import { shapes } from "../../shape";
import { textOf } from "../../../schema/values";
import { timestamp } from "./common";

// Route 53 and ACM.

function certificateArn(request: Request): string {
  return request.kept("arn", () => request.arn("acm", `certificate/${request.uuid()}`));
}

function names(request: Request): string[] {
  return [...new Set([request.text("domainName"), ...request.texts("subjectAlternativeNames")])].filter(
    (name) => name !== "",
  );
}

/** One record per name; ACM gives a wildcard and its parent the same record. */
function validation(request: Request, domain: string): Record<string, string> {
  const base = domain.replace(/^\*\./, "");
  const token = request.hex(32, base);
  return {
    domainName: domain,
    resourceRecordName: `_${token}.${base}.`,
    resourceRecordType: "CNAME",
    resourceRecordValue: `_${request.hex(32, `${base}/value`)}.${request.code(10, "abcdefghijklmnopqrstuvwxyz", base)}.acm-validations.aws.`,
  };
}

function yearLater(time: string): string {
  return `${Number(time.slice(0, 4)) + 1}${time.slice(4)}`;
}

function zoneId(request: Request): string {
  return request.kept("zoneId", () => `Z${request.code(19, UPPER)}`);
}

export const domains = shapes({
  "aws:acm/certificate:Certificate": {
    id: certificateArn,
    outputs: (request) => ({
      arn: certificateArn(request),
      domainValidationOptions:
        request.text("validationMethod") === "DNS" ? names(request).map((name) => validation(request, name)) : [],
      keyAlgorithm: "RSA_2048",
      notBefore: timestamp(request, "notBefore"),
      notAfter: yearLater(timestamp(request, "notBefore")),
      options: { certificateTransparencyLoggingPreference: "ENABLED", export: "DISABLED" },
      pendingRenewal: false,
      renewalEligibility: "INELIGIBLE",
      renewalSummaries: [],
      status: "PENDING_VALIDATION",
      subjectAlternativeNames: names(request),
      type: "AMAZON_ISSUED",
      validationEmails: [],
      validationMethod: "NONE",
    }),
  },
  "aws:acm/certificateValidation:CertificateValidation": {
    // The provider's id is the time of issue.
    id: (request) => request.kept("id", () => `${new Date().toISOString().slice(0, 19).replace("T", " ")} +0000 UTC`),
    // It is nothing in ACM but the certificate's being issued.
    key: (state) => textOf(state["certificateArn"]),
    put: true,
    refuse: (request) => {
      const wanted = request.text("certificateArn");
      const certificate = request.cloud.list("aws:acm/certificate:Certificate").find((found) => found.id === wanted);
      if (certificate === undefined) {
        request.refuse("ResourceNotFoundException", `Could not find certificate ${wanted}`, "ACM: DescribeCertificate");
      }
    },
  },
  "aws:route53/zone:Zone": {
    id: zoneId,
    autoname: false,
    outputs: (request) => {
      const servers = ["com", "net", "org", "co.uk"].map((end, index) => {
        const number = Number.parseInt(request.hex(4, end), 16) % 512;
        return `ns-${index * 512 + number}.awsdns-${String(number % 64).padStart(2, "0")}.${end}`;
      });
      return {
        zoneId: zoneId(request),
        arn: `arn:aws:route53:::hostedzone/${zoneId(request)}`,
        nameServers: servers,
        primaryNameServer: servers[0] ?? "",
        comment: "Managed by Pulumi",
      };
    },
    refuseDelete: (request, zone) => {
      const records = request.cloud
        .list("aws:route53/record:Record")
        .filter((record) => record.state["zoneId"] === zone.id);
      if (records.length > 0 && zone.state["forceDestroy"] !== true) {
        request.refuse(
          "HostedZoneNotEmpty",
          "The specified hosted zone contains non-required resource record sets and so cannot be deleted.",
          "Route 53: DeleteHostedZone",
        );
      }
    },
  },
  "aws:route53/record:Record": {
    id: (request) =>
      [request.text("zoneId"), recordName(request), request.text("type"), request.text("setIdentifier")]
        .filter((part) => part !== "")
        .join("_"),
    autoname: false,
    put: true,
    outputs: (request) => ({ fqdn: recordName(request) }),
    refuse: (request) => {
      const key = [request.text("zoneId"), recordName(request), request.text("type"), request.text("setIdentifier")]
        .filter((part) => part !== "")
        .join("_");
      const there = request.cloud.list("aws:route53/record:Record").find((record) => record.id === key);
      if (there && there.urn !== request.urn && !request.flag("allowOverwrite")) {
        request.refuse(
          "InvalidChangeBatch",
          `[Tried to create resource record set [name='${recordName(request)}.', type='${request.text("type")}'] but it already exists]`,
          "Route 53: ChangeResourceRecordSets",
        );
      }
    },
  },
  "aws:route53/healthCheck:HealthCheck": {
    id: (request) => request.uuid(),
    outputs: (request) => ({
      arn: `arn:aws:route53:::healthcheck/${request.kept("id", () => request.uuid())}`,
      failureThreshold: 3,
      requestInterval: 30,
    }),
  },
  "aws:route53/queryLog:QueryLog": {
    id: (request) => request.uuid(),
    outputs: (request) => ({ arn: `arn:aws:route53:::queryloggingconfig/${request.uuid()}` }),
  },
  "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": {
    id: (request) => `ns-${request.code(16, LOWER)}`,
    autoname: false,
    outputs: (request) => ({
      arn: request.arn("servicediscovery", `namespace/ns-${request.code(16, LOWER)}`),
      hostedZone: `Z${request.code(19, UPPER)}`,
    }),
  },
  "aws:servicediscovery/httpNamespace:HttpNamespace": {
    id: (request) => `ns-${request.code(16, LOWER)}`,
    autoname: false,
    outputs: (request) => ({
      arn: request.arn("servicediscovery", `namespace/ns-${request.code(16, LOWER)}`),
      httpName: request.text("name"),
    }),
  },
  "aws:servicediscovery/service:Service": {
    id: (request) => `srv-${request.code(16, LOWER)}`,
    outputs: (request) => ({
      arn: request.arn("servicediscovery", `service/srv-${request.code(16, LOWER)}`),
      type: "DNS_HTTP",
    }),
  },
});

/** The name with its zone, as the provider completes it. */
function recordName(request: Request): string {
  const zone = request.cloud.list("aws:route53/zone:Zone").find((found) => found.id === request.text("zoneId"));
  const domain = zone?.state["name"];
  const name = request.text("name").replace(/\.$/, "");
  if (typeof domain !== "string" || name === domain || name.endsWith(`.${domain}`)) return name;
  return name === "" ? domain : `${name}.${domain}`;
}
