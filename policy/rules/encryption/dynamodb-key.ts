import { ownKeyRule } from "../../framework/own-key";

export const dynamodbKey = ownKeyRule(
  {
    name: "dynamodb-key",
    group: "encryption",
    description: "DynamoDB tables are encrypted with a key of our own.",
    severity: "medium",
    controls: [],
    mend: "Give serverSideEncryption.kmsKeyArn: the data key (components/foundation/keys.ts).",
  },
  [
    {
      type: "aws:dynamodb/table:Table",
      path: "serverSideEncryption.kmsKeyArn",
      purposes: ["data"],
      otherwise: "DynamoDB takes a key that it owns",
    },
  ],
);
