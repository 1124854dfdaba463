import { mustBeOneOf, mustBeTrue } from "../../framework/checks";
import { resourceRule } from "../../framework/rule";

export const cloudfrontReachable = resourceRule({
  name: "cloudfront-reachable",
  group: "resilience",
  description: "CloudFront answers over IPv6 and HTTP/3 too.",
  severity: "low",
  controls: [],
  mend: 'Set isIpv6Enabled: true and httpVersion: "http2and3" (components/edge/distribution.ts).',
  claims: { "aws:cloudfront/distribution:Distribution": ["isIpv6Enabled", "httpVersion"] },
  judges: {
    *"aws:cloudfront/distribution:Distribution"({ isIpv6Enabled, httpVersion }) {
      yield* mustBeTrue("isIpv6Enabled", isIpv6Enabled, "IPv6 is off");
      yield* mustBeOneOf("httpVersion", httpVersion, ["http2and3"], "http2");
    },
  },
});
