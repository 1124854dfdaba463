import { mustBeTrue } from "../../framework/checks";
import { resourceRule } from "../../framework/rule";

export const kmsKeyRotates = resourceRule({
  name: "kms-key-rotates",
  group: "encryption",
  description: "Keys get new material every year.",
  severity: "medium",
  controls: ["FSBP KMS.4", "CIS 3.6"],
  mend: "Set enableKeyRotation: true (components/foundation/keys.ts).",
  claims: { "aws:kms/key:Key": ["enableKeyRotation"] },
  judges: {
    *"aws:kms/key:Key"({ enableKeyRotation }) {
      yield* mustBeTrue("enableKeyRotation", enableKeyRotation, "a key never rotates");
    },
  },
});
