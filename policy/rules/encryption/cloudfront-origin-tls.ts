import { mustBeOneOf, unless } from "../../framework/checks";
import { resourceRule } from "../../framework/rule";

export const cloudfrontOriginTls = resourceRule({
  name: "cloudfront-origin-tls",
  group: "encryption",
  description: "CloudFront reaches the load balancer over TLS 1.2 only.",
  severity: "high",
  controls: ["FSBP CloudFront.9", "FSBP CloudFront.10"],
  mend: 'Give originProtocolPolicy: "https-only" and originSslProtocols TLSv1.2 (components/edge).',
  claims: {
    "aws:cloudfront/vpcOrigin:VpcOrigin": [
      "vpcOriginEndpointConfig.originProtocolPolicy",
      "vpcOriginEndpointConfig.originSslProtocols.items",
    ],
  },
  judges: {
    *"aws:cloudfront/vpcOrigin:VpcOrigin"({ vpcOriginEndpointConfig }) {
      const path = "vpcOriginEndpointConfig";
      yield* mustBeOneOf(`${path}.originProtocolPolicy`, vpcOriginEndpointConfig?.originProtocolPolicy, ["https-only"]);
      const protocols = vpcOriginEndpointConfig?.originSslProtocols?.items ?? [];
      yield* unless(protocols.length > 0 && protocols.every((protocol) => protocol === "TLSv1.2"), {
        path: `${path}.originSslProtocols.items`,
        found: protocols,
        required: "TLSv1.2 alone",
      });
    },
  },
});
