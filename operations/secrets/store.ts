import type { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { secretDefinition, type SecretName, secretNames } from "../../config/secrets";
import { asFailure, errorName } from "../aws";
import { Failure } from "../failure";
import type { Redactor } from "../redactor";
import { isConfidential } from "./generate";
import type { Observed } from "./judge";

/** A secret as it is, and which version that was: what another writer adds meanwhile shows as another version. */
export interface Held {
  readonly observed: Observed;
  readonly versionId?: string;
}

/** The name of a secret in the table, from what was typed. */
export function secretNamed(typed: string): SecretName {
  const name = secretNames.find((known) => known === typed);
  if (name !== undefined) return name;
  throw new Failure("usage", `There is no secret "${typed}".`, `Secrets: ${secretNames.join(", ")}`);
}

/** Looks at a secret and its current value. What is not there is an answer, not an error. */
export async function look(client: SecretsManager, id: string, name: SecretName, redactor: Redactor): Promise<Held> {
  try {
    const { DeletedDate } = await client.describeSecret({ SecretId: id });
    if (DeletedDate !== undefined) return { observed: { container: "deleted" } };
  } catch (error) {
    if (errorName(error) === "ResourceNotFoundException") return { observed: { container: "absent" } };
    return unreadable(error);
  }
  try {
    const { SecretString, CreatedDate, VersionId } = await client.getSecretValue({ SecretId: id });
    const value = valueOf(name, SecretString, redactor);
    return { observed: { container: "present", version: { value, createdAt: CreatedDate } }, versionId: VersionId };
  } catch (error) {
    // A container without a version answers that the *value* cannot be found.
    if (errorName(error) === "ResourceNotFoundException") return { observed: { container: "present" } };
    return unreadable(error);
  }
}

function unreadable(error: unknown): Held {
  const failure = asFailure(error);
  // Not signed in, or out of reach: true of every secret, and no finding about this one.
  if (failure.reason !== "noAccess" || failure.advice !== undefined) throw failure;
  return { observed: { container: "present", unreadable: failure.message } };
}

function valueOf(name: SecretName, text: string | undefined, redactor: Redactor): Record<string, unknown> | undefined {
  if (text === undefined) return undefined;
  redactor.learn(text);
  const value = jsonObject(text);
  if (value !== undefined) learnValues(name, value, redactor);
  return value;
}

/** Makes the secret parts of a value known to what cleans the output. */
export function learnValues(name: SecretName, value: Readonly<Record<string, unknown>>, redactor: Redactor): void {
  const { keys } = secretDefinition(name);
  for (const [key, text] of Object.entries(value)) {
    if (typeof text === "string" && isConfidential(keys[key])) redactor.learn(text);
  }
}

/** A JSON object; nothing for any other text. The parser's own message would quote what it read. */
export function jsonObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
