import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readEvents } from "../../sandbox/cli/events";
import { byComponent, operations } from "../../sandbox/cli/summary";

let folder: string;

beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), "summary-test-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const urn = (type: string, name: string): string => `urn:pulumi:production::affiliate::${type}::${name}`;
const STACK = urn("pulumi:pulumi:Stack", "affiliate-production");
const DATABASE = urn("affiliate:data:Database", "database");
const READERS = urn("affiliate:data:Database$affiliate:data:ReaderScaling", "database-readers");

function log(...events: object[]): string {
  const file = path.join(folder, "log.jsonl");
  writeFileSync(file, events.map((event) => `${JSON.stringify(event)}\n`).join(""));
  return file;
}

function step(timestamp: number, type: string, its: string, parent: string, op = "create", kind = "resourcePreEvent") {
  return { timestamp, [kind]: { metadata: { op, urn: its, type, new: { parent }, old: null } } };
}

const RUN = [
  step(100, "pulumi:pulumi:Stack", STACK, ""),
  step(101, "pulumi:providers:aws", urn("pulumi:providers:aws", "default"), ""),
  // A child may be told before its component is.
  step(103, "aws:rds/cluster:Cluster", urn("a$aws:rds/cluster:Cluster", "database"), DATABASE),
  step(102, "affiliate:data:Database", DATABASE, STACK),
  step(104, "affiliate:data:ReaderScaling", READERS, DATABASE),
  step(105, "aws:appautoscaling/target:Target", urn("b$aws:appautoscaling/target:Target", "database-readers"), READERS),
  step(
    109,
    "aws:rds/cluster:Cluster",
    urn("a$aws:rds/cluster:Cluster", "database"),
    DATABASE,
    "create",
    "resOutputsEvent",
  ),
  step(103, "affiliate:foundation:Keys", urn("affiliate:foundation:Keys", "keys"), STACK),
  step(103, "aws:kms/key:Key", urn("c$aws:kms/key:Key", "keys-data"), urn("affiliate:foundation:Keys", "keys")),
  step(
    104,
    "aws:kms/key:Key",
    urn("c$aws:kms/key:Key", "keys-old"),
    urn("affiliate:foundation:Keys", "keys"),
    "delete",
  ),
];

test("counts resources under the outermost component, in the order of layers, without components and deletions", () => {
  const events = readEvents(
    log(...RUN, { timestamp: 110, summaryEvent: { resourceChanges: { create: 7, delete: 1 }, durationSeconds: 10 } }),
  );
  expect(byComponent(events).split("\n")).toEqual([
    "layer       component  kind      resources  time",
    "foundation  keys       Keys              1   0 s",
    "data        database   Database          2   6 s",
    "",
    "3 resources in 2 components of 2 layers, 10 s",
  ]);
  expect(operations(events)).toBe("create 7, delete 1");
});

test("a run without changes is told as one", () => {
  expect(
    operations(readEvents(log({ timestamp: 1, summaryEvent: { resourceChanges: { same: 214 }, durationSeconds: 9 } }))),
  ).toBe("no changes (214 resources)");
});

test("a log that was cut off in the middle of a line is read up to there; one that is missing is empty", () => {
  const file = log(...RUN);
  writeFileSync(file, '{"timestamp": 1', { flag: "a" });
  expect(readEvents(file).steps).toHaveLength(9);
  expect(operations(readEvents(file))).toBeUndefined();
  expect(readEvents(path.join(folder, "none")).steps).toEqual([]);
});
