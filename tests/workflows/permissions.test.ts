// What each workflow's role may do, held against what the workflow's verbs ask of AWS: no call is refused, and nothing is
// allowed that no call needs.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { beforeAll, describe, expect, it } from "vitest";
import { Boundaries } from "../../account/boundaries";
import { PipelineRoles } from "../../components/delivery/pipeline-roles";
import { type DeployRole, deployRoles } from "../../config/identity";
import { decide, managed, type Rights } from "../support/iam";
import { record, type Recording } from "../support/mocks";
import { type ReadStatement, statementsOf } from "../support/policies";
import { actionsOf } from "../support/sdk-calls";
import { testStack } from "../support/stack";
import { readWorkflow, type Step } from "../support/workflows";

const root = path.resolve(__dirname, "../..");
const ACCOUNT = "ap-northeast-1:123456789012";
const SLACK = `arn:aws:secretsmanager:${ACCOUNT}:secret:affiliate/production/slack-AbCdEf`;
const DATADOG = `arn:aws:secretsmanager:${ACCOUNT}:secret:affiliate/production/datadog-AbCdEf`;
const key = (purpose: string) => `arn:aws:kms:${ACCOUNT}:key/${purpose}`;

let recording: Recording<unknown>;
beforeAll(async () => {
  recording = await record(() => {
    const stack = testStack();
    new Boundaries("boundaries", { stack });
    new PipelineRoles("roles", {
      stack,
      github: {
        owner: "affiliate-system",
        ownerId: 1,
        platform: { name: "affiliate-platform", id: 2 },
        application: { name: "affiliate", id: 3 },
      },
      assetsBucket: "affiliate-production-assets-123456789012",
      storageKeyArn: key("storage"),
      slackSecretArn: SLACK,
      secretsKeyArn: key("secrets"),
      dataKeyArn: key("data"),
    });
  });
}, 60_000);

