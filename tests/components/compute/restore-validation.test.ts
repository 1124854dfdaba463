import { describe, expect, it } from "vitest";
import { RestoreValidation } from "../../../components/compute/restore-validation";
import { Secrets } from "../../../components/foundation/secrets";
import { backupFunctionMetrics } from "../../../config/backup-functions";
import { settingsFrom } from "../../../functions/restore-validation/settings";
import { record } from "../../support/mocks";
import { testStack } from "../../support/stack";
import { KEY_ARN, statements, SUBNETS } from "./support";

const PLAN = "affiliate_production_restore_test";
const PLAN_ARN = `arn:aws:backup:ap-northeast-1:123456789012:restore-testing-plan:${PLAN}-1234`;
const rds = (resource: string) => `arn:aws:rds:ap-northeast-1:123456789012:${resource}`;

const make = (newestWithinHours?: number) => {
  const stack = testStack();
  return new RestoreValidation("restore-validation", {
    stack,
    restoreTestingPlanName: PLAN,
    restoreTestingPlanArn: PLAN_ARN,
    instanceClass: "db.r6g.large",
    database: { databaseName: "affiliate_production", port: 3306 },
    secrets: new Secrets("secrets", { stack, keyArn: KEY_ARN, copyKeyArn: KEY_ARN }),
    newestWithinHours,
    subnetIds: SUBNETS,
    securityGroupId: "sg-restore-validation",
    logKeyArn: KEY_ARN,
    logRetentionDays: 90,
  });
};
const environmentOf = async (hours?: number) => {
  const { inputs } = (await record(() => make(hours))).one("aws:lambda/function:Function");
  return (inputs.environment as { variables: Record<string, string> }).variables;
};

describe("RestoreValidation", () => {
  it("hands the function the environment that it reads, and no password", async () => {
    const variables = await environmentOf(26);
    expect(settingsFrom(variables)).toEqual({
      environment: "production",
      restoreTestingPlanArn: PLAN_ARN,
      restoreTestingPlanName: PLAN,
      instancePrefix: "affiliate-production-restore-test",
      instanceClass: "db.r6g.large",
      certificateAuthority: "rds-ca-rsa2048-g1",
      database: "affiliate_production",
      port: 3306,
      secretArn: expect.stringMatching(/\/database-dump-/) as string,
      newestWithinHours: 26,
    });
    expect(settingsFrom(await environmentOf()).newestWithinHours).toBeUndefined();
  });

  it("may add instances to what was restored for a test only, delete its own by name and tag, and no cluster", async () => {
    const recording = await record(() => make());
    const policy = statements(recording.one("aws:iam/rolePolicy:RolePolicy", "restore-validation").inputs.policy);
    const clusters = Object.values(policy).flatMap(({ Resource }) =>
      [Resource].flat().filter((one) => String(one).includes(":cluster:")),
    );
    expect(clusters).toEqual([rds("cluster:awsbackup-restore-test-*")]);
    expect(policy.DeleteInstance).toEqual({
      Sid: "DeleteInstance",
      Effect: "Allow",
      Action: "rds:DeleteDBInstance",
      Resource: rds("db:affiliate-production-restore-test-*"),
      Condition: { StringEquals: { "aws:ResourceTag/ManagedBy": "restore-validation" } },
    });
    expect(JSON.stringify(policy)).not.toContain("DeleteDBCluster");
    expect(policy.SecretsRead?.Resource).toMatch(/database-dump-/);
  });

  it("stands in the VPC, is called every five minutes, one at a time, and names the metrics that it writes", async () => {
    const recording = await record(() => make());
    expect(recording.one("aws:lambda/function:Function").inputs).toMatchObject({
      reservedConcurrentExecutions: 1,
      timeout: 900,
      vpcConfig: { subnetIds: SUBNETS, securityGroupIds: ["sg-restore-validation"] },
    });
    expect(recording.one("aws:scheduler/schedule:Schedule").inputs).toMatchObject({
      scheduleExpression: "rate(5 minutes)",
      target: { deadLetterConfig: {} },
    });
    const { validated, testAge, lostCalls } = recording.result.metrics;
    const { names } = backupFunctionMetrics;
    expect([validated.metricName, testAge.metricName]).toEqual([names.restoreValidated, names.restoreTestAge]);
    expect(lostCalls.dimensions).toEqual({ QueueName: "affiliate-production-restore-validation-lost-calls" });
  });
});
