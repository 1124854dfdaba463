import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { closest } from "fastest-levenshtein";

/** Above this AWS bills each request extra; the web ACL here keeps below it. Source: AWS WAF pricing, "WCUs". */
export const INCLUDED_CAPACITY = 1500;

/** A rule group that AWS keeps, in AWS's default version: a pinned one expires, and new attacks pass until then. */
export interface ManagedGroup {
  readonly kind: "managed";
  /** AWS's name of the group, and the name of the rule in the web ACL. */
  readonly name: string;
  /** Web ACL capacity units (WCU). Source: AWS WAF developer guide, "AWS Managed Rules rule groups list". */
  readonly capacity: number;
  /** AWS's names of the rules in it, each of which can be set to count by configuration. */
  readonly rules: readonly string[];
  /** Rules that only ever count here, each with the reason. */
  readonly counted?: Readonly<Record<string, string>>;
}

/** A limit on requests per source address in 5 minutes. CloudFront sees the viewer itself: no forwarded address. */
export interface RateLimit {
  readonly kind: "rate";
  readonly name: string;
  /** Requests in 5 minutes; "configured" is `edge.rateLimit`. AWS takes 10 to 2,000,000,000. */
  readonly limit: number | "configured";
  /** Only paths that match this regular expression. @default all requests */
  readonly paths?: string;
}

/**
 * The web ACL, in the order of evaluation. Cheap answers come first: known bad addresses, then floods, then content.
 *
 * Not in it: AnonymousIpList. Its HostingProviderIPList is where advertisers' postbacks come from, and each postback
 * refused is a conversion lost. Fraud by VPN is judged by the application, which knows the click.
 */
export const webAclRules: readonly (ManagedGroup | RateLimit)[] = [
  {
    kind: "managed",
    name: "AWSManagedRulesAmazonIpReputationList",
    capacity: 25,
    rules: ["AWSManagedIPReputationList", "AWSManagedReconnaissanceList", "AWSManagedIPDDoSList"],
  },
  { kind: "rate", name: "rate-limit", limit: "configured" },
  {
    kind: "rate",
    name: "rate-limit-sign-in",
    // Showing a form counts as well as sending it. Not lower: whole offices and mobile networks share one address, and
    // throttling by account is the application's.
    limit: 200,
    paths: "^(/api(/v[0-9]+)?)?/(login|register|forgot-password|reset-password|two-factor-challenge)/?$",
  },
  {
    kind: "managed",
    name: "AWSManagedRulesKnownBadInputsRuleSet",
    capacity: 200,
    rules: [
      "JavaDeserializationRCE_HEADER",
      "JavaDeserializationRCE_BODY",
      "JavaDeserializationRCE_URIPATH",
      "JavaDeserializationRCE_QUERYSTRING",
      "Host_localhost_HEADER",
      "PROPFIND_METHOD",
      "ExploitablePaths_URIPATH",
      "Log4JRCE_HEADER",
      "Log4JRCE_QUERYSTRING",
      "Log4JRCE_BODY",
      "Log4JRCE_URIPATH",
    ],
  },
  {
    kind: "managed",
    name: "AWSManagedRulesCommonRuleSet",
    capacity: 700,
    rules: [
      "NoUserAgent_HEADER",
      "UserAgent_BadBots_HEADER",
      "SizeRestrictions_QUERYSTRING",
      "SizeRestrictions_Cookie_HEADER",
      "SizeRestrictions_BODY",
      "SizeRestrictions_URIPATH",
      "EC2MetaDataSSRF_BODY",
      "EC2MetaDataSSRF_COOKIE",
      "EC2MetaDataSSRF_URIPATH",
      "EC2MetaDataSSRF_QUERYARGUMENTS",
      "GenericLFI_QUERYARGUMENTS",
      "GenericLFI_URIPATH",
      "GenericLFI_BODY",
      "RestrictedExtensions_URIPATH",
      "RestrictedExtensions_QUERYARGUMENTS",
      "GenericRFI_QUERYARGUMENTS",
      "GenericRFI_BODY",
      "GenericRFI_URIPATH",
      "CrossSiteScripting_COOKIE",
      "CrossSiteScripting_QUERYARGUMENTS",
      "CrossSiteScripting_BODY",
      "CrossSiteScripting_URIPATH",
    ],
    counted: {
      SizeRestrictions_BODY: "Bodies over 8 KB are uploads and report imports; nginx sets the limit that counts.",
      NoUserAgent_HEADER: "Advertisers' servers often send postbacks without it; one refused is a conversion lost.",
    },
  },
  {
    kind: "managed",
    name: "AWSManagedRulesSQLiRuleSet",
    capacity: 200,
    rules: [
      "SQLi_QUERYARGUMENTS",
      "SQLiExtendedPatterns_QUERYARGUMENTS",
      "SQLi_BODY",
      "SQLiExtendedPatterns_BODY",
      "SQLi_COOKIE",
    ],
  },
  {
    kind: "managed",
    name: "AWSManagedRulesPHPRuleSet",
    capacity: 100,
    rules: [
      "PHPHighRiskMethodsVariables_HEADER",
      "PHPHighRiskMethodsVariables_QUERYSTRING",
      "PHPHighRiskMethodsVariables_BODY",
    ],
  },
];

