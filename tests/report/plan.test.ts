// Event logs as the real engine wrote them (recorded/, made by record.mts from previews over the simulated cloud).
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { EngineEvent, StepMetadata } from "../../report/engine-events";
import { type Plan, planOf, readPlan } from "../../report/plan";
import { keysOf } from "../../report/properties";

const recorded = (name: string): Plan => readPlan(join(__dirname, "recorded", `${name}.jsonl`), "staging");

function stepEvent(metadata: Partial<StepMetadata>): EngineEvent {
  const urn = "urn:pulumi:staging::affiliate::aws:rds/cluster:Cluster::database";
  return {
    timestamp: 0,
    resourcePreEvent: { metadata: { op: "update", urn, type: "aws:rds/cluster:Cluster", ...metadata } },
  };
}

describe("a recorded preview", () => {
  const plan = recorded("staging-changes");

  it("counts a replacement once, though the engine tells of it three times", () => {
    const replaced = plan.changes.filter(({ operation }) => operation === "replace").map(({ name }) => name);
    expect(replaced).toContain("database");
    expect(new Set(replaced).size).toBe(replaced.length);
    expect(plan.changes.map(({ operation }) => operation)).not.toContain("delete");
  });

  it("knows what would be lost, and why", () => {
    const [database, ...others] = plan.changes.filter(({ stateful, operation }) => stateful && operation === "replace");
    expect(others).toEqual([]);
    expect(database).toMatchObject({ name: "database", component: "database", type: "aws:rds/cluster:Cluster" });
    expect(database?.properties).toEqual([
      {
        path: "databaseName",
        kind: "update",
        replaces: true,
        before: '"affiliate_staging"',
        after: '"affiliate_trial"',
      },
    ]);
  });

  it("finds the value inside a list", () => {
    const limit = plan.changes.find(({ name }) => name === "web-acl")?.properties;
    expect(limit).toEqual([
      {
        path: "rules[1].statement.rateBasedStatement.limit",
        kind: "update",
        replaces: false,
        before: "10000",
        after: "9000",
      },
    ]);
  });

  it("tells violations from judgements that have to wait", () => {
    expect(plan.violations.map(({ rule }) => rule)).toEqual(["elasticache-snapshots", "elasticache-snapshots"]);
    expect(plan.violations[0]?.message).toContain("required: at least 1 days");
    expect(plan.postponed).toBeGreaterThan(0);
    expect(plan.advice).toEqual([]);
    expect(plan.rules).toBeGreaterThan(50);
  });

  it("groups resources under the component that a reader knows", () => {
    const owners = new Map(plan.changes.map(({ name, component }) => [name, component]));
    expect(owners.get("tasks-web-template")).toBe("tasks");
    expect(owners.get("redis-cache")).toBe("redis-cache");
  });
});

describe("secrets", () => {
  const secret = (plaintext?: string) => ({
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    plaintext,
  });

  it("are hidden, alone, inside others and on the way", () => {
    const canary = "canary-in-a-secret";
    const { changes } = planOf(
      [
        stepEvent({
          detailedDiff: {
            masterPassword: { diffKind: "update", inputDiff: true },
            tags: { diffKind: "update", inputDiff: true },
            "nested.deep.value": { diffKind: "update", inputDiff: true },
          },
          old: { inputs: { masterPassword: secret(canary), tags: { a: secret(canary) }, nested: secret(canary) } },
          new: {
            inputs: { masterPassword: secret(canary), tags: { a: [secret(canary)] }, nested: { deep: secret(canary) } },
          },
        }),
      ],
      "staging",
    );
    expect(JSON.stringify(changes)).not.toContain(canary);
    expect(changes[0]?.properties.map(({ path, before, after }) => [path, before, after])).toEqual([
      ["masterPassword", "[secret]", "[secret]"],
      ["nested.deep.value", "[secret]", "[secret]"],
      ["tags", '{"a":"[secret]"}', '{"a":["[secret]"]}'],
    ]);
  });
});

describe("paths", () => {
  it.each([
    ["a.b[0].c", ["a", "b", "0", "c"]],
    ['tags["aws:cloudformation.stack"]', ["tags", "aws:cloudformation.stack"]],
    ['a["with \\"quotes\\""][2]', ["a", 'with "quotes"', "2"]],
  ])("%s", (path, keys) => expect(keysOf(path)).toEqual(keys));
});

describe("a log that is none", () => {
  const folder = mkdtempSync(join(tmpdir(), "affiliate-report-"));
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  it("is refused with how to make one", () => {
    expect(() => readPlan(file("other.json", '{"a":1}\n'), "staging")).toThrow(
      /npm run preview -- staging --event-log/,
    );
  });

  it("may end in half a line, of a run that was killed, but not hold one in its middle", () => {
    const prelude = '{"timestamp":1,"preludeEvent":{}}';
    expect(readPlan(file("killed.jsonl", `${prelude}\n{"timest`), "staging")).toMatchObject({ seconds: undefined });
    expect(() => readPlan(file("broken.jsonl", `{"timest\n${prelude}\n`), "staging")).toThrow(
      "its line 1 is no JSON object",
    );
  });
});
