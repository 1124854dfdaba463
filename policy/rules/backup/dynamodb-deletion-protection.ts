import { mustBeTrue } from "../../framework/checks";
import { resourceRule } from "../../framework/rule";

export const dynamodbDeletionProtection = resourceRule({
  name: "dynamodb-deletion-protection",
  group: "backup",
  description: "AWS refuses to delete DynamoDB tables.",
  severity: "high",
  controls: ["FSBP DynamoDB.6"],
  mend: "Set affiliate:protect: true in the stack file.",
  claims: { "aws:dynamodb/table:Table": ["deletionProtectionEnabled"] },
  judges: {
    *"aws:dynamodb/table:Table"({ deletionProtectionEnabled }) {
      yield* mustBeTrue("deletionProtectionEnabled", deletionProtectionEnabled, "anyone with the right may delete it");
    },
  },
});
