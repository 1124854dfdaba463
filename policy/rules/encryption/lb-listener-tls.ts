import { mustBeOneOf, unless } from "../../framework/checks";
import { resourceRule } from "../../framework/rule";

export const lbListenerTls = resourceRule({
  name: "lb-listener-tls",
  group: "encryption",
  description: "Load balancers speak TLS 1.2 or newer, and nothing else.",
  severity: "high",
  controls: ["FSBP ELB.1", "FSBP ELB.17"],
  mend: "Give protocol HTTPS and a policy of the ELBSecurityPolicy-TLS13-1-2 family (components/compute/load-balancer.ts).",
  claims: {
    "aws:lb/listener:Listener": [
      "protocol",
      "sslPolicy",
      { path: "certificateArn", harmless: { other: "AWS refuses what is no certificate" } },
    ],
  },
  thresholds: {
    allowedPolicies: {
      type: "array",
      items: { type: "string" },
      default: [
        "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
        "ELBSecurityPolicy-TLS13-1-2-2021-06",
        "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
        "ELBSecurityPolicy-TLS13-1-2-PQ-2025-09",
        "ELBSecurityPolicy-TLS13-1-3-2021-06",
      ],
      description: "Security policies without TLS 1.1 and without CBC ciphers at their best.",
    },
  },
  judges: {
    *"aws:lb/listener:Listener"(listener, context) {
      yield* mustBeOneOf("protocol", listener.protocol, ["HTTPS"], "HTTP");
      yield* mustBeOneOf(
        "sslPolicy",
        listener.sslPolicy,
        context.words("allowedPolicies"),
        "ELBSecurityPolicy-2016-08",
      );
      yield* unless("certificateArn" in listener, {
        path: "certificateArn",
        found: undefined,
        required: "the ARN of a certificate",
      });
    },
  },
});
