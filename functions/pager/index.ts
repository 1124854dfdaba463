import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { type Answer, createHandler, settingsFrom } from "./handler";

const secretsManager = new SecretsManagerClient({ maxAttempts: 3 });

async function ask(url: string, init: RequestInit): Promise<Answer> {
  const { status, body } = await fetch(url, { ...init, redirect: "error", signal: AbortSignal.timeout(5000) });
  await body?.cancel();
  return { status };
}

/** What Lambda calls, for each notification. */
export const handler = createHandler(settingsFrom(process.env), {
  secret: async (id) => {
    const { SecretString } = await secretsManager.send(new GetSecretValueCommand({ SecretId: id }));
    return SecretString ?? "";
  },
  post: (url, body) =>
    ask(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  get: (url) => ask(url, { method: "GET" }),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  log: (entry) => console.log(JSON.stringify(entry)),
});
