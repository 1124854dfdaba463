import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { RDS } from "@aws-sdk/client-rds";
import { SSM } from "@aws-sdk/client-ssm";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { verdictOf } from "../../../operations/drill/report";
import { FakeBackup, forgetSnapshots } from "../../support/backup-service";
import { IMAGE, operatorWorld, PRODUCTION, targets, YES } from "../../support/operator-world";

const CLUSTER = targets.database.clusterIdentifier;
const SCRATCH = "affiliate-production-drill";
const OSAKA = ["--region", "ap-northeast-3"] as const;
const FAST = ["--interval", "0.05"] as const;
const backup = new FakeBackup();
let latest: Date | undefined;
/** The latest restorable time of the cluster in use is written into moto's answer, and nothing else of it. */
const { run, endpoint, front, root, releaseRuns } = operatorWorld(async (name, body) => {
  if (name === "DescribeDBClusters" && body.includes(`=${CLUSTER}`) && latest !== undefined) {
    const answer = await fetch(endpoint(), { method: "POST", body, headers: rdsHeaders });
    const time = `<LatestRestorableTime>${latest.toISOString()}</LatestRestorableTime>`;
    const text = (await answer.text()).replace(/<LatestRestorableTime>.*?<\/LatestRestorableTime>/, time);
    return { status: answer.status, body: text };
  }
  return backup.standIn(name, body);
});
const rdsHeaders = {
  "content-type": "application/x-www-form-urlencoded",
  authorization:
    "AWS4-HMAC-SHA256 Credential=testing/20261127/ap-northeast-1/rds/aws4_request, SignedHeaders=host, Signature=0",
};
let here: RDS;
let osaka: RDS;
let reports: string;

beforeAll(() => {
  here = new RDS({ endpoint: endpoint(), region: "ap-northeast-1" });
  osaka = new RDS({ endpoint: endpoint(), region: "ap-northeast-3" });
});
afterAll(() => [here, osaka].forEach((client) => client.destroy()));

const names = async (rds: RDS) => {
  const [{ DBClusters = [] }, { DBInstances = [] }] = await Promise.all([
    rds.describeDBClusters({}),
    rds.describeDBInstances({}),
  ]);
  return [
    ...DBClusters.map(({ DBClusterIdentifier }) => DBClusterIdentifier),
    ...DBInstances.map(({ DBInstanceIdentifier }) => DBInstanceIdentifier),
  ].sort();
};

/** A cluster with its writer, as the program makes it. */
async function makeCluster(rds: RDS, id: string) {
  const engine = { Engine: "aurora-mysql", EngineVersion: "8.0.mysql_aurora.3.10.3" };
  await rds.createDBCluster({
    DBClusterIdentifier: id,
    ...engine,
    MasterUsername: "root",
    MasterUserPassword: "not-anybodys",
  });
  await rds.createDBInstance({
    ...{ DBInstanceIdentifier: `${id}-1`, DBClusterIdentifier: id, DBInstanceClass: "db.r6g.2xlarge", ...engine },
  });
}

/** What the task in the network finds: ECS and its log are written, moto runs no tasks. The script is tried in inspection.test.ts. */
function tasksFind(found: object, exitCode = 0) {
  const arn = "arn:aws:ecs:ap-northeast-1:123456789012:task/affiliate-production/abc";
  front().write("RunTask", () => ({ tasks: [{ taskArn: arn }] }));
  front().write("DescribeTasks", () => ({
    tasks: [{ taskArn: arn, lastStatus: "STOPPED", containers: [{ name: "console", exitCode }] }],
  }));
  const template = {
    family: "console-template",
    containerDefinitions: [{ name: "console", image: `${targets.images.repositoryUrl}:unreleased` }],
  };
  const web = {
    taskDefinitionArn: "web:7",
    containerDefinitions: [{ name: "app", image: IMAGE, environment: [{ name: "RELEASE", value: "v1.2.3" }] }],
  };
  front().write("DescribeTaskDefinition", ({ taskDefinition }) => ({
    taskDefinition: String(taskDefinition).includes("console") ? template : web,
  }));
  front().write("ListTaskDefinitions", () => ({ taskDefinitionArns: [] }));
  front().write("RegisterTaskDefinition", () => ({ taskDefinition: { taskDefinitionArn: "console:1" } }));
  front().write("GetLogEvents", () => ({ events: [{ message: `affiliate-drill ${JSON.stringify(found)}` }] }));
}
const WHOLE = { tables: 12, rows: 3456, estimated: 0, migrations: 40, newest: Math.floor(Date.now() / 1000) - 200_000 };
const deployment = (seconds: number) => () => ({
  serviceDeployments: [{ status: "SUCCESSFUL", startedAt: Date.now() / 1000 - seconds, finishedAt: Date.now() / 1000 }],
});

