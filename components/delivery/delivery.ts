import * as pulumi from "@pulumi/pulumi";
import type { DeployRole } from "../../config/identity";
import type { Settings } from "../../config/settings";
import type { StackFacts } from "../../config/stack";
import { Environments } from "./environments";
import type { ReleaseResources } from "./permissions";
import { PipelineRoles } from "./pipeline-roles";
import { type PipelineFacts, PipelineVariables } from "./pipeline-variables";

export interface DeliveryArgs extends ReleaseResources, PipelineFacts {
  readonly stack: StackFacts;
  readonly settings: NonNullable<Settings["delivery"]>;
  readonly assetsBucket: string;
}

/** What GitHub's workflows need to change this stack and to release into it: roles, environments, variables. */
export class Delivery extends pulumi.ComponentResource {
  readonly roleArns: Readonly<Record<DeployRole, string>>;

  constructor(name: string, args: DeliveryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:delivery:Delivery", name, {}, opts);
    const { stack, settings } = args;
    const { github } = settings;
    const parent = { parent: this };

    const roles = new PipelineRoles(`${name}-roles`, { ...args, github }, parent);
    const environments = new Environments(`${name}-environments`, { stack, settings }, parent);
    new PipelineVariables(`${name}-variables`, { ...args, github, environments, roleArns: roles.arns }, parent);

    this.roleArns = roles.arns;
    this.registerOutputs({ roleArns: this.roleArns });
  }
}
