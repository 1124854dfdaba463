import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arn } from "../../config/arn";
import { BACKUP_TIME_ZONE, backupTimes, RESTORE_TEST_CRON, START_WINDOW_MINUTES } from "../../config/backup-times";
import type { StackFacts } from "../../config/stack";
import type { Metrics } from "../metrics";
import { serviceTrust } from "../policy-document";
import { stateful } from "../stateful";
import { type BackupMetric, backupMetrics } from "./backup-metrics";

export interface BackupsArgs {
  readonly stack: StackFacts;
  /** Key of the vault. */
  readonly keyArn: pulumi.Input<string>;
  /** A second vault in another region. @default none: nothing is copied */
  readonly copies?: { readonly region: string; readonly keyArn: pulumi.Input<string> } | undefined;
  /** Days, by tier: config/schema/recovery.ts. */
  readonly dailyDays: number;
  readonly weeklyDays: number;
  readonly monthlyDays: number;
  readonly copyDays: number;
  /** @default governance mode */
  readonly lockForEverAfterDays?: number | undefined;
  /** The database's clusters, every generation; they are what is tested, the first of them. */
  readonly clusterArns: readonly [pulumi.Input<string>, ...pulumi.Input<string>[]];
  /** Other stores, by ARN: buckets, tables. */
  readonly storeArns: readonly pulumi.Input<string>[];
  /** What a restore test of the database is made with: a cluster without instances. */
  readonly restoreInto: {
    readonly subnetGroupName: pulumi.Input<string>;
    readonly securityGroupId: pulumi.Input<string>;
    readonly clusterParametersName: pulumi.Input<string>;
  };
}

/** Resources with this tag are backed up too, so that a store of tomorrow needs no change here. */
export const BACKUP_TAG = { key: "Backup", value: "daily" } as const;
/** Recovery points that wait for their copy, in days: no tier, the next one comes in twelve hours. */
const COPIED_DAYS = 7;
const RESTORE_TEST_HOURS = 4;
/** AWS's service policies: they follow what AWS Backup needs, and are bound to its resources. */
const POLICIES = [
  "service-role/AWSBackupServiceRolePolicyForBackup",
  "service-role/AWSBackupServiceRolePolicyForRestores",
  "AWSBackupServiceRolePolicyForS3Backup",
  "AWSBackupServiceRolePolicyForS3Restore",
] as const;

/**
 * Recovery points of every store in a locked vault, copied into another region every twelve hours, and one of them
 * restored each week. Aurora's own 30 days of points in time stay its own: AWS Backup's continuous backups would take
 * its retention over, so they are not asked for.
 */
export class Backups extends pulumi.ComponentResource {
  readonly vaultName: string;
  /** In the region of the copies; undefined where nothing is copied. */
  readonly copyVaultName: string | undefined;
  readonly roleArn: pulumi.Output<string>;
  readonly restoreTestingPlanName: string;
  readonly restoreTestingPlanArn: pulumi.Output<string>;
  readonly metrics: Metrics<BackupMetric>;

  constructor(name: string, args: BackupsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:data:Backups", name, {}, opts);
    const { stack, copies } = args;
    const parent = { parent: this };
    if (args.lockForEverAfterDays !== undefined) {
      void pulumi.log.warn(
        `affiliate:backup.lockForEverAfterDays: ${args.lockForEverAfterDays} days after this update nobody, not AWS either, ` +
          "can delete a recovery point early, shorten its retention or delete the vaults. Take the key out before that to keep governance mode.",
        this,
      );
    }

    const vault = this.vault(name, "main", args, { keyArn: args.keyArn });
    const copyVault = copies && this.vault(`${name}-copies`, "copies", args, copies);
    const role = this.role(name, stack);

    const plan = new aws.backup.Plan(
      name,
      { name: stack.name("backupPlan", "main"), rules: rules(args, vault, copyVault) },
      parent,
    );
    // Two: AWS takes ARNs and tags of one selection as "and", never as "or".
    const selection = { iamRoleArn: role, planId: plan.id };
    new aws.backup.Selection(
      `${name}-stores`,
      {
        ...selection,
        name: stack.name("backupSelection", "stores"),
        resources: [...args.clusterArns, ...args.storeArns],
      },
      parent,
    );
    new aws.backup.Selection(
      `${name}-tagged`,
      {
        ...selection,
        name: stack.name("backupSelection", "tagged"),
        selectionTags: [{ type: "STRINGEQUALS", ...BACKUP_TAG }],
      },
      parent,
    );
    const restoreTest = this.restoreTest(name, args, vault, role);
    this.restoreTestingPlanName = restoreTest.planName;
    this.restoreTestingPlanArn = restoreTest.planArn;

    this.vaultName = stack.name("backupVault", "main");
    this.copyVaultName = copies && stack.name("backupVault", "copies");
    this.roleArn = role;
    this.metrics = backupMetrics(this.vaultName);
    this.registerOutputs({ vaultName: this.vaultName, copyVaultName: this.copyVaultName });
  }

