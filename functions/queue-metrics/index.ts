import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { createHandler, settingsFrom } from "./handler";
import { connectRedis } from "./redis";

const secretsManager = new SecretsManagerClient({ maxAttempts: 3 });

/** What Lambda calls, once a minute. */
export const handler = createHandler(settingsFrom(process.env), {
  secret: async (arn) => {
    try {
      const { SecretString } = await secretsManager.send(new GetSecretValueCommand({ SecretId: arn }));
      return SecretString ?? "";
    } catch (error) {
      if (!(error instanceof ResourceNotFoundException)) throw error;
      throw new Error(`The secret ${arn} has no value yet: operations secrets set redis-metrics writes it`);
    }
  },
  connect: (settings, credentials) => connectRedis(settings, credentials),
  // Not console.log: Lambda would wrap the line, and CloudWatch find no metrics in it.
  write: (line) => process.stdout.write(`${line}\n`),
  now: () => new Date(),
});
