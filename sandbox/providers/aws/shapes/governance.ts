import type { Request } from "../../request";
import { shapes, type Shape } from "../../shape";
import { held, mustBeJson, mustMatch, put, timestamp } from "./common";

// Backup, budgets and costs, security services, ChatOps.

const VAULT = "aws:backup/vault:Vault";
const vaultArn = (request: Request, property: string): string =>
  request.arn("backup", `backup-vault:${request.text(property)}`);
const planId = (request: Request): string => request.kept("id", () => request.uuid());
const detectorId = (request: Request): string => request.kept("id", () => request.hex(32));
const chatArn = (request: Request): string =>
  request.arn("chatbot", `chat-configuration/slack-channel/${request.text("configurationName")}`, { region: "" });

function named(
  prefix: string,
  code: string,
  operation: string,
  extra: (request: Request) => Record<string, string> = () => ({}),
): Shape {
  const arn = (request: Request): string => request.arn("backup", `${prefix}:${request.text("name")}`);
  return {
    id: (request) => request.text("name"),
    autoname: { property: "name", maxLength: 50 },
    unique: held({
      scope: `backup-${prefix}`,
      code,
      words: (name) => `${prefix} with the same name already exists: ${name}`,
      operation: `Backup: ${operation}`,
    }),
    outputs: (request) => ({ arn: arn(request), ...extra(request) }),
  };
}

const deployed = (request: Request): Record<string, string> => ({
  creationTime: timestamp(request, "creationTime"),
  deploymentStatus: "COMPLETED",
});

function refuseLock(request: Request): void {
  const days = request.number("changeableForDays");
  const vault = request.cloud
    .list(VAULT)
    .find((found) => found.id === request.text("backupVaultName") && found.region === request.region);
  const operation = "Backup: PutBackupVaultLockConfiguration";
  if (vault === undefined)
    request.refuse(
      "ResourceNotFoundException",
      `Backup vault ${request.text("backupVaultName")} does not exist.`,
      operation,
    );
  if (days !== undefined && days < 3) {
    request.refuse("InvalidParameterValueException", "ChangeableForDays must be at least 3.", operation);
  }
}

