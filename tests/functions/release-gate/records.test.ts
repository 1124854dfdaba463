import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { LEASE_MINUTES, Records } from "../../../functions/release-gate/records";
import { begin, type GateState } from "../../../functions/release-gate/state";
import { type Emulator, startEmulator } from "../../support/aws-emulator";
import { FakeTable } from "./fake-table";
import { image } from "./fixtures";

const now = new Date("2026-11-24T00:00:00Z");
const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
const release = { id: "d2", image: image("2"), version: "v2" };
const credentials = { accessKeyId: "test", secretAccessKey: "test" };
const marshallOptions = { removeUndefinedValues: true };

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
}, 120_000);
afterAll(() => emulator?.stop());

let made = 0;
/** The table of an emulator's DynamoDB, which answers like the real one where conditions are concerned. */
async function emulated(): Promise<Records> {
  const client = new DynamoDBClient({ region: "ap-northeast-1", endpoint: emulator.endpoint, credentials });
  const TableName = `releases-${made++}`;
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [
        { AttributeName: "kind", AttributeType: "S" },
        { AttributeName: "id", AttributeType: "S" },
      ],
      KeySchema: [
        { AttributeName: "kind", KeyType: "HASH" },
        { AttributeName: "id", KeyType: "RANGE" },
      ],
    }),
  );
  return new Records(DynamoDBDocumentClient.from(client, { marshallOptions }), TableName);
}

/** The one that the other tests stand on. */
function faked(): Promise<Records> {
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient({ region: "ap-northeast-1" }));
  new FakeTable().install(mockClient(documents), (_, effect) => (input) => Promise.resolve().then(() => effect(input)));
  return Promise.resolve(new Records(documents, "releases"));
}

describe.each([
  ["an emulator's table", emulated],
  ["the fake table", faked],
])("records in %s", (_, make) => {
  let records: Records;
  beforeEach(async () => {
    records = await make();
  });
  const state = begin(release, now);

  it("gives back what was saved", async () => {
    expect(await records.load("d2")).toBeUndefined();
    const full: GateState = {
      ...state,
      step: { at: "read", purpose: "ask", ended: { task: "t", exitCode: null, reason: "r" } },
      before: { highestBatch: 7, pending: [{ name: "m", declared: false, found: [] }] },
    };
    expect(await records.save(full, 0, now)).toBe(1);
    expect(await records.load("d2")).toEqual({ state: JSON.parse(JSON.stringify(full)) as unknown, version: 1 });
  });

  it("gives back how a trial came out, the last word of it, beside what was saved of its release", async () => {
    expect(await records.loadTrial("d2")).toBeUndefined();
    await records.save(state, 0, now);
    await records.saveTrial("d2", { status: "SUCCEEDED", result: "tried", reason: "good" }, now);
    await records.saveTrial("d2", { status: "FAILED", result: "failed", reason: "no answer" }, later(1));
    expect(await records.loadTrial("d2")).toEqual({ status: "FAILED", reason: "no answer" });
    expect((await records.load("d2"))?.version).toBe(1);
  });

  it("lets one of two writers win", async () => {
    expect(await records.save(state, 0, now)).toBe(1);
    expect(await records.save(state, 0, now)).toBeUndefined();
    expect(await records.save(state, 1, now)).toBe(2);
    expect(await records.save(state, 1, now)).toBeUndefined();
  });

  it("writes what became of a migration together with the end of its release, or neither", async () => {
    const done: GateState = {
      ...state,
      step: { at: "done" },
      began: true,
      safe: true,
      snapshot: "s",
      before: { highestBatch: 7, pending: [{ name: "m8", declared: true, found: ["dropColumn"] }] },
      outcome: { status: "SUCCEEDED", result: "migrated", reason: "done" },
    };
    await records.save(state, 0, now);
    expect(await records.save(done, 7, later(1))).toBeUndefined();
    expect(await records.migrationsSince(new Date(0))).toEqual([]);
    expect(await records.save(done, 1, later(1))).toBe(2);
    const other = {
      ...done,
      release: { ...release, id: "d3" },
      outcome: { ...done.outcome!, result: "failed" },
    } as const;
    await records.save(other, 0, later(5));

    const all = await records.migrationsSince(now);
    expect(all.map(({ releaseId, result }) => [releaseId, result])).toEqual([
      ["d2", "migrated"],
      ["d3", "failed"],
    ]);
    expect(all[0]).toEqual({
      at: later(1).toISOString(),
      releaseId: "d2",
      image: image("2"),
      version: "v2",
      result: "migrated",
      reason: "done",
      migrations: [{ name: "m8", declared: true, found: ["dropColumn"] }],
      snapshot: "s",
    });
    expect(await records.migrationsSince(later(3))).toHaveLength(1);
  });

  it("keeps no history of what was not begun", async () => {
    const outcome = { status: "SUCCEEDED", result: "nothing-pending", reason: "none" } as const;
    await records.save({ ...state, step: { at: "done" }, outcome }, 0, now);
    expect(await records.migrationsSince(new Date(0))).toEqual([]);
  });

  it("gives the lock to one, again to the same, and on when its lease is over", async () => {
    expect(await records.takeLock("a", now)).toEqual({ heldBy: undefined });
    expect(await records.takeLock("a", now)).toEqual({ heldBy: undefined });
    expect(await records.takeLock("b", later(LEASE_MINUTES - 1))).toEqual({ heldBy: "a" });
    expect(await records.renewLock("a", later(LEASE_MINUTES - 1))).toEqual({ heldBy: undefined });
    expect(await records.takeLock("b", later(LEASE_MINUTES + 1))).toEqual({ heldBy: "a" });
    expect(await records.takeLock("b", later(2 * LEASE_MINUTES))).toEqual({ heldBy: undefined });
    expect(await records.renewLock("a", later(2 * LEASE_MINUTES))).toEqual({ heldBy: "b" });
    await records.releaseLock("a");
    expect(await records.takeLock("c", later(2 * LEASE_MINUTES))).toEqual({ heldBy: "b" });
    await records.releaseLock("b");
    // Somebody had it in between: what "a" knew of the schema is old.
    expect((await records.renewLock("a", later(2 * LEASE_MINUTES))).heldBy).toMatch(/done by now/);
    expect(await records.takeLock("c", later(2 * LEASE_MINUTES))).toEqual({ heldBy: undefined });
  });

  it("renews a lease that is over, as long as nobody took it", async () => {
    await records.takeLock("a", now);
    expect(await records.renewLock("a", later(10 * LEASE_MINUTES))).toEqual({ heldBy: undefined });
  });
});
