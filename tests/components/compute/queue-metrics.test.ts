import { describe, expect, it } from "vitest";
import { QueueMetrics } from "../../../components/compute/queue-metrics";
import { Secrets } from "../../../components/foundation/secrets";
import { settingsFrom } from "../../../functions/queue-metrics/handler";
import { metricLines } from "../../../functions/queue-metrics/embedded-metrics";
import { laravelEnvironment, type LaravelFacts } from "../../../components/compute/laravel";
import { record, valueOf } from "../../support/mocks";
import { testStack } from "../../support/stack";
import { KEY_ARN, statements, SUBNETS } from "./support";

const FUNCTION_ARN = "arn:aws:lambda:ap-northeast-1:123456789012:function:affiliate-production-queue-metrics";

const make = () => {
  const stack = testStack();
  const secrets = new Secrets("secrets", { stack, keyArn: KEY_ARN, copyKeyArn: KEY_ARN });
  return new QueueMetrics("queue-metrics", {
    stack,
    queues: ["high", "default", "low"],
    redisHost: "sessions.example",
    redisPort: 6379,
    secretArn: secrets.arns["redis-metrics"],
    secretStatements: secrets.readPolicy(["redis-metrics"]),
    subnetIds: SUBNETS,
    securityGroupId: "sg-queue-metrics",
    logKeyArn: KEY_ARN,
    logRetentionDays: 90,
  });
};

describe("QueueMetrics", () => {
  it("is a function in the VPC, one at a time, with an encrypted environment and log", async () => {
    const recording = await record(make);
    const counts = recording.counts();
    delete counts["affiliate:foundation:Secrets"];
    delete counts["aws:secretsmanager/secret:Secret"];
    expect(counts).toEqual({
      "affiliate:compute:QueueMetrics": 1,
      "aws:cloudwatch/logGroup:LogGroup": 1,
      "aws:iam/role:Role": 2,
      "aws:iam/rolePolicy:RolePolicy": 2,
      "aws:lambda/function:Function": 1,
      "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": 1,
      "aws:scheduler/schedule:Schedule": 1,
    });
    expect(recording.one("aws:lambda/function:Function").inputs).toMatchObject({
      name: "affiliate-production-queue-metrics",
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      handler: "index.handler",
      reservedConcurrentExecutions: 1,
      timeout: 15,
      kmsKeyArn: KEY_ARN,
      vpcConfig: { subnetIds: SUBNETS, securityGroupIds: ["sg-queue-metrics"] },
      loggingConfig: { logFormat: "JSON", logGroup: "/affiliate/production/queue-metrics" },
    });
    expect(recording.one("aws:cloudwatch/logGroup:LogGroup").inputs).toMatchObject({
      kmsKeyId: KEY_ARN,
      retentionInDays: 90,
    });
  });

  it("hands the function the environment that it reads, and Laravel's own prefix", async () => {
    const recording = await record(make);
    const { variables } = recording.one("aws:lambda/function:Function").inputs.environment as {
      variables: Record<string, string>;
    };
    const { REDIS_PREFIX } = laravelEnvironment("web", {} as LaravelFacts);
    expect(settingsFrom(variables)).toEqual({
      environment: "production",
      redisHost: "sessions.example",
      redisPort: 6379,
      secretArn: expect.stringMatching(/secret:affiliate\/production\/redis-metrics-/) as string,
      keyPrefix: REDIS_PREFIX,
      queues: ["high", "default", "low"],
    });
    expect(JSON.stringify(variables)).not.toMatch(/password/i);
  });

  it("may read one secret and write one log; network interfaces are Lambda's to make, not the code's", async () => {
    const recording = await record(make);
    const policy = statements(recording.one("aws:iam/rolePolicy:RolePolicy", "queue-metrics").inputs.policy);
    expect(Object.keys(policy).sort()).toEqual([
      "Environment",
      "Logs",
      "Network",
      "NetworkNotByCode",
      "SecretsDecrypt",
      "SecretsRead",
    ]);
    expect(policy.SecretsRead?.Resource).toMatch(/redis-metrics-/);
    expect(policy.Logs?.Resource).toBe(
      "arn:aws:logs:ap-northeast-1:123456789012:log-group:/affiliate/production/queue-metrics:*",
    );
    const attached = recording.one("aws:iam/rolePolicy:RolePolicy", "queue-metrics");
    expect(recording.one("aws:lambda/function:Function").options.dependencies).toContain(attached.urn);
  });

  it("is called each minute, and a lost minute stays lost", async () => {
    const recording = await record(make);
    expect(recording.one("aws:scheduler/schedule:Schedule").inputs).toMatchObject({
      scheduleExpression: "rate(1 minutes)",
      flexibleTimeWindow: { mode: "OFF" },
      target: { arn: FUNCTION_ARN, retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: 60 } },
    });
    expect(recording.one("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig").inputs).toMatchObject({
      maximumRetryAttempts: 0,
      maximumEventAgeInSeconds: 60,
    });
    const policy = statements(recording.one("aws:iam/rolePolicy:RolePolicy", "queue-metrics-schedule").inputs.policy);
    expect(policy).toEqual({
      Invoke: { Sid: "Invoke", Effect: "Allow", Action: "lambda:InvokeFunction", Resource: FUNCTION_ARN },
    });
    expect(await valueOf(recording.result.functionArn)).toBe(FUNCTION_ARN);
    const trust = String(recording.one("aws:iam/role:Role", "queue-metrics-schedule").inputs.assumeRolePolicy);
    expect(trust).toContain("arn:aws:scheduler:ap-northeast-1:123456789012:schedule-group/default");
  });

  it("names the metrics that the function writes", async () => {
    const { result } = await record(make);
    const now = new Date(0);
    const state = { queue: "high", waiting: 1, delayed: 0, reserved: 0, oldestAge: 2 };
    const [ofQueue, ofAll] = metricLines("production", [state], now);
    for (const [line, { waiting, oldestAge }] of [
      [ofQueue, result.queue("high")],
      [ofAll, result.metrics],
    ] as const) {
      for (const metric of [waiting, oldestAge]) {
        const [directive] = (line?._aws as { CloudWatchMetrics: { Namespace: string; Dimensions: string[][] }[] })
          .CloudWatchMetrics;
        expect(line).toHaveProperty(metric.metricName);
        expect(directive?.Namespace).toBe(metric.namespace);
        expect(directive?.Dimensions).toEqual([Object.keys(metric.dimensions)]);
        expect(line).toMatchObject(metric.dimensions);
      }
    }
  });
});
