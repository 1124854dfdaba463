import { RDS } from "@aws-sdk/client-rds";
import { S3 } from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { forgetSnapshots } from "../../support/backup-service";
import { operatorWorld, PRODUCTION, targets, YES } from "../../support/operator-world";

const CLUSTER = targets.database.clusterIdentifier;
const CLONE = "affiliate-production-verify";
const BUCKET = "affiliate-production-backups-123456789012";
const FOLDER = "database/2026/11/26/20261126-2100";
const FAST = ["--interval", "0.05"] as const;
const { run, endpoint, front } = operatorWorld();
let s3: S3;
let rds: RDS;
/** What RunTask was told. */
let asked: { overrides: { containerOverrides: { command: string[] }[] }; taskDefinition: string }[];

beforeAll(() => {
  const place = { endpoint: endpoint(), region: "ap-northeast-1" };
  s3 = new S3({ ...place, forcePathStyle: true });
  rds = new RDS(place);
});
afterAll(() => [s3, rds].forEach((client) => client.destroy()));

// Passwords stay with ECS and RDS: no verb here asks for one.
afterEach(() => expect(front().calls.filter(({ name }) => name.startsWith("secretsmanager"))).toEqual([]));

beforeEach(async () => {
  await s3.createBucket({ Bucket: BUCKET, CreateBucketConfiguration: { LocationConstraint: "ap-northeast-1" } });
  for (const Key of [`${FOLDER}/plan.json`, `${FOLDER}/manifest.json`, "database/2026/11/27/killed/plan.json"]) {
    await s3.putObject({ Bucket: BUCKET, Key, Body: "{}" });
  }
  const engine = { Engine: "aurora-mysql", MasterUsername: "root", MasterUserPassword: "not-anybodys" };
  await rds.createDBCluster({ DBClusterIdentifier: CLUSTER, ...engine });
  await rds.createDBInstance({
    ...{ DBInstanceIdentifier: `${CLUSTER}-1`, DBClusterIdentifier: CLUSTER, DBInstanceClass: "db.r6g.2xlarge" },
    Engine: "aurora-mysql",
  });
  await rds.createDBClusterParameterGroup({
    ...{ DBClusterParameterGroupName: "affiliate-production-clone-aurora-mysql8-0", Description: "clones" },
    DBParameterGroupFamily: "aurora-mysql8.0",
  });
  engineEnds(0);
});

/** Tasks of the engine: written, moto runs none. What the engine itself does with a dump is tried in tests/backup. */
function engineEnds(...exitCodes: (number | null)[]) {
  asked = [];
  const arn = (part: string) => `arn:aws:ecs:ap-northeast-1:123456789012:${part}`;
  front().write("ListTaskDefinitions", () => ({
    taskDefinitionArns: ["dump-template:9", "dump:2", "dump:10", "dump:3"].map((name) =>
      arn(`task-definition/affiliate-production-${name}`),
    ),
  }));
  front().write("RunTask", (task) => {
    asked.push(task as unknown as (typeof asked)[number]);
    return { tasks: [{ taskArn: arn(`task/affiliate-production/${asked.length}`) }] };
  });
  front().write("DescribeTasks", () => ({
    tasks: [
      {
        lastStatus: "STOPPED",
        stoppedReason: "Essential container exited",
        containers: [{ name: "dump", exitCode: exitCodes[asked.length - 1] }],
      },
    ],
  }));
}

const clusters = async () => (await rds.describeDBClusters({})).DBClusters?.map(({ DBClusterIdentifier: id }) => id);
const results = async () => {
  const { Contents = [] } = await s3.listObjectsV2({ Bucket: BUCKET, Prefix: `${FOLDER}/verifications/` });
  return Promise.all(
    Contents.map(async ({ Key = "" }) => {
      const { Body } = await s3.getObject({ Bucket: BUCKET, Key });
      return [Key, JSON.parse((await Body?.transformToString()) ?? "") as Record<string, unknown>] as const;
    }),
  );
};

it.each(["20261126-2100", FOLDER, `s3://${BUCKET}/${FOLDER}/`])(
  "restores %s into the scratch of a clone, and writes it down",
  async (typed) => {
    const { code, stderr } = await run("backup", "verify", typed, ...YES, ...FAST);
    expect(code, stderr).toBe(0);
    expect(asked).toHaveLength(1);
    expect(asked[0]?.taskDefinition).toMatch(/affiliate-production-dump:10$/);
    const command = asked[0]?.overrides.containerOverrides[0]?.command ?? [];
    const host = command[command.indexOf("--host") + 1];
    expect(command).toEqual([
      ...["restore", "--from", `s3://${BUCKET}/${FOLDER}`, "--host", host, "--database", "affiliate_scratch"],
      ...["--definer", "drop"],
    ]);
    expect(host).toContain(CLONE);
    expect(await results()).toEqual([
      [
        expect.stringMatching(/\/verifications\/20[\dT-]+Z\.good\.json$/),
        expect.objectContaining({ result: "good", exitCode: 0 }),
      ],
    ]);
    expect(await clusters()).toEqual([CLUSTER]);
    const listed = await run("backup", "list", ...PRODUCTION, "--json");
    expect(JSON.parse(listed.stdout)).toMatchObject({
      copies: expect.arrayContaining([
        expect.objectContaining({
          id: `s3://${BUCKET}/${FOLDER}`,
          verified: expect.objectContaining({ result: "good" }) as unknown,
        }),
      ]) as unknown,
    });
  },
);

it("a damaged dump is called so, and fails", async () => {
  engineEnds(4);
  const { code, stderr } = await run("backup", "verify", FOLDER, ...YES, ...FAST);
  expect([code, stderr]).toEqual([1, expect.stringContaining("is damaged: do not use it")]);
  expect(await results()).toEqual([[expect.stringContaining(".bad.json"), expect.objectContaining({ exitCode: 4 })]]);
  expect(await clusters()).toEqual([CLUSTER]);
});

it("what failed for another reason is tried again, and says nothing of the dump", async () => {
  engineEnds(1, null, 0);
  const third = await run("backup", "verify", FOLDER, ...YES, ...FAST);
  expect([third.code, asked.length]).toEqual([0, 3]);
  await forgetSnapshots(rds);
  engineEnds(3);
  const refused = await run("backup", "verify", FOLDER, ...YES, ...FAST);
  expect([refused.code, asked.length, refused.stderr]).toEqual([
    1,
    1,
    expect.stringContaining("whether the dump is good is not known"),
  ]);
  expect(await results()).toHaveLength(1);
  expect(await clusters()).toEqual([CLUSTER]);
});

it.each([
  ["killed", 3, "has no manifest: the dump did not come to its end"],
  ["nobodys", 3, 'There is no dump "nobodys"'],
  ["s3://elsewhere/database/2026/11/26/a", 2, "those of this stack are in"],
])("refuses %s before anything is made", async (typed, code, message) => {
  const ran = await run("backup", "verify", typed, ...YES, ...FAST);
  expect([ran.code, ran.stderr]).toEqual([code, expect.stringContaining(message)]);
  const dry = await run("backup", "verify", FOLDER, ...PRODUCTION, "--dry-run");
  expect([dry.code, asked, front().changes()]).toEqual([0, [], []]);
});
