import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arn } from "../../config/arn";
import { boundaryArn, deployRoleName, type DeployRole, deployRoles } from "../../config/identity";
import type { StackFacts } from "../../config/stack";
import { policyDocument, type Statement } from "../policy-document";
import { drillStatements } from "./drill-permissions";
import { environmentNames } from "./environments";
import {
  driftStatements,
  previewStatements,
  releaseStatements,
  type ReleaseResources,
  rollbackStatements,
  upStatements,
} from "./permissions";
import { type Caller, type GithubNames, githubTrust } from "./subjects";

export interface PipelineRolesArgs extends ReleaseResources {
  readonly stack: StackFacts;
  readonly github: GithubNames;
}

interface RolePlan {
  readonly description: string;
  readonly callers: readonly Caller[];
  readonly statements: readonly Statement[];
  /** AWS's own policy under it. @default none */
  readonly managed?: "PowerUserAccess" | "ReadOnlyAccess";
  /** How long one token lasts, in seconds: an update of Aurora or CloudFront takes longer than the usual hour. @default 3600 */
  readonly maxSessionDuration?: number;
}

/**
 * Roles that workflows exchange their token for; there is no key. All of them have the pipelines' ceiling, which keeps them from
 * changing themselves: a change here is an administrator's update.
 */
export class PipelineRoles extends pulumi.ComponentResource {
  readonly arns: Readonly<Record<DeployRole, string>>;

  constructor(name: string, args: PipelineRolesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:delivery:PipelineRoles", name, {}, opts);
    const { stack } = args;
    const plans = plansOf(args);
    for (const role of deployRoles) this.role(name, role, args, plans[role]);
    const arnOf = (role: DeployRole) => arn(stack, "iam", `role/${deployRoleName(stack, role)}`);
    this.arns = {
      preview: arnOf("preview"),
      drift: arnOf("drift"),
      up: arnOf("up"),
      release: arnOf("release"),
      rollback: arnOf("rollback"),
      drill: arnOf("drill"),
    };
    this.registerOutputs({ arns: this.arns });
  }

  private role(name: string, which: DeployRole, { stack, github }: PipelineRolesArgs, plan: RolePlan): void {
    const parent = { parent: this };
    const role = new aws.iam.Role(
      `${name}-${which}`,
      {
        name: deployRoleName(stack, which),
        description: plan.description,
        assumeRolePolicy: policyDocument(githubTrust(stack, github, plan.callers)),
        permissionsBoundary: boundaryArn(stack, "deploy"),
        maxSessionDuration: plan.maxSessionDuration ?? 3600,
      },
      parent,
    );
    if (plan.managed !== undefined) {
      new aws.iam.RolePolicyAttachment(
        `${name}-${which}`,
        { role: role.name, policyArn: `arn:aws:iam::aws:policy/${plan.managed}` },
        parent,
      );
    }
    new aws.iam.RolePolicy(`${name}-${which}`, { role: role.name, policy: policyDocument(plan.statements) }, parent);
  }
}

function plansOf(args: PipelineRolesArgs): Readonly<Record<DeployRole, RolePlan>> {
  const { stack } = args;
  const { main, rollback, drift, drill } = environmentNames(stack);
  const platform = (occasion: Caller["occasion"]): Caller => ({ repository: "platform", occasion });
  const application = (occasion: Caller["occasion"]): Caller => ({ repository: "application", occasion });
  return {
    preview: {
      description: "Reads what is, for a preview in a pull request",
      callers: [platform("pullRequest")],
      statements: previewStatements(stack),
      managed: "ReadOnlyAccess",
    },
    drift: {
      description: "Reads what is, in Datadog too, for the daily look for drift",
      callers: [platform({ environment: drift })],
      statements: driftStatements(stack, args),
      managed: "ReadOnlyAccess",
    },
    up: {
      description: "Brings the platform to what main says",
      callers: [platform({ environment: main })],
      statements: upStatements(stack),
      managed: "PowerUserAccess",
      maxSessionDuration: 4 * 3600,
    },
    release: {
      description: "Pushes an image and puts it in service",
      // The platform's own workflow releases the running image anew, so that changed templates arrive through the gates.
      callers: [application({ environment: main }), platform({ environment: main })],
      statements: releaseStatements(stack, args),
      maxSessionDuration: 2 * 3600,
    },
    rollback: {
      description: "Puts the last good revision back in service",
      callers: [platform({ environment: rollback })],
      statements: rollbackStatements(stack, args),
      maxSessionDuration: 2 * 3600,
    },
    drill: {
      description: "Recovers the database beside the one in use, measures it, and takes it away",
      callers: [platform({ environment: drill })],
      statements: drillStatements({ stack, ground: stack }),
      // As long as the verb gives itself.
      maxSessionDuration: 6 * 3600,
    },
  };
}
