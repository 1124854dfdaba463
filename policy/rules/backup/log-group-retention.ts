import { unless } from "../../framework/checks";
import { resourceRule } from "../../framework/rule";

export const logGroupRetention = resourceRule({
  name: "log-group-retention",
  group: "backup",
  description: "Logs are kept long enough to be read, and not for ever.",
  severity: "medium",
  controls: ["FSBP CloudWatch.16"],
  mend: "Give retentionInDays: affiliate:logs.retentionDays of the stack file.",
  thresholds: {
    minimumDays: {
      type: "integer",
      minimum: 1,
      default: 90,
      description: "Days that a log line is kept at the least.",
    },
  },
  claims: { "aws:cloudwatch/logGroup:LogGroup": ["retentionInDays"] },
  judges: {
    *"aws:cloudwatch/logGroup:LogGroup"({ retentionInDays }, context) {
      const minimum = context.number("minimumDays");
      // 0 is AWS's word for "for ever", and what it does where nothing is given.
      yield* unless((retentionInDays ?? 0) >= minimum, {
        path: "retentionInDays",
        found: retentionInDays,
        required: `at least ${minimum} days, and an end`,
        because: (retentionInDays ?? 0) === 0 ? "0, or nothing, keeps for ever" : undefined,
      });
    },
  },
});
