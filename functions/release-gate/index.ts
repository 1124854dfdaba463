import { setTimeout } from "node:timers/promises";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { ECSClient } from "@aws-sdk/client-ecs";
import { RDSClient } from "@aws-sdk/client-rds";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { createHandler } from "./handler";
import { Records } from "./records";
import { settingsFrom } from "./settings";
import { asker } from "./smoke";

/** An answer that does not come is asked for again within the call, and cut off long before the call's end. */
const patience = { maxAttempts: 3, requestHandler: { connectionTimeout: 3000, requestTimeout: 10_000 } };
const ecs = new ECSClient(patience);
const rds = new RDSClient(patience);
const logs = new CloudWatchLogsClient(patience);
const documents = DynamoDBDocumentClient.from(new DynamoDBClient(patience), {
  marshallOptions: { removeUndefinedValues: true },
});

/** What ECS calls at the stages of a deployment. */
export const handler = createHandler(
  (context, say) => {
    // Not at start-up: a function that fails to start answers without a status.
    const settings = settingsFrom(process.env);
    return {
      settings,
      ecs,
      rds,
      logs,
      records: new Records(documents, settings.table),
      ask: asker({ host: settings.testHost, hostname: settings.testHostname }),
      now: () => new Date(),
      pause: (seconds) => setTimeout(seconds * 1000),
      secondsLeft: () => (context?.getRemainingTimeInMillis() ?? 300_000) / 1000,
      say,
    };
  },
  // Not console.log: Lambda would wrap the line, and a query find its fields one level deeper.
  (message, fields = {}) => {
    process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), level: "INFO", message, ...fields })}\n`);
  },
);
