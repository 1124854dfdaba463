import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arn } from "../../config/arn";
import { dailyTimes } from "../../config/backup-functions";
import { dumpVariables } from "../../config/dump";
import { secretsReadBy } from "../../config/secrets";
import type { StackFacts } from "../../config/stack";
import { containers } from "../../config/vocabulary";
import { type DumpMetric, metricsOfDump } from "../data/backup-metrics";
import { CERTIFICATE_AUTHORITY } from "../data/database-cluster";
import type { Secrets } from "../foundation/secrets";
import type { Metrics } from "../metrics";
import { canonicalJson, type ContainerDefinition } from "./container-definition";
import { base, type ContainerContext } from "./containers";
import { dumpFunctionStatements, dumpTaskStatements } from "./database-dump-permissions";
import { UNRELEASED } from "./image-contract";
import { taskRole } from "./task-role";
import { pullAndLog } from "./task-template";
import { backupFunctionMetric, stepwiseFunction } from "./stepwise-function";
import type { FunctionPlace } from "./vpc-function";

export interface DatabaseDumpArgs extends FunctionPlace {
  readonly cpuArchitecture: "ARM64" | "X86_64";
  /** Fargate's; the engine works with as many connections as there are processors. */
  readonly cpuUnits: number;
  readonly memoryMiB: number;
  /** Of the clone. */
  readonly instanceClass: string;
  readonly clusterName: string;
  /** Of the dump's image. */
  readonly images: {
    readonly repositoryName: string;
    readonly repositoryArn: string;
    readonly repositoryUrl: pulumi.Input<string>;
  };
  readonly secrets: Pick<Secrets, "readPolicy" | "reference">;
  /** Of the task, which is in the function's subnets. */
  readonly taskSecurityGroupId: pulumi.Input<string>;
  readonly cloneSecurityGroupId: pulumi.Input<string>;
  readonly database: {
    readonly clusterIdentifier: string;
    readonly databaseName: string;
    readonly port: number;
    readonly subnetGroupName: pulumi.Input<string>;
    readonly cloneParametersName: pulumi.Input<string>;
  };
  readonly backups: {
    readonly bucketName: string;
    readonly name: pulumi.Input<string>;
    /** Key of the bucket. */
    readonly keyArn: pulumi.Input<string>;
  };
}

export type DatabaseDumpMetric =
  DumpMetric | "givenUp" | "cloneAge" | "lostCalls" | "functionErrors" | "functionThrottles" | "functionDuration";

const DUMP = "dump";
/** Nobody, by number: application/backup/Dockerfile. */
const USER = "65532:65532";

/**
 * The logical dump of each day: a function looks every few minutes at the clone of the day and makes its next step, up to
 * its deletion (docs/decisions/0020-stepwise-functions.md). What dumps is a task with the engine of application/backup.
 */
export class DatabaseDump extends pulumi.ComponentResource {
  readonly functionName: string;
  readonly functionLogGroupName: string;
  /** Of the tasks. */
  readonly logGroupName: string;
  readonly family: string;
  readonly metrics: Metrics<DatabaseDumpMetric>;

  constructor(name: string, args: DatabaseDumpArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:compute:DatabaseDump", name, {}, opts);
    const { stack, database } = args;
    this.family = stack.name("taskFamily", DUMP);
    const templateFamily = stack.name("taskFamily", DUMP, "template");
    const clonePrefix = stack.name("rdsCluster", DUMP);
    const { logGroupName, definition } = this.template(name, args, templateFamily);
    this.logGroupName = logGroupName;

    const made = stepwiseFunction(
      name,
      args,
      {
        part: "database-dump",
        description: "Clones the database once a day, has the clone dumped, and removes it",
        step: "The next step of the database's dump",
        timeoutSeconds: 120,
        environment: {
          BUCKET: args.backups.name,
          CERTIFICATE_AUTHORITY,
          CLONE_PARAMETERS: database.cloneParametersName,
          CLONE_PREFIX: clonePrefix,
          CLONE_SECURITY_GROUP_ID: args.cloneSecurityGroupId,
          CLUSTER: args.clusterName,
          DATABASE_CLUSTER: database.clusterIdentifier,
          ENVIRONMENT: stack.environment,
          INSTANCE_CLASS: args.instanceClass,
          REPOSITORY_NAME: args.images.repositoryName,
          REPOSITORY_URL: args.images.repositoryUrl,
          START_AT: dailyTimes.dump,
          SUBNET_GROUP: database.subnetGroupName,
          SUBNET_IDS: pulumi.output(args.subnetIds).apply((ids) => ids.join(",")),
          TASK_CONTAINER: containers.dump,
          TASK_FAMILY: this.family,
          // Through the resource: no task is asked for before there is a template.
          TASK_TEMPLATE_FAMILY: definition.family,
          TASK_SECURITY_GROUP_ID: args.taskSecurityGroupId,
        },
        statements: dumpFunctionStatements({
          stack,
          clusterName: args.clusterName,
          family: this.family,
          taskRoleArns: roleParts.map((parts) => arn(stack, "iam", `role/${stack.name("iamRole", ...parts)}`)),
          source: database.clusterIdentifier,
          clonePrefix,
          repositoryArn: args.images.repositoryArn,
          bucketName: args.backups.bucketName,
          keyArn: args.backups.keyArn,
        }),
      },
      this,
    );

    this.functionName = made.functionName;
    this.functionLogGroupName = made.logGroupName;
    this.metrics = { ...dumpMetrics(stack), lostCalls: made.lostCalls, ...made.metrics };
    this.registerOutputs({ functionName: this.functionName, family: this.family });
  }

