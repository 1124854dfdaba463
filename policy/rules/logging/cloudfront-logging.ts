import { unless } from "../../framework/checks";
import { stackRule } from "../../framework/rule";

export const cloudfrontLogging = stackRule({
  name: "cloudfront-logging",
  group: "logging",
  description: "CloudFront records each request.",
  severity: "medium",
  controls: ["FSBP CloudFront.5"],
  mend: "Give the distribution a log delivery source of type ACCESS_LOGS (components/edge/distribution.ts).",
  claims: { "aws:cloudwatch/logDeliverySource:LogDeliverySource": ["logType", "resourceArn"] },
  *judge(stack) {
    for (const distribution of stack.ofType("aws:cloudfront/distribution:Distribution")) {
      const sources = stack.linkedTo("aws:cloudwatch/logDeliverySource:LogDeliverySource", "resourceArn", distribution);
      yield* unless(
        sources.some(({ props }) => props.logType === "ACCESS_LOGS"),
        {
          resource: sources[0] ?? distribution,
          path: "logDeliverySource.logType",
          found: sources[0]?.props.logType,
          required: '"ACCESS_LOGS"',
        },
      );
    }
  },
});
