import { describe, expect, it } from "vitest";
import { DatabaseDump } from "../../../components/compute/database-dump";
import { Secrets } from "../../../components/foundation/secrets";
import { backupFunctionMetrics } from "../../../config/backup-functions";
import { dumpVariables } from "../../../config/dump";
import { settingsFrom } from "../../../functions/database-dump/settings";
import { record } from "../../support/mocks";
import { testStack } from "../../support/stack";
import { KEY_ARN, statements, SUBNETS } from "./support";

const BUCKET = "affiliate-production-backups-123456789012";
const REPOSITORY = "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/affiliate-production-backup";
const arn = (service: string, resource: string) => `arn:aws:${service}:ap-northeast-1:123456789012:${resource}`;

const make = () => {
  const stack = testStack();
  const secrets = new Secrets("secrets", { stack, keyArn: KEY_ARN, copyKeyArn: KEY_ARN });
  return new DatabaseDump("database-dump", {
    stack,
    secrets,
    cpuArchitecture: "ARM64",
    cpuUnits: 2048,
    memoryMiB: 4096,
    instanceClass: "db.r6g.xlarge",
    clusterName: "affiliate-production",
    images: {
      repositoryName: "affiliate-production-backup",
      repositoryArn: arn("ecr", "repository/affiliate-production-backup"),
      repositoryUrl: REPOSITORY,
    },
    subnetIds: SUBNETS,
    securityGroupId: "sg-functions",
    taskSecurityGroupId: "sg-dump",
    cloneSecurityGroupId: "sg-clone",
    database: {
      clusterIdentifier: "affiliate-production-database-g1",
      databaseName: "affiliate_production",
      port: 3306,
      subnetGroupName: "affiliate-production-database",
      cloneParametersName: "affiliate-production-clone-aurora-mysql8-0",
    },
    backups: { bucketName: BUCKET, name: BUCKET, keyArn: KEY_ARN },
    logKeyArn: KEY_ARN,
    logRetentionDays: 90,
  });
};

const containerOf = async () => {
  const recording = await record(make);
  const { containerDefinitions } = recording.one("aws:ecs/taskDefinition:TaskDefinition").inputs;
  const [container] = JSON.parse(String(containerDefinitions)) as Record<string, unknown>[];
  return container ?? {};
};
const named = (list: unknown) => Object.fromEntries((list as { name: string }[]).map((entry) => [entry.name, entry]));

