import { describe, expect, it } from "vitest";
import { drillStatements, verifyStatements } from "../../../components/delivery/drill-permissions";
import { createStackFacts } from "../../../config/stack";
import { actionsOf } from "../../support/sdk-calls";

const stack = createStackFacts({
  environment: "production",
  accountId: "123456789012",
  region: "ap-northeast-1",
  protect: true,
});
const recovery = createStackFacts({
  environment: "recovery",
  accountId: "123456789012",
  region: "ap-northeast-3",
  protect: true,
});
const statements = {
  "in the region": drillStatements({ stack, ground: stack }),
  "across regions": drillStatements({ stack, ground: recovery }),
  verification: verifyStatements(stack),
};
const list = (value: unknown): string[] => [value].flat() as string[];
const LIVE = [
  "arn:aws:rds:ap-northeast-1:123456789012:cluster:affiliate-production-database",
  "arn:aws:rds:ap-northeast-1:123456789012:db:affiliate-production-database-1",
  "arn:aws:rds:ap-northeast-3:123456789012:cluster:affiliate-recovery-database-g1",
];
const matches = (pattern: string, arn: string) =>
  new RegExp(`^${pattern.replaceAll(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`).test(arn);

describe.each(Object.entries(statements))("%s", (_, all) => {
  it("names each action exactly, and everything only where AWS knows no narrower resource", () => {
    const wide = all.filter(({ resources }) => list(resources).includes("*"));
    expect(wide.flatMap(({ actions }) => list(actions)).sort()).toEqual(
      expect.not.arrayContaining(["iam:PassRole", "ecs:RunTask", "s3:PutObject", "rds:DeleteDBCluster"]),
    );
    for (const { actions, sid } of all) for (const action of list(actions)) expect(action, sid).not.toContain("*");
    expect(new Set(all.map(({ sid }) => sid)).size).toBe(all.length);
  });

  it("deletes, changes and tags nothing that is in use", () => {
    const harmful = /^rds:(Delete|Modify|AddTags|Reboot|Stop|Failover)/;
    for (const { actions, resources, sid, conditions } of all) {
      if (!list(actions).some((action) => harmful.test(action))) continue;
      for (const live of LIVE)
        expect(
          list(resources).filter((one) => matches(one, live)),
          sid,
        ).toEqual([]);
      if (list(actions).some((action) => action.includes("Delete"))) {
        expect(conditions).toEqual({ StringEquals: { "aws:ResourceTag/Purpose": "scratch" } });
      }
    }
  });

  it("reads no secret and no object, and fits into an inline policy beside others", () => {
    const actions = all.flatMap((statement) => list(statement.actions));
    expect(actions.filter((action) => /^(secretsmanager|kms):|^s3:Get/.test(action))).toEqual([]);
    expect(JSON.stringify(all).length).toBeLessThan(6_000);
  });
});

/** Pages of a list are asked for by a function of the SDK, not by a method: actionsOf does not see them. */
const PAGED = [
  "backup:ListRecoveryPointsByBackupVault",
  "backup:ListRestoreJobs",
  "rds:DescribeDBClusterParameterGroups",
];
/** In one function with the clone that a verification makes. */
const UNCALLED: Readonly<Record<string, readonly string[]>> = { "backup verify": ["rds:RestoreDBClusterFromSnapshot"] };
const TAKEN = {
  "ecs:TagResource": "a revision is registered with its tags",
  "iam:PassRole": "a revision names the roles of its tasks",
  "rds:AddTagsToResource": "what is made is tagged",
  "s3:ListBucket": "dumps are listed, by pages",
};

it.each([
  ["drill", [...statements["in the region"], ...statements["across regions"]]],
  ["backup verify", [...statements["in the region"], ...statements.verification]],
])("what %s asks of AWS is allowed, and nothing that it does not ask", async (verb, all) => {
  const allowed = new Set(all.flatMap(({ actions }) => list(actions)));
  const asked = await actionsOf(verb);
  const uncalled = UNCALLED[verb] ?? [];
  expect(asked.filter((action) => !allowed.has(action) && !uncalled.includes(action))).toEqual([]);
  const explained = [
    ...asked,
    ...PAGED,
    ...Object.keys(TAKEN),
    "rds:RestoreDBClusterFromSnapshot",
    "ecs:ListServiceDeployments",
  ];
  // A verification has the drill's statements, and these of its own.
  const own = verb === "drill" ? all : statements.verification;
  const needless = own.flatMap(({ actions }) => list(actions)).filter((action) => !explained.includes(action));
  expect(needless).toEqual([]);
});

it("across regions nothing of Tokyo is reached", () => {
  expect(JSON.stringify(statements["across regions"])).not.toContain("ap-northeast-1");
});
