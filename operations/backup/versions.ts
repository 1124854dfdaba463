import type { ListObjectVersionsCommandOutput, S3 } from "@aws-sdk/client-s3";

/** One entry of a versioned bucket: content, or the mark of a deletion. */
export interface Version {
  readonly key: string;
  readonly versionId: string;
  /** S3 tells it to the second, in milliseconds. */
  readonly time: number;
  readonly latest: boolean;
  readonly marker: boolean;
  readonly bytes: number;
}

export type Step =
  /** It is today as it was then. */
  | { readonly do: "nothing" }
  /** The version of then becomes the newest one. `doubt`: see `stepFor`. */
  | { readonly do: "copy"; readonly version: Version; readonly doubt: boolean }
  /** It did not exist then: a deletion is marked, and the content stays beneath. */
  | { readonly do: "delete"; readonly version: Version; readonly doubt: boolean };

/**
 * What brings a key back to the state that it had at the end of the second `at` (milliseconds). Where something was written
 * and deleted within one second and neither is the newest entry, S3 does not tell which came last: then the content is
 * taken, since one object too many can be deleted again, and the step is marked as in doubt.
 *
 * @param history - all entries of the key; contents among each other newest first, as S3 lists them
 */
export function stepFor(history: readonly Version[], at: number): Step {
  const until = Math.floor(at / 1000) * 1000 + 999;
  const now = history.find(({ latest }) => latest);
  const before = history.filter(({ time }) => time <= until);
  const last = Math.max(...before.map(({ time }) => time));
  const tied = before.filter(({ time }) => time === last);
  const then = tied.find(({ latest }) => latest) ?? tied.find(({ marker }) => !marker) ?? tied[0];
  const doubt =
    then !== undefined && !then.latest && tied.some(({ marker }) => marker) && tied.some((one) => !one.marker);
  if (then === undefined || then.marker) {
    return now === undefined || now.marker ? { do: "nothing" } : { do: "delete", version: now, doubt };
  }
  return then.latest ? { do: "nothing" } : { do: "copy", version: then, doubt };
}

/** The history of each key, one after the other: a bucket of millions of keys is never held as a whole. */
export async function* histories(
  s3: S3,
  bucket: string,
  prefix: string,
  seen: (versions: number) => void,
): AsyncGenerator<readonly Version[]> {
  let open: Version[] = [];
  let count = 0;
  let next: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | undefined = {};
  // The SDK has no paginator for this one.
  while (next !== undefined) {
    const page: ListObjectVersionsCommandOutput = await s3.listObjectVersions({
      Bucket: bucket,
      Prefix: prefix,
      ...next,
    });
    const { NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page;
    next = page.IsTruncated === true ? { KeyMarker, VersionIdMarker } : undefined;
    const found = [
      ...(page.Versions ?? []).map((one) => ({ ...one, marker: false, bytes: one.Size ?? 0 })),
      ...(page.DeleteMarkers ?? []).map((one) => ({ ...one, marker: true, bytes: 0 })),
    ].map(({ Key: key = "", VersionId: versionId = "", LastModified, IsLatest: latest = false, marker, bytes }) => {
      return { key, versionId, time: LastModified?.getTime() ?? 0, latest, marker, bytes };
    });
    count += found.length;
    seen(count);
    // In order: contents stay newest first.
    const byKey = new Map<string, Version[]>();
    for (const one of [...open, ...found]) {
      const history = byKey.get(one.key);
      if (history === undefined) byKey.set(one.key, [one]);
      else history.push(one);
    }
    // The last key of a page may go on in the next.
    const last = [...byKey.keys()].reduce((a, b) => (isBefore(a, b) ? b : a), "");
    open = byKey.get(last) ?? [];
    for (const [key, history] of byKey) if (key !== last) yield history;
  }
  if (open.length > 0) yield open;
}

/** The order of S3: of the UTF-8 bytes, which is another one than JavaScript's beyond the basic plane. */
const isBefore = (a: string, b: string): boolean => Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0;

/** Of the source in CopyObject: each part of the key, but not its slashes, in percent form. */
export const copySource = (bucket: string, { key, versionId }: Version): string =>
  `${bucket}/${key.split("/").map(encodeURIComponent).join("/")}?versionId=${encodeURIComponent(versionId)}`;
