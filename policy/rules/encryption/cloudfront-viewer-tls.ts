import { mustBeOneOf } from "../../framework/checks";
import { resourceRule } from "../../framework/rule";

const MODERN = ["TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025"];

export const cloudfrontViewerTls = resourceRule({
  name: "cloudfront-viewer-tls",
  group: "encryption",
  description: "Viewers reach CloudFront over TLS 1.2 or newer only.",
  severity: "high",
  controls: ["FSBP CloudFront.3", "FSBP CloudFront.7"],
  mend: "Give minimumProtocolVersion and viewerProtocolPolicy (components/edge/distribution.ts).",
  claims: {
    "aws:cloudfront/distribution:Distribution": [
      "viewerCertificate.minimumProtocolVersion",
      "defaultCacheBehavior.viewerProtocolPolicy",
      "orderedCacheBehaviors[].viewerProtocolPolicy",
    ],
  },
  judges: {
    *"aws:cloudfront/distribution:Distribution"({ viewerCertificate, defaultCacheBehavior, orderedCacheBehaviors }) {
      yield* mustBeOneOf(
        "viewerCertificate.minimumProtocolVersion",
        viewerCertificate.minimumProtocolVersion,
        MODERN,
        "TLSv1",
      );
      const behaviours = [defaultCacheBehavior, ...(orderedCacheBehaviors ?? [])];
      for (const [index, { viewerProtocolPolicy }] of behaviours.entries()) {
        const path = index === 0 ? "defaultCacheBehavior" : `orderedCacheBehaviors[${index - 1}]`;
        yield* mustBeOneOf(`${path}.viewerProtocolPolicy`, viewerProtocolPolicy, ["redirect-to-https", "https-only"]);
      }
    },
  },
});
