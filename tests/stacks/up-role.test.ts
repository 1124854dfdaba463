// Whether the role that updates a stack may make, change and delete everything that is in it: each type of both landed
// stacks, judged by the role's own policies and by its ceiling.
import { beforeAll, describe, expect, it } from "vitest";
import { Boundaries } from "../../account/boundaries";
import { plannedOf } from "../../policy/framework/state";
import type { Planned } from "../../policy/framework/planned";
import { decide, managed, type Rights } from "../support/iam";
import { landed } from "../support/landed";
import { record } from "../support/mocks";
import type { ReadStatement } from "../support/policies";
import { testStack } from "../support/stack";

/** IAM's prefixes, where they are not the provider's module. Source: the service authorization reference. */
const PREFIX: Readonly<Record<string, string>> = {
  appautoscaling: "application-autoscaling",
  lb: "elasticloadbalancing",
  vpc: "ec2",
  sfn: "states",
};

/** What a type needs beside the calls of its own service, or of which its service has other names. */
const BESIDE: Readonly<Record<string, readonly string[]>> = {
  "aws:acm/certificate:Certificate": ["acm:RequestCertificate"],
  "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration": ["iam:PassRole", "iam:CreateServiceLinkedRole"],
  "aws:cloudfront/function:Function": ["cloudfront:CreateFunction", "cloudfront:PublishFunction"],
  "aws:cloudfront/keyValueStore:KeyValueStore": ["cloudfront:CreateKeyValueStore"],
  "aws:cloudfront/vpcOrigin:VpcOrigin": ["cloudfront:CreateVpcOrigin", "iam:CreateServiceLinkedRole"],
  "aws:cloudwatch/logDelivery:LogDelivery": ["logs:CreateDelivery"],
  "aws:cloudwatch/logDeliverySource:LogDeliverySource": [
    "logs:PutDeliverySource",
    "cloudfront:AllowVendedLogDeliveryForResource",
  ],
  "aws:cloudwatch/logGroup:LogGroup": ["logs:CreateLogGroup", "logs:PutRetentionPolicy", "logs:AssociateKmsKey"],
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": ["logs:PutMetricFilter"],
  "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": ["logs:PutResourcePolicy"],
  "aws:dynamodb/table:Table": ["dynamodb:CreateTable", "dynamodb:UpdateContinuousBackups", "kms:CreateGrant"],
  "aws:ec2/flowLog:FlowLog": ["iam:PassRole", "logs:CreateLogDelivery"],
  "aws:ecs/service:Service": ["iam:PassRole", "iam:CreateServiceLinkedRole"],
  "aws:ecs/taskDefinition:TaskDefinition": ["ecs:RegisterTaskDefinition", "iam:PassRole"],
  "aws:elasticache/replicationGroup:ReplicationGroup": ["kms:CreateGrant", "iam:CreateServiceLinkedRole"],
  "aws:iam/role:Role": [
    "iam:CreateRole",
    "iam:GetRole",
    "iam:UpdateRole",
    "iam:UpdateAssumeRolePolicy",
    "iam:TagRole",
    "iam:UntagRole",
    "iam:DeleteRole",
    "iam:PutRolePermissionsBoundary",
    "iam:ListRolePolicies",
    "iam:ListAttachedRolePolicies",
    "iam:ListInstanceProfilesForRole",
  ],
  "aws:iam/rolePolicy:RolePolicy": ["iam:PutRolePolicy", "iam:GetRolePolicy", "iam:DeleteRolePolicy"],
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": [
    "iam:AttachRolePolicy",
    "iam:ListAttachedRolePolicies",
    "iam:DetachRolePolicy",
  ],
  "aws:kms/key:Key": ["kms:CreateKey", "kms:PutKeyPolicy", "kms:EnableKeyRotation", "kms:ScheduleKeyDeletion"],
  "aws:lambda/function:Function": ["iam:PassRole"],
  "aws:rds/cluster:Cluster": [
    "secretsmanager:CreateSecret",
    "secretsmanager:TagResource",
    "kms:CreateGrant",
    "iam:CreateServiceLinkedRole",
  ],
  "aws:rds/clusterInstance:ClusterInstance": ["rds:CreateDBInstance", "iam:PassRole"],
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": ["s3:PutBucketObjectLockConfiguration"],
  "aws:s3/bucketObjectv2:BucketObjectv2": ["s3:PutObject", "s3:GetObject", "s3:DeleteObjectVersion"],
  "aws:scheduler/schedule:Schedule": ["iam:PassRole"],
  "aws:secretsmanager/secret:Secret": ["secretsmanager:CreateSecret", "secretsmanager:ReplicateSecretToRegions"],
  "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": [
    "wafv2:PutLoggingConfiguration",
    "iam:CreateServiceLinkedRole",
  ],
};
const KINDS = ["Create", "Describe", "Get", "List", "Update", "Put", "Modify", "Tag", "Delete"];
const STACKS = ["production", "staging"] as const;

const plans = new Map<string, readonly Planned[]>();
const ceilings = new Map<string, readonly ReadStatement[]>();
const plan = (stack: string): readonly Planned[] => plans.get(stack) ?? [];
const ofType = (stack: string, type: string) => plan(stack).filter((resource) => resource.type === type);
const document = (props: Planned["props"], key: string) =>
  (JSON.parse(String(props[key])) as { Statement: ReadStatement[] }).Statement;

