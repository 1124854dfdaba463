import { beforeAll, describe, expect, it } from "vitest";
import { namespaces, permissions } from "../../account/datadog-permissions";
import type { Recording } from "../support/mocks";
import { statement, statementsOf } from "../support/policies";
import { accountConfig, accountProgram } from "./program";

let production: Recording<unknown>;
let staging: Recording<unknown>;
beforeAll(async () => {
  production = await accountProgram("production");
  staging = await accountProgram("staging");
}, 300_000);

describe("an account", () => {
  it("has GitHub's provider once, made out for STS, without a thumbprint that would expire", () => {
    for (const account of [production, staging]) {
      const { inputs } = account.one("aws:iam/openIdConnectProvider:OpenIdConnectProvider");
      expect(inputs).toMatchObject({
        url: "https://token.actions.githubusercontent.com",
        clientIdLists: ["sts.amazonaws.com"],
      });
      expect(inputs).not.toHaveProperty("thumbprintLists");
    }
  });

  it("shows nothing in S3 to the public, encrypts disks in each region, and looks at what is shared", () => {
    const block = production.one("aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock").inputs;
    expect(block).toMatchObject({
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    const regions = production
      .ofType("aws:ebs/encryptionByDefault:EncryptionByDefault")
      .map(({ inputs }) => inputs.region);
    expect(regions.sort()).toEqual(["ap-northeast-1", "ap-northeast-3", "us-east-1"]);
    expect(production.ofType("aws:accessanalyzer/analyzer:Analyzer")).toHaveLength(2);
  });

  it("lets AWS Backup take what is found by tag, and copy tables into the other region", () => {
    const settings = production.ofType("aws:backup/regionSettings:RegionSettings").map(({ inputs }) => inputs);
    expect(settings.map(({ region }) => region).sort()).toEqual(["ap-northeast-1", "ap-northeast-3"]);
    for (const { resourceTypeOptInPreference, resourceTypeManagementPreference } of settings) {
      expect(resourceTypeOptInPreference).toEqual({ Aurora: true, DynamoDB: true, S3: true });
      expect(resourceTypeManagementPreference).toEqual({ DynamoDB: true });
    }
  });

  it("asks no cloud while it is planned", () => {
    expect([...production.invokes, ...staging.invokes]).toEqual([]);
  });

  it("has no IAM user", () => {
    expect(production.ofType("aws:iam/user:User")).toEqual([]);
  });
});

describe("the trail", () => {
  it("is of all regions, encrypted, provable, and cannot be deleted before its time", () => {
    const trail = production.one("aws:cloudtrail/trail:Trail");
    expect(trail.inputs).toMatchObject({
      name: "affiliate-production",
      s3BucketName: "affiliate-production-trail-123456789012",
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
      enableLogFileValidation: true,
      enableLogging: true,
    });
    expect(trail.inputs.kmsKeyId).toMatch(/^arn:aws:kms:/);
    expect(trail.options).toMatchObject({ protect: true, retainOnDelete: true });
    expect(production.one("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration").inputs).toMatchObject({
      rule: { defaultRetention: { mode: "GOVERNANCE", days: 400 } },
    });
    const { rules } = production.one(
      "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
      "trail-records-lifecycle",
    ).inputs as { rules: { id: string; expiration?: { days?: number } }[] };
    expect(rules.find(({ id }) => id === "records")?.expiration).toEqual({ days: 400 });
  });

  it("alone may write into its bucket and use its key", () => {
    const arn = "arn:aws:cloudtrail:ap-northeast-1:123456789012:trail/affiliate-production";
    const policy = production.one("aws:s3/bucketPolicy:BucketPolicy", "trail-records-policy");
    expect(statement(policy, "TrailWrites")).toMatchObject({
      Principal: { Service: "cloudtrail.amazonaws.com" },
      Action: "s3:PutObject",
      Resource: "arn:aws:s3:::affiliate-production-trail-123456789012/AWSLogs/123456789012/*",
      Condition: { StringEquals: { "aws:SourceArn": arn, "s3:x-amz-acl": "bucket-owner-full-control" } },
    });
    expect(statement(policy, "TrailLooks").Condition).toEqual({ StringEquals: { "aws:SourceArn": arn } });
    const key = production.one("aws:kms/key:Key", "trail-trail");
    expect(statement(key, "TrailEncrypts").Condition).toMatchObject({ StringEquals: { "aws:SourceArn": arn } });
    expect(production.one("aws:cloudtrail/trail:Trail").options.dependencies).toContain(policy.urn);
  });
});

describe("costs", () => {
  it("are told by the budget in four steps, and by anomalies at once, on a topic that both may write to", () => {
    const budget = production.one("aws:budgets/budget:Budget").inputs as {
      limitAmount: string;
      notifications: { threshold: number; notificationType: string; subscriberSnsTopicArns: string[] }[];
    };
    expect(budget.limitAmount).toBe("9000.00");
    expect(budget.notifications.map(({ threshold, notificationType }) => `${threshold} ${notificationType}`)).toEqual([
      "50 ACTUAL",
      "80 ACTUAL",
      "100 ACTUAL",
      "100 FORECASTED",
    ]);
    const topic = "arn:aws:sns:us-east-1:123456789012:affiliate-production-costs";
    for (const { subscriberSnsTopicArns } of budget.notifications) expect(subscriberSnsTopicArns).toEqual([topic]);
    expect(production.one("aws:costexplorer/anomalySubscription:AnomalySubscription").inputs).toMatchObject({
      frequency: "IMMEDIATE",
      subscribers: [{ type: "SNS", address: topic }],
      thresholdExpression: { dimension: { key: "ANOMALY_TOTAL_IMPACT_ABSOLUTE", values: ["100"] } },
    });
    const services = ["budgets.amazonaws.com", "costalerts.amazonaws.com"];
    for (const policy of [
      production.one("aws:sns/topicPolicy:TopicPolicy"),
      production.one("aws:kms/key:Key", "costs-costs"),
    ]) {
      expect(statement(policy, "Tellers")).toMatchObject({
        Principal: { Service: services },
        Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
      });
    }
  });

  it("use the monitor that AWS made by itself where the stack file names one: an account can have one only", async () => {
    const config = accountConfig("staging");
    const arn = "arn:aws:ce::234567890123:anomalymonitor/01234567-89ab-cdef-0123-456789abcdef";
    const named = await accountProgram("staging", {
      ...config,
      "affiliate:costs": { ...(config["affiliate:costs"] as object), anomalyMonitorArn: arn },
    });
    expect(named.ofType("aws:costexplorer/anomalyMonitor:AnomalyMonitor")).toEqual([]);
    expect(named.one("aws:costexplorer/anomalySubscription:AnomalySubscription").inputs.monitorArnLists).toEqual([arn]);
    expect(staging.ofType("aws:costexplorer/anomalyMonitor:AnomalyMonitor")).toHaveLength(1);
  });
});

describe("Datadog", () => {
  it("comes from its Tokyo account, with the external id that it made up", () => {
    const role = production.one("aws:iam/role:Role", "datadog");
    const trust = statement(role, "Datadog", "assumeRolePolicy");
    expect(trust.Principal).toEqual({ AWS: "arn:aws:iam::417141415827:root" });
    expect(trust.Condition?.StringEquals?.["sts:ExternalId"]).toMatch(/\S/);
    const { authConfig } = production.one("datadog:aws/integrationAccount:IntegrationAccount").inputs as {
      authConfig: { awsAuthConfigRole: { roleName: string; externalId: string } };
    };
    expect(authConfig.awsAuthConfigRole).toEqual({
      roleName: "affiliate-production-datadog",
      externalId: trust.Condition?.StringEquals?.["sts:ExternalId"],
    });
  });

  it("may look, at metrics and tags, and at no content", () => {
    const actions = permissions.flatMap((permission) => permission.actions);
    for (const action of actions) expect(action).toMatch(/:(Describe|List|Get)/);
    expect(actions.filter((action) => /Object|Secret|Parameter|LogEvents|Item|Policy/.test(action))).toEqual([]);
    expect(new Set(actions).size).toBe(actions.length);
    const policy = production.one("aws:iam/rolePolicy:RolePolicy", "datadog");
    expect(statementsOf(policy)).toHaveLength(permissions.length);
  });

  it("collects the platform's namespaces only", () => {
    const { metricsConfig } = production.one("datadog:aws/integrationAccount:IntegrationAccount").inputs as {
      metricsConfig: { namespaceFilters: { includeOnlies: string[] } };
    };
    expect(metricsConfig.namespaceFilters.includeOnlies).toEqual(namespaces);
  });
});

describe("boundaries", () => {
  it("of the pipelines let them make roles only with the workloads' ceiling, and never touch themselves", () => {
    const policy = production.one("aws:iam/policy:Policy", "boundaries-deploy");
    expect(statement(policy, "RolesWithACeiling")).toMatchObject({
      Resource: "arn:aws:iam::123456789012:role/affiliate-production-*",
      Condition: {
        StringEquals: {
          "iam:PermissionsBoundary": "arn:aws:iam::123456789012:policy/affiliate-production-workload-boundary",
        },
      },
    });
    expect(statement(policy, "NotItself")).toMatchObject({
      Effect: "Deny",
      Resource: "arn:aws:iam::123456789012:role/affiliate-production-deploy-*",
    });
    // Whatever writes to roles is denied on the pipelines' own.
    const denied = [statement(policy, "NotItself").Action].flat();
    for (const sid of ["RolesWithACeiling", "RolesKept"]) {
      for (const action of [statement(policy, sid).Action].flat()) expect(denied).toContain(action);
    }
    const all = statementsOf(policy).filter(({ Effect }) => Effect === "Allow");
    const named = all.flatMap(({ Action }) => Action ?? []);
    expect(named).not.toContain("iam:DeleteRolePermissionsBoundary");
    expect(named.filter((action) => /Policy(Version)?$/.test(action) && /Create|Delete|Set/.test(action))).toEqual([
      "iam:DeleteRolePolicy",
    ]);
  });

  it("keep the pipelines from emptying a vault or lifting a lock, but for staging, which is taken down", () => {
    const kept = statement(production.one("aws:iam/policy:Policy", "boundaries-deploy"), "BackupsKept");
    expect(kept).toMatchObject({ Effect: "Deny", Resource: "*" });
    for (const action of ["backup:DeleteRecoveryPoint", "backup:DeleteBackupVaultLockConfiguration"]) {
      expect([kept.Action].flat()).toContain(action);
    }
    // The lock itself is made and widened by the update.
    expect([kept.Action].flat()).not.toContain("backup:PutBackupVaultLockConfiguration");
    const ofStaging = statementsOf(staging.one("aws:iam/policy:Policy", "boundaries-deploy"));
    expect(ofStaging.filter(({ Sid }) => Sid === "BackupsKept")).toEqual([]);
  });

  it("fit into a managed policy, and are protected", () => {
    for (const policy of production.ofType("aws:iam/policy:Policy")) {
      // Source: IAM quotas: 6,144 characters.
      expect(String(policy.inputs.policy).length).toBeLessThan(6_144);
      expect(policy.options.protect).toBe(true);
    }
  });
});

describe("GitHub", () => {
  it("is production's account's to look after, and no other's", () => {
    expect(staging.resources.filter(({ type }) => type.startsWith("github:"))).toEqual([]);
    const repositories = production.ofType("github:index/repository:Repository");
    expect(repositories.map(({ inputs }) => inputs.name)).toEqual(["affiliate-platform", "affiliate"]);
    for (const { options, parent } of repositories) {
      expect(options).toMatchObject({ protect: true, retainOnDelete: true });
      // Taken over by `pulumi import` under its bare name.
      expect(parent).toBeUndefined();
    }
  });

  it("merges into main by reviewed, checked, squashed pull requests, and lets nobody pass by", () => {
    const { inputs } = production.one("github:index/repositoryRuleset:RepositoryRuleset", "platform-rules-main");
    expect(inputs).toMatchObject({
      enforcement: "active",
      bypassActors: [],
      conditions: { refName: { includes: ["~DEFAULT_BRANCH"], excludes: [] } },
      rules: {
        deletion: true,
        nonFastForward: true,
        requiredLinearHistory: true,
        requiredSignatures: true,
        pullRequest: {
          requiredApprovingReviewCount: 1,
          requireLastPushApproval: true,
          allowedMergeMethods: ["squash"],
        },
        requiredStatusChecks: {
          strictRequiredStatusChecksPolicy: true,
          requiredChecks: ["preview", "policy", "tests"].map((context) => ({ context, integrationId: 15368 })),
        },
      },
    });
  });

  it("lets the application's workflows use the platform's actions, and nobody the application's", () => {
    const level = (which: string) =>
      production.one("github:index/actionsRepositoryAccessLevel:ActionsRepositoryAccessLevel", `${which}-rules`).inputs;
    expect(level("platform")).toMatchObject({ repository: "affiliate-platform", accessLevel: "organization" });
    expect(level("application")).toMatchObject({ repository: "affiliate", accessLevel: "none" });
  });

  it("says nothing of who may use a public repository's actions: GitHub would refuse it", async () => {
    const config = accountConfig("production");
    const github = config["affiliate:github"] as Record<string, object>;
    const shown = await accountProgram("production", {
      ...config,
      "affiliate:github": { ...github, platform: { ...github.platform, visibility: "public" } },
    });
    const levels = shown.ofType("github:index/actionsRepositoryAccessLevel:ActionsRepositoryAccessLevel");
    expect(levels.map(({ inputs }) => inputs.repository)).toEqual(["affiliate"]);
  });

  it("runs actions by commit only, of the listed owners, with a token that reads", () => {
    expect(
      production.one("github:index/actionsRepositoryPermissions:ActionsRepositoryPermissions", "platform-rules").inputs,
    ).toMatchObject({
      shaPinningRequired: true,
      allowedActions: "selected",
      allowedActionsConfig: { githubOwnedAllowed: true, verifiedAllowed: false },
    });
    expect(
      production.one("github:index/workflowRepositoryPermissions:WorkflowRepositoryPermissions", "platform-rules")
        .inputs,
    ).toMatchObject({ defaultWorkflowPermissions: "read", canApprovePullRequestReviews: false });
  });
});