export const governance = shapes({
  [VAULT]: {
    id: (request) => request.text("name"),
    autoname: { property: "name", maxLength: 50 },
    plan: (request) => ({
      name: mustMatch(request, "name", /^[a-zA-Z0-9_-]{2,50}$/, "2 to 50 letters, digits, hyphens and underscores"),
    }),
    unique: held({
      scope: "backup-vault",
      code: "AlreadyExistsException",
      words: (name) => `Backup vault with the same name already exists: ${name}`,
      operation: "Backup: CreateBackupVault",
    }),
    outputs: (request) => ({
      arn: vaultArn(request, "name"),
      kmsKeyArn: request.arn("kms", `key/${request.uuid("aws/backup")}`),
      recoveryPoints: 0,
    }),
    refuseDelete: (request, vault) => {
      if (Number(vault.state["recoveryPoints"] ?? 0) > 0 && vault.state["forceDestroy"] !== true) {
        request.refuse(
          "InvalidRequestException",
          "Backup vault cannot be deleted because it contains recovery points.",
          "Backup: DeleteBackupVault",
        );
      }
    },
  },
  "aws:backup/vaultPolicy:VaultPolicy": {
    ...put("backupVaultName"),
    plan: (request) => ({ policy: mustBeJson(request, "policy") }),
    outputs: (request) => ({ backupVaultArn: vaultArn(request, "backupVaultName") }),
  },
  "aws:backup/vaultNotifications:VaultNotifications": {
    ...put("backupVaultName"),
    outputs: (request) => ({ backupVaultArn: vaultArn(request, "backupVaultName") }),
  },
  "aws:backup/vaultLockConfiguration:VaultLockConfiguration": {
    ...put("backupVaultName"),
    refuse: refuseLock,
    outputs: (request) => ({ backupVaultArn: vaultArn(request, "backupVaultName") }),
    refuseDelete: (request, lock) => {
      // With a date from which it cannot be changed, the lock outlives everybody's wish (compliance mode).
      const days = lock.state["changeableForDays"];
      const over = typeof days === "number" && Date.parse(lock.created) + days * 86_400_000 < Date.now();
      if (over)
        request.refuse(
          "InvalidRequestException",
          "The vault lock is immutable: its grace time is over.",
          "Backup: DeleteBackupVaultLockConfiguration",
        );
    },
  },
  "aws:backup/plan:Plan": {
    id: planId,
    autoname: { property: "name", maxLength: 50 },
    unique: held({
      scope: "backup-plan",
      code: "AlreadyExistsException",
      words: () => "Backup plan with the same plan document already exists",
      operation: "Backup: CreateBackupPlan",
    }),
    outputs: (request) => ({
      id: planId(request),
      arn: request.arn("backup", `backup-plan:${planId(request)}`),
      version: Buffer.from(request.hex(36, JSON.stringify(request.inputs)), "hex").toString("base64url"),
    }),
    refuseDelete: (request, plan) => {
      const used = request.cloud
        .list("aws:backup/selection:Selection")
        .some((found) => found.state["planId"] === plan.id);
      if (used)
        request.refuse(
          "InvalidRequestException",
          "Related backup plan selections must be deleted prior to backup plan deletion.",
          "Backup: DeleteBackupPlan",
        );
    },
  },
  "aws:backup/selection:Selection": {
    id: (request) => request.kept("id", () => request.uuid()),
    autoname: { property: "name", maxLength: 50 },
  },
  "aws:backup/framework:Framework": named("framework", "AlreadyExistsException", "CreateFramework", (request) => ({
    ...deployed(request),
    status: "ACTIVE",
  })),
  "aws:backup/reportPlan:ReportPlan": named("report-plan", "AlreadyExistsException", "CreateReportPlan", deployed),
  "aws:backup/restoreTestingPlan:RestoreTestingPlan": {
    ...named("restore-testing-plan", "AlreadyExistsException", "CreateRestoreTestingPlan"),
    plan: (request) => ({
      name: mustMatch(request, "name", /^\w{1,50}$/, "1 to 50 letters, digits and underscores, no hyphens"),
    }),
    outputs: (request) => ({
      arn: request.arn("backup", `restore-testing-plan:${request.text("name")}-${request.uuid()}`),
      scheduleExpressionTimezone: "Etc/UTC",
      startWindowHours: 24,
    }),
  },
  "aws:backup/restoreTestingSelection:RestoreTestingSelection": {
    id: (request) => `${request.text("name")}:${request.text("restoreTestingPlanName")}`,
    plan: (request) => ({
      name: mustMatch(request, "name", /^\w{1,50}$/, "1 to 50 letters, digits and underscores, no hyphens"),
    }),
    outputs: () => ({ restoreMetadataOverrides: {}, validationWindowHours: 0 }),
  },
  "aws:backup/regionSettings:RegionSettings": {
    id: (request) => request.region,
    put: true,
    outputs: () => ({ resourceTypeManagementPreference: {} }),
  },
  "aws:backup/globalSettings:GlobalSettings": { id: (request) => request.account, put: true },
  "aws:budgets/budget:Budget": {
    id: (request) => `${request.account}:${request.text("name")}`,
    autoname: { property: "name", maxLength: 100 },
    unique: held({
      scope: "budget",
      within: "account",
      code: "DuplicateRecordException",
      words: (name) => `Error creating budget: ${name} - the budget already exists.`,
      operation: "Budgets: CreateBudget",
    }),
    outputs: (request) => ({
      accountId: request.account,
      arn: request.arn("budgets", `budget/${request.text("name")}`, { region: "" }),
      namePrefix: "",
      limitAmount: "",
      limitUnit: "USD",
      timePeriodStart: "2026-11-01_00:00",
      costTypes: { includeCredit: true, includeRefund: true, includeTax: true, includeSubscription: true },
    }),
  },
  "aws:costexplorer/anomalyMonitor:AnomalyMonitor": {
    // Monitors of a whole dimension: one in an account for each, whatever their names. AWS may have made it by itself.
    unique: (request) =>
      request.text("monitorType") === "DIMENSIONAL"
        ? [
            {
              scope: "ce-dimensional-monitor",
              name: request.text("monitorDimension"),
              within: "account",
              code: "ValidationException",
              message: "Limit exceeded on dimensional spend monitor creation",
              operation: "Cost Explorer: CreateAnomalyMonitor",
            },
          ]
        : [],
    id: (request) => request.kept("arn", () => request.arn("ce", `anomalymonitor/${request.uuid()}`, { region: "" })),
    outputs: (request) => ({
      arn: request.kept("arn", () => request.arn("ce", `anomalymonitor/${request.uuid()}`, { region: "" })),
    }),
  },
  "aws:costexplorer/anomalySubscription:AnomalySubscription": {
    id: (request) =>
      request.kept("arn", () => request.arn("ce", `anomalysubscription/${request.uuid()}`, { region: "" })),
    outputs: (request) => ({
      arn: request.kept("arn", () => request.arn("ce", `anomalysubscription/${request.uuid()}`, { region: "" })),
      accountId: request.account,
      thresholdExpression: {},
    }),
  },
  "aws:costexplorer/costAllocationTag:CostAllocationTag": {
    ...put("tagKey"),
    outputs: () => ({ type: "UserDefined" }),
  },
  "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration": {
    id: chatArn,
    unique: held({
      scope: "chatbot-configuration",
      property: "configurationName",
      within: "account",
      code: "ConflictException",
      words: (name) => `Configuration with name ${name} already exists`,
      operation: "chatbot: CreateSlackChannelConfiguration",
    }),
    outputs: (request) => ({
      chatConfigurationArn: chatArn(request),
      loggingLevel: "NONE",
      slackChannelName: request.text("slackChannelId"),
      slackTeamName: request.text("slackTeamId"),
      userAuthorizationRequired: false,
    }),
  },
  "aws:guardduty/detector:Detector": {
    id: detectorId,
    unique: (request) => [
      {
        scope: "guardduty-detector",
        name: "one",
        code: "BadRequestException",
        message: "The request is rejected because a detector already exists for the current account.",
        operation: `GuardDuty: CreateDetector (${request.region})`,
      },
    ],
    outputs: (request) => ({
      id: detectorId(request),
      accountId: request.account,
      arn: request.arn("guardduty", `detector/${detectorId(request)}`),
      datasources: {},
      enable: true,
      findingPublishingFrequency: "SIX_HOURS",
    }),
  },
  "aws:guardduty/detectorFeature:DetectorFeature": put("detectorId", "name"),
  "aws:accessanalyzer/analyzer:Analyzer": {
    id: (request) => request.text("analyzerName"),
    unique: held({
      scope: "access-analyzer",
      property: "analyzerName",
      code: "ConflictException",
      words: (name) => `Analyzer ${name} already exists.`,
      operation: "AccessAnalyzer: CreateAnalyzer",
      status: 409,
    }),
    outputs: (request) => ({ arn: request.arn("access-analyzer", `analyzer/${request.text("analyzerName")}`) }),
  },
  "aws:accessanalyzer/archiveRule:ArchiveRule": put("analyzerName", "ruleName"),
  "aws:securityhub/account:Account": {
    id: (request) => request.account,
    unique: (request) => [
      {
        scope: "securityhub",
        name: "one",
        code: "ResourceConflictException",
        message: `Account ${request.account} is already subscribed to Security Hub`,
        operation: "SecurityHub: EnableSecurityHub",
        status: 409,
      },
    ],
    outputs: (request) => ({
      arn: request.arn("securityhub", "hub/default"),
      controlFindingGenerator: "SECURITY_CONTROL",
      enableDefaultStandards: true,
      autoEnableControls: true,
    }),
  },
  "aws:securityhub/standardsSubscription:StandardsSubscription": {
    id: (request) => subscription(request),
    outputs: (request) => ({ arn: subscription(request) }),
  },
  "aws:ebs/encryptionByDefault:EncryptionByDefault": { id: () => "terraform-ebs", put: true },
});

function subscription(request: Request): string {
  const standard = request.text("standardsArn");
  return request.arn("securityhub", `subscription/${standard.slice(standard.indexOf("/") + 1)}`);
}
