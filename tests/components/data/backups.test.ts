import { describe, expect, it } from "vitest";
import { Backups, type BackupsArgs } from "../../../components/data/backups";
import { record } from "../../support/mocks";
import { testStack } from "../../support/stack";
import { dependenciesOf, expectNoSecret } from "./fixtures";

const VAULT = "aws:backup/vault:Vault";
const LOCK = "aws:backup/vaultLockConfiguration:VaultLockConfiguration";
const PLAN = "aws:backup/plan:Plan";
const SELECTION = "aws:backup/selection:Selection";
const keyArn = "arn:aws:kms:ap-northeast-1:123456789012:key/backups";
const copies = { region: "ap-northeast-3", keyArn: "arn:aws:kms:ap-northeast-3:123456789012:key/backups-copies" };
const clusterArn = "arn:aws:rds:ap-northeast-1:123456789012:cluster:affiliate-production-main";
const bucketArn = "arn:aws:s3:::affiliate-production-uploads-123456789012";
const make = (args: Partial<BackupsArgs> = {}) =>
  record(
    () =>
      new Backups("backups", {
        stack: testStack(),
        keyArn,
        copies,
        dailyDays: 35,
        weeklyDays: 90,
        monthlyDays: 365,
        copyDays: 40,
        clusterArns: [clusterArn],
        storeArns: [bucketArn],
        restoreInto: { subnetGroupName: "data", securityGroupId: "sg-1", clusterParametersName: "parameters" },
        ...args,
      }),
  );

interface Rule {
  readonly ruleName: string;
  readonly lifecycle: { readonly deleteAfter: number };
  readonly copyActions?: readonly unknown[];
}
const rulesOf = (recording: Awaited<ReturnType<typeof make>>) => recording.one(PLAN).inputs.rules as readonly Rule[];

describe("Backups", () => {
  it("makes a locked vault in each region, one plan, two selections and a weekly restore test", async () => {
    const backups = await make();
    expect(backups.counts()).toEqual({
      "affiliate:data:Backups": 1,
      [VAULT]: 2,
      [LOCK]: 2,
      [PLAN]: 1,
      [SELECTION]: 2,
      "aws:backup/restoreTestingPlan:RestoreTestingPlan": 1,
      "aws:backup/restoreTestingSelection:RestoreTestingSelection": 1,
      "aws:iam/role:Role": 1,
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment": 4,
    });
    expectNoSecret(backups);
  });

  it("encrypts each vault with the key of its region, and keeps it", async () => {
    const vaults = (await make()).ofType(VAULT);
    expect(vaults.map(({ inputs }) => [inputs.region, inputs.kmsKeyArn])).toEqual([
      [undefined, keyArn],
      ["ap-northeast-3", copies.keyArn],
    ]);
    for (const { inputs, options } of vaults) {
      expect(inputs.forceDestroy).toBe(false);
      expect(options).toMatchObject({ protect: true, retainOnDelete: true });
    }
  });

  it("locks in governance mode, wide enough for every tier", async () => {
    for (const { inputs } of (await make()).ofType(LOCK)) {
      expect(inputs).toMatchObject({ minRetentionDays: 7, maxRetentionDays: 365 });
      expect(inputs).not.toHaveProperty("changeableForDays");
    }
    for (const { inputs } of (await make({ lockForEverAfterDays: 30 })).ofType(LOCK)) {
      expect(inputs.changeableForDays).toBe(30);
    }
  });

  it("locks nothing in a stack that is taken down", async () => {
    const backups = await make({ stack: testStack({ environment: "staging", protect: false }) });
    expect(backups.ofType(LOCK)).toEqual([]);
    for (const { inputs } of backups.ofType(VAULT)) expect(inputs.forceDestroy).toBe(true);
  });

  it("keeps each tier for its days and copies every twelve hours", async () => {
    const rules = rulesOf(await make());
    expect(rules.map(({ ruleName, lifecycle }) => [ruleName, lifecycle.deleteAfter])).toEqual([
      ["copied", 7],
      ["daily", 35],
      ["weekly", 90],
      ["monthly", 365],
    ]);
    expect(rules[0]).toMatchObject({
      schedule: "cron(0 8,20 * * ? *)",
      scheduleExpressionTimezone: "Asia/Tokyo",
      copyActions: [{ lifecycle: { deleteAfter: 40 } }],
    });
    expect(rules.slice(1).filter(({ copyActions }) => copyActions !== undefined)).toEqual([]);
    // It would take over the retention of Aurora's own points in time.
    for (const rule of rules) expect(rule).not.toHaveProperty("enableContinuousBackup");
  });

  it("copies nothing without a region for it", async () => {
    const backups = await make({ copies: undefined });
    expect(backups.counts()).toMatchObject({ [VAULT]: 1, [LOCK]: 1 });
    expect(rulesOf(backups).map(({ ruleName }) => ruleName)).toEqual(["daily", "weekly", "monthly"]);
    expect(backups.result.copyVaultName).toBeUndefined();
  });

  it("saves stores by ARN, and what bears the tag", async () => {
    const backups = await make();
    const [stores, tagged] = backups.ofType(SELECTION);
    expect(stores?.inputs.resources).toEqual([clusterArn, bucketArn]);
    expect(stores?.inputs).not.toHaveProperty("selectionTags");
    expect(tagged?.inputs.selectionTags).toEqual([{ type: "STRINGEQUALS", key: "Backup", value: "daily" }]);
    expect(tagged?.inputs).not.toHaveProperty("resources");
    // Not before the role may.
    expect(stores && dependenciesOf(backups, stores).filter((name) => name.includes("Policy"))).toHaveLength(4);
  });

  it("restores the database's newest recovery point where nobody else reaches it", async () => {
    const test = (await make()).one("aws:backup/restoreTestingSelection:RestoreTestingSelection");
    expect(test.inputs).toMatchObject({
      protectedResourceType: "Aurora",
      protectedResourceArns: [clusterArn],
      restoreMetadataOverrides: {
        dbSubnetGroupName: "data",
        dbClusterParameterGroupName: "parameters",
        vpcSecurityGroupIds: '["sg-1"]',
      },
    });
  });
});
