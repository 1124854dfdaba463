import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { RDS } from "@aws-sdk/client-rds";
import { SSM } from "@aws-sdk/client-ssm";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { parse } from "yaml";
import { FakeBackup, retainedBackups } from "../../support/backup-service";
import { fakeRepository } from "../../support/github-pulls";
import { operatorWorld, PRODUCTION, targets, YES } from "../../support/operator-world";

const CLUSTER = targets.database.clusterIdentifier;
const window = { from: new Date(Date.now() - 30 * 86_400_000), to: new Date(Date.now() - 180_000) };
const backup = new FakeBackup();
/** Moto's clusters have no window of restorable times, and forget those that are deleted: written after the API reference. */
let described: "with a window" | "without one" | "deleted" | "nothing kept";
const { run, endpoint, front, root } = operatorWorld((name, body) => {
  const retained = { id: CLUSTER, resourceId: "cluster-ABCDEFGHIJKL", ...window };
  if (name === "DescribeDBClusterAutomatedBackups") {
    return Promise.resolve({ status: 200, body: retainedBackups(described === "deleted" ? [retained] : []) });
  }
  if (name !== "DescribeDBClusters" || !new RegExp(`=${CLUSTER}(&|$)`).test(body)) return backup.standIn(name, body);
  if (described === "deleted" || described === "nothing kept") return Promise.resolve(undefined);
  const times =
    described === "without one"
      ? ""
      : `<EarliestRestorableTime>${window.from.toISOString()}</EarliestRestorableTime>` +
        `<LatestRestorableTime>${window.to.toISOString()}</LatestRestorableTime>`;
  const cluster = `<DBCluster><DBClusterIdentifier>${CLUSTER}</DBClusterIdentifier><Status>available</Status>${times}</DBCluster>`;
  const result = `<DescribeDBClustersResult><DBClusters>${cluster}</DBClusters></DescribeDBClustersResult>`;
  const xmlns = "http://rds.amazonaws.com/doc/2014-10-31/";
  return Promise.resolve({
    status: 200,
    body: `<DescribeDBClustersResponse xmlns="${xmlns}">${result}</DescribeDBClustersResponse>`,
  });
});
const FILE = path.join(root, "Pulumi.production.yaml");
const FAST = ["--interval", "0.05"] as const;
let rds: RDS;
let original: string;

const git = (...words: string[]) => execFileSync("git", ["-C", root, ...words], { encoding: "utf8" });
const iso = (time: Date) => time.toISOString().replace(/\.\d{3}Z$/, "Z");
const hourAgo = iso(new Date(Date.now() - 3_600_000));
const database = (content: string) =>
  (parse(content) as { config: Record<string, object> }).config["affiliate:database"];
const snapshots = async () => {
  const { DBClusterSnapshots = [] } = await rds.describeDBClusterSnapshots({ SnapshotType: "manual" });
  return DBClusterSnapshots.map(({ DBClusterSnapshotIdentifier: name = "" }) => name);
};

beforeAll(() => {
  rds = new RDS({ endpoint: endpoint(), region: "ap-northeast-1" });
  original = `${readFileSync(FILE, "utf8")}  # what the database is\n  affiliate:database:\n    name: affiliate_production # the schema\n`;
  writeFileSync(FILE, original);
  execFileSync("git", ["init", "--quiet", "--initial-branch", "main", root]);
  git("config", "user.email", "operator@affiliate.example");
  git("config", "user.name", "Operator");
  git("add", ".");
  git("commit", "--quiet", "-m", "Stack files");
});
afterAll(() => rds.destroy());
beforeEach(async () => {
  described = "with a window";
  vi.stubEnv("GITHUB_TOKEN", "");
  const { Engine, ...master } = { Engine: "aurora-mysql", MasterUsername: "root", MasterUserPassword: "not-anybodys" };
  await rds.createDBCluster({ DBClusterIdentifier: CLUSTER, Engine, ...master });
});
afterEach(() => {
  vi.unstubAllEnvs();
  for (const branch of git("branch", "--list", "restore/*")
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean)) {
    git("branch", "-D", branch);
  }
});

