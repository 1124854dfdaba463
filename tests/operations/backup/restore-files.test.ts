import { setTimeout as sleep } from "node:timers/promises";
import { S3 } from "@aws-sdk/client-s3";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { copy } from "../../../operations/backup/copy-version";
import { histories, stepFor, type Version } from "../../../operations/backup/versions";
import { operatorWorld, PRODUCTION, YES } from "../../support/operator-world";

const { run, endpoint, front } = operatorWorld();
const BUCKET = "affiliate-production-uploads-123456789012";
let s3: S3;

beforeAll(() => {
  s3 = new S3({ endpoint: endpoint(), region: "ap-northeast-1", forcePathStyle: true });
});
afterAll(() => s3.destroy());
beforeEach(async () => {
  await s3.createBucket({ Bucket: BUCKET, CreateBucketConfiguration: { LocationConstraint: "ap-northeast-1" } });
  await s3.putBucketVersioning({ Bucket: BUCKET, VersioningConfiguration: { Status: "Enabled" } });
});

const put = (Key: string, Body: string, more = {}) => s3.putObject({ Bucket: BUCKET, Key, Body, ...more });
const remove = (Key: string) => s3.deleteObject({ Bucket: BUCKET, Key });

/** The next second begins: S3 tells times of versions by the second. */
const nextSecond = () => sleep(1020 - (Date.now() % 1000));
const secondNow = () => new Date(Math.floor(Date.now() / 1000) * 1000).toISOString().replace(".000Z", "Z");

