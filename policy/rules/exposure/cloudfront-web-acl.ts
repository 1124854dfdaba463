import { mustBePresent } from "../../framework/checks";
import { resourceRule } from "../../framework/rule";

export const cloudfrontWebAcl = resourceRule({
  name: "cloudfront-web-acl",
  group: "exposure",
  description: "CloudFront stands behind a web ACL.",
  severity: "high",
  controls: ["FSBP CloudFront.6"],
  mend: "Give webAclId, the ACL's ARN (components/edge/distribution.ts).",
  claims: {
    "aws:cloudfront/distribution:Distribution": [
      { path: "webAclId", harmless: { other: "AWS refuses what is no web ACL" } },
    ],
  },
  judges: {
    *"aws:cloudfront/distribution:Distribution"(distribution) {
      yield* mustBePresent(distribution, "webAclId", "the ARN of a web ACL", "every request is let through");
    },
  },
});