  private template(name: string, args: DatabaseDumpArgs, family: string) {
    const { stack, secrets, database } = args;
    const logGroupName = stack.name("logGroup", DUMP);
    const logGroup = new aws.cloudwatch.LogGroup(
      `${name}-task`,
      { name: logGroupName, kmsKeyId: args.logKeyArn, retentionInDays: args.logRetentionDays },
      { parent: this },
    );
    const [executionParts, taskParts] = roleParts;
    const resolved = pulumi.output({
      image: pulumi.interpolate`${args.images.repositoryUrl}:${UNRELEASED}`,
      region: stack.region,
      logGroup: logGroup.name,
      memoryMiB: args.memoryMiB,
      environment: {
        AWS_REGION: stack.region,
        [dumpVariables.bucket]: args.backups.name,
        [dumpVariables.database]: database.databaseName,
        [dumpVariables.environment]: stack.environment,
        [dumpVariables.port]: String(database.port),
      },
      secrets: {
        [dumpVariables.username]: secrets.reference("database-dump", "username"),
        [dumpVariables.password]: secrets.reference("database-dump", "password"),
      },
    });
    const definition = new aws.ecs.TaskDefinition(
      `${name}-template`,
      {
        family,
        cpu: String(args.cpuUnits),
        memory: String(args.memoryMiB),
        networkMode: "awsvpc",
        requiresCompatibilities: ["FARGATE"],
        runtimePlatform: { cpuArchitecture: args.cpuArchitecture, operatingSystemFamily: "LINUX" },
        executionRoleArn: taskRole(this, `${name}-execution`, stack, executionParts, [
          ...pullAndLog(stack, args.images.repositoryArn, logGroupName),
          ...secrets.readPolicy(secretsReadBy("dump")),
        ]),
        taskRoleArn: taskRole(
          this,
          `${name}-task`,
          stack,
          taskParts,
          dumpTaskStatements(stack, args.backups.bucketName, args.backups.keyArn),
        ),
        // As for the application's: the revision before stays, to go back to.
        skipDestroy: true,
        containerDefinitions: resolved.apply((context) => canonicalJson([dumpContainer(context)])),
      },
      { parent: this },
    );
    return { logGroupName, definition };
  }
}

const roleParts = [
  [DUMP, "execution"],
  [DUMP, "task"],
] as const;

/** The clone's host and time and the dump's name come with the task that is started. */
export function dumpContainer(context: ContainerContext): ContainerDefinition {
  return {
    ...base(containers.dump, context, context.memoryMiB),
    user: USER,
    command: ["dump"],
    environment: Object.entries(context.environment).map(([name, value]) => ({ name, value })),
    secrets: Object.entries(context.secrets).map(([name, valueFrom]) => ({ name, valueFrom })),
    // What is finished stays: a part takes seconds.
    stopTimeout: 120,
  };
}

/** The engine's own, and what the function says beside it. */
function dumpMetrics(stack: StackFacts): Metrics<DumpMetric | "givenUp" | "cloneAge"> {
  return {
    ...metricsOfDump(stack.environment),
    givenUp: backupFunctionMetric(stack, "dumpGivenUp", "Count"),
    cloneAge: backupFunctionMetric(stack, "cloneAge", "Seconds"),
  };
}
