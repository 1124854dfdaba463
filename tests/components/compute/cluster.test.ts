import { describe, expect, it } from "vitest";
import { record } from "../../support/mocks";
import { KEY_ARN, makeCluster } from "./support";

describe("Cluster", () => {
  it("measures each task, runs on Fargate, and logs operators' sessions under a key", async () => {
    const recording = await record(makeCluster);
    expect(recording.counts()).toEqual({
      "affiliate:compute:Cluster": 1,
      "aws:cloudwatch/logGroup:LogGroup": 1,
      "aws:ecs/cluster:Cluster": 1,
      "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": 1,
    });
    expect(recording.one("aws:ecs/cluster:Cluster").inputs).toEqual({
      name: "affiliate-production",
      settings: [{ name: "containerInsights", value: "enhanced" }],
      configuration: {
        executeCommandConfiguration: {
          kmsKeyId: KEY_ARN,
          logging: "OVERRIDE",
          logConfiguration: { cloudWatchEncryptionEnabled: true, cloudWatchLogGroupName: "/affiliate/production/exec" },
        },
      },
    });
    expect(recording.one("aws:ecs/clusterCapacityProviders:ClusterCapacityProviders").inputs).toMatchObject({
      capacityProviders: ["FARGATE"],
      defaultCapacityProviderStrategies: [{ capacityProvider: "FARGATE", weight: 1 }],
    });
    const audit = recording.one("aws:cloudwatch/logGroup:LogGroup");
    expect(audit.inputs).toMatchObject({ name: "/affiliate/production/exec", kmsKeyId: KEY_ARN, retentionInDays: 400 });
    expect(audit.options).toMatchObject({ protect: true, retainOnDelete: true });
  });

  it("gives the console what ECS Exec needs: channels, the audit log and its key", async () => {
    const { result } = await record(makeCluster);
    expect(result.execStatements.map(({ sid, resources }) => [sid, resources])).toEqual([
      ["ExecChannels", "*"],
      ["ExecLogGroups", "*"],
      ["ExecLog", "arn:aws:logs:ap-northeast-1:123456789012:log-group:/affiliate/production/exec:*"],
      ["ExecKey", KEY_ARN],
    ]);
  });
});
