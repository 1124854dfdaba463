import { describe, expect, it } from "vitest";
import { ReleaseGate } from "../../../components/compute/release-gate";
import { settingsFrom } from "../../../functions/release-gate/settings";
import { record, type Recording, valueOf } from "../../support/mocks";
import { testStack } from "../../support/stack";
import { KEY_ARN, makeTasks, REPOSITORY, statements, SUBNETS } from "./support";

const ACCOUNT = "ap-northeast-1:123456789012";
const FUNCTION_ARN = `arn:aws:lambda:${ACCOUNT}:function:affiliate-production-release-gate`;
const TABLE = "aws:dynamodb/table:Table";
const FUNCTION = "aws:lambda/function:Function";
const POLICY = "aws:iam/rolePolicy:RolePolicy";
const REPOSITORY_URL = `123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/${REPOSITORY}`;

const make = (overrides: Partial<Parameters<typeof testStack>[0]> = {}) => {
  const stack = testStack(overrides);
  const tasks = makeTasks();
  return new ReleaseGate("release-gate", {
    stack,
    clusterName: "affiliate-production",
    bootstrapFamily: tasks.web.bootstrapFamily,
    repositoryUrl: REPOSITORY_URL,
    migration: tasks.migration,
    subnetIds: SUBNETS,
    securityGroupId: "sg-gate",
    taskSecurityGroupId: "sg-task",
    databaseCluster: "affiliate-production-main",
    dataKeyArn: KEY_ARN,
    logKeyArn: KEY_ARN,
    logRetentionDays: 90,
    testHost: "internal-web.elb.amazonaws.com",
    testHostname: "origin.affiliate-system.com",
  });
};

const environmentOf = (recording: Recording<unknown>) =>
  (recording.one(FUNCTION, "release-gate").inputs.environment as { variables: Record<string, string> }).variables;
const allowed = (recording: Recording<unknown>) =>
  statements(recording.one(POLICY, "release-gate").inputs.policy) as Record<
    string,
    { Effect: string; Action: string | string[]; Resource: string | string[]; Condition?: unknown }
  >;
const listOf = (value: string | string[] = []) => (Array.isArray(value) ? value : [value]);