describe("to a time", () => {
  it("first a safety snapshot, then the next generation on a branch, and what is checked out stays as it is", async () => {
    const { code, stderr } = await run("restore", "database", ...YES, ...FAST, "--to", hourAgo);
    expect(code, stderr).toBe(0);
    expect(front().changes()).toEqual(["CreateDBClusterSnapshot"]);
    expect(await snapshots()).toEqual([expect.stringMatching(/^affiliate-production-safety-\d{17}$/)]);
    const branch = "restore/production-database-g1";
    expect(database(git("show", `${branch}:Pulumi.production.yaml`))).toEqual({
      ...{ name: "affiliate_production", restore: { from: hourAgo, generation: 1 }, kept: [{ generation: 0 }] },
    });
    expect(git("diff", "--stat", "main", branch)).toContain("1 file changed, 2 insertions(+)");
    expect([git("status", "--porcelain"), git("branch", "--show-current"), readFileSync(FILE, "utf8")]).toEqual([
      ...["", "main\n", original],
    ]);
    expect(stderr).toContain(`git push -u origin ${branch}`);
    expect(stderr).toContain("--finish");
  });

  it("run again, it takes the same snapshot and the same branch", async () => {
    await run("restore", "database", ...YES, ...FAST, "--to", hourAgo);
    const { code } = await run("restore", "database", ...YES, ...FAST, "--to", hourAgo);
    expect([code, (await snapshots()).length]).toEqual([0, 1]);
    await run("restore", "database", ...YES, ...FAST, "--to", hourAgo, "--within", "0");
    expect(await snapshots()).toHaveLength(2);
  });

  it("that cannot be had is refused before anything, naming the window", async () => {
    for (const time of ["2020-01-01T00:00:00+09:00", iso(new Date(Date.now() + 60_000))]) {
      const { code, stderr } = await run("restore", "database", ...YES, ...FAST, "--to", time);
      expect([code, stderr]).toEqual([
        3,
        expect.stringMatching(/The window is 20.*\+09:00 to 20.*\+09:00 \(\d+ min ago\)/),
      ]);
    }
    described = "without one";
    const { code, stderr } = await run("restore", "database", ...YES, ...FAST, "--to", "latest");
    expect([code, stderr]).toEqual([3, expect.stringContaining("names no window of restorable times")]);
    expect([front().changes(), git("branch", "--list", "restore/*")]).toEqual([[], ""]);
  });

  it("of a cluster that was deleted: by its resource id, with nothing to keep and no snapshot to make", async () => {
    await rds.deleteDBCluster({ DBClusterIdentifier: CLUSTER, SkipFinalSnapshot: true });
    front().quiet();
    described = "deleted";
    const { code, stderr } = await run("restore", "database", ...YES, ...FAST, "--to", "latest");
    expect(code, stderr).toBe(0);
    expect(front().changes()).toEqual([]);
    expect(database(git("show", "restore/production-database-g1:Pulumi.production.yaml"))).toEqual({
      name: "affiliate_production",
      restore: { from: "cluster-ABCDEFGHIJKL@latest", generation: 1 },
    });
    expect(stderr).toContain("--refresh");
    described = "nothing kept";
    const gone = await run("restore", "database", ...YES, ...FAST, "--to", "latest");
    expect([gone.code, gone.stderr]).toEqual([3, expect.stringContaining("keeps no automated backup of it")]);
  });

  it("is refused while the file and the cluster in use are of two generations", async () => {
    writeFileSync(FILE, `${original}    restore: { from: latest, generation: 3 }\n`);
    const { code, stderr } = await run("restore", "database", ...YES, ...FAST, "--to", hourAgo);
    writeFileSync(FILE, original);
    expect([code, stderr]).toEqual([
      3,
      expect.stringContaining(`generation 3 (${CLUSTER}-g3), and ${CLUSTER} is in use`),
    ]);
    expect(front().changes()).toEqual([]);
  });

  it("a dry run makes no snapshot and no branch; without a yes nothing happens", async () => {
    const dry = await run("restore", "database", ...PRODUCTION, "--to", hourAgo, "--dry-run", "--json");
    expect(JSON.parse(dry.stdout)).toMatchObject({ result: "dryRun", from: hourAgo, generation: 1 });
    const asked = await run("restore", "database", ...PRODUCTION, "--to", hourAgo);
    expect([dry.code, asked.code, front().changes(), git("branch", "--list", "restore/*")]).toEqual([0, 3, [], ""]);
  });

  it("the snapshot fails: nothing is written", async () => {
    front().fail({
      on: "CreateDBClusterSnapshot",
      times: 9,
      answer: {
        status: 400,
        body: "<ErrorResponse><Error><Code>SnapshotQuotaExceeded</Code><Message>100</Message></Error></ErrorResponse>",
      },
    });
    const { code, stderr } = await run("restore", "database", ...YES, ...FAST, "--to", hourAgo);
    expect([code, stderr]).toEqual([1, expect.stringContaining("SnapshotQuotaExceeded")]);
    expect(git("branch", "--list", "restore/*")).toBe("");
  });
});

