import type { S3 } from "@aws-sdk/client-s3";
import { dumpPrefix } from "../../config/dump";
import type { Copy, Verified } from "./copies";

/** Of a dump's folder: what `backup verify` found, with the time and the result in the name. */
export const VERIFICATIONS = "verifications/";
const VERIFICATION = /^verifications\/(\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}Z)\.(good|bad)\.json$/;
/** Source: functions/database-dump. */
export const GIVEN_UP = "given-up.json";
/** database/YYYY/MM/DD/<id>/… */
const FOLDER = new RegExp(`^${dumpPrefix}/\\d{4}/\\d{2}/\\d{2}/[^/]+/`);

export interface Dump {
  /** Without the slash at its end: `database/2026/11/27/nightly`. */
  readonly folder: string;
  readonly bytes: number;
  readonly begun: Date;
  /** When the manifest was written; without one there is no dump, but what a task that was killed left. */
  readonly finished?: Date | undefined;
  /** The function that makes dumps wrote down why there will be no manifest. */
  readonly givenUp: boolean;
  readonly verified?: Verified | undefined;
}

/** All dumps of a bucket, from one listing: verifications are objects beside the manifest for that reason (0021). */
export async function listDumps(s3: S3, bucket: string, prefix = `${dumpPrefix}/`): Promise<Dump[]> {
  const { paginateListObjectsV2 } = await import("@aws-sdk/client-s3");
  const dumps = new Map<string, Dump>();
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: prefix })) {
    for (const { Key = "", Size = 0, LastModified = new Date(0) } of Contents) {
      const folder = FOLDER.exec(Key)?.[0];
      if (folder === undefined) continue;
      const known = dumps.get(folder) ?? { folder: folder.slice(0, -1), bytes: 0, begun: LastModified, givenUp: false };
      const verified = verificationOf(Key.slice(folder.length)) ?? known.verified;
      dumps.set(folder, {
        ...known,
        bytes: known.bytes + Size,
        begun: known.begun < LastModified ? known.begun : LastModified,
        finished: Key === `${folder}manifest.json` ? LastModified : known.finished,
        givenUp: known.givenUp || Key === `${folder}${GIVEN_UP}`,
        // Keys are listed in order, and so are the times in them.
        verified,
      });
    }
  }
  return [...dumps.values()];
}

function verificationOf(name: string): Verified | undefined {
  const [, time, result] = VERIFICATION.exec(name) ?? [];
  if (time === undefined) return undefined;
  const at = new Date(time.replace(/T(\d{2})-(\d{2})-(\d{2})Z/, "T$1:$2:$3Z"));
  return { at, result: result === "good" ? "good" : "bad", by: "backup verify" };
}

export const verificationKey = (folder: string, at: Date, result: Verified["result"]): string =>
  `${folder}/${VERIFICATIONS}${at
    .toISOString()
    .replace(/\.\d{3}Z$/, "Z")
    .replaceAll(":", "-")}.${result}.json`;

export async function dumpCopies(s3: S3, bucket: string, region: string, database: string): Promise<Copy[]> {
  const dumps = await listDumps(s3, bucket);
  return dumps.map(({ folder, bytes, begun, finished, givenUp, verified }) => ({
    ...{ of: "database", kind: "dump", resource: database, id: `s3://${bucket}/${folder}`, region, place: bucket },
    ...{ bytes, verified, made: finished ?? begun },
    state: finished !== undefined ? "good" : givenUp ? "failed" : "incomplete",
  }));
}

const EXPORT = /^(.+)-\d{4}\.rdb$/;

/** Snapshots of Redis that were exported: ElastiCache writes them at the top of the bucket, one object a shard. */
export async function exportCopies(s3: S3, bucket: string, region: string): Promise<Copy[]> {
  const { paginateListObjectsV2 } = await import("@aws-sdk/client-s3");
  const copies: Copy[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Delimiter: "/" })) {
    for (const { Key = "", Size, LastModified } of Contents) {
      const resource = EXPORT.exec(Key)?.[1];
      if (resource === undefined) continue;
      copies.push({
        ...{ of: "redis", kind: "export", resource, region, place: bucket, state: "good" },
        ...{ id: `arn:aws:s3:::${bucket}/${Key}`, made: LastModified, bytes: Size },
      });
    }
  }
  return copies;
}

const DAY_MS = 86_400_000;

/** Versions of a bucket are a window of times, as long as noncurrent ones are kept. */
export async function versionsOf(
  s3: S3,
  bucket: string,
  region: string,
  kind: "versions" | "replica",
): Promise<Copy[]> {
  const { Status } = await s3.getBucketVersioning({ Bucket: bucket });
  const days = await keptDays(s3, bucket);
  return [
    {
      ...{ of: "uploads", kind, resource: bucket, id: "a time", region, place: bucket, made: new Date() },
      from: days === undefined ? undefined : new Date(Date.now() - days * DAY_MS),
      state: Status === "Enabled" ? "good" : "failed",
    },
  ];
}

/** Days that an overwritten or deleted version can be brought back; undefined where that is for ever. */
export async function keptDays(s3: S3, bucket: string): Promise<number | undefined> {
  try {
    const { Rules = [] } = await s3.getBucketLifecycleConfiguration({ Bucket: bucket });
    const days = Rules.flatMap(({ Status, NoncurrentVersionExpiration }) =>
      Status === "Enabled" ? (NoncurrentVersionExpiration?.NoncurrentDays ?? []) : [],
    );
    return days.length === 0 ? undefined : Math.min(...days);
  } catch (error) {
    if ((error as Error).name === "NoSuchLifecycleConfiguration") return undefined;
    throw error;
  }
}
