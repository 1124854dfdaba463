import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arn } from "../../config/arn";
import type { StackFacts } from "../../config/stack";
import type { Metrics } from "../metrics";
import type { Statement } from "../policy-document";
import { canonicalJson, type ContainerDefinition } from "./container-definition";
import { bootstrapContainers, type ContainerContext } from "./containers";
import { UNRELEASED } from "./image-contract";
import type { LaravelParty } from "./laravel";
import { taskRole, writeLogs } from "./task-role";

export interface TaskTemplateArgs {
  readonly stack: StackFacts;
  readonly party: LaravelParty;
  readonly cpuUnits: number;
  readonly memoryMiB: number;
  readonly cpuArchitecture: "ARM64" | "X86_64";
  readonly repositoryUrl: pulumi.Input<string>;
  readonly repositoryArn: string;
  readonly logKeyArn: pulumi.Input<string>;
  /** Days, one of those that CloudWatch Logs takes. */
  readonly logRetentionDays: number;
  readonly environment: pulumi.Input<Readonly<Record<string, string>>>;
  /** Environment variable → `arn:key::`. */
  readonly secrets: Readonly<Record<string, pulumi.Input<string>>>;
  /** Lets the execution role read those secrets and use their key. @default none: there are no secrets */
  readonly secretStatements?: readonly Statement[];
  /** What the code in the containers may do in AWS. @default nothing, and then the task has no role at all */
  readonly taskStatements?: readonly Statement[];
  readonly containers: (context: ContainerContext, agentKey: string) => ContainerDefinition[];
  /** `arn:key::` of Datadog's API key. @default none: there is no agent among the containers */
  readonly agentKey?: pulumi.Input<string>;
  /** For services: what they run until their first release. @default none */
  readonly bootstrap?: BootstrapArgs;
}

export interface BootstrapArgs {
  /** A public image by digest with busybox's `httpd` and `wget`. */
  readonly image: string;
  /** Name of the container it stands in for. */
  readonly containerName: string;
}

/**
 * The template of a task: roles, log group, and a task definition in a family of its own that nothing runs. A release
 * copies the newest revision, puts its digest where {@link UNRELEASED} stands, and registers that in the family of the
 * running service. So a change of the platform reaches containers through the gates of a release.
 */
export class TaskTemplate extends pulumi.ComponentResource {
  /** Family of the template. */
  readonly templateFamily: string;
  /** Family of what runs; releases register in it, this program never does. */
  readonly family: string;
  /** Family of what a service starts with; nothing is registered in it for a task that is no service's. */
  readonly bootstrapFamily: string;
  readonly templateArn: pulumi.Output<string>;
  readonly executionRoleArn: pulumi.Output<string>;
  /** Undefined when the task may do nothing in AWS. */
  readonly taskRoleArn: pulumi.Output<string> | undefined;
  /** The same as plain ARNs: whoever may start the task has to pass them, which policies judge at preview. */
  readonly plainRoleArns: readonly string[];
  readonly logGroupName: string;
  readonly metrics: Metrics<"errors">;
  private readonly bootstrap: pulumi.Output<string> | undefined;

