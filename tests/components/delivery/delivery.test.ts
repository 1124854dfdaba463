import { beforeAll, describe, expect, it } from "vitest";
import { boundEveryRole } from "../../../components/permissions-boundary";
import { platform } from "../monitoring/platform";
import { record, type Recorded, type Recording } from "../../support/mocks";
import { statement, statementsOf } from "../../support/policies";
import * as aws from "@pulumi/aws";

const ROLE = "aws:iam/role:Role";
const ENVIRONMENT = "github:index/repositoryEnvironment:RepositoryEnvironment";
const PATTERN = "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy";
const VARIABLE = "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable";
const REPOSITORY_VARIABLE = "github:index/actionsVariable:ActionsVariable";

let production: Recording<unknown>;
let staging: Recording<unknown>;
beforeAll(async () => {
  production = (await platform("production")).recording;
  staging = (await platform("staging")).recording;
}, 300_000);

const isPipeline = ({ inputs }: Recorded): boolean =>
  /-deploy-(preview|drift|up|release|rollback|drill)$/.test(String(inputs.name));

describe("roles", () => {
  it("have a ceiling each, the pipelines another than what they make", () => {
    for (const [recording, stack, account] of [
      [production, "production", "123456789012"],
      [staging, "staging", "234567890123"],
    ] as const) {
      const roles = recording.ofType(ROLE);
      expect(roles.filter(isPipeline)).toHaveLength(6);
      expect(roles.length).toBeGreaterThan(12);
      for (const role of roles) {
        const of = isPipeline(role) ? "deploy" : "workload";
        expect(role.inputs.permissionsBoundary, role.name).toBe(
          `arn:aws:iam::${account}:policy/affiliate-${stack}-${of}-boundary`,
        );
      }
    }
  });

  it("keep a ceiling that they name themselves", async () => {
    const recording = await record(
      () => {
        boundEveryRole("arn:aws:iam::123456789012:policy/a-workload-boundary");
        new aws.iam.Role("own", {
          assumeRolePolicy: "{}",
          permissionsBoundary: "arn:aws:iam::123456789012:policy/own",
        });
        new aws.iam.Role("none", { assumeRolePolicy: "{}" });
        new aws.sns.Topic("topic", {});
      },
      { whole: true },
    );
    expect(recording.one(ROLE, "own").inputs.permissionsBoundary).toBe("arn:aws:iam::123456789012:policy/own");
    expect(recording.one(ROLE, "none").inputs.permissionsBoundary).toMatch(/a-workload-boundary$/);
    expect(recording.one("aws:sns/topic:Topic").inputs).not.toHaveProperty("permissionsBoundary");
  });

  it("of AWS's broad policies have one each, and only the three that need it", () => {
    const attached = production
      .ofType("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
      .filter(({ name }) => name.startsWith("delivery-"))
      .map(({ inputs }) => `${String(inputs.role)} ${String(inputs.policyArn).split("/")[1]}`);
    expect(attached.sort()).toEqual([
      "affiliate-production-deploy-drift ReadOnlyAccess",
      "affiliate-production-deploy-preview ReadOnlyAccess",
      "affiliate-production-deploy-up PowerUserAccess",
    ]);
  });

  it("hand on to tasks the roles that the tasks have, and no others", () => {
    const policy = production.one("aws:iam/rolePolicy:RolePolicy", "delivery-roles-release");
    const handed = [statement(policy, "RolesHandedOn").Resource].flat().map((arn) => String(arn).split("/")[1]);
    const tasks = new Set(
      production
        .ofType("aws:ecs/taskDefinition:TaskDefinition")
        // The dump has an image of its own, which its function brings into a definition: no release does.
        .filter(({ name }) => name.endsWith("-template") && !name.startsWith("database-dump-"))
        .flatMap(({ inputs }) => [inputs.executionRoleArn, inputs.taskRoleArn])
        .filter((arn) => arn !== undefined)
        .map((arn) => (arn as string).split("/").at(-1)),
    );
    expect(tasks.size).toBeGreaterThan(5);
    expect([...tasks].filter((role) => !handed.includes(role))).toEqual([]);
    for (const arn of handed) expect(arn).not.toContain("deploy");
  });

  it("reach this stack's services, and write nothing but a release", () => {
    const statements = statementsOf(production.one("aws:iam/rolePolicy:RolePolicy", "delivery-roles-rollback"));
    const services = production.ofType("aws:ecs/service:Service").map(({ inputs }) => String(inputs.name));
    const reached = [
      statement(production.one("aws:iam/rolePolicy:RolePolicy", "delivery-roles-rollback"), "Services").Resource,
    ]
      .flat()
      .map((arn) => String(arn).split("/").at(-1));
    expect(reached.every((service) => services.includes(service ?? ""))).toBe(true);
    expect(reached.length).toBeGreaterThanOrEqual(3);
    const writes = statements
      .flatMap(({ Action }) => Action)
      .filter((action) => action !== undefined && !/:(Describe|List|Get|Query)/.test(action))
      .sort();
    expect(writes).toEqual([
      "ecs:StopServiceDeployment",
      "ecs:UpdateService",
      "iam:PassRole",
      "kms:Decrypt",
      "kms:Decrypt",
    ]);
  });

  it("of previews read the state and no other object, secret, row or log line", () => {
    const policy = production.one("aws:iam/rolePolicy:RolePolicy", "delivery-roles-preview");
    expect(statement(policy, "NoObjects")).toMatchObject({
      Effect: "Deny",
      NotResource: [
        "arn:aws:s3:::affiliate-production-pulumi-state-123456789012",
        "arn:aws:s3:::affiliate-production-pulumi-state-123456789012/*",
      ],
    });
    expect(statement(policy, "StateKeys")).toMatchObject({
      Resource: "arn:aws:kms:ap-northeast-1:123456789012:key/*",
      Condition: {
        "ForAnyValue:StringEquals": {
          "kms:ResourceAliases": [
            "alias/affiliate-production-pulumi-secrets",
            "alias/affiliate-production-pulumi-state",
          ],
        },
      },
    });
    const allowed = statementsOf(policy).filter(({ Effect }) => Effect === "Allow");
    for (const action of allowed.flatMap(({ Action }) => Action))
      expect(action).toMatch(/:(Get|List|Decrypt|Describe)/);
  });

  it("of policies stay below what IAM takes", () => {
    // Source: IAM quotas: 10,240 characters of inline policies in a role, 2048 of its trust.
    for (const policy of production.ofType("aws:iam/rolePolicy:RolePolicy")) {
      expect(String(policy.inputs.policy).length, policy.name).toBeLessThan(10_240);
    }
    for (const role of production.ofType(ROLE)) {
      expect(String(role.inputs.assumeRolePolicy).length, role.name).toBeLessThan(2048);
    }
  });
});

describe("environments", () => {
  const environment = (recording: Recording<unknown>, name: string) =>
    recording.one(ENVIRONMENT, `delivery-environments-${name}`).inputs;
  const from = (recording: Recording<unknown>, name: string) =>
    recording
      .ofType(PATTERN)
      .filter((policy) => policy.name.startsWith(`delivery-environments-${name}-`))
      .map(({ inputs }) => inputs.branchPattern ?? `tag ${String(inputs.tagPattern)}`);

  it("of production wait for somebody else's approval, and for five minutes", () => {
    for (const name of ["platform-production", "application-production"]) {
      expect(environment(production, name)).toMatchObject({
        environment: "production",
        reviewers: [{ teams: [1234567] }],
        preventSelfReview: true,
        waitTimer: 5,
        canAdminsBypass: false,
        deploymentBranchPolicy: { protectedBranches: false, customBranchPolicies: true },
      });
    }
  });

  it.each(["rollback", "drift", "drill"])("of a %s wait for nobody, and take main's workflow only", (which) => {
    const unguarded = environment(production, `platform-production-${which}`);
    expect(unguarded).not.toHaveProperty("reviewers");
    expect(unguarded).not.toHaveProperty("waitTimer");
    expect(from(production, `platform-production-${which}`)).toEqual(["main"]);
  });

  it("take the branches and tags of the stack file", () => {
    const plain = production.ofType(PATTERN).map(({ name }) => name);
    expect(plain.filter((name) => name.startsWith("delivery-environments-application-production"))).toEqual([
      "delivery-environments-application-production-branch-main",
      "delivery-environments-application-production-tag-v*",
    ]);
    expect(plain).toContain("delivery-environments-platform-production-branch-main");
  });

  it("of staging wait for nobody", () => {
    const { reviewers, waitTimer } = environment(staging, "platform-staging");
    expect(reviewers).toBeUndefined();
    expect(waitTimer).toBe(0);
  });
});

describe("variables", () => {
  const inEnvironment = (where: string): Record<string, unknown> =>
    Object.fromEntries(
      production
        .ofType(VARIABLE)
        .filter(({ name }) => name.startsWith(`delivery-variables-${where}-`))
        .map(({ inputs }) => [String(inputs.variableName), inputs.value]),
    );

  it("tell the application's workflow where to release, and nothing of the state", () => {
    expect(inEnvironment("application")).toEqual({
      AWS_ACCOUNT_ID: "123456789012",
      AWS_REGION: "ap-northeast-1",
      RELEASE_ROLE_ARN: "arn:aws:iam::123456789012:role/affiliate-production-deploy-release",
      IMAGE_REPOSITORY_URL: expect.stringContaining("affiliate-production-app") as string,
      ASSETS_BUCKET: "affiliate-production-assets-123456789012",
      ECS_CLUSTER: "affiliate-production",
      HOSTNAME: "affiliate-system.com",
    });
  });

  it("tell a rollback its role and no other", () => {
    expect(Object.keys(inEnvironment("rollback")).filter((name) => name.endsWith("_ARN"))).toEqual([
      "ROLLBACK_ROLE_ARN",
    ]);
  });

  it("of previews carry the stack's name: both stacks write into one repository", () => {
    const names = [production, staging].flatMap((recording) =>
      recording.ofType(REPOSITORY_VARIABLE).map(({ inputs }) => String(inputs.variableName)),
    );
    expect(names).toContain("PREVIEW_ROLE_ARN_PRODUCTION");
    expect(names).toContain("PREVIEW_ROLE_ARN_STAGING");
    expect(new Set(names).size).toBe(names.length);
  });

  it("point to the state that bootstrap makes", () => {
    expect(inEnvironment("platform")).toMatchObject({
      PULUMI_BACKEND_URL: "s3://affiliate-production-pulumi-state-123456789012?region=ap-northeast-1",
      PULUMI_SECRETS_PROVIDER: "awskms://alias/affiliate-production-pulumi-secrets?region=ap-northeast-1",
    });
  });
});
