import * as pulumi from "@pulumi/pulumi";
import type { StackFacts } from "../../config/stack";
import { containers as names, services } from "../../config/vocabulary";
import type { KeyReference } from "../foundation/key-reference";
import type { Secrets } from "../foundation/secrets";
import type { DatadogMetrics } from "../metrics";
import type { Statement } from "../policy-document";
import {
  type AgentSettings,
  agentVariables,
  applicationDatadogMetrics,
  type ApplicationMetric,
  hasAgent,
  withAgent,
} from "./agent";
import type { ContainerDefinition } from "./container-definition";
import {
  consoleContainers,
  type ContainerContext,
  LEAST_WEB_MEMORY,
  migrationContainers,
  schedulerContainers,
  webContainers,
  workerContainers,
} from "./containers";
import { laravelEnvironment, type LaravelParty, laravelSecrets, secretsOf } from "./laravel";
import { TaskTemplate } from "./task-template";

/** Fargate's sizes; which memory goes with which CPU is checked with the stack file. */
export interface TaskSize {
  readonly cpuUnits: number;
  readonly memoryMiB: number;
}

export interface WorkerTask extends TaskSize {
  /** In order of precedence. */
  readonly queues: readonly string[];
  readonly jobTimeoutSeconds: number;
  readonly retryAfterSeconds: number;
  readonly stopTimeoutSeconds: number;
}

export interface TasksArgs {
  readonly stack: StackFacts;
  readonly cpuArchitecture: "ARM64" | "X86_64";
  /** Datadog's agent beside each service. @default none */
  readonly agent?: AgentSettings | undefined;
  /** A public image by digest with busybox's `httpd` and `wget`. */
  readonly bootstrapImage: string;
  readonly web: TaskSize;
  readonly worker: WorkerTask;
  readonly scheduler: TaskSize;
  /** Migration and console. */
  readonly task: TaskSize;
  readonly repositoryUrl: pulumi.Input<string>;
  readonly repositoryArn: string;
  readonly logKeyArn: pulumi.Input<string>;
  /** Days, one of those that CloudWatch Logs takes. */
  readonly logRetentionDays: number;
  readonly secrets: Secrets;
  /** Canonical host name. */
  readonly hostname: string;
  readonly vpcCidr: string;
  readonly databaseWriterHost: pulumi.Input<string>;
  readonly databaseReaderHost: pulumi.Input<string>;
  readonly databasePort: pulumi.Input<number>;
  readonly databaseName: string;
  /** Primary endpoint of the group that never evicts: sessions and queues. */
  readonly sessionsHost: pulumi.Input<string>;
  /** Primary endpoint of the group that does. */
  readonly cacheHost: pulumi.Input<string>;
  readonly redisPort: pulumi.Input<number>;
  readonly uploadsBucket: pulumi.Input<string>;
  readonly uploadsBucketArn: pulumi.Input<string>;
  /** Key of the uploads. */
  readonly uploadsKey: KeyReference;
  /** The cluster's, for the console. */
  readonly execStatements: readonly Statement[];
}

/** The templates of all that runs Laravel: three services, and two tasks that somebody starts and that end. */
export class Tasks extends pulumi.ComponentResource {
  readonly web: TaskTemplate;
  readonly worker: TaskTemplate;
  readonly scheduler: TaskTemplate;
  /** Started by a release. */
  readonly migration: TaskTemplate;
  /** Started by an operator, with ECS Exec turned on for that one task; it ends by itself within the hour. */
  readonly console: TaskTemplate;
  /** What the application sends to Datadog; undefined where no agent takes it. */
  readonly datadogMetrics: DatadogMetrics<ApplicationMetric> | undefined;

