// Every resource that holds data, changed behind the program's back: seen by the very command of the drift workflow, and named in
// the issue that it writes. Nothing is put right by looking.
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { statefulTypes } from "../../policy/rules/backup/stateful-protected";
import { renderComment } from "../../report/comment";
import { type Plan, readPlan } from "../../report/plan";
import { Cloud, type CloudResource } from "../../sandbox/cloud/cloud";
import type { UpdateResult } from "../../sandbox/cli/sandbox";
import { captured, copyOfLanded } from "../support/landed";
import { readWorkflow } from "../support/workflows";

const ENGINE = 300_000;

/** One setting of each type that somebody might turn in the console, and to what. */
const TURNED: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "aws:dynamodb/table:Table": { deletionProtectionEnabled: false },
  "aws:rds/cluster:Cluster": { backupRetentionPeriod: 1 },
  "aws:elasticache/replicationGroup:ReplicationGroup": { snapshotRetentionLimit: 0 },
  "aws:s3/bucket:Bucket": { tags: { Project: "somebody-elses" } },
  "aws:kms/key:Key": { enableKeyRotation: false },
  "aws:secretsmanager/secret:Secret": { description: "changed by hand" },
  "aws:ecr/repository:Repository": { imageTagMutability: "MUTABLE" },
};

/** The engine's flags in the workflow's own words. */
function flagsOfTheWorkflow(): string[] {
  const { jobs } = readWorkflow(".github/workflows/drift.yml");
  const run = jobs.drift?.steps.map(({ run = "" }) => run).find((text) => text.includes("npm run preview")) ?? "";
  const [, words = ""] = /npm run preview -- "\$STACK" ([\s\S]*)$/.exec(run) ?? [];
  return words
    .replace(/--event-log \S+/, "")
    .split(/[\s\\]+/)
    .filter((word) => word !== "")
    .map((word) => word.replace(/^"(.*)"$/, "$1"));
}

const flags = flagsOfTheWorkflow();
let turned: readonly CloudResource[];
let clean: UpdateResult;
let found: UpdateResult;
let plan: Plan;

beforeAll(async () => {
  const home = await copyOfLanded("drift");
  const cloud = new Cloud(join(home, ".cloud"));
  clean = await captured(home).update("preview", "production", flags);
  const ours = cloud.all().filter(({ urn, type }) => statefulTypes.has(type) && urn.includes(":production::"));
  for (const resource of ours)
    cloud.update({ ...resource, state: { ...resource.state, ...(TURNED[resource.type] as object) } });
  turned = ours;
  found = await captured(home).update("preview", "production", flags);
  plan = readPlan(found.log, "production");
}, 4 * ENGINE);

const urns = () => turned.map(({ urn }) => urn).sort();

describe("the drift workflow's command", () => {
  it("looks at the cloud, wants no change, and changes nothing", () => {
    expect(flags).toEqual(["--refresh", "--expect-no-changes", "--diff", "--exclude", "**github:index/**"]);
  });

  it("is content with a stack that nobody has touched", () => {
    expect(clean.exitCode, clean.stdout).toBe(0);
    expect(Object.keys(clean.events.changes ?? {})).toEqual(["same"]);
  });

  it("every type that holds data was turned", () => {
    expect(Object.keys(TURNED).sort()).toEqual([...statefulTypes].sort());
    expect(new Set(turned.map(({ type }) => type))).toEqual(statefulTypes);
    expect(turned.length).toBeGreaterThan(25);
  });

  it("ends with an error, and has seen each of them", () => {
    expect(found.exitCode).not.toBe(0);
    const drifted = plan.changes.filter(({ operation }) => operation === "refresh").map(({ urn }) => urn);
    expect(drifted.sort()).toEqual(urns());
    // What an update would do about it: put them right, in place.
    const mended = plan.changes.filter(({ operation }) => operation !== "refresh");
    expect(mended.map(({ operation, urn }) => `${operation} ${urn}`).sort()).toEqual(
      urns().map((urn) => `update ${urn}`),
    );
  });

  it("names each of them, and what was turned, in the issue", () => {
    const text = renderComment([plan], { source: "simulated cloud" });
    for (const { urn, type } of turned) {
      expect(text).toContain(`${urn.split("::").at(-1)} (${type}) refresh`);
      expect(text).toContain(Object.keys(TURNED[type] ?? {})[0]);
    }
  });
});
