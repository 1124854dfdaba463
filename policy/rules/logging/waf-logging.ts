import { unless } from "../../framework/checks";
import { stackRule } from "../../framework/rule";

export const wafLogging = stackRule({
  name: "waf-logging",
  group: "logging",
  description: "The web ACL records what it decided.",
  severity: "medium",
  controls: ["FSBP WAF.11"],
  mend: "Give the web ACL a WebAclLoggingConfiguration (components/edge/web-acl.ts).",
  claims: { "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": ["resourceArn"] },
  *judge(stack) {
    for (const acl of stack.ofType("aws:wafv2/webAcl:WebAcl")) {
      const logging = stack.linkedTo(
        "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
        "resourceArn",
        acl,
      );
      yield* unless(logging.length > 0, {
        resource: acl,
        path: "loggingConfiguration",
        found: undefined,
        required: "a log group",
      });
    }
  },
});
