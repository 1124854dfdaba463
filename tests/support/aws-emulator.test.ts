import { STS } from "@aws-sdk/client-sts";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Emulator, EMULATOR_ACCOUNT, startEmulator } from "./aws-emulator";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
}, 180_000);
afterAll(() => emulator.stop());

const client = () => ({
  endpoint: emulator.endpoint,
  region: "ap-northeast-1",
  credentials: { accessKeyId: "testing", secretAccessKey: "testing" },
});

it("answers for the account that test stack files name", async () => {
  expect((await new STS(client()).getCallerIdentity({})).Account).toBe(EMULATOR_ACCOUNT);
});

it("forgets everything on reset", async () => {
  const secrets = new SecretsManager(client());
  await secrets.createSecret({ Name: "one" });
  await emulator.reset();
  expect((await secrets.listSecrets({})).SecretList).toEqual([]);
});

it("serves two at once on ports of their own, and frees them", async () => {
  const second = await startEmulator();
  expect(second.endpoint).not.toBe(emulator.endpoint);
  await second.stop();
  await expect(fetch(second.endpoint)).rejects.toThrow();
});
