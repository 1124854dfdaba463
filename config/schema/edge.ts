import { block, integer, list, oneOf, text } from "./fields";

/** Source: CloudFront, "Path pattern": 255 characters; an asterisk stands for any, a question mark for one. */
const path = (example: string) =>
  text(/^\/[A-Za-z0-9_.*$/~"'@:+?&-]{0,254}$/, "a path pattern of CloudFront, beginning with /", example);

export const edge = block({
  /** Requests one address may send in five minutes. Source: AWS WAF, 10 to 2,000,000,000. */
  rateLimit: integer({ min: 10, max: 2_000_000_000, unit: "requests in five minutes", example: 2000 }),
  /**
   * Firewall rules that count and let pass: a new rule is watched before it blocks.
   * @default none
   */
  countOnlyRules: list(text(/^[A-Za-z0-9_-]{1,128}$/, "a rule of the web ACL", "AWSManagedRulesCommonRuleSet"), {
    max: 50,
    of: "rule names",
    example: ["AWSManagedRulesCommonRuleSet"],
  }).default([]),
  /**
   * Where CloudFront answers from. PriceClass_100 has no location in Japan.
   * @default PriceClass_200
   */
  priceClass: oneOf(["PriceClass_200", "PriceClass_All"], "PriceClass_100 has no location in Japan").default(
    "PriceClass_200",
  ),
  /** Clicks and redirects: counted by the application, so never answered from a cache. */
  uncachedPaths: list(path("/click/*"), { max: 30, of: "path patterns", example: ["/click/*", "/r/*"] }),
  /** Files of the assets bucket. */
  staticPaths: list(path("/build/*"), { max: 30, of: "path patterns", example: ["/build/*", "/images/*"] }),
});
