import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arn } from "../config/arn";
import { boundaryArn, boundaryName, pipelineSecretArn, pipelineSecrets, stateNames } from "../config/identity";
import type { StackFacts } from "../config/stack";
import { policyDocument, type Statement } from "../components/policy-document";

export interface BoundariesArgs {
  readonly stack: StackFacts;
}

/** What nobody reaches from here: who may do what, the organisation, the record of it, other roles. */
const OUT_OF_REACH = ["account:*", "cloudtrail:*", "iam:*", "organizations:*", "sts:*"] as const;

/**
 * Ceilings over roles. They grant nothing by themselves. They are here and not in the platform's program, because its
 * pipeline must not be able to lift them.
 */
export class Boundaries extends pulumi.ComponentResource {
  constructor(name: string, args: BoundariesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:account:Boundaries", name, {}, opts);
    const { stack } = args;
    const documents = { workload: workload(stack), deploy: deploy(stack) };
    for (const of of ["workload", "deploy"] as const) {
      new aws.iam.Policy(
        `${name}-${of}`,
        {
          name: boundaryName(stack, of),
          description: `The most that the ${of} roles of ${stack.environment} may do; it grants nothing`,
          policy: policyDocument(documents[of]),
        },
        // Detached from roles by its deletion, it would leave them without a ceiling.
        { parent: this, protect: stack.protect },
      );
    }
    this.registerOutputs();
  }
}

const ownRoles = (stack: StackFacts): string => arn(stack, "iam", `role/${stack.name("iamRole")}-*`);

/** Tasks and functions: what their own policies say, without a way to other rights or to Pulumi's state. */
function workload(stack: StackFacts): Statement[] {
  return [
    { sid: "AllButIdentity", notActions: OUT_OF_REACH, resources: "*" },
    // Where a role's own policy says so: the release gate hands the migration's roles to its task.
    { sid: "HandOn", actions: ["iam:PassRole"], resources: ownRoles(stack) },
    stateUntouched(stack),
    keysKept(),
  ];
}

/** The pipelines: the platform's resources, roles only with the workloads' ceiling, never themselves. */
function deploy(stack: StackFacts): Statement[] {
  const { bucket } = stateNames(stack);
  const trail = stack.name("bucket", "trail");
  return [
    { sid: "AllButIdentity", notActions: OUT_OF_REACH, resources: "*" },
    { sid: "IdentityRead", actions: ["iam:Get*", "iam:List*"], resources: "*" },
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
      resources: ownRoles(stack),
      conditions: { StringEquals: { "iam:PermissionsBoundary": boundaryArn(stack, "workload") } },
    },
    {
      // IAM offers no condition on the ceiling here; none of them lifts it.
      sid: "RolesKept",
      actions: [
        "iam:DeleteRole",
        "iam:PassRole",
        "iam:TagRole",
        "iam:UntagRole",
        "iam:UpdateAssumeRolePolicy",
        "iam:UpdateRole",
      ],
      resources: ownRoles(stack),
    },
    {
      sid: "ServiceLinkedRoles",
      actions: ["iam:CreateServiceLinkedRole"],
      resources: arn(stack, "iam", "role/aws-service-role/*"),
    },
    {
      sid: "NotItself",
      effect: "Deny",
      actions: [
        "iam:AttachRolePolicy",
        "iam:CreateRole",
        "iam:DeleteRole",
        "iam:DeleteRolePolicy",
        "iam:DetachRolePolicy",
        "iam:PassRole",
        "iam:PutRolePermissionsBoundary",
        "iam:PutRolePolicy",
        "iam:TagRole",
        "iam:UntagRole",
        "iam:UpdateAssumeRolePolicy",
        "iam:UpdateRole",
      ],
      resources: arn(stack, "iam", `role/${stack.name("iamRole", "deploy")}-*`),
    },
    ...(stack.environment === "staging" ? [] : [backupsKept()]),
    {
      sid: "HistoryKept",
      effect: "Deny",
      actions: [
        "s3:BypassGovernanceRetention",
        "s3:DeleteBucket",
        "s3:DeleteBucketPolicy",
        "s3:DeleteObjectVersion",
        "s3:PutBucketObjectLockConfiguration",
        "s3:PutBucketPolicy",
        "s3:PutBucketVersioning",
        "s3:PutLifecycleConfiguration",
      ],
      resources: [bucket, trail].flatMap((each) => [`arn:aws:s3:::${each}`, `arn:aws:s3:::${each}/*`]),
    },
    {
      // The program makes containers of secrets; their values are operators' and tasks'. But for the two that pipelines
      // call with.
      sid: "SecretsUnread",
      effect: "Deny",
      actions: ["secretsmanager:GetSecretValue"],
      notResources: pipelineSecrets.map((secret) => pipelineSecretArn(stack, secret)),
    },
    {
      sid: "SecretsUnwritten",
      effect: "Deny",
      actions: ["secretsmanager:BatchGetSecretValue", "secretsmanager:PutSecretValue"],
      resources: "*",
    },
  ];
}

/**
 * The locks of vaults and of the bucket of backups are in governance mode: they hold whoever may not lift them. Rules of
 * the plan, and how long it keeps what it will take, stay the pipelines' to change.
 */
function backupsKept(): Statement {
  return {
    sid: "BackupsKept",
    effect: "Deny",
    actions: [
      "backup:DeleteBackupVault",
      "backup:DeleteBackupVaultLockConfiguration",
      "backup:DeleteRecoveryPoint",
      "backup:DisassociateRecoveryPoint",
      "backup:PutBackupVaultAccessPolicy",
      "backup:UpdateRecoveryPointLifecycle",
      "s3:BypassGovernanceRetention",
    ],
    resources: "*",
  };
}

function stateUntouched(stack: StackFacts): Statement {
  const { bucket } = stateNames(stack);
  return {
    sid: "StateUntouched",
    effect: "Deny",
    actions: ["s3:*"],
    resources: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
  };
}

/** Losing a key is losing what it encrypts. */
function keysKept(): Statement {
  return {
    sid: "KeysKept",
    effect: "Deny",
    actions: ["kms:DisableKey", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"],
    resources: "*",
  };
}
