import { expect } from "vitest";
import type { Recorded, Recording } from "../../support/mocks";

export const zoneNames = ["ap-northeast-1a", "ap-northeast-1c", "ap-northeast-1d"];
export const subnetIds = ["subnet-1", "subnet-2", "subnet-3"];
export const keyArn = "arn:aws:kms:ap-northeast-1:123456789012:key/data";
export const logsKeyArn = "arn:aws:kms:ap-northeast-1:123456789012:key/logs";
export const secretsKeyArn = "arn:aws:kms:ap-northeast-1:123456789012:key/secrets";

/** No component of the data tier is given a secret, or makes one: a state file then cannot hold one. */
export function expectNoSecret(recording: Recording<unknown>): void {
  for (const resource of recording.resources) {
    expect(resource.secretInputs, resource.name).toEqual([]);
    const keys = keysOf(resource.inputs).filter((key) => /password|token|secret/i.test(key));
    // These two say who keeps the password, and with which key.
    const harmless = ["manageMasterUserPassword", "masterUserSecretKmsKeyId"];
    expect(
      keys.filter((key) => !harmless.includes(key)),
      resource.name,
    ).toEqual([]);
  }
}

function keysOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(keysOf);
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...keysOf(inner)]);
}

/** Names of the resources that AWS must have before this one, by its inputs or by dependsOn. */
export function dependenciesOf(recording: Recording<unknown>, resource: Recorded): string[] {
  const byUrn = new Map(recording.resources.map(({ urn, name }) => [urn, name]));
  return resource.options.dependencies.map((urn) => byUrn.get(urn) ?? urn);
}
