import { mustBeAtLeast } from "../../framework/checks";
import { resourceRule } from "../../framework/rule";

export const secretRecoveryWindow = resourceRule({
  name: "secret-recovery-window",
  group: "backup",
  description: "A deleted secret can be brought back.",
  severity: "medium",
  controls: [],
  mend: "Give recoveryWindowInDays (components/foundation/secrets.ts).",
  thresholds: {
    minimumDays: {
      type: "integer",
      minimum: 0,
      maximum: 30,
      default: 30,
      description: "Days until a deletion is final.",
    },
  },
  claims: {
    "aws:secretsmanager/secret:Secret": [
      { path: "recoveryWindowInDays", harmless: { drop: "AWS waits 30 days by default" } },
    ],
  },
  judges: {
    *"aws:secretsmanager/secret:Secret"({ recoveryWindowInDays }, context) {
      yield* mustBeAtLeast("recoveryWindowInDays", recoveryWindowInDays, context.number("minimumDays"), "days", 30);
    },
  },
});
