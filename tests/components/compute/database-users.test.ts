import { describe, expect, it } from "vitest";
import { DatabaseUsers } from "../../../components/compute/database-users";
import { Secrets } from "../../../components/foundation/secrets";
import { settingsFrom } from "../../../functions/database-users/handler";
import { record } from "../../support/mocks";
import { testStack } from "../../support/stack";
import { KEY_ARN, statements, SUBNETS } from "./support";

const MASTER = "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:rds!cluster-1-a1b2c3";

const make = () => {
  const stack = testStack();
  return new DatabaseUsers("database-users", {
    stack,
    subnetIds: SUBNETS,
    securityGroupId: "sg-database-users",
    logKeyArn: KEY_ARN,
    logRetentionDays: 90,
    secrets: new Secrets("secrets", { stack, keyArn: KEY_ARN, copyKeyArn: KEY_ARN }),
    databaseHost: "writer.example",
    databasePort: 3306,
    databaseName: "affiliate_production",
    masterSecretArn: MASTER,
  });
};

describe("DatabaseUsers", () => {
  it("hands the function the environment that it reads, and no password", async () => {
    const recording = await record(make);
    const { inputs } = recording.one("aws:lambda/function:Function");
    const { variables } = inputs.environment as { variables: Record<string, string> };
    expect(settingsFrom(variables)).toEqual({
      host: "writer.example",
      port: 3306,
      database: "affiliate_production",
      masterSecretArn: MASTER,
      secretArns: {
        app: expect.stringMatching(/\/database-app-/) as string,
        migration: expect.stringMatching(/\/database-migration-/) as string,
        dump: expect.stringMatching(/\/database-dump-/) as string,
        agent: expect.stringMatching(/\/database-agent-/) as string,
      },
    });
    expect(inputs).toMatchObject({
      name: "affiliate-production-database-users",
      reservedConcurrentExecutions: 1,
      vpcConfig: { subnetIds: SUBNETS, securityGroupIds: ["sg-database-users"] },
    });
  });

  it("may read the master's secret and those of the four users, and no other", async () => {
    const policy = statements((await record(make)).one("aws:iam/rolePolicy:RolePolicy").inputs.policy);
    expect(policy.MasterSecret).toMatchObject({ Action: "secretsmanager:GetSecretValue", Resource: MASTER });
    const read = policy.SecretsRead?.Resource as string[];
    expect(read.map((arn) => /production\/([a-z-]+)-[^-]+$/.exec(arn)?.[1]).sort()).toEqual([
      "database-agent",
      "database-app",
      "database-dump",
      "database-migration",
    ]);
    expect(Object.keys(policy).sort()).toEqual([
      "Environment",
      "Logs",
      "MasterSecret",
      "Network",
      "NetworkNotByCode",
      "SecretsDecrypt",
      "SecretsRead",
    ]);
  });
});
