import type { RuleSet } from "./rule";
import { noDuplicates } from "./rule";

/** The guard against the wrong account; tags; protection; names that must lie in the zone. */
export const stackRules: RuleSet = (file) => {
  const { domain } = file;
  const inZone = (hostname: string) =>
    hostname === file.domain.zoneName || hostname.endsWith(`.${file.domain.zoneName}`);
  const standbyFor = () => file.domain.standbyFor ?? [];
  const certified = () => [...file.domain.hostnames, ...standbyFor()].sort();
  const planOnly = () => file.aws.skipRequestingAccountId === true;
  return [
    {
      path: ["aws", "allowedAccountIds"],
      holds: () => planOnly() || (file.aws.allowedAccountIds ?? []).includes(file.accountId),
      problem: () => `nothing would keep this stack from being put into another account than ${file.accountId}`,
      allowed: () => "a list with affiliate:accountId in it",
      example: () => [file.accountId],
    },
    {
      path: ["aws", "skipRequestingAccountId"],
      holds: () => !planOnly() || file.aws.allowedAccountIds === undefined,
      problem: () =>
        "the provider asks for no account id, so it cannot compare it with aws:allowedAccountIds, and fails",
      allowed: () => "true only in a plan without credentials and without aws:allowedAccountIds",
      example: () => false,
    },
    {
      path: ["aws", "defaultTags", "tags", "Environment"],
      holds: () => file.aws.defaultTags?.tags["Environment"] === file.environment,
      problem: () => "costs and policies are sorted by this tag",
      allowed: () => "the value of affiliate:environment",
      example: () => file.environment,
    },
    {
      path: ["aws", "defaultTags", "tags", "Project"],
      holds: () => file.aws.defaultTags?.tags["Project"] !== undefined,
      problem: () => "costs and policies are sorted by this tag",
      allowed: () => "a name for the whole of the system",
      example: () => "affiliate",
    },
    {
      path: ["protect"],
      holds: () => file.protect || file.environment === "staging",
      problem: () => `data of ${file.environment} could be deleted by one command`,
      allowed: () => "true, outside staging",
      example: () => true,
    },
    ...(["hostnames", "standbyFor"] as const).flatMap((key) =>
      (domain[key] ?? []).map((_, index) => ({
        path: ["domain", key, index],
        holds: () => inZone(file.domain[key]?.[index] ?? ""),
        problem: () =>
          `lies outside the zone ${file.domain.zoneName}, so its record and its certificate cannot be made`,
        allowed: () => `${file.domain.zoneName} or a name under it`,
        example: () => `api.${file.domain.zoneName}`,
      })),
    ),
    ...noDuplicates({
      length: domain.hostnames.length,
      path: (index) => ["domain", "hostnames", index],
      read: (index) => file.domain.hostnames[index],
      example: () => `partners.${file.domain.zoneName}`,
    }),
    {
      path: ["domain", "hostnames"],
      // ACM's common name is the first name of the certificate. Source: ACM RequestCertificate, DomainName.
      holds: () => (certified()[0]?.length ?? 0) <= 64,
      problem: () => "the first of the names, by the alphabet, is the certificates' own name, which ACM limits",
      allowed: () => "at most 64 characters in the first; longer names may follow",
      example: () => [`www.${file.domain.zoneName}`],
    },
    {
      path: ["domain", "standbyFor"],
      holds: () => !standbyFor().some((name) => file.domain.hostnames.includes(name)),
      problem: () => "a name of domain.hostnames is here already, and cannot be waited for",
      allowed: () => "another stack's names",
      example: () => standbyFor().filter((name) => !file.domain.hostnames.includes(name)),
    },
    {
      path: ["domain", "standbyFor"],
      // ACM's default quota; the regional certificate holds originHostname besides.
      holds: () => certified().length <= 9,
      problem: () => `with domain.hostnames they are ${certified().length}, and a certificate takes ten names`,
      allowed: () => "nine names in both lists",
      example: () => standbyFor().slice(0, 3),
    },
    {
      path: ["domain", "originHostname"],
      holds: () => inZone(file.domain.originHostname) && file.domain.originHostname !== file.domain.zoneName,
      problem: () => `lies outside the zone ${file.domain.zoneName}, so its certificate cannot be validated`,
      allowed: () => `a name under ${file.domain.zoneName}`,
      example: () => `origin.${file.domain.zoneName}`,
    },
    {
      path: ["domain", "originHostname"],
      holds: () => !file.domain.hostnames.includes(file.domain.originHostname),
      problem: () => "is one of domain.hostnames: CloudFront would be its own origin",
      allowed: () => "a name that visitors do not use",
      example: () => `origin.${file.domain.zoneName}`,
    },
  ];
};