  constructor(name: string, args: TaskTemplateArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:compute:TaskTemplate", name, {}, opts);
    const { stack, party, bootstrap, taskStatements = [] } = args;
    this.family = stack.name("taskFamily", party);
    this.templateFamily = stack.name("taskFamily", party, "template");
    this.bootstrapFamily = stack.name("taskFamily", party, "bootstrap");
    this.logGroupName = stack.name("logGroup", party);

    const logGroup = new aws.cloudwatch.LogGroup(
      name,
      { name: this.logGroupName, kmsKeyId: args.logKeyArn, retentionInDays: args.logRetentionDays },
      { parent: this },
    );
    this.metrics = { errors: this.errorCount(name, stack, party, logGroup) };

    const executionRoleArn = taskRole(
      this,
      `${name}-execution`,
      stack,
      [party, "execution"],
      [...pullAndLog(stack, args.repositoryArn, this.logGroupName), ...(args.secretStatements ?? [])],
    );
    const taskRoleArn =
      taskStatements.length > 0 ? taskRole(this, `${name}-task`, stack, [party, "task"], taskStatements) : undefined;

    const roles = [[party, "execution"], ...(taskRoleArn === undefined ? [] : [[party, "task"]])];
    this.plainRoleArns = roles.map((parts) => arn(stack, "iam", `role/${stack.name("iamRole", ...parts)}`));

    const context = (image: pulumi.Input<string>) =>
      pulumi.output({
        image,
        region: stack.region,
        // Through the resource, so that no task starts before its log group is there.
        logGroup: logGroup.name,
        memoryMiB: args.memoryMiB,
        environment: args.environment,
        secrets: args.secrets,
        agentKey: args.agentKey ?? "",
      });
    const size = {
      cpu: String(args.cpuUnits),
      memory: String(args.memoryMiB),
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
      runtimePlatform: { cpuArchitecture: args.cpuArchitecture, operatingSystemFamily: "LINUX" },
      executionRoleArn,
      // Old revisions stay registered: without them there is nothing to compare with or go back to.
      skipDestroy: true,
    };

    const template = new aws.ecs.TaskDefinition(
      `${name}-template`,
      {
        ...size,
        family: this.templateFamily,
        taskRoleArn,
        containerDefinitions: context(pulumi.interpolate`${args.repositoryUrl}:${UNRELEASED}`).apply((resolved) =>
          canonicalJson(args.containers(resolved, resolved.agentKey)),
        ),
      },
      { parent: this },
    );
    if (bootstrap !== undefined) {
      // No task role: it answers a health check and calls nobody.
      const definition = new aws.ecs.TaskDefinition(
        `${name}-bootstrap`,
        {
          ...size,
          family: this.bootstrapFamily,
          containerDefinitions: context(bootstrap.image).apply((resolved) =>
            canonicalJson(bootstrapContainers(bootstrap.containerName, party, resolved)),
          ),
        },
        { parent: this },
      );
      this.bootstrap = definition.arn;
    }

    this.templateArn = template.arn;
    this.executionRoleArn = executionRoleArn;
    this.taskRoleArn = taskRoleArn;
    this.registerOutputs({ templateFamily: this.templateFamily, templateArn: this.templateArn });
  }

  /** What a service starts with; one-off tasks have none. */
  get bootstrapArn(): pulumi.Output<string> {
    if (this.bootstrap === undefined) throw new Error(`${this.family} is no service's task: it has no bootstrap`);
    return this.bootstrap;
  }

  /** Lines that Laravel logged as errors or worse; monolog's level 400 is ERROR. A quiet minute is a 0, not a gap. */
  private errorCount(name: string, stack: StackFacts, party: string, logGroup: aws.cloudwatch.LogGroup) {
    const metric = { namespace: "Affiliate/Logs", metricName: `${stack.environment}-${party}-errors` };
    new aws.cloudwatch.LogMetricFilter(
      `${name}-errors`,
      {
        name: stack.name("metricFilter", party, "errors"),
        logGroupName: logGroup.name,
        pattern: "{ $.level >= 400 }",
        metricTransformation: {
          namespace: metric.namespace,
          name: metric.metricName,
          value: "1",
          defaultValue: "0",
          unit: "Count",
        },
      },
      { parent: this },
    );
    return { ...metric, dimensions: {}, unit: "Count" };
  }
}

export function pullAndLog(stack: StackFacts, repositoryArn: string, logGroupName: string): Statement[] {
  return [
    // A token for the registry; which repository it opens is said below.
    { sid: "RegistryToken", actions: ["ecr:GetAuthorizationToken"], resources: "*" },
    {
      sid: "Pull",
      actions: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      resources: repositoryArn,
    },
    writeLogs(stack, logGroupName),
  ];
}
