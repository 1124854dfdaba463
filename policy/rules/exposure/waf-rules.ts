import { unless } from "../../framework/checks";
import { resourceRule } from "../../framework/rule";

export const wafRules = resourceRule({
  name: "waf-rules",
  group: "exposure",
  description: "The web ACL limits the rate per address and runs AWS's base rule groups.",
  severity: "high",
  controls: ["FSBP WAF.10"],
  mend: "Add the rule to the table of components/edge/web-acl-rules.ts.",
  thresholds: {
    managedGroups: {
      type: "array",
      items: { type: "string" },
      default: [
        "AWSManagedRulesCommonRuleSet",
        "AWSManagedRulesKnownBadInputsRuleSet",
        "AWSManagedRulesSQLiRuleSet",
        "AWSManagedRulesAmazonIpReputationList",
      ],
      description: "Managed rule groups that must run.",
    },
  },
  claims: { "aws:wafv2/webAcl:WebAcl": ["rules", "visibilityConfig.cloudwatchMetricsEnabled"] },
  judges: {
    *"aws:wafv2/webAcl:WebAcl"({ rules, visibilityConfig }, context) {
      const statements = (rules ?? []).map(({ statement }) => statement);
      const limit = statements.some((statement) => statement?.rateBasedStatement !== undefined);
      yield* unless(limit, {
        path: "rules[].statement.rateBasedStatement",
        found: undefined,
        required: "a limit per address",
      });
      const groups = statements.map((statement) => statement?.managedRuleGroupStatement?.name);
      for (const group of context.words("managedGroups")) {
        yield* unless(groups.includes(group), {
          path: "rules[].statement.managedRuleGroupStatement.name",
          found: groups.filter((name) => name !== undefined),
          required: group,
        });
      }
      const metrics = visibilityConfig.cloudwatchMetricsEnabled;
      yield* unless(metrics, { path: "visibilityConfig.cloudwatchMetricsEnabled", found: metrics, required: "true" });
    },
  },
});
