import * as github from "@pulumi/github";
import * as pulumi from "@pulumi/pulumi";
import type { DeployRole } from "../../config/identity";
import { stateNames } from "../../config/identity";
import type { StackFacts } from "../../config/stack";
import type { Environments } from "./environments";
import type { GithubNames, Repository } from "./subjects";

/** What workflows are told of the stack, from its own outputs. None of it is secret. */
export interface PipelineFacts {
  readonly hostname: string;
  readonly repositoryUrl: pulumi.Input<string>;
  readonly assetsBucket: pulumi.Input<string>;
  readonly clusterName: pulumi.Input<string>;
}

export interface PipelineVariablesArgs extends PipelineFacts {
  readonly stack: StackFacts;
  readonly github: GithubNames;
  readonly environments: Environments;
  readonly roleArns: Readonly<Record<DeployRole, string>>;
}

/** Variables of GitHub Actions: workflows spell no account, no role and no bucket. */
export class PipelineVariables extends pulumi.ComponentResource {
  constructor(name: string, args: PipelineVariablesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:delivery:PipelineVariables", name, {}, opts);
    const { stack, github: names, environments, roleArns } = args;
    const parent = { parent: this };
    const common = { AWS_REGION: stack.region, AWS_ACCOUNT_ID: stack.accountId };
    const released = {
      RELEASE_ROLE_ARN: roleArns.release,
      IMAGE_REPOSITORY_URL: args.repositoryUrl,
      ASSETS_BUCKET: args.assetsBucket,
      ECS_CLUSTER: args.clusterName,
      HOSTNAME: args.hostname,
    };

    const inEnvironment = (
      where: string,
      repository: Repository,
      environment: pulumi.Input<string>,
      variables: Readonly<Record<string, pulumi.Input<string>>>,
    ) => {
      for (const [variableName, value] of Object.entries(variables)) {
        new github.ActionsEnvironmentVariable(
          `${name}-${where}-${variableName}`,
          { repository: names[repository].name, environment, variableName, value },
          parent,
        );
      }
    };
    inEnvironment("platform", "platform", environments.names.platform, {
      ...common,
      ...released,
      ...pulumiVariables(stack),
      UP_ROLE_ARN: roleArns.up,
    });
    inEnvironment("application", "application", environments.names.application, { ...common, ...released });
    inEnvironment("rollback", "platform", environments.unguarded.rollback, {
      ...common,
      ROLLBACK_ROLE_ARN: roleArns.rollback,
      HOSTNAME: args.hostname,
    });
    inEnvironment("drift", "platform", environments.unguarded.drift, {
      ...common,
      ...pulumiVariables(stack),
      DRIFT_ROLE_ARN: roleArns.drift,
    });
    inEnvironment("drill", "platform", environments.unguarded.drill, { ...common, DRILL_ROLE_ARN: roleArns.drill });

    // A preview is in no environment (its subject is the pull request's), so what it needs carries the stack in its name.
    const suffix = stack.environment.toUpperCase();
    const previewed = { ...common, ...pulumiVariables(stack), PREVIEW_ROLE_ARN: roleArns.preview };
    for (const [variable, value] of Object.entries(previewed)) {
      new github.ActionsVariable(
        `${name}-preview-${variable}`,
        { repository: names.platform.name, variableName: `${variable}_${suffix}`, value },
        parent,
      );
    }
    this.registerOutputs();
  }
}

function pulumiVariables(stack: StackFacts) {
  const { bucket, keyAliases } = stateNames(stack);
  return {
    PULUMI_BACKEND_URL: `s3://${bucket}?region=${stack.region}`,
    PULUMI_SECRETS_PROVIDER: `awskms://${keyAliases[1]}?region=${stack.region}`,
  };
}
