import { mustBeTrue } from "../../framework/checks";
import { resourceRule } from "../../framework/rule";

export const dynamodbEncrypted = resourceRule({
  name: "dynamodb-encrypted",
  group: "encryption",
  description: "DynamoDB tables are encrypted with a key that their readers need as well.",
  severity: "high",
  controls: [],
  mend: "Give serverSideEncryption with enabled: true and a key (components/compute/release-gate.ts).",
  claims: { "aws:dynamodb/table:Table": ["serverSideEncryption", "serverSideEncryption.enabled"] },
  judges: {
    *"aws:dynamodb/table:Table"({ serverSideEncryption }) {
      yield* mustBeTrue(
        "serverSideEncryption.enabled",
        serverSideEncryption?.enabled,
        "it is encrypted with a key that DynamoDB owns, whatever key is named",
      );
    },
  },
});