const rights = (role: DeployRole): Rights => {
  const attached = recording
    .ofType("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
    .filter(({ name }) => name === `roles-${role}`)
    .map(({ inputs }) => managed[String(inputs.policyArn).split("/")[1] as keyof typeof managed]);
  return {
    policies: [statementsOf(recording.one("aws:iam/rolePolicy:RolePolicy", `roles-${role}`)), ...attached],
    ceiling: statementsOf(recording.one("aws:iam/policy:Policy", "boundaries-deploy")),
  };
};
const may = (role: DeployRole, action: string, resource: string, context: Record<string, string> = {}) =>
  decide(rights(role), { action, resource, context });

const ecs = (resource: string) => `arn:aws:ecs:${ACCOUNT}:${resource}`;
const WEB = "affiliate-production/affiliate-production-web";
const IMAGES = `arn:aws:ecr:${ACCOUNT}:repository/affiliate-production-app`;
const TABLE = `arn:aws:dynamodb:${ACCOUNT}:table/affiliate-production-release-gate`;

/** What each call of a verb acts on. Source: the service authorization reference of each service. */
const ACTS_ON: Readonly<Record<string, string>> = {
  "dynamodb:GetItem": TABLE,
  "dynamodb:Query": TABLE,
  "ecr:BatchGetImage": IMAGES,
  "ecr:DescribeImages": IMAGES,
  "ecr:PutImage": IMAGES,
  "ecs:DescribeServiceDeployments": ecs(`service-deployment/${WEB}/1`),
  "ecs:DescribeServiceRevisions": ecs(`service-revision/${WEB}/1`),
  "ecs:DescribeServices": ecs(`service/${WEB}`),
  "ecs:DescribeTaskDefinition": "*",
  "ecs:DescribeTasks": ecs("task/affiliate-production/1"),
  "ecs:ListServiceDeployments": ecs(`service/${WEB}`),
  "ecs:ListTaskDefinitions": "*",
  "ecs:RegisterTaskDefinition": "*",
  "ecs:StopServiceDeployment": ecs(`service-deployment/${WEB}/1`),
  "ecs:UpdateService": ecs(`service/${WEB}`),
  "elasticloadbalancing:DescribeRules": "*",
  "secretsmanager:GetSecretValue": SLACK,
  "ssm:GetParameter": `arn:aws:ssm:${ACCOUNT}:parameter/affiliate/production/operations/targets`,
};

/** In the bundle with the gate's own class, of which a verb calls what reads. */
const UNCALLED = new Set(["dynamodb:PutItem", "dynamodb:UpdateItem"]);

/** What no verb calls itself, and why the role has it. */
const EXPLAINED: Readonly<Partial<Record<DeployRole, Readonly<Record<string, string>>>>> = {
  release: {
    "ecr:BatchCheckLayerAvailability": "docker push",
    "ecr:CompleteLayerUpload": "docker push",
    "ecr:DescribeImageScanFindings": "deploy.yml asks for critical findings",
    "ecr:GetAuthorizationToken": "docker login",
    "ecr:GetDownloadUrlForLayer": "docker push mounts layers that are there",
    "ecr:InitiateLayerUpload": "docker push",
    "ecr:UploadLayerPart": "docker push",
    "ecs:StopServiceDeployment": "a release may be taken back by whoever may release",
    "ecs:TagResource": "a revision is registered with its tags",
    "iam:PassRole": "a revision names the roles of its tasks",
    "kms:Decrypt": "the table, Slack's secret, parts of an upload",
    "kms:GenerateDataKey": "static files are encrypted",
    "s3:AbortMultipartUpload": "aws s3 cp cleans up",
    "s3:PutObject": "aws s3 cp of static files",
  },
  rollback: {
    "iam:PassRole": "ECS may ask it of whoever puts a revision in service",
    "kms:Decrypt": "the table and Slack's secret",
  },
};

interface Run {
  readonly where: string;
  readonly role: DeployRole;
  readonly verb: string;
}

interface Taken {
  readonly where: string;
  readonly role: DeployRole;
  readonly seconds: number;
}

const workflows = readdirSync(path.join(root, ".github/workflows")).map((file) => `.github/workflows/${file}`);
const files = [...workflows, "application/.github/workflows/deploy.yml"];

/** The steps of a job, those of this repository's own actions among them. */
function stepsOf(steps: readonly Step[]): readonly Step[] {
  return steps.flatMap((step) => {
    const [, name] = /(?:^\$|^\.|\/affiliate-platform)\/\.github\/actions\/([\w-]+)/.exec(step.uses ?? "") ?? [];
    if (name === undefined) return [step];
    const action = parse(readFileSync(path.join(root, ".github/actions", name, "action.yml"), "utf8")) as {
      readonly runs: { readonly steps: readonly Step[] };
    };
    return action.runs.steps;
  });
}

/** Which role is taken where, for how long, and the verbs that run in it. */
function readAll(): { readonly runs: readonly Run[]; readonly taken: readonly Taken[] } {
  const runs: Run[] = [];
  const taken: Taken[] = [];
  for (const file of files) {
    for (const [name, { steps }] of Object.entries(readWorkflow(file).jobs)) {
      const where = `${path.basename(file)}: ${name}`;
      let role: DeployRole | undefined;
      for (const { with: given, run = "" } of stepsOf(steps)) {
        const named = /(\w+)_ROLE_ARN/.exec(String(given?.["role-to-assume"] ?? ""))?.[1]?.toLowerCase();
        if (named !== undefined) {
          role = deployRoles.find((each) => each === named);
          if (role === undefined) throw new Error(`${where} takes ${named}, which is no role`);
          taken.push({ where, role, seconds: Number(given?.["role-duration-seconds"] ?? 3600) });
        }
        for (const [, verb = ""] of run.matchAll(/operations -- ([a-z]+)/g)) {
          if (role === undefined) throw new Error(`${where} calls ${verb} without a role`);
          runs.push({ where, role, verb });
        }
      }
    }
  }
  return { runs, taken };
}

const { runs, taken } = readAll();
const callsOf = async (role: DeployRole) =>
  new Set((await Promise.all(runs.filter((run) => run.role === role).map(({ verb }) => actionsOf(verb)))).flat());

describe("the roles of workflows", () => {
  it("are all taken, and each verb is run in one", () => {
    expect([...new Set(taken.map(({ role }) => role))].sort()).toEqual([...deployRoles].sort());
    expect(new Set(runs.map(({ role, verb }) => `${verb} by ${role}`))).toEqual(
      new Set(["release by release", "rollback by rollback", "drill by drill"]),
    );
  });

  it("are taken for no longer than they last: STS refuses the whole token otherwise", () => {
    for (const { where, role, seconds } of taken) {
      const { maxSessionDuration } = recording.one("aws:iam/role:Role", `roles-${role}`).inputs;
      expect(seconds, where).toBeLessThanOrEqual(Number(maxSessionDuration));
    }
  });

  it.each(["release", "rollback"] as const)("%s: each call is allowed, under the ceiling", async (role) => {
    const calls = [...(await callsOf(role))].filter((action) => !UNCALLED.has(action));
    expect(calls.length).toBeGreaterThan(10);
    for (const action of calls) {
      const resource = ACTS_ON[action];
      if (resource === undefined) throw new Error(`${action} is called by ${role}, and ACTS_ON does not know on what`);
      expect(may(role, action, resource), action).toBe("allowed");
    }
  });

  it.each(["release", "rollback"] as const)("%s: nothing is allowed that no call needs", async (role) => {
    const calls = await callsOf(role);
    const explained = Object.keys(EXPLAINED[role] ?? {});
    const allowed = new Set(
      statementsOf(recording.one("aws:iam/rolePolicy:RolePolicy", `roles-${role}`))
        .filter(({ Effect }) => Effect === "Allow")
        .flatMap(({ Action }) => [Action ?? []].flat()),
    );
    expect([...allowed].filter((action) => !calls.has(action) && !explained.includes(action))).toEqual([]);
    // Nor is anything explained that is not there, or that a verb calls.
    expect(explained.filter((action) => !allowed.has(action) || calls.has(action))).toEqual([]);
  });

  it.each(["release", "rollback"] as const)("%s: decrypts the table and Slack's secret, through them only", (role) => {
    const via = (service: string) => ({ "kms:ViaService": `${service}.ap-northeast-1.amazonaws.com` });
    expect(may(role, "kms:Decrypt", key("data"), via("dynamodb"))).toBe("allowed");
    expect(may(role, "kms:Decrypt", key("secrets"), via("secretsmanager"))).toBe("allowed");
    expect(may(role, "kms:Decrypt", key("data"))).not.toBe("allowed");
    expect(may(role, "kms:Decrypt", key("secrets"), via("dynamodb"))).not.toBe("allowed");
  });

  it("reach no other thing of the same kind", () => {
    for (const role of ["release", "rollback"] as const) {
      for (const [action, resource] of [
        ["ecs:UpdateService", ecs("service/affiliate-staging/affiliate-staging-web")],
        ["dynamodb:PutItem", TABLE],
        ["dynamodb:GetItem", `${TABLE}-other`],
        ["secretsmanager:GetSecretValue", SLACK.replace("slack", "database-app")],
        ["ssm:GetParameter", `arn:aws:ssm:${ACCOUNT}:parameter/affiliate/production/other`],
        ["iam:PassRole", "arn:aws:iam::123456789012:role/affiliate-production-deploy-up"],
        ["s3:GetObject", "arn:aws:s3:::affiliate-production-pulumi-state-123456789012/x"],
      ] as const) {
        expect(may(role, action, resource), `${role} ${action}`).not.toBe("allowed");
      }
    }
    expect(may("rollback", "ecr:PutImage", IMAGES)).not.toBe("allowed");
    expect(may("rollback", "ecs:RegisterTaskDefinition", "*")).not.toBe("allowed");
  });
});

describe("secrets", () => {
  it("of Datadog are read by the update and by the look for drift, Slack's by who releases, no others by anybody", () => {
    const readers = (secret: string) =>
      deployRoles.filter((role) => may(role, "secretsmanager:GetSecretValue", secret) === "allowed");
    expect(readers(DATADOG)).toEqual(["drift", "up"]);
    expect(readers(SLACK)).toEqual(["up", "release", "rollback"]);
    expect(readers(SLACK.replace("slack", "database-app"))).toEqual([]);
    for (const role of deployRoles) expect(may(role, "secretsmanager:PutSecretValue", SLACK)).not.toBe("allowed");
  });

  it("are decrypted where they are read", () => {
    const via = { "kms:ViaService": "secretsmanager.ap-northeast-1.amazonaws.com" };
    for (const role of ["drift", "up", "release", "rollback"] as const)
      expect(may(role, "kms:Decrypt", key("secrets"), via), role).toBe("allowed");
    expect(may("preview", "kms:Decrypt", key("secrets"), via)).not.toBe("allowed");
  });

  it("are behind an environment wherever they are read", () => {
    for (const file of workflows) {
      for (const job of Object.values(readWorkflow(file).jobs)) {
        const reads = job.steps.some(({ run = "" }) => /with-datadog|operations --/.test(run));
        if (reads) expect(job.environment, file).toBeDefined();
      }
    }
  });
});

describe("what reads", () => {
  const STATE = "arn:aws:s3:::affiliate-production-pulumi-state-123456789012";

  it.each(["preview", "drift"] as const)("%s sees the state and the configuration, and changes nothing", (role) => {
    const aliases = { "kms:ResourceAliases": "alias/affiliate-production-pulumi-state" };
    for (const [action, resource, context] of [
      ["s3:GetObject", `${STATE}/.pulumi/stacks/affiliate/production.json`, {}],
      ["s3:ListBucket", STATE, {}],
      ["kms:Decrypt", key("state"), aliases],
      ["rds:DescribeDBClusters", "*", {}],
      ["iam:GetRole", "arn:aws:iam::123456789012:role/affiliate-production-web-task", {}],
    ] as const) {
      expect(may(role, action, resource, context), action).toBe("allowed");
    }
    for (const [action, resource] of [
      ["s3:PutObject", `${STATE}/.pulumi/stacks/affiliate/production.json`],
      ["s3:GetObject", "arn:aws:s3:::affiliate-production-uploads-123456789012/x"],
      ["dynamodb:GetItem", TABLE],
      ["ecs:UpdateService", ecs(`service/${WEB}`)],
      ["logs:GetLogEvents", `arn:aws:logs:${ACCOUNT}:log-group:x`],
    ] as const) {
      expect(may(role, action, resource), action).not.toBe("allowed");
    }
  });
});

describe("the evaluation itself", () => {
  const allow: ReadStatement = { Sid: "A", Effect: "Allow", Action: "s3:Get*", Resource: "arn:aws:s3:::b/*" };
  const call = { action: "s3:GetObject", resource: "arn:aws:s3:::b/x" };
  const everything: ReadStatement = { Sid: "C", Effect: "Allow", NotAction: "iam:*", Resource: "*" };

  it("wants a policy and the ceiling, and takes a denial from either", () => {
    const of = (policy: ReadStatement[], ceiling: ReadStatement[]) => decide({ policies: [policy], ceiling }, call);
    expect(of([allow], [everything])).toBe("allowed");
    expect(of([], [everything])).toBe("no policy of the role allows it");
    expect(of([allow], [])).toBe("the ceiling does not allow it");
    expect(of([allow], [everything, { ...allow, Sid: "D", Effect: "Deny" }])).toBe("denied by D");
    expect(of([{ ...allow, Resource: undefined, NotResource: "arn:aws:s3:::b/*" }], [everything])).not.toBe("allowed");
    expect(of([{ ...allow, Condition: { StringEquals: { "kms:ViaService": "x" } } }], [everything])).not.toBe(
      "allowed",
    );
  });

  it("does not pretend to know other operators", () => {
    const odd = { ...allow, Condition: { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } } };
    expect(() => decide({ policies: [[odd]], ceiling: [] }, call)).toThrow("IpAddress");
  });
});
