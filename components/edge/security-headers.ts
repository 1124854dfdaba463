import type * as aws from "@pulumi/aws";

type Headers = Pick<
  aws.cloudfront.ResponseHeadersPolicyArgs,
  "securityHeadersConfig" | "customHeadersConfig" | "removeHeadersConfig"
>;

/**
 * Headers on every answer. `override` marks what no answer of the application may weaken; for the rest its own header
 * wins, and this is what it gets if it says nothing.
 *
 * No Content-Security-Policy: it depends on the markup, with a nonce per answer. Laravel sends it and releases it with
 * the page; a policy here would break pages that nobody released. No X-XSS-Protection: browsers have dropped it.
 */
export const securityHeaders: Headers = {
  securityHeadersConfig: {
    // Two years. Not preload: that list takes in the whole domain, other hosts than this stack's too, and hardly lets
    // go again. It stays a step that a person takes.
    strictTransportSecurity: {
      accessControlMaxAgeSec: 63_072_000,
      includeSubdomains: true,
      preload: false,
      override: true,
    },
    contentTypeOptions: { override: true },
    // An ad that partners embed answers with `frame-ancestors`, which browsers put above this header.
    frameOptions: { frameOption: "SAMEORIGIN", override: false },
    // Other sites learn which site a click came from, not which page.
    referrerPolicy: { referrerPolicy: "strict-origin-when-cross-origin", override: false },
  },
  customHeadersConfig: {
    items: [
      {
        header: "permissions-policy",
        value: "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
        override: false,
      },
    ],
  },
  // Versions of nginx and PHP are for us to know.
  removeHeadersConfig: { items: [{ header: "server" }, { header: "x-powered-by" }] },
};