/** All that `edge.countOnlyRules` may name: a whole group, one rule of a group, or a rate limit. */
export function countableRules(rules = webAclRules): readonly string[] {
  return rules.flatMap((rule) => (rule.kind === "managed" ? [rule.name, ...rule.rules] : [rule.name]));
}

/** What is wrong with a list of rules to count, one message each; a misspelt name would silently go on blocking. */
export function countOnlyFaults(names: readonly string[], rules = webAclRules): readonly string[] {
  const known = countableRules(rules);
  return names.flatMap((name, at) => {
    if (!known.includes(name)) return [`"${name}" is no rule of the web ACL; did you mean "${closest(name, known)}"?`];
    return names.indexOf(name) < at ? [`"${name}" is there twice`] : [];
  });
}

export interface RuleSettings {
  /** Requests per source address in 5 minutes, 10 to 2,000,000,000. */
  readonly rateLimit: number;
  /** Groups, rules and rate limits that count what they match and let it pass. */
  readonly countOnlyRules: readonly string[];
}

/** The rules as the web ACL takes them: priorities by position, with room between them for a rule added by hand. */
export function planRules(settings: RuleSettings, rules = webAclRules): aws.types.input.wafv2.WebAclRule[] {
  const { rateLimit, countOnlyRules } = settings;
  const faults = [...countOnlyFaults(countOnlyRules, rules)];
  if (!Number.isInteger(rateLimit) || rateLimit < 10 || rateLimit > 2_000_000_000) {
    faults.push(`the rate limit is ${rateLimit}; AWS takes 10 to 2000000000 requests in 5 minutes, such as 2000`);
  }
  if (faults.length > 0) throw new pulumi.RunError(`The web ACL cannot be built: ${faults.join("; ")}.`);

  const counts = (name: string) => countOnlyRules.includes(name);
  return rules.map((rule, at) => ({
    name: rule.name,
    priority: (at + 1) * 10,
    ...(rule.kind === "managed" ? managed(rule, counts) : limited(rule, rateLimit, counts)),
    visibilityConfig: visibility(rule.name),
  }));
}

/** Metrics for each rule and for the whole, and samples, whose secret headers the web ACL's data protection covers. */
export function visibility(metricName: string): aws.types.input.wafv2.WebAclVisibilityConfig {
  return { metricName, cloudwatchMetricsEnabled: true, sampledRequestsEnabled: true };
}

/**
 * What the rules cost in WCU.
 * Source: AWS WAF developer guide, "Rate-based rule statement" and "Regex match rule statement".
 */
export function capacity(rules = webAclRules): number {
  return rules.reduce((sum, rule) => sum + (rule.kind === "managed" ? rule.capacity : rateCapacity(rule)), 0);
}

const PER_TRANSFORMATION = 10;

function rateCapacity({ paths }: RateLimit): number {
  const base = 2;
  return paths === undefined ? base : base + 3 + asServed.length * PER_TRANSFORMATION;
}

/** The path as nginx will read it, or `//login` and `/%6Cogin` go round the limit. */
const asServed = [
  { priority: 0, type: "URL_DECODE" },
  { priority: 1, type: "NORMALIZE_PATH" },
];

type RuleBody = Pick<aws.types.input.wafv2.WebAclRule, "action" | "overrideAction" | "statement">;

function managed(group: ManagedGroup, counts: (name: string) => boolean): RuleBody {
  const counted = group.rules.filter((rule) => counts(rule) || Object.hasOwn(group.counted ?? {}, rule));
  return {
    overrideAction: counts(group.name) ? { count: {} } : { none: {} },
    statement: {
      managedRuleGroupStatement: {
        vendorName: "AWS",
        name: group.name,
        ruleActionOverrides: counted.map((name) => ({ name, actionToUse: { count: {} } })),
      },
    },
  };
}

function limited(rule: RateLimit, configured: number, counts: (name: string) => boolean): RuleBody {
  const { paths } = rule;
  return {
    action: counts(rule.name) ? { count: {} } : { block: { customResponse: tooManyRequests } },
    statement: {
      rateBasedStatement: {
        aggregateKeyType: "IP",
        evaluationWindowSec: 300,
        limit: rule.limit === "configured" ? configured : rule.limit,
        ...(paths !== undefined && {
          scopeDownStatement: {
            regexMatchStatement: {
              fieldToMatch: { uriPath: {} },
              regexString: paths,
              textTransformations: asServed,
            },
          },
        }),
      },
    },
  };
}

/** 429 rather than WAF's 403: a partner's server sends its postback again later instead of giving it up. */
const tooManyRequests = { responseCode: 429, responseHeaders: [{ name: "retry-after", value: "300" }] };
