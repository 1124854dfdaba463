import { ElastiCacheClient } from "@aws-sdk/client-elasticache";
import { S3Client } from "@aws-sdk/client-s3";
import { sayTo, writeLine } from "../shared/say";
import { createHandler } from "./handler";
import { settingsFrom } from "./settings";

/** An answer that does not come is asked for again within the call, and cut off long before the call's end. */
const patience = { maxAttempts: 3, requestHandler: { connectionTimeout: 3000, requestTimeout: 10_000 } };
const elasticache = new ElastiCacheClient(patience);
const s3 = new S3Client(patience);
const now = () => new Date();

/** What EventBridge Scheduler calls every few minutes. */
export const handler = createHandler(() => ({
  settings: settingsFrom(process.env),
  elasticache,
  s3,
  now,
  say: sayTo(writeLine, now),
  write: writeLine,
}));