describe("to a copy", () => {
  it("by its name or ARN, as the stack file takes it", async () => {
    await rds.createDBClusterSnapshot({ DBClusterIdentifier: CLUSTER, DBClusterSnapshotIdentifier: "release-7" });
    const arn = "arn:aws:rds:ap-northeast-1:123456789012:cluster-snapshot:release-7";
    for (const to of ["release-7", arn]) {
      const { code, stdout, stderr } = await run(
        "restore",
        "database",
        ...PRODUCTION,
        "--to",
        to,
        "--dry-run",
        "--json",
      );
      expect(code, stderr).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ from: arn, generation: 1 });
    }
  });

  it.each([
    ["nobody-made-this", 3, 'There is no cluster snapshot "nobody-made-this" in ap-northeast-1'],
    ["arn:aws:rds:ap-northeast-3:123456789012:cluster-snapshot:x", 3, "The snapshot is in ap-northeast-3"],
    ["arn:aws:backup:ap-northeast-1:123456789012:recovery-point:x", 2, "no recovery point of Aurora"],
    ["s3://affiliate-production-backups-123456789012/database/2026/11/27/a", 2, "--to is a dump"],
    ["2026-11-27 10:40", 2, "no time with an offset, such as +09:00"],
  ])("refuses %s", async (to, code, message) => {
    front().quiet();
    const ran = await run("restore", "database", ...YES, ...FAST, "--to", to);
    // What is written wrong needs no credentials to be told of.
    if (code === 2) expect(front().calls.map(({ name }) => name)).toEqual([]);
    expect([ran.code, ran.stderr]).toEqual([code, expect.stringContaining(message)]);
    expect(front().changes()).toEqual([]);
  });
});

it("a recovery stack that was never up: the newest copy in its region, and Tokyo is not asked", async () => {
  const recovery = original
    .replace("ap-northeast-1", "ap-northeast-3")
    .replace("environment: production", "environment: recovery");
  writeFileSync(
    path.join(root, "Pulumi.recovery.yaml"),
    `${recovery.replace("copyRegion: ap-northeast-3", "copiesOf: production")}    restore: { from: latest, generation: 1 }\n`,
  );
  git("add", ".");
  git("commit", "--quiet", "-m", "Recovery");
  const osaka = new RDS({ endpoint: endpoint(), region: "ap-northeast-3" });
  const engine = { Engine: "aurora-mysql", MasterUsername: "root", MasterUserPassword: "not-anybodys" };
  await osaka.createDBCluster({ DBClusterIdentifier: "copied-from", ...engine });
  await osaka.createDBClusterSnapshot({ DBClusterIdentifier: "copied-from", DBClusterSnapshotIdentifier: "newer" });
  osaka.destroy();
  const arn = (id: string) => `arn:aws:rds:ap-northeast-3:123456789012:cluster-snapshot:${id}`;
  const points = ["older", "newer"].map((id, at) => ({
    ...{ RecoveryPointArn: arn(id), ResourceType: "Aurora", Status: "COMPLETED", CreationDate: 1_700_000_000 + at },
    ResourceArn: "arn:aws:rds:ap-northeast-1:123456789012:cluster:affiliate-production-database",
  }));
  backup.points.set("affiliate-production-copies", points);
  front().quiet();
  const words = ["--stack", "recovery", "--to", "newest", "--dry-run", "--json"];
  const { code, stdout, stderr } = await run("restore", "database", ...words);
  expect(code, stderr).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ from: arn("newer"), generation: 2, result: "dryRun" });
  expect(front().calls.filter(({ region }) => region !== "ap-northeast-3")).toEqual([]);
  backup.points.clear();
  const none = await run("restore", "database", ...words);
  expect([none.code, none.stderr]).toEqual([
    3,
    expect.stringContaining("No vault in ap-northeast-3 holds a recovery point"),
  ]);
});