  constructor(name: string, args: TasksArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:compute:Tasks", name, {}, opts);
    const { stack, worker, agent, secrets, bootstrapImage: image } = args;
    if (args.web.memoryMiB < LEAST_WEB_MEMORY) {
      throw new pulumi.RunError(
        `affiliate:compute.web.memoryMiB of ${stack.environment} is ${args.web.memoryMiB}; nginx and php-fpm share it, ` +
          `and with less than ${LEAST_WEB_MEMORY} MiB php-fpm is killed for its caches alone. Example: 2048.`,
      );
    }
    const facts = pulumi.output({
      environment: stack.environment,
      region: stack.region,
      hostname: args.hostname,
      vpcCidr: args.vpcCidr,
      databaseWriterHost: args.databaseWriterHost,
      databaseReaderHost: args.databaseReaderHost,
      databasePort: args.databasePort,
      databaseName: args.databaseName,
      sessionsHost: args.sessionsHost,
      cacheHost: args.cacheHost,
      redisPort: args.redisPort,
      uploadsBucket: args.uploadsBucket,
      retryAfterSeconds: worker.retryAfterSeconds,
    });
    const uploads = uploadsStatements(stack, args);

    const template = (
      party: LaravelParty,
      { cpuUnits, memoryMiB }: TaskSize,
      containers: (context: ContainerContext) => ContainerDefinition[],
      more: { taskStatements?: readonly Statement[]; bootstrap?: { image: string; containerName: string } },
    ) => {
      const beside =
        agent !== undefined && hasAgent(party)
          ? { settings: agent, tags: agentVariables(party, stack, agent) }
          : undefined;
      return new TaskTemplate(
        `${name}-${party}`,
        {
          stack,
          party,
          cpuUnits,
          memoryMiB,
          cpuArchitecture: args.cpuArchitecture,
          repositoryUrl: args.repositoryUrl,
          repositoryArn: args.repositoryArn,
          logKeyArn: args.logKeyArn,
          logRetentionDays: args.logRetentionDays,
          environment: facts.apply((resolved) => ({ ...laravelEnvironment(party, resolved), ...beside?.tags })),
          ...laravelSecrets(party, secrets),
          containers,
          ...(beside && {
            containers: withAgent(containers, { settings: beside.settings, environment: stack.environment }),
            agentKey: secrets.reference("datadog", "api_key"),
            secretStatements: secrets.readPolicy([...secretsOf(party), "datadog"]),
          }),
          ...more,
        },
        { parent: this },
      );
    };

    this.web = template("web", args.web, webContainers, {
      taskStatements: uploads,
      bootstrap: { image, containerName: names.nginx },
    });
    this.worker = template("worker", worker, (context) => workerContainers(context, worker), {
      taskStatements: uploads,
      bootstrap: { image, containerName: services.worker },
    });
    this.scheduler = template("scheduler", args.scheduler, schedulerContainers, {
      taskStatements: uploads,
      bootstrap: { image, containerName: services.scheduler },
    });
    // It talks to the database and to nothing of AWS's: no role at all.
    this.migration = template("migration", args.task, migrationContainers, {});
    this.console = template("console", args.task, (context) => consoleContainers(context), {
      taskStatements: [...uploads, ...args.execStatements],
    });

    this.datadogMetrics = agent && applicationDatadogMetrics;
    this.registerOutputs({});
  }
}

/** Laravel's disk: objects of one bucket, and their key through S3 only. Versions stay, so what it deletes comes back. */
function uploadsStatements(stack: StackFacts, { uploadsBucketArn, uploadsKey }: TasksArgs): Statement[] {
  return [
    {
      sid: "UploadsObjects",
      actions: [
        "s3:AbortMultipartUpload",
        "s3:DeleteObject",
        "s3:GetObject",
        "s3:ListMultipartUploadParts",
        "s3:PutObject",
      ],
      resources: pulumi.interpolate`${uploadsBucketArn}/*`,
    },
    // Without it S3 answers a missing object with 403 instead of 404.
    { sid: "UploadsList", actions: ["s3:ListBucket"], resources: uploadsBucketArn },
    {
      sid: "UploadsKey",
      actions: ["kms:Decrypt", "kms:GenerateDataKey"],
      resources: uploadsKey.resources,
      conditions: { ...uploadsKey.conditions, StringEquals: { "kms:ViaService": `s3.${stack.region}.amazonaws.com` } },
    },
  ];
}