/** What a reader finds: keys and contents. */
async function listing(prefix: string): Promise<Record<string, string>> {
  const { Contents = [] } = await s3.listObjectsV2({ Bucket: BUCKET, Prefix: prefix });
  const entries = Contents.map(async ({ Key = "" }) => {
    const { Body } = await s3.getObject({ Bucket: BUCKET, Key });
    return [Key, (await Body?.transformToString()) ?? ""] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

async function versions(prefix: string): Promise<Version[]> {
  const all: Version[] = [];
  for await (const history of histories(s3, BUCKET, prefix, () => undefined)) all.push(...history);
  return all;
}

const OPERATIONS = [[], ["put"], ["delete"], ["put", "delete"], ["delete", "put"], ["put", "put"]] as const;
const phase = fc.constantFrom(...OPERATIONS);
const history = fc.tuple(phase, phase, phase);
/** Keys that are hard to write into a header, to sort, or to tell apart. */
const key = fc.constantFrom(
  "a",
  "a/b",
  "a b+c",
  "画像/バナー.png",
  "😀",
  "\ufffd",
  "q?x=1&y",
  "per%20cent",
  "'quote'",
  "z",
);
const world = fc.record({
  keys: fc.uniqueArray(fc.tuple(key, history), { minLength: 1, maxLength: 10, selector: ([name]) => name }),
  cut: fc.constantFrom(0, 1),
});

describe("a real S3 API", () => {
  it("whatever was put and deleted, the listing is that of the time, and no version is lost", async () => {
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(world, async ({ keys, cut }) => {
        const prefix = `run-${++runs}/`;
        let then: Record<string, string> = {};
        let at = "";
        for (const phase of [0, 1, 2] as const) {
          if (phase > 0) await nextSecond();
          await Promise.all(
            keys.map(async ([name, history]) => {
              for (const [step, operation] of history[phase].entries()) {
                if (operation === "put") await put(prefix + name, `${name} ${phase} ${step}`);
                else await remove(prefix + name);
              }
            }),
          );
          if (phase === cut) [then, at] = [await listing(prefix), secondNow()];
        }
        const before = await versions(prefix);
        const { code, stdout, stderr } = await run(
          "restore",
          "files",
          ...YES,
          "--at",
          at,
          "--prefix",
          prefix,
          "--json",
        );
        expect(code, stderr).toBe(0);
        const { inDoubt, copies, deletions } = JSON.parse(stdout) as Record<"copies" | "deletions", number> & {
          inDoubt: string[];
        };
        const now = await listing(prefix);
        for (const doubtful of inDoubt) {
          // Only where a second holds both, and the content is there then.
          expect(
            keys
              .find(([name]) => prefix + name === doubtful)?.[1]
              .slice(0, cut + 1)
              .flat(),
          ).toContain("delete");
          expect(now[doubtful]).toBeDefined();
          for (const side of [now, then]) delete side[doubtful];
        }
        expect(now).toEqual(then);
        const after = await versions(prefix);
        const ids = new Set(after.map(({ versionId }) => versionId));
        expect(before.filter(({ versionId }) => !ids.has(versionId))).toEqual([]);
        expect(after).toHaveLength(before.length + copies + deletions);
      }),
      { numRuns: Number(process.env.PROPERTY_RUNS ?? 3) },
    );
  }, 300_000);

  it("keeps metadata and tags, in one piece and in parts", async () => {
    const more = { ContentType: "image/png", Metadata: { owner: "42" }, Tagging: "kind=banner&a%20b=c" };
    // S3's smallest part but the last.
    await put("banner", "x".repeat(6 * 1024 ** 2), more);
    const [version] = await versions("banner");
    if (version === undefined) throw new Error("no version");
    await remove("banner");
    for (const part of [undefined, 5 * 1024 ** 2]) {
      const id = await copy(s3, BUCKET, version, part && 1, part);
      const { VersionId, ContentType, Metadata, ContentLength } = await s3.headObject({
        Bucket: BUCKET,
        Key: "banner",
      });
      expect({ VersionId, ContentType, Metadata, ContentLength }).toEqual({
        ...{ VersionId: id, ContentType: "image/png", Metadata: { owner: "42" }, ContentLength: 6 * 1024 ** 2 },
      });
      const { TagSet = [] } = await s3.getObjectTagging({ Bucket: BUCKET, Key: "banner" });
      expect(Object.fromEntries(TagSet.map(({ Key, Value }) => [Key, Value]))).toEqual({ kind: "banner", "a b": "c" });
    }
  });

  it("a dry run changes nothing, and says what would be", async () => {
    await put("a", "first");
    const at = secondNow();
    await nextSecond();
    await put("a", "second");
    await put("b", "new");
    front().quiet();
    const { code, stderr } = await run("restore", "files", ...PRODUCTION, "--at", at, "--dry-run");
    expect(code).toBe(0);
    expect(stderr).toContain("1 to bring back (5 B), 1 to mark as deleted, 0 as they were.");
    expect(front().changes()).toEqual([]);
  });

  it("goes on where it was: what was brought back before is not copied again, unless somebody wrote over it", async () => {
    for (const name of ["a", "b", "c"]) await put(name, "first");
    const at = secondNow();
    await nextSecond();
    for (const name of ["a", "b", "c"]) await put(name, "second");
    const denied = { status: 403, body: "<Error><Code>InvalidObjectState</Code><Message>archived</Message></Error>" };
    front().fail({ on: `PUT /${BUCKET}/b`, times: 1, answer: denied });
    const first = await run("restore", "files", ...YES, "--at", at);
    expect([first.code, first.stderr]).toEqual([1, expect.stringContaining("b: AWS answered InvalidObjectState")]);
    expect(await listing("")).toEqual({ a: "first", b: "second", c: "first" });
    await put("c", "third");
    front().quiet();
    const second = await run("restore", "files", ...YES, "--at", at);
    expect([second.code, second.stderr]).toEqual([0, expect.stringContaining("an earlier run brought back 1.")]);
    expect(await listing("")).toEqual({ a: "first", b: "first", c: "first" });
    expect(front().changes()).toHaveLength(2);
  });

  it("refuses a time before the oldest that is kept, naming the window, and one that is no time", async () => {
    await s3.putBucketLifecycleConfiguration({
      Bucket: BUCKET,
      LifecycleConfiguration: {
        Rules: [
          { ID: "old", Status: "Enabled", Filter: { Prefix: "" }, NoncurrentVersionExpiration: { NoncurrentDays: 30 } },
        ],
      },
    });
    const early = await run("restore", "files", ...YES, "--at", "2020-01-01T00:00:00+09:00");
    expect([early.code, early.stderr]).toEqual([
      3,
      expect.stringMatching(/kept for 30 days, so times from 20.*\+09:00 to now/),
    ]);
    const bare = await run("restore", "files", ...YES, "--at", "2026-11-27 10:40");
    expect([bare.code, bare.stderr]).toEqual([2, expect.stringContaining("no time with its offset")]);
    const late = await run("restore", "files", ...YES, "--at", "2999-01-01T00:00:00Z");
    expect([late.code, late.stderr]).toEqual([2, expect.stringContaining("yet to come")]);
    await s3.putBucketVersioning({ Bucket: BUCKET, VersioningConfiguration: { Status: "Suspended" } });
    const unversioned = await run("restore", "files", ...YES, "--at", secondNow());
    expect([unversioned.code, unversioned.stderr]).toEqual([
      3,
      expect.stringContaining("keeps no versions now (Suspended)"),
    ]);
  });
});

describe("a key's history", () => {
  const entry = (time: number, kind: "put" | "delete", latest = false): Version => ({
    ...{ key: "k", versionId: `${kind}-${time}`, time, latest, marker: kind === "delete", bytes: 1 },
  });

  it("that ends at the time needs nothing", () => {
    expect(stepFor([entry(1000, "put", true)], 1000)).toEqual({ do: "nothing" });
    expect(stepFor([entry(1000, "put", true), entry(1000, "delete")], 1999)).toEqual({ do: "nothing" });
    expect(stepFor([entry(2000, "delete", true), entry(1000, "delete")], 1000)).toEqual({ do: "nothing" });
  });

  it("counts a second to its end, as S3 tells times", () => {
    const history = [entry(2000, "put", true), entry(1000, "put")];
    expect(stepFor(history, 1000)).toMatchObject({ do: "copy", version: { time: 1000 } });
    expect(stepFor(history, 999)).toMatchObject({ do: "delete" });
    expect(stepFor(history, 2000)).toEqual({ do: "nothing" });
  });

  it("in doubt takes the content, and says so", () => {
    const history = [entry(5000, "put", true), entry(1000, "delete"), entry(1000, "put")];
    expect(stepFor(history, 1000)).toMatchObject({ do: "copy", doubt: true, version: { versionId: "put-1000" } });
  });
});