beforeAll(async () => {
  for (const stack of STACKS) {
    plans.set(stack, plannedOf((await landed(stack)).state));
    const facts = testStack({ environment: stack, accountId: accountOf(stack) });
    const recording = await record(() => new Boundaries("boundaries", { stack: facts }));
    const { inputs } = recording.one("aws:iam/policy:Policy", "boundaries-deploy");
    ceilings.set(stack, document(inputs, "policy"));
  }
}, 900_000);

const accountOf = (stack: (typeof STACKS)[number]) => (stack === "production" ? "123456789012" : "234567890123");

function rights(stack: string): Rights {
  const own = ofType(stack, "aws:iam/rolePolicy:RolePolicy").find(({ urn }) => urn.endsWith("::delivery-roles-up"));
  const attached = ofType(stack, "aws:iam/rolePolicyAttachment:RolePolicyAttachment").filter(({ urn }) =>
    urn.endsWith("::delivery-roles-up"),
  );
  expect(attached.map(({ props }) => props["policyArn"])).toEqual(["arn:aws:iam::aws:policy/PowerUserAccess"]);
  return {
    policies: [document(own?.props ?? {}, "policy"), managed.PowerUserAccess],
    ceiling: ceilings.get(stack) ?? [],
  };
}

describe.each(STACKS)("the role that updates %s", (stack) => {
  const account = accountOf(stack);
  const role = (name: string) => `arn:aws:iam::${account}:role/${name}`;
  const boundary = `arn:aws:iam::${account}:policy/affiliate-${stack}-workload-boundary`;
  const may = (action: string, resource: string, context: Record<string, string> = {}) =>
    decide(rights(stack), { action, resource, context });

  it("may make, read, change and delete every type that is in it", () => {
    const types = [...new Set(plan(stack).map(({ type }) => type))].filter((type) => type.startsWith("aws:")).sort();
    expect(types.length).toBeGreaterThan(60);
    for (const type of types) {
      const [, module = ""] = /^aws:([a-z0-9]+)\//i.exec(type) ?? [];
      const prefix = PREFIX[module] ?? module.toLowerCase();
      const plain = module === "iam" ? [] : KINDS.map((kind) => `${prefix}:${kind}Something`);
      for (const action of [...plain, ...(BESIDE[type] ?? [])]) {
        const service = action === "iam:CreateServiceLinkedRole" ? "aws-service-role/x.amazonaws.com/X" : "";
        const named = role(service || `affiliate-${stack}-web-task`);
        const context = { "iam:PermissionsBoundary": boundary, "iam:PassedToService": "ecs-tasks.amazonaws.com" };
        const answer = action.startsWith("iam:") ? may(action, named, context) : may(action, "arn:aws:x:::some");
        expect(answer, `${type}: ${action}`).toBe("allowed");
      }
    }
    // A type of IAM that nothing here says what it takes is not passed over.
    expect(types.filter((type) => type.startsWith("aws:iam/") && BESIDE[type] === undefined)).toEqual([]);
  });

  it("may hand each role to the service that it is for", () => {
    const roles = ofType(stack, "aws:iam/role:Role").filter(({ props }) => !String(props["name"]).includes("-deploy-"));
    expect(roles.length).toBeGreaterThan(12);
    for (const { props } of roles) {
      const [service] = document(props, "assumeRolePolicy").flatMap(({ Principal }) =>
        Principal === undefined || Principal === "*" ? [] : [Principal.Service ?? []].flat(),
      );
      const name = String(props["name"]);
      expect(may("iam:PassRole", role(name), { "iam:PassedToService": service ?? "" }), name).toBe("allowed");
      expect(may("iam:PassRole", role(name), { "iam:PassedToService": "ec2.amazonaws.com" })).not.toBe("allowed");
    }
  });

  it("may not make a role without the workloads' ceiling, lift one, or touch the pipelines' own", () => {
    const web = role(`affiliate-${stack}-web-task`);
    const ceiling = { "iam:PermissionsBoundary": boundary };
    for (const action of ["iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy"]) {
      expect(may(action, web), action).not.toBe("allowed");
      expect(may(action, role(`affiliate-${stack}-deploy-up`), ceiling), action).not.toBe("allowed");
    }
    expect(may("iam:DeleteRolePermissionsBoundary", web)).not.toBe("allowed");
    expect(may("iam:CreatePolicyVersion", boundary)).not.toBe("allowed");
    expect(
      may("iam:PassRole", role(`affiliate-${stack}-deploy-up`), { "iam:PassedToService": "ecs-tasks.amazonaws.com" }),
    ).not.toBe("allowed");
    for (const action of [
      "iam:CreateUser",
      "organizations:LeaveOrganization",
      "cloudtrail:StopLogging",
      "sts:AssumeRole",
    ])
      expect(may(action, "*"), action).not.toBe("allowed");
  });

  it("may not rewrite the history of the state or of the trail", () => {
    for (const bucket of ["pulumi-state", "trail"]) {
      const arn = `arn:aws:s3:::affiliate-${stack}-${bucket}-${account}`;
      expect(may("s3:DeleteObjectVersion", `${arn}/x`)).toBe("denied by HistoryKept");
      expect(may("s3:PutBucketVersioning", arn)).toBe("denied by HistoryKept");
    }
    expect(may("s3:PutObject", `arn:aws:s3:::affiliate-${stack}-pulumi-state-${account}/x`)).toBe("allowed");
  });
});