// Passwords stay with ECS and RDS: no verb here asks for one.
afterEach(() => expect(front().calls.filter(({ name }) => name.startsWith("secretsmanager"))).toEqual([]));

beforeEach(async () => {
  backup.clear();
  latest = new Date(Date.now() - 120_000);
  reports = mkdtempSync(path.join(tmpdir(), "drills-"));
  await makeCluster(here, CLUSTER);
  releaseRuns();
  tasksFind(WHOLE);
  front().write("ListServiceDeployments", deployment(900));
});

const report = () => {
  const file = readdirSync(reports).find((name) => name.endsWith(".json")) ?? "";
  return {
    json: JSON.parse(readFileSync(path.join(reports, file), "utf8")) as Record<string, unknown>,
    text: readFileSync(path.join(reports, file.replace(".json", ".md")), "utf8"),
  };
};
const drill = (...words: string[]) => run("drill", ...YES, ...FAST, "--report", reports, ...words);

describe("in the region", () => {
  it("recovers the latest time beside the one in use, measures, reports, and leaves nothing behind", async () => {
    const { code, stderr } = await drill();
    expect(code, stderr).toBe(0);
    const calls = front()
      .changes()
      .filter((name) => !name.startsWith("AmazonEC2Container"));
    expect(calls).toEqual([
      "RestoreDBClusterToPointInTime",
      "CreateDBInstance",
      "DeleteDBInstance",
      "DeleteDBInstance",
      "DeleteDBCluster",
      "DeleteDBCluster",
    ]);
    expect(await names(here)).toEqual([CLUSTER, `${CLUSTER}-1`]);
    const { json, text } = report();
    expect(json).toMatchObject({ stack: "production", region: "ap-northeast-1", missed: [], faults: [], found: WHOLE });
    expect(json["rpoMinutes"]).toBeCloseTo(2, 0);
    expect(json["rtoMinutes"]).toBeGreaterThanOrEqual(15);
    expect((json["steps"] as { name: string }[]).map(({ name }) => name)).toEqual([
      ...["restore requested", "cluster available", "instance available", "data looked into", "services rolled"],
    ]);
    expect(text).toMatch(/\| RPO \(data lost\) \| 2 min \| 5 min \| met \|/);
    expect(stderr).toMatch(/RTO \(until served\) +15 min +60 min +met/);
  });

  it("a target that is missed is an end of its own", async () => {
    latest = new Date(Date.now() - 3_600_000);
    front().write("ListServiceDeployments", deployment(2 * 3600));
    const { code, stderr } = await drill();
    expect([code, stderr]).toEqual([9, expect.stringContaining("RPO and RTO missed: see the report")]);
    expect(report().json).toMatchObject({ missed: ["RPO", "RTO"] });
    expect(await names(here)).toEqual([CLUSTER, `${CLUSTER}-1`]);
  });

  it.each([
    ["nothing in it", { ...WHOLE, tables: 0, rows: 0, migrations: 0, newest: null }, "it has no table"],
    ["another schema", { ...WHOLE, migrations: 0 }, "migrations is missing or empty"],
    ["rows from the future", { ...WHOLE, newest: Math.floor(Date.now() / 1000) + 600 }, "later than it can be"],
    ["no way in", { fault: "SQLSTATE[HY000] [1045] Access denied" }, "cannot be read: SQLSTATE[HY000] [1045]"],
  ])("data that is not right fails it: %s", async (_, found, message) => {
    tasksFind(found, "fault" in found ? 1 : 0);
    const { code, stderr } = await drill();
    expect([code, stderr]).toEqual([1, expect.stringContaining(message)]);
    expect(await names(here)).toEqual([CLUSTER, `${CLUSTER}-1`]);
  });

  it("takes the scratch away when its time is up, and the next one takes away what was left", async () => {
    front().write("DescribeTasks", () => ({ tasks: [{ lastStatus: "RUNNING" }] }));
    front().write("StopTask", () => ({}));
    const late = await drill("--timeout", "2");
    expect([late.code, await names(here)]).toEqual([5, [CLUSTER, `${CLUSTER}-1`]]);
    tasksFind(WHOLE);
    await forgetSnapshots(here);
    const kept = await drill("--keep");
    expect([kept.code, await names(here)]).toEqual([0, expect.arrayContaining([SCRATCH])]);
    await forgetSnapshots(here);
    const { code, stderr } = await drill();
    expect([code, stderr]).toEqual([0, expect.stringContaining("which an earlier drill had left")]);
    expect(await names(here)).toEqual([CLUSTER, `${CLUSTER}-1`]);
  });

  it("deletes no cluster of that name that no drill has made", async () => {
    await makeCluster(here, SCRATCH);
    const { code, stderr } = await drill();
    expect([code, stderr]).toEqual([3, expect.stringContaining("without the tag Purpose=scratch")]);
    expect(await names(here)).toContain(SCRATCH);
  });

  it("a dry run restores nothing", async () => {
    front().quiet();
    const { code, stderr } = await run("drill", ...PRODUCTION, "--dry-run");
    expect([code, front().changes()]).toEqual([0, []]);
    expect(stderr).toContain(`Recovers ${CLUSTER}, its latest restorable time into ${SCRATCH} in ap-northeast-1`);
  });
});