describe("ReleaseGate", () => {
  it("is one function in the VPC, a table, a log, a role of its own and one for ECS", async () => {
    const recording = await record(() => make());
    const own = recording.resources.filter(({ name }) => name.startsWith("release-gate"));
    expect(own.map(({ type, name }) => `${type.split(":")[2]} ${name}`).sort()).toEqual([
      "Function release-gate",
      "LogGroup release-gate",
      "ReleaseGate release-gate",
      "Role release-gate",
      "Role release-gate-invocation",
      "RolePolicy release-gate",
      "RolePolicy release-gate-invocation",
      "Table release-gate",
    ]);
    expect(recording.one(FUNCTION, "release-gate").inputs).toMatchObject({
      name: "affiliate-production-release-gate",
      architectures: ["arm64"],
      // Above the two and a half minutes of a smoke test, and below the fifteen that a lease of the lock lasts.
      timeout: 300,
      kmsKeyArn: KEY_ARN,
      vpcConfig: { subnetIds: SUBNETS, securityGroupIds: ["sg-gate"] },
    });
  });

  it("hands the function the environment that it reads", async () => {
    const settings = settingsFrom(environmentOf(await record(() => make())));
    expect(settings).toEqual({
      environment: "production",
      cluster: "affiliate-production",
      serviceArn: `arn:aws:ecs:${ACCOUNT}:service/affiliate-production/affiliate-production-web`,
      bootstrapFamily: "affiliate-production-web-bootstrap",
      repositoryUrl: REPOSITORY_URL,
      migrationFamily: "affiliate-production-migration",
      migrationTemplateFamily: "affiliate-production-migration-template",
      migrationContainer: "migration",
      migrationLogGroup: "/affiliate/production/migration",
      subnetIds: SUBNETS,
      taskSecurityGroupId: "sg-task",
      databaseCluster: "affiliate-production-main",
      snapshotPrefix: "affiliate-production-release",
      snapshotsKept: 20,
      table: "affiliate-production-release-gate",
      testHost: "internal-web.elb.amazonaws.com",
      testHostname: "origin.affiliate-system.com",
    });
  });

  it("names what the tasks are really called", async () => {
    const recording = await record(() => make());
    const { family, containerDefinitions } = recording.one(
      "aws:ecs/taskDefinition:TaskDefinition",
      "tasks-migration-template",
    ).inputs;
    const [container] = JSON.parse(String(containerDefinitions)) as {
      name: string;
      logConfiguration: { options: Record<string, string> };
    }[];
    const variables = environmentOf(recording);
    expect(variables.MIGRATION_TEMPLATE_FAMILY).toBe(family);
    expect(variables.MIGRATION_CONTAINER).toBe(container?.name);
    expect(variables.MIGRATION_CONTAINER).toBe(container?.logConfiguration.options["awslogs-stream-prefix"]);
    expect(variables.MIGRATION_LOG_GROUP).toBe(container?.logConfiguration.options["awslogs-group"]);
    const bootstrap = recording.one("aws:ecs/taskDefinition:TaskDefinition", "tasks-web-bootstrap");
    expect(variables.BOOTSTRAP_FAMILY).toBe(bootstrap.inputs.family);
  });

  it("remembers in a table that is encrypted, can be taken back, and is not deleted", async () => {
    const table = (await record(() => make())).one(TABLE);
    expect(table.inputs).toMatchObject({
      name: "affiliate-production-release-gate",
      hashKey: "kind",
      rangeKey: "id",
      ttl: { attributeName: "expires", enabled: true },
      serverSideEncryption: { enabled: true, kmsKeyArn: KEY_ARN },
      pointInTimeRecovery: { enabled: true, recoveryPeriodInDays: 35 },
      deletionProtectionEnabled: true,
    });
    expect(table.options).toMatchObject({ protect: true, retainOnDelete: true });
    const staging = (await record(() => make({ protect: false }))).one(TABLE);
    expect(staging.inputs.deletionProtectionEnabled).toBe(false);
    expect(staging.options.protect).toBe(false);
  });

  it("may do what its code calls, and on all only what AWS knows no resource for", async () => {
    const policy = allowed(await record(() => make()));
    const actions = Object.values(policy)
      .filter(({ Effect }) => Effect === "Allow")
      .flatMap(({ Action }) => listOf(Action));
    expect(actions.filter((action) => /^(dynamodb|ecs|iam|rds):/.test(action)).sort()).toEqual([
      "dynamodb:GetItem",
      "dynamodb:PutItem",
      "dynamodb:UpdateItem",
      "ecs:DescribeServiceDeployments",
      "ecs:DescribeServiceRevisions",
      "ecs:DescribeTaskDefinition",
      "ecs:DescribeTasks",
      "ecs:ListServiceDeployments",
      "ecs:ListTaskDefinitions",
      "ecs:ListTasks",
      "ecs:RegisterTaskDefinition",
      "ecs:RunTask",
      "ecs:StopTask",
      "iam:PassRole",
      "rds:AddTagsToResource",
      "rds:CreateDBClusterSnapshot",
      "rds:DeleteDBClusterSnapshot",
      "rds:DescribeDBClusterSnapshots",
    ]);
    expect(actions.filter((action) => action.includes("*"))).toEqual([]);
    const onAll = Object.entries(policy).filter(([, { Resource }]) => listOf(Resource).includes("*"));
    expect(onAll.map(([sid]) => sid).sort()).toEqual([
      "FindMigration",
      "Network",
      "NetworkNotByCode",
      "TaskDefinitions",
    ]);
    const cluster = `arn:aws:ecs:${ACCOUNT}:cluster/affiliate-production`;
    expect(policy.FindMigration?.Condition).toEqual({ ArnEquals: { "ecs:cluster": cluster } });
    expect(policy.RunMigration).toMatchObject({
      Resource: `arn:aws:ecs:${ACCOUNT}:task-definition/affiliate-production-migration:*`,
      Condition: { ArnEquals: { "ecs:cluster": cluster } },
    });
  });

  it("passes the migration task's roles, and to ECS tasks only", async () => {
    const recording = await record(() => make());
    const { PassRoles } = allowed(recording);
    const roles = recording
      .ofType("aws:iam/role:Role")
      .filter(({ name }) => name.startsWith("tasks-migration"))
      .map(({ inputs }) => `arn:aws:iam::123456789012:role/${String(inputs.name)}`);
    expect(roles).toHaveLength(1);
    expect(listOf(PassRoles?.Resource)).toEqual(roles);
    expect(PassRoles?.Condition).toEqual({ StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } });
  });

  it("deletes and tags snapshots of its own prefix only", async () => {
    const recording = await record(() => make());
    const prefix = environmentOf(recording).SNAPSHOT_PREFIX ?? "";
    const policy = allowed(recording);
    expect(policy.OwnSnapshots?.Resource).toBe(`arn:aws:rds:${ACCOUNT}:cluster-snapshot:${prefix}-*`);
    expect(policy.TakeSnapshot?.Resource).toEqual([
      `arn:aws:rds:${ACCOUNT}:cluster-snapshot:${prefix}-*`,
      `arn:aws:rds:${ACCOUNT}:cluster:affiliate-production-main`,
    ]);
  });

  it("keeps network interfaces, which Lambda makes in its role, out of its code's reach", async () => {
    const { Network, NetworkNotByCode } = allowed(await record(() => make()));
    expect(NetworkNotByCode).toMatchObject({
      Effect: "Deny",
      Action: Network?.Action,
      Condition: { ArnEquals: { "lambda:SourceFunctionArn": FUNCTION_ARN } },
    });
  });

  it("is asked by ECS at both stages, in a role that may call it and nothing else, once that is in force", async () => {
    const recording = await record(() => make());
    const { hook } = recording.result;
    expect(hook.stages).toEqual(["PRE_SCALE_UP", "POST_TEST_TRAFFIC_SHIFT"]);
    expect(await valueOf(hook.functionArn)).toBe(FUNCTION_ARN);
    expect(await valueOf(hook.roleArn)).toBe(
      "arn:aws:iam::123456789012:role/affiliate-production-release-gate-invocation",
    );
    const role = recording.one("aws:iam/role:Role", "release-gate-invocation");
    expect(JSON.parse(String(role.inputs.assumeRolePolicy))).toEqual({
      Version: "2012-10-17",
      Statement: [
        { Sid: "Assume", Effect: "Allow", Principal: { Service: "ecs.amazonaws.com" }, Action: "sts:AssumeRole" },
      ],
    });
    expect(statements(recording.one(POLICY, "release-gate-invocation").inputs.policy)).toEqual({
      Invoke: { Sid: "Invoke", Effect: "Allow", Action: "lambda:InvokeFunction", Resource: FUNCTION_ARN },
    });
  });
});