describe("with a token of GitHub", () => {
  it("a pull request from what main says there, once, and no word of the token", async () => {
    const there = `# of main\n${original}`;
    const github = await fakeRepository("affiliate-system/affiliate-platform", { "Pulumi.production.yaml": there });
    for (const [name, value] of Object.entries(github.environment)) vi.stubEnv(name, value);
    github.faults.push("ghs_canary-of-the-token");
    const refused = await run("restore", "database", ...YES, ...FAST, "--to", hourAgo, "--json");
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("no access for [secret]")]);
    const first = await run("restore", "database", ...YES, ...FAST, "--to", hourAgo, "--json");
    const again = await run("restore", "database", ...YES, ...FAST, "--to", hourAgo, "--json");
    await github.stop();
    expect([first.code, again.code], first.stderr).toEqual([0, 0]);
    const url = "https://github.example/affiliate-system/affiliate-platform/pull/1";
    expect([first, again].map(({ stdout }) => (JSON.parse(stdout) as { url: string }).url)).toEqual([url, url]);
    expect(github.pulls).toMatchObject([{ base: "main", head: "restore/production-database-g1" }]);
    expect(github.pulls[0]?.["body"]).toContain("affiliate-production-safety-");
    const content = github.branches.get("restore/production-database-g1")?.get("Pulumi.production.yaml") ?? "";
    expect(content.startsWith("# of main\n")).toBe(true);
    expect(database(content)).toMatchObject({ restore: { from: hourAgo, generation: 1 }, kept: [{ generation: 0 }] });
    expect(github.branches.get("main")?.get("Pulumi.production.yaml")).toBe(there);
    expect(JSON.stringify([refused, first, again, github.pulls])).not.toContain("canary");
    expect(git("branch", "--list", "restore/*")).toBe("");
  });
});

describe("--finish", () => {
  const publish = async (clusterIdentifier: string) => {
    const ssm = new SSM({ endpoint: endpoint(), region: "ap-northeast-1" });
    const Value = JSON.stringify({ ...targets, database: { ...targets.database, clusterIdentifier } });
    await ssm.putParameter({ Name: "/affiliate/production/operations/targets", Value, Overwrite: true });
    ssm.destroy();
  };
  afterEach(() => writeFileSync(FILE, original));

  it("is refused until the update is through", async () => {
    writeFileSync(FILE, `${original}    restore: { from: latest, generation: 1 }\n    kept: [{ generation: 0 }]\n`);
    await publish("affiliate-production-database");
    front().quiet();
    const { code, stderr } = await run("restore", "database", ...YES, ...FAST, "--finish");
    expect([code, stderr]).toEqual([3, expect.stringContaining("the update is not through")]);
    expect(front().changes()).toEqual([]);
    const both = await run("restore", "database", ...YES, "--finish", "--to", "latest");
    expect([both.code, both.stderr]).toEqual([2, expect.stringContaining("give one of the two")]);
  });
});
