import { mustBeAtLeast } from "../../framework/checks";
import { resourceRule } from "../../framework/rule";

export const kmsDeletionWindow = resourceRule({
  name: "kms-deletion-window",
  group: "backup",
  description: "A deleted key can be brought back: with it go all data that it encrypts.",
  severity: "high",
  controls: ["FSBP KMS.3"],
  mend: "Give deletionWindowInDays: 30 (components/foundation/keys.ts).",
  thresholds: {
    minimumDays: {
      type: "integer",
      minimum: 7,
      maximum: 30,
      default: 30,
      description: "Days until a deletion is final.",
    },
  },
  claims: { "aws:kms/key:Key": [{ path: "deletionWindowInDays", harmless: { drop: "AWS waits 30 days by default" } }] },
  judges: {
    *"aws:kms/key:Key"({ deletionWindowInDays }, context) {
      yield* mustBeAtLeast("deletionWindowInDays", deletionWindowInDays, context.number("minimumDays"), "days", 30);
    },
  },
});