  /** Without a date the lock is governance mode: a way out stays for who is given backup:DeleteBackupVaultLock…. */
  private vault(
    name: string,
    part: string,
    args: BackupsArgs,
    { region, keyArn }: { readonly region?: string; readonly keyArn: pulumi.Input<string> },
  ): aws.backup.Vault {
    const { stack } = args;
    const elsewhere = region === undefined ? {} : { region };
    const vault = new aws.backup.Vault(
      `${name}-vault`,
      { name: stack.name("backupVault", part), ...elsewhere, kmsKeyArn: keyArn, forceDestroy: !stack.protect },
      stateful(stack, { parent: this }),
    );
    // A vault that is locked keeps its recovery points whatever the stack wants: not where it shall be taken down.
    if (stack.protect) {
      new aws.backup.VaultLockConfiguration(
        `${name}-lock`,
        {
          backupVaultName: vault.name,
          ...elsewhere,
          // A job that asks for less or more fails: by no mistake in a plan is anything kept for a day only.
          minRetentionDays: COPIED_DAYS,
          maxRetentionDays: Math.max(args.monthlyDays, args.copyDays),
          ...(args.lockForEverAfterDays !== undefined && { changeableForDays: args.lockForEverAfterDays }),
        },
        { parent: this },
      );
    }
    return vault;
  }

  private role(name: string, stack: StackFacts): pulumi.Output<string> {
    const role = new aws.iam.Role(
      name,
      {
        name: stack.name("iamRole", "backup"),
        description: "AWS Backup takes recovery points, copies them and restores them for a test",
        assumeRolePolicy: serviceTrust("backup.amazonaws.com", {
          StringEquals: { "aws:SourceAccount": stack.accountId },
        }),
      },
      { parent: this },
    );
    const attached = POLICIES.map(
      (policy) =>
        new aws.iam.RolePolicyAttachment(
          `${name}-${policy.split("/").at(-1) ?? policy}`,
          { role: role.name, policyArn: arn(stack, "iam", `policy/${policy}`, { accountId: "aws" }) },
          { parent: this },
        ),
    );
    // Through its policies, so that no job runs before it may.
    return pulumi.all([role.arn, pulumi.all(attached.map(({ id }) => id))]).apply(([roleArn]) => roleArn);
  }

  /** The newest recovery point of the database is restored each week; functions/restore-validation looks into it. */
  private restoreTest(name: string, args: BackupsArgs, vault: aws.backup.Vault, role: pulumi.Output<string>) {
    const { stack, restoreInto } = args;
    // Letters, digits and underscores only. Source: Backup CreateRestoreTestingPlan.
    const planName = stack.name("backupPlan", "restore-test").replaceAll("-", "_");
    const plan = new aws.backup.RestoreTestingPlan(
      `${name}-restore-test`,
      {
        name: planName,
        scheduleExpression: RESTORE_TEST_CRON,
        scheduleExpressionTimezone: BACKUP_TIME_ZONE,
        startWindowHours: 1,
        recoveryPointSelection: {
          algorithm: "LATEST_WITHIN_WINDOW",
          recoveryPointTypes: ["SNAPSHOT"],
          includeVaults: [vault.arn],
          selectionWindowDays: COPIED_DAYS,
        },
      },
      { parent: this },
    );
    new aws.backup.RestoreTestingSelection(
      `${name}-restore-test-database`,
      {
        name: "database",
        restoreTestingPlanName: plan.name,
        protectedResourceType: "Aurora",
        protectedResourceArns: [args.clusterArns[0]],
        iamRoleArn: role,
        // Until then the cluster stays for who looks into it; then AWS Backup deletes it.
        validationWindowHours: RESTORE_TEST_HOURS,
        restoreMetadataOverrides: {
          dbSubnetGroupName: restoreInto.subnetGroupName,
          dbClusterParameterGroupName: restoreInto.clusterParametersName,
          vpcSecurityGroupIds: pulumi.jsonStringify([restoreInto.securityGroupId]),
        },
      },
      { parent: this },
    );
    return { planName, planArn: plan.arn };
  }
}

function rules(
  args: BackupsArgs,
  vault: aws.backup.Vault,
  copyVault: aws.backup.Vault | undefined,
): aws.types.input.backup.PlanRule[] {
  const rule = (tier: keyof typeof backupTimes, deleteAfter: number): aws.types.input.backup.PlanRule => ({
    ruleName: tier,
    targetVaultName: vault.name,
    schedule: backupTimes[tier].cron,
    scheduleExpressionTimezone: BACKUP_TIME_ZONE,
    startWindow: START_WINDOW_MINUTES,
    // Two hours for what takes minutes; a bucket's first backup takes longer than any other.
    completionWindow: 720,
    lifecycle: { deleteAfter },
    recoveryPointTags: { Tier: tier },
  });
  const tiers = [rule("daily", args.dailyDays), rule("weekly", args.weeklyDays), rule("monthly", args.monthlyDays)];
  if (copyVault === undefined) return tiers;
  const copyActions = [{ destinationVaultArn: copyVault.arn, lifecycle: { deleteAfter: args.copyDays } }];
  return [{ ...rule("copied", COPIED_DAYS), copyActions }, ...tiers];
}