describe("DatabaseDump", () => {
  it("is a function in the VPC, one at a time, and a template of what it starts", async () => {
    const recording = await record(make);
    const counts = recording.counts();
    delete counts["affiliate:foundation:Secrets"];
    delete counts["aws:secretsmanager/secret:Secret"];
    expect(counts).toEqual({
      "affiliate:compute:DatabaseDump": 1,
      "aws:cloudwatch/logGroup:LogGroup": 2,
      "aws:ecs/taskDefinition:TaskDefinition": 1,
      "aws:iam/role:Role": 4,
      "aws:iam/rolePolicy:RolePolicy": 4,
      "aws:lambda/function:Function": 1,
      "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": 1,
      "aws:scheduler/schedule:Schedule": 1,
      "aws:sqs/queue:Queue": 1,
    });
    const { inputs } = recording.one("aws:lambda/function:Function");
    expect(inputs).toMatchObject({
      name: "affiliate-production-database-dump",
      reservedConcurrentExecutions: 1,
      kmsKeyArn: KEY_ARN,
      vpcConfig: { subnetIds: SUBNETS, securityGroupIds: ["sg-functions"] },
    });
    expect(recording.one("aws:ecs/taskDefinition:TaskDefinition").inputs).toMatchObject({
      family: "affiliate-production-dump-template",
      skipDestroy: true,
    });
  });

  it("hands the function the environment that it reads, the cluster in use among it", async () => {
    const recording = await record(make);
    const { variables } = recording.one("aws:lambda/function:Function").inputs.environment as {
      variables: Record<string, string>;
    };
    expect(settingsFrom(variables)).toEqual({
      environment: "production",
      source: "affiliate-production-database-g1",
      clonePrefix: "affiliate-production-dump",
      subnetGroup: "affiliate-production-database",
      cloneSecurityGroupId: "sg-clone",
      cloneParameters: "affiliate-production-clone-aurora-mysql8-0",
      instanceClass: "db.r6g.xlarge",
      certificateAuthority: "rds-ca-rsa2048-g1",
      bucket: BUCKET,
      cluster: "affiliate-production",
      family: "affiliate-production-dump",
      templateFamily: "affiliate-production-dump-template",
      container: "dump",
      repositoryName: "affiliate-production-backup",
      repositoryUrl: REPOSITORY,
      subnetIds: SUBNETS,
      taskSecurityGroupId: "sg-dump",
      startAt: "06:00",
    });
  });

  it("gives the container what the engine reads besides clone, time and name, its login by reference", async () => {
    const container = await containerOf();
    expect(container).toMatchObject({
      name: "dump",
      image: `${REPOSITORY}:unreleased`,
      command: ["dump"],
      user: "65532:65532",
      readonlyRootFilesystem: true,
      stopTimeout: 120,
    });
    const environment = named(container.environment);
    const secrets = named(container.secrets);
    const { host, cloneTime, id, certificateAuthorities, ...rest } = dumpVariables;
    // The image says where its certificate authorities are; the function says the other three.
    for (const name of [host, cloneTime, id, certificateAuthorities]) expect(environment).not.toHaveProperty(name);
    expect(Object.keys({ ...environment, ...secrets }).sort()).toEqual(["AWS_REGION", ...Object.values(rest)].sort());
    expect(JSON.stringify(secrets.DB_PASSWORD)).toMatch(/database-dump-\w+:password::/);
  });

  it("may clone one cluster, and delete what bears its prefix and its tag", async () => {
    const recording = await record(make);
    const policy = statements(recording.one("aws:iam/rolePolicy:RolePolicy", "database-dump").inputs.policy);
    expect(policy.DeleteClone).toEqual({
      Sid: "DeleteClone",
      Effect: "Allow",
      Action: ["rds:DeleteDBCluster", "rds:DeleteDBInstance"],
      Resource: [arn("rds", "cluster:affiliate-production-dump-*"), arn("rds", "db:affiliate-production-dump-*")],
      Condition: { StringEquals: { "aws:ResourceTag/ManagedBy": "database-dump" } },
    });
    const deletes = Object.values(policy).filter(({ Action }) => /(rds|s3|ecs):Delete/.test(JSON.stringify(Action)));
    expect(deletes).toHaveLength(1);
    expect(policy.MakeClone?.Resource).toContain(arn("rds", "cluster:affiliate-production-database-g1"));
    expect(policy.MakeClone?.Resource).not.toContain(arn("rds", "cluster:*"));
    expect(policy.MakeInstance?.Action).toBe("rds:CreateDBInstance");
    expect(policy.MakeInstance?.Resource).not.toContain(arn("rds", "cluster:affiliate-production-database-g1"));
    expect(policy.WriteGivenUp?.Resource).toBe(`arn:aws:s3:::${BUCKET}/database/*/given-up.json`);
    expect(JSON.stringify(policy)).not.toContain("s3:GetObject");
    expect(policy.RunDump?.Resource).toBe(arn("ecs", "task-definition/affiliate-production-dump:*"));
  });

  it("lets the task write dumps and delete nothing, and its start read one secret", async () => {
    const recording = await record(make);
    const task = statements(recording.one("aws:iam/rolePolicy:RolePolicy", "database-dump-task").inputs.policy);
    expect(Object.keys(task).sort()).toEqual(["BackupsKey", "Dumps", "ListDumps"]);
    expect(task.Dumps?.Resource).toBe(`arn:aws:s3:::${BUCKET}/database/*`);
    expect(task.ListDumps?.Condition).toEqual({ StringLike: { "s3:prefix": "database/*" } });
    expect(JSON.stringify(task)).not.toMatch(/Delete|rds:/);
    const execution = statements(
      recording.one("aws:iam/rolePolicy:RolePolicy", "database-dump-execution").inputs.policy,
    );
    expect(execution.SecretsRead?.Resource).toMatch(/database-dump-/);
    expect(execution.Pull?.Resource).toBe(arn("ecr", "repository/affiliate-production-backup"));
  });

  it("is called every five minutes; a call that Lambda does not take is tried again, then kept", async () => {
    const recording = await record(make);
    expect(recording.one("aws:scheduler/schedule:Schedule").inputs).toMatchObject({
      scheduleExpression: "rate(5 minutes)",
      target: {
        retryPolicy: { maximumRetryAttempts: 3, maximumEventAgeInSeconds: 300 },
        deadLetterConfig: { arn: arn("sqs", "affiliate-production-database-dump-lost-calls") },
      },
    });
    const role = statements(recording.one("aws:iam/rolePolicy:RolePolicy", "database-dump-schedule").inputs.policy);
    expect(role.LostCalls?.Resource).toBe(arn("sqs", "affiliate-production-database-dump-lost-calls"));
    expect(recording.one("aws:sqs/queue:Queue").inputs).toMatchObject({ sqsManagedSseEnabled: true });
  });

  it("names the metrics that the function writes", async () => {
    const { result } = await record(make);
    const { givenUp, cloneAge, lostCalls } = result.metrics;
    const { namespace, names } = backupFunctionMetrics;
    for (const metric of [givenUp, cloneAge]) {
      expect(metric).toMatchObject({ namespace, dimensions: { Environment: "production" } });
    }
    expect([givenUp.metricName, cloneAge.metricName]).toEqual([names.dumpGivenUp, names.cloneAge]);
    expect(lostCalls.dimensions).toEqual({ QueueName: "affiliate-production-database-dump-lost-calls" });
  });
});
