import type { KMS } from "@aws-sdk/client-kms";
import type { StackFacts } from "../config/stack";
import { errorName } from "../operations/aws";
import { Failure } from "../operations/failure";
import type { StackFile } from "../operations/stack-file";
import { samePolicy } from "./canonical";
import type { Action, Known, Step } from "./step";
import { tagsOf } from "./tags";

interface KeyPurpose {
  /** The last part of its alias. */
  readonly purpose: "pulumi-state" | "pulumi-secrets";
  readonly description: string;
  readonly fact: keyof Known;
}

/** Says which alias a key was made for, so that a run cut off between key and alias does not leave a second one. */
const MADE_FOR = "affiliate:bootstrap";

export function keyAlias(facts: StackFacts, purpose: KeyPurpose["purpose"]): string {
  return facts.name("kmsAlias", purpose);
}

/** IAM decides who uses the key; nobody deletes or disables it by one command, since all state would be lost with it. */
export function keyPolicy(facts: StackFacts): object {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "IamDecides",
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${facts.accountId}:root` },
        Action: "kms:*",
        Resource: "*",
      },
      {
        Sid: "LosingItTakesAChangeOfThisPolicyFirst",
        Effect: "Deny",
        Principal: { AWS: "*" },
        Action: ["kms:ScheduleKeyDeletion", "kms:DisableKey"],
        Resource: "*",
      },
    ],
  };
}

export function keyStep({ purpose, description, fact }: KeyPurpose): Step {
  return {
    title: `KMS key, ${purpose}`,
    async look({ aws, stack }, known) {
      const kms = await aws.kms();
      const alias = keyAlias(stack.facts, purpose);
      const found = await keyOf(kms, alias);
      const orphan = found === undefined ? await orphanOf(kms, alias) : undefined;
      known[fact] = found ?? orphan;
      const arn = found ?? orphan;
      if (arn === undefined) {
        const create = async () => {
          known[fact] = await createKey(kms, stack, alias, description);
        };
        return { present: [], actions: [{ kind: "create", says: `${alias}, rotated every year`, run: create }] };
      }
      const actions = await drift(kms, arn, alias, stack.facts);
      if (orphan !== undefined) {
        actions.unshift({
          kind: "create",
          says: `${alias} for ${orphan}, the key of a run that was cut off`,
          run: async () => void (await kms.createAlias({ AliasName: alias, TargetKeyId: orphan })),
        });
      }
      return { present: actions.length === 0 ? [`${alias} (${arn})`] : [], actions };
    },
  };
}

async function keyOf(kms: KMS, alias: string): Promise<string | undefined> {
  try {
    const { KeyMetadata } = await kms.describeKey({ KeyId: alias });
    if (KeyMetadata?.KeyState === "Enabled") return KeyMetadata.Arn;
    // Somebody did this on purpose, perhaps in an incident: not ours to undo.
    throw new Failure(
      "refused",
      `The key behind ${alias} is ${KeyMetadata?.KeyState}. Nothing was changed.`,
      `To use it again: aws kms cancel-key-deletion, then aws kms enable-key, --key-id ${KeyMetadata?.KeyId}`,
    );
  } catch (error) {
    if (errorName(error) === "NotFoundException") return undefined;
    throw error;
  }
}

async function orphanOf(kms: KMS, alias: string): Promise<string | undefined> {
  for await (const page of kms.paginateListKeys({})) {
    for (const { KeyId, KeyArn } of page.Keys ?? []) {
      const made = await madeFor(kms, KeyId);
      if (made !== alias) continue;
      const { KeyMetadata } = await kms.describeKey({ KeyId });
      if (KeyMetadata?.KeyState === "Enabled") return KeyArn;
    }
  }
  return undefined;
}

async function madeFor(kms: KMS, keyId: string | undefined): Promise<string | undefined> {
  try {
    const { Tags } = await kms.listResourceTags({ KeyId: keyId });
    return Tags?.find(({ TagKey }) => TagKey === MADE_FOR)?.TagValue;
  } catch (error) {
    // Some keys' policies keep even administrators out: those are not ours.
    if (errorName(error) === "AccessDeniedException") return undefined;
    throw error;
  }
}

async function createKey(kms: KMS, stack: StackFile, alias: string, description: string): Promise<string> {
  const tags = Object.entries({ ...tagsOf(stack), [MADE_FOR]: alias });
  const { KeyMetadata } = await kms.createKey({
    Description: description,
    Policy: JSON.stringify(keyPolicy(stack.facts)),
    Tags: tags.map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
  });
  const arn = KeyMetadata?.Arn;
  if (arn === undefined) throw new Failure("failed", `KMS made a key for ${alias} and did not say which.`);
  await kms.createAlias({ AliasName: alias, TargetKeyId: arn });
  await kms.enableKeyRotation({ KeyId: arn });
  return arn;
}

async function drift(kms: KMS, arn: string, alias: string, facts: StackFacts): Promise<Action[]> {
  const actions: Action[] = [];
  const { KeyRotationEnabled } = await kms.getKeyRotationStatus({ KeyId: arn });
  if (KeyRotationEnabled !== true) {
    actions.push({
      kind: "change",
      says: `${alias}: yearly rotation is off, and is switched on`,
      run: async () => void (await kms.enableKeyRotation({ KeyId: arn })),
    });
  }
  const { Policy } = await kms.getKeyPolicy({ KeyId: arn, PolicyName: "default" });
  const wanted = keyPolicy(facts);
  if (!samePolicy(JSON.parse(Policy ?? "{}"), wanted)) {
    actions.push({
      kind: "change",
      says: `${alias}: its key policy differs, and is put back`,
      run: async () =>
        void (await kms.putKeyPolicy({ KeyId: arn, PolicyName: "default", Policy: JSON.stringify(wanted) })),
    });
  }
  return actions;
}
