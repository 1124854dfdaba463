import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Cloud } from "../../sandbox/cloud/cloud";
import { type Values } from "../../sandbox/schema/values";
import { Aws } from "./support/aws";
import { temporaryFolder } from "./support/folder";

const CLUSTER = "aws:rds/cluster:Cluster";
const BUCKET = "aws:s3/bucket:Bucket";
const cluster = { clusterIdentifier: "main", engine: "aurora-mysql", masterUsername: "admin" };

afterEach(() => vi.unstubAllEnvs());

function journal(aws: Aws): { call: string; type: string; outcome: string; pid: number }[] {
  const lines = readFileSync(join(aws.folder, "calls.jsonl"), "utf8").trim().split("\n");
  return lines.map((line) => JSON.parse(line) as { call: string; type: string; outcome: string; pid: number });
}

describe("faults and slowness", () => {
  const rules = (aws: Aws, ...list: object[]): void =>
    writeFileSync(join(aws.folder, "faults.json"), JSON.stringify(list));
  const bucket = (name: string): Values => ({ bucket: name });

  it("fail a call, the one that was asked for", async () => {
    const aws = new Aws(temporaryFolder());
    rules(aws, { type: BUCKET, call: "create", nth: 2, action: "fail", message: "SlowDown" });
    await aws.create(BUCKET, bucket("a-1"));
    await expect(aws.create(BUCKET, bucket("a-2"))).rejects.toThrow("SlowDown");
    await aws.create(BUCKET, bucket("a-3"));
    expect(new Cloud(aws.folder).all().map(({ id }) => id)).toEqual(["a-1", "a-3"]);
  });

  it("count over providers that share the cloud", async () => {
    const folder = temporaryFolder();
    const [one, other] = [new Aws(folder), new Aws(folder)];
    rules(one, { type: BUCKET, call: "create", nth: 2, action: "fail" });
    await one.create(BUCKET, bucket("a-1"));
    await expect(other.create(BUCKET, bucket("a-2"))).rejects.toThrow("asked to fail");
  });

  it("leave a resource half made, which the engine is told with its id", async () => {
    const aws = new Aws(temporaryFolder());
    rules(aws, { type: BUCKET, call: "create", action: "partial" });
    await expect(aws.create(BUCKET, bucket("half"))).rejects.toMatchObject({
      id: "half",
      properties: { bucket: "half" },
      reasons: [expect.stringContaining("did not finish")],
    });
    expect(new Cloud(aws.folder).all()).toHaveLength(1);
  });

  it("throttle, after which the call goes through", async () => {
    const aws = new Aws(temporaryFolder());
    rules(aws, { type: "*", call: "create", name: "one", action: "throttle" });
    const begun = Date.now();
    await aws.create(BUCKET, bucket("slow"));
    expect(Date.now() - begun).toBeGreaterThan(1_000);
  });

  it("hang until the provider is told to stop", async () => {
    const aws = new Aws(temporaryFolder());
    rules(aws, { type: BUCKET, call: "create", action: "hang" });
    const hanging = aws.create(BUCKET, bucket("never"));
    const stopped = expect(hanging).rejects.toThrow(/abort/i);
    setTimeout(() => void aws.provider.cancel(), 200);
    await stopped;
    expect(new Cloud(aws.folder).all()).toEqual([]);
  });

  it("are refused where they are not understood", async () => {
    const aws = new Aws(temporaryFolder());
    rules(aws, { type: BUCKET, call: "create", action: "explode" });
    await expect(aws.create(BUCKET, bucket("a-1"))).rejects.toThrow(/faults\.json: rule 0 needs/);
  });

  it("slow a creation down by the published scale", async () => {
    vi.stubEnv("SANDBOX_TIME_SCALE", "0.01");
    const aws = new Aws(temporaryFolder());
    const begun = Date.now();
    await aws.create(CLUSTER, cluster);
    expect(Date.now() - begun).toBeGreaterThan(550);
  });
});

describe("the journal", () => {
  it("has a line for each call, with what came of it", async () => {
    const aws = new Aws(temporaryFolder());
    const made = await aws.create(BUCKET, { bucket: "assets" });
    await aws.create(BUCKET, { bucket: "assets" }).catch(() => undefined);
    await aws.read(BUCKET, made);
    await aws.delete(BUCKET, made);
    expect(journal(aws).map(({ call, outcome }) => `${call} ${outcome.slice(0, 12)}`)).toEqual([
      "create ok",
      "create operation er",
      "read ok",
      "delete ok",
    ]);
    expect(journal(aws)[0]).toMatchObject({ type: BUCKET, pid: process.pid });
  });
});