describe("across regions", () => {
  const SNAPSHOT = "arn:aws:rds:ap-northeast-3:123456789012:cluster-snapshot:copied";
  const point = (id: string, hours: number) => ({
    ...{
      RecoveryPointArn: id,
      CreationDate: Date.now() / 1000 - hours * 3600,
      ResourceType: "Aurora",
      Status: "COMPLETED",
    },
    ResourceArn: "arn:aws:rds:ap-northeast-1:123456789012:cluster:affiliate-production-database",
  });
  beforeEach(async () => {
    const production = readFileSync(path.join(root, "Pulumi.production.yaml"), "utf8");
    const recovery = production
      .replace("ap-northeast-1", "ap-northeast-3")
      .replace("environment: production", "environment: recovery");
    writeFileSync(path.join(root, "Pulumi.recovery.yaml"), recovery);
    const ssm = new SSM({ endpoint: endpoint(), region: "ap-northeast-3" });
    const Value = JSON.stringify({
      ...targets,
      database: { ...targets.database, clusterIdentifier: "affiliate-recovery-database-g1" },
    });
    await ssm.putParameter({ Name: "/affiliate/recovery/operations/targets", Value, Type: "String" });
    ssm.destroy();
    await makeCluster(osaka, "affiliate-recovery-database-g1");
    await osaka.createDBClusterSnapshot({
      ...{ DBClusterIdentifier: "affiliate-recovery-database-g1", DBClusterSnapshotIdentifier: "copied" },
    });
    backup.points.set("affiliate-production-copies", [point("older", 14), point(SNAPSHOT, 9)]);
  });

  it("recovers the newest copy in the recovery stack's network, and asks Tokyo for nothing", async () => {
    const before = await names(here);
    front().quiet();
    const { code, stderr } = await drill(...OSAKA);
    expect(code, stderr).toBe(0);
    const elsewhere = front().calls.filter(({ region }) => region !== "ap-northeast-3");
    expect(elsewhere.map(({ name }) => name)).toEqual([]);
    expect(front().changes()).toEqual(expect.arrayContaining(["RestoreDBClusterFromSnapshot", "CreateDBInstance"]));
    expect([await names(here), await names(osaka)]).toEqual([
      before,
      ["affiliate-recovery-database-g1", "affiliate-recovery-database-g1-1"],
    ]);
    const { json } = report();
    expect(json).toMatchObject({ region: "ap-northeast-3", source: SNAPSHOT, missed: [], rpoMinutes: 540 });
    expect(json["targets"]).toEqual({ rpoMinutes: 24 * 60, rtoMinutes: 4 * 60 });
  });

  it("copies that are too old miss the target; none at all, or another region, is said at once", async () => {
    backup.points.set("affiliate-production-copies", [point(SNAPSHOT, 30)]);
    expect((await drill(...OSAKA)).code).toBe(9);
    backup.points.clear();
    const none = await drill(...OSAKA);
    expect([none.code, none.stderr]).toEqual([
      3,
      expect.stringContaining("affiliate-production-copies in ap-northeast-3 holds no"),
    ]);
    const elsewhere = await drill("--region", "us-east-1");
    expect([elsewhere.code, elsewhere.stderr]).toEqual([2, expect.stringContaining("Copies are in: ap-northeast-3")]);
  });
});

it("counts what is lost from the data to the beginning, and what is waited for from all steps", () => {
  const began = new Date("2026-11-27T10:00:00Z");
  const steps = [
    { name: "a", seconds: 1800, source: "" },
    { name: "b", seconds: 1801, source: "" },
  ];
  const targets = { rpoMinutes: 5, rtoMinutes: 60 };
  const at = (shows: string) => verdictOf({ began, shows: new Date(shows), steps, targets });
  expect(at("2026-11-27T09:55:00Z")).toEqual({ rpoMinutes: 5, rtoMinutes: 60, missed: ["RTO"] });
  expect(at("2026-11-27T09:54:59Z").missed).toEqual(["RPO", "RTO"]);
});
