import { type Request } from "../../request";
import { shapes, type Shape } from "../../shape";
import { inside, mustMatch, put, refuseWhileUsed } from "./common";

function named(kind: string, noun: string): Shape {
  const id = (request: Request): string => request.kept("id", () => request.uuid());
  const place = (request: Request): string => (request.text("scope") === "CLOUDFRONT" ? "global" : "regional");
  return {
    id,
    autoname: { property: "name", maxLength: 128 },
    plan: (request) => ({
      name: mustMatch(request, "name", /^[\w-]{1,128}$/, "1 to 128 letters, digits, hyphens and underscores"),
      scope:
        !["CLOUDFRONT", "REGIONAL"].includes(request.text("scope")) &&
        "expected scope to be one of CLOUDFRONT, REGIONAL",
      region:
        request.text("scope") === "CLOUDFRONT" &&
        request.region !== "us-east-1" &&
        "a scope of CLOUDFRONT needs region us-east-1",
    }),
    unique: (request) => [
      {
        scope: `wafv2-${kind}-${place(request)}`,
        name: request.text("name"),
        code: "WAFDuplicateItemException",
        message:
          "AWS WAF couldn’t perform the operation because some resource in your request is a duplicate of an existing one.",
        operation: `WAFV2: Create${noun}`,
      },
    ],
    refuse: (request) => {
      const priorities = request.maps("rules").map((rule) => inside(rule, "priority"));
      if (new Set(priorities).size !== priorities.length) {
        request.refuse(
          "WAFInvalidParameterException",
          "Error reason: You have used two rules with the same priority, field: RULE",
          `WAFV2: Create${noun}`,
        );
      }
    },
    outputs: (request) => ({
      id: id(request),
      arn: request.arn("wafv2", `${place(request)}/${kind}/${request.text("name")}/${id(request)}`),
      lockToken: request.uuid(JSON.stringify(request.inputs)),
      namePrefix: "",
      ...(kind === "webacl" && { capacity: capacity(request), applicationIntegrationUrl: "" }),
    }),
    refuseDelete: refuseWhileUsed(
      [
        ["aws:cloudfront/distribution:Distribution", "webAclId"],
        ["aws:wafv2/webAclAssociation:WebAclAssociation", "webAclArn"],
        ["aws:wafv2/webAcl:WebAcl", "rules"],
      ],
      {
        code: "WAFAssociatedItemException",
        words: () =>
          "AWS WAF couldn’t perform the operation because your resource is being used by another resource or it’s associated with another resource.",
        operation: `WAFV2: Delete${noun}`,
      },
      (resource) => resource.state["arn"] ?? "",
    ),
  };
}

/** Web ACL capacity units, roughly: managed groups and rate rules by AWS's published units. */
function capacity(request: Request): number {
  const units: Readonly<Record<string, number>> = {
    AWSManagedRulesCommonRuleSet: 700,
    AWSManagedRulesKnownBadInputsRuleSet: 200,
    AWSManagedRulesSQLiRuleSet: 200,
    AWSManagedRulesPHPRuleSet: 100,
    AWSManagedRulesLinuxRuleSet: 200,
    AWSManagedRulesAmazonIpReputationList: 25,
    AWSManagedRulesAnonymousIpList: 50,
  };
  return request.maps("rules").reduce((sum, rule) => {
    const name = inside(rule, "statement", "managedRuleGroupStatement", "name");
    return sum + (typeof name === "string" ? (units[name] ?? 100) : 2);
  }, 0);
}

export const waf = shapes({
  "aws:wafv2/webAcl:WebAcl": named("webacl", "WebACL"),
  "aws:wafv2/ipSet:IpSet": named("ipset", "IPSet"),
  "aws:wafv2/regexPatternSet:RegexPatternSet": named("regexpatternset", "RegexPatternSet"),
  "aws:wafv2/ruleGroup:RuleGroup": named("rulegroup", "RuleGroup"),
  "aws:wafv2/webAclAssociation:WebAclAssociation": put("webAclArn", "resourceArn"),
  "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": {
    ...put("resourceArn"),
    refuse: (request) => {
      for (const destination of request.texts("logDestinationConfigs")) {
        // "arn:…:log-group:aws-waf-logs-x", "arn:aws:s3:::aws-waf-logs-x", "…:deliverystream/aws-waf-logs-x"
        if (!/[:/]aws-waf-logs-/.test(destination)) {
          request.refuse(
            "WAFInvalidParameterException",
            "Error reason: The ARN isn't valid. A valid ARN begins with arn: and includes other information separated by colons or slashes., field: LOG_DESTINATION",
            "WAFV2: PutLoggingConfiguration",
          );
        }
      }
    },
  },
});
