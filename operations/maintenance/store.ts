import type { CloudFrontKeyValueStore } from "@aws-sdk/client-cloudfront-keyvaluestore";
import { errorName } from "../aws";
import { Failure } from "../failure";
import { KEY, type Maintenance, parseState, valueOf } from "./state";

export interface Found {
  readonly state?: Maintenance;
  /** Somebody else has written what the function does not understand. */
  readonly broken: boolean;
  /** Of the store, from before the key was read: what is written must follow on it. */
  readonly etag: string;
}

export async function readState(client: CloudFrontKeyValueStore, storeArn: string): Promise<Found> {
  const { ETag: etag } = await client.describeKeyValueStore({ KvsARN: storeArn });
  if (etag === undefined) throw new Failure("failed", `AWS told no ETag of ${storeArn}. Nothing was changed.`);
  return { ...parseState(await readKey(client, storeArn)), etag };
}

async function readKey(client: CloudFrontKeyValueStore, storeArn: string): Promise<string | undefined> {
  try {
    return (await client.getKey({ KvsARN: storeArn, Key: KEY })).Value;
  } catch (error) {
    // The store is there, so it is the key that is not: before the first maintenance.
    if (errorName(error) === "ResourceNotFoundException") return undefined;
    throw error;
  }
}

/** Writes only onto what was read: of two operators the second is told. */
export async function writeState(
  client: CloudFrontKeyValueStore,
  storeArn: string,
  etag: string,
  state: Maintenance,
): Promise<void> {
  try {
    await client.putKey({ KvsARN: storeArn, Key: KEY, Value: valueOf(state), IfMatch: etag });
  } catch (error) {
    if (errorName(error) !== "ConflictException") throw error;
    // Sent twice over a connection that broke, the second meets what the first has written.
    if (parseState(await readKey(client, storeArn)).state?.id === state.id) return;
    throw new Failure(
      "refused",
      "Somebody else has changed the maintenance since it was read. Nothing was overwritten.",
      "See what holds now: npm run operations -- maintenance status --stack …",
    );
  }
}
