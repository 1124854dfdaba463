// What each pipeline may do, as statements with exact ARNs. All ARNs come from names, so that they are judged at preview.
import type * as pulumi from "@pulumi/pulumi";
import { arn } from "../../config/arn";
import { boundaryArn, pipelineSecretArn, stateNames } from "../../config/identity";
import type { StackFacts } from "../../config/stack";
import { imageRepository, services } from "../../config/vocabulary";
import type { Statement } from "../policy-document";

/** Parties that run the application's image: what a release registers revisions for, and hands roles to. */
const RELEASED = ["web", "worker", "scheduler", "migration", "console"] as const;

/** What a preview reads beside the configuration of things, which AWS's ReadOnlyAccess lets it see: state and its key. */
export function previewStatements(stack: StackFacts, readable: readonly string[] = []): Statement[] {
  const { bucket } = stateNames(stack);
  const state = [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`];
  return [
    { sid: "State", actions: ["s3:GetObject", "s3:ListBucket"], resources: state },
    stateKeys(stack, ["kms:Decrypt", "kms:DescribeKey"]),
    {
      // ReadOnlyAccess reads what is in things, too. A pull request can print whatever its role can read.
      sid: "NoObjects",
      effect: "Deny",
      actions: ["s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectTorrent"],
      notResources: state,
    },
    {
      sid: "NoContents",
      effect: "Deny",
      actions: [
        "dynamodb:BatchGetItem",
        "dynamodb:GetItem",
        "dynamodb:GetRecords",
        "dynamodb:PartiQLSelect",
        "dynamodb:Query",
        "dynamodb:Scan",
        "ecr:BatchGetImage",
        "ecr:GetDownloadUrlForLayer",
        "logs:FilterLogEvents",
        "logs:GetLogEvents",
        "logs:GetLogRecord",
        "logs:GetQueryResults",
        "logs:StartLiveTail",
        "logs:StartQuery",
        "rds:DownloadDBLogFilePortion",
        "secretsmanager:BatchGetSecretValue",
        "sqs:ReceiveMessage",
      ],
      resources: "*",
    },
    {
      sid: "NoSecrets",
      effect: "Deny",
      actions: ["secretsmanager:GetSecretValue"],
      ...(readable.length > 0 ? { notResources: readable } : { resources: "*" }),
    },
  ];
}

/** What a preview may, and Datadog's keys: what runs is compared, in Datadog too. A pull request cannot be this role. */
export function driftStatements(stack: StackFacts, { secretsKeyArn }: ReleaseResources): Statement[] {
  const keys = pipelineSecretArn(stack, "datadog");
  return [
    ...previewStatements(stack, [keys]),
    { sid: "DatadogKeys", actions: ["secretsmanager:GetSecretValue"], resources: keys },
    secretsDecrypted(stack, secretsKeyArn),
  ];
}

/** Beside PowerUserAccess, which has all but identities: roles of this stack, each with the workloads' ceiling. */
export function upStatements(stack: StackFacts): Statement[] {
  const roles = arn(stack, "iam", `role/${stack.name("iamRole")}-*`);
  return [
    {
      sid: "RolesRead",
      actions: [
        "iam:GetRole",
        "iam:GetRolePolicy",
        "iam:ListAttachedRolePolicies",
        "iam:ListInstanceProfilesForRole",
        "iam:ListRolePolicies",
        "iam:ListRoleTags",
      ],
      resources: roles,
    },
    {
      sid: "RolesWithACeiling",
      actions: [
        "iam:AttachRolePolicy",
        "iam:CreateRole",
        "iam:DeleteRolePolicy",
        "iam:DetachRolePolicy",
        "iam:PutRolePermissionsBoundary",
        "iam:PutRolePolicy",
      ],
      resources: roles,
      conditions: { StringEquals: { "iam:PermissionsBoundary": boundaryArn(stack, "workload") } },
    },
    {
      sid: "RolesKept",
      actions: ["iam:DeleteRole", "iam:TagRole", "iam:UntagRole", "iam:UpdateAssumeRolePolicy", "iam:UpdateRole"],
      resources: roles,
    },
    {
      sid: "RolesHandedOn",
      actions: ["iam:PassRole"],
      resources: roles,
      conditions: { StringEquals: { "iam:PassedToService": SERVICES_OF_ROLES } },
    },
  ];
}

/** Services that the platform's roles are made for. */
const SERVICES_OF_ROLES = [
  "backup.amazonaws.com",
  "chatbot.amazonaws.com",
  "ecs-tasks.amazonaws.com",
  "ecs.amazonaws.com",
  "events.amazonaws.com",
  "lambda.amazonaws.com",
  "monitoring.rds.amazonaws.com",
  "s3.amazonaws.com",
  "scheduler.amazonaws.com",
  "states.amazonaws.com",
  "vpc-flow-logs.amazonaws.com",
] as const;

export interface ReleaseResources {
  /** Bucket of the files that visitors get from CloudFront. */
  readonly assetsBucket: string;
  /** Key of that bucket. */
  readonly storageKeyArn: pulumi.Input<string>;
  /** Secret with Slack's webhook, and its key. */
  readonly slackSecretArn: pulumi.Input<string>;
  readonly secretsKeyArn: pulumi.Input<string>;
  /** Key of the release gate's table. */
  readonly dataKeyArn: pulumi.Input<string>;
}

/** Push an image by digest, its static files, register revisions on the newest templates, then all that a rollback may. */
export function releaseStatements(stack: StackFacts, resources: ReleaseResources): Statement[] {
  const repository = arn(stack, "ecr", `repository/${stack.name("repository", imageRepository)}`);
  return [
    // A token for the registry; which repository it opens is said below.
    { sid: "RegistryToken", actions: ["ecr:GetAuthorizationToken"], resources: "*" },
    {
      sid: "Images",
      actions: [
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:CompleteLayerUpload",
        "ecr:DescribeImageScanFindings",
        "ecr:DescribeImages",
        "ecr:GetDownloadUrlForLayer",
        "ecr:InitiateLayerUpload",
        "ecr:PutImage",
        "ecr:UploadLayerPart",
      ],
      resources: repository,
    },
    {
      sid: "Assets",
      actions: ["s3:AbortMultipartUpload", "s3:PutObject"],
      resources: `arn:aws:s3:::${resources.assetsBucket}/*`,
    },
    { sid: "AssetsEncrypted", actions: ["kms:Decrypt", "kms:GenerateDataKey"], resources: resources.storageKeyArn },
    // ECS knows no resource for these.
    { sid: "Revisions", actions: ["ecs:ListTaskDefinitions", "ecs:RegisterTaskDefinition"], resources: "*" },
    {
      sid: "RevisionsTagged",
      actions: ["ecs:TagResource"],
      resources: RELEASED.map((party) => arn(stack, "ecs", `task-definition/${stack.name("taskFamily", party)}:*`)),
      conditions: { StringEquals: { "ecs:CreateAction": "RegisterTaskDefinition" } },
    },
    { sid: "Listeners", actions: ["elasticloadbalancing:DescribeRules"], resources: "*" },
    ...rollbackStatements(stack, resources),
  ];
}

/** Find the last good revision, put it in service, watch it, say what the schema has become, tell Slack. */
export function rollbackStatements(stack: StackFacts, resources: ReleaseResources): Statement[] {
  const cluster = stack.name("ecsCluster");
  const ecs = (resource: string) => arn(stack, "ecs", resource);
  const ofServices = Object.values(services).map((service) => `${cluster}/${stack.name("ecsService", service)}`);
  return [
    {
      sid: "Targets",
      actions: ["ssm:GetParameter"],
      resources: arn(stack, "ssm", `parameter${stack.name("ssmParameter", "operations", "targets")}`),
    },
    // ECS knows no resource for this.
    { sid: "RevisionsSeen", actions: ["ecs:DescribeTaskDefinition"], resources: "*" },
    {
      sid: "RolesHandedOn",
      actions: ["iam:PassRole"],
      resources: RELEASED.flatMap((party) =>
        ["execution", "task"].map((part) => arn(stack, "iam", `role/${stack.name("iamRole", party, part)}`)),
      ),
      conditions: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
    },
    {
      sid: "Services",
      actions: ["ecs:DescribeServices", "ecs:ListServiceDeployments", "ecs:UpdateService"],
      resources: ofServices.map((service) => ecs(`service/${service}`)),
    },
    {
      sid: "Deployments",
      actions: ["ecs:DescribeServiceDeployments", "ecs:DescribeServiceRevisions", "ecs:StopServiceDeployment"],
      resources: ofServices.flatMap((service) => [
        ecs(`service-deployment/${service}/*`),
        ecs(`service-revision/${service}/*`),
      ]),
    },
    { sid: "Tasks", actions: ["ecs:DescribeTasks"], resources: ecs(`task/${cluster}/*`) },
    {
      // What the release gate wrote down: how it judged, and what was done to the schema since.
      sid: "GateRecords",
      actions: ["dynamodb:GetItem", "dynamodb:Query"],
      resources: arn(stack, "dynamodb", `table/${stack.name("dynamodbTable", "release-gate")}`),
    },
    {
      sid: "GateRecordsDecrypted",
      actions: ["kms:Decrypt"],
      resources: resources.dataKeyArn,
      conditions: { StringEquals: { "kms:ViaService": `dynamodb.${stack.region}.amazonaws.com` } },
    },
    { sid: "Slack", actions: ["secretsmanager:GetSecretValue"], resources: resources.slackSecretArn },
    secretsDecrypted(stack, resources.secretsKeyArn),
  ];
}

function secretsDecrypted(stack: StackFacts, secretsKeyArn: pulumi.Input<string>): Statement {
  return {
    sid: "SecretsDecrypted",
    actions: ["kms:Decrypt"],
    resources: secretsKeyArn,
    conditions: { StringEquals: { "kms:ViaService": `secretsmanager.${stack.region}.amazonaws.com` } },
  };
}

/** By their aliases: `npm run bootstrap` made the keys, and their ids are in no file. */
function stateKeys(stack: StackFacts, actions: readonly string[]): Statement {
  return {
    sid: "StateKeys",
    actions,
    resources: arn(stack, "kms", "key/*"),
    conditions: { "ForAnyValue:StringEquals": { "kms:ResourceAliases": stateNames(stack).keyAliases } },
  };
}
