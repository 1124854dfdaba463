import { mustBeTrue } from "../../framework/checks";
import { resourceRule } from "../../framework/rule";

export const dynamodbBackups = resourceRule({
  name: "dynamodb-backups",
  group: "backup",
  description: "DynamoDB tables can be taken back to any second of the last days.",
  severity: "high",
  controls: ["FSBP DynamoDB.2"],
  mend: "Give pointInTimeRecovery with enabled: true (components/compute/release-gate.ts).",
  claims: { "aws:dynamodb/table:Table": ["pointInTimeRecovery", "pointInTimeRecovery.enabled"] },
  judges: {
    *"aws:dynamodb/table:Table"({ pointInTimeRecovery }) {
      yield* mustBeTrue("pointInTimeRecovery.enabled", pointInTimeRecovery?.enabled, "nothing is kept");
    },
  },
});
