import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arn } from "../../config/arn";
import { secretsReadBy } from "../../config/secrets";
import type { StackFacts } from "../../config/stack";
import { databaseAgent } from "../../config/vocabulary";
import type { Secrets } from "../foundation/secrets";
import type { DatadogMetric, DatadogMetrics } from "../metrics";
import { agentContainer, agentScript, type AgentSettings } from "./agent";
import { canonicalJson, type ContainerDefinition } from "./container-definition";
import { rdsCertificates } from "./rds-certificates";
import { serviceMetrics, type ServiceMetrics } from "./service-metrics";
import { taskRole, writeLogs } from "./task-role";

export interface DatabaseAgentArgs {
  readonly stack: StackFacts;
  readonly settings: Pick<AgentSettings, "image" | "site">;
  readonly cpuArchitecture: "ARM64" | "X86_64";
  readonly clusterName: string;
  readonly clusterArn: pulumi.Input<string>;
  readonly subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  readonly securityGroupId: pulumi.Input<string>;
  readonly secrets: Pick<Secrets, "readPolicy" | "reference">;
  readonly logKeyArn: pulumi.Input<string>;
  /** Days, one of those that CloudWatch Logs takes. */
  readonly logRetentionDays: number;
}

const CPU_UNITS = 256;
/** MiB. Each instance of Aurora has a check of its own in the agent's Python. */
const MEMORY_MIB = 1024;
/** Where the check's files go, beside the agent's settings. */
const CHECK = "/tmp/datadog/conf.d/mysql.d";
const CERTIFICATES = "/tmp/datadog/rds-ca.pem";

/** Tag of each point: the instance that was asked. */
const INSTANCE_TAG = "instance_endpoint";
const TAGS = ["env", "dbclusteridentifier", INSTANCE_TAG] as const;

/** Names of the mysql check (integrations-core, mysql/metadata.csv), by what they tell. */
const mysqlMetricNames = {
  connections: ["mysql.performance.threads_connected", "connection"],
  /** The limit; `mysql.net.max_connections` would be the most there have ever been. */
  connectionLimit: ["mysql.net.max_connections_available", "connection"],
  running: ["mysql.performance.threads_running", "thread"],
  queries: ["mysql.performance.queries", "query"],
  slowQueries: ["mysql.performance.slow_queries", "query"],
} as const satisfies Readonly<Record<string, readonly [name: string, unit: string]>>;

export type MysqlMetric = keyof typeof mysqlMetricNames;

const mysqlMetrics = Object.fromEntries(
  Object.entries(mysqlMetricNames).map(([key, [name, unit]]): [string, DatadogMetric] => [
    key,
    { name, type: "gauge", unit, tags: TAGS, emitter: "mysql check" },
  ]),
) as DatadogMetrics<MysqlMetric>;

/**
 * Datadog's mysql check, once: a task with one agent, which finds the instances of the tagged clusters itself, those that
 * autoscaling adds and a restored cluster's too, and asks each at its own endpoint. No release touches it: its image is in the
 * stack file.
 */
export class DatabaseAgent extends pulumi.ComponentResource {
  readonly serviceName: string;
  readonly metrics: ServiceMetrics;
  readonly datadogMetrics = mysqlMetrics;

  constructor(name: string, args: DatabaseAgentArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:compute:DatabaseAgent", name, {}, opts);
    const { stack, secrets } = args;
    const parent = { parent: this };
    this.serviceName = stack.name("ecsService", databaseAgent);
    this.metrics = serviceMetrics(args.clusterName, this.serviceName);

    const logGroupName = stack.name("logGroup", databaseAgent);
    const logGroup = new aws.cloudwatch.LogGroup(
      name,
      { name: logGroupName, kmsKeyId: args.logKeyArn, retentionInDays: args.logRetentionDays },
      parent,
    );
    const references = {
      apiKey: secrets.reference("datadog", "api_key"),
      DATABASE_USERNAME: secrets.reference("database-agent", "username"),
      DATABASE_PASSWORD: secrets.reference("database-agent", "password"),
    };
    const definition = new aws.ecs.TaskDefinition(
      name,
      {
        family: stack.name("taskFamily", databaseAgent),
        cpu: String(CPU_UNITS),
        memory: String(MEMORY_MIB),
        networkMode: "awsvpc",
        requiresCompatibilities: ["FARGATE"],
        runtimePlatform: { cpuArchitecture: args.cpuArchitecture, operatingSystemFamily: "LINUX" },
        executionRoleArn: taskRole(
          this,
          `${name}-execution`,
          stack,
          [databaseAgent, "execution"],
          [writeLogs(stack, logGroupName), ...secrets.readPolicy(secretsReadBy("agent"))],
        ),
        taskRoleArn: taskRole(this, `${name}-task`, stack, [databaseAgent, "task"], discovery(stack)),
        // As for the application's: the revision before stays, to go back to.
        skipDestroy: true,
        containerDefinitions: pulumi
          .output({ logGroup: logGroup.name, ...references })
          .apply((resolved) => canonicalJson([container(args, resolved)])),
      },
      parent,
    );
    new aws.ecs.Service(
      name,
      {
        name: this.serviceName,
        cluster: args.clusterArn,
        launchType: "FARGATE",
        platformVersion: "LATEST",
        taskDefinition: definition.arn,
        desiredCount: 1,
        deploymentController: { type: "ECS" },
        deploymentConfiguration: { strategy: "ROLLING" },
        deploymentMinimumHealthyPercent: 0,
        deploymentMaximumPercent: 100,
        deploymentCircuitBreaker: { enable: true, rollback: true },
        networkConfiguration: {
          subnets: args.subnetIds,
          securityGroups: [args.securityGroupId],
          assignPublicIp: false,
        },
        availabilityZoneRebalancing: "DISABLED",
        enableExecuteCommand: false,
        enableEcsManagedTags: true,
        propagateTags: "SERVICE",
        // On a stack's first update its secrets are still empty and no task can start; nothing else waits for it either.
        waitForSteadyState: false,
        // Two would count each connection twice.
        tags: { Singleton: "true" },
      },
      parent,
    );
    this.registerOutputs({ serviceName: this.serviceName });
  }
}

interface Resolved {
  readonly logGroup: string;
  readonly apiKey: string;
  readonly DATABASE_USERNAME: string;
  readonly DATABASE_PASSWORD: string;
}

function container({ stack, settings }: DatabaseAgentArgs, resolved: Resolved): ContainerDefinition {
  const { logGroup, apiKey, ...login } = resolved;
  const agent = agentContainer({
    context: { region: stack.region, logGroup },
    settings: { ...settings, traces: false },
    environment: stack.environment,
    apiKey,
    memoryMiB: MEMORY_MIB,
  });
  const variables = {
    DD_DATABASE_MONITORING_AUTODISCOVERY_AURORA_ENABLED: "true",
    // Left out, the agent would ask an instance's metadata, which Fargate does not have.
    DD_DATABASE_MONITORING_AUTODISCOVERY_AURORA_REGION: stack.region,
    MYSQL_CHECK: mysqlCheck(stack),
    RDS_CERTIFICATES: rdsCertificates(stack.region),
  };
  return {
    ...agent,
    command: [
      agentScript(false, [
        `mkdir -p ${CHECK}`,
        `printf '%s' "$MYSQL_CHECK" > ${CHECK}/conf.yaml`,
        `printf '%s' "$RDS_CERTIFICATES" > ${CERTIFICATES}`,
      ]),
    ],
    environment: [...agent.environment, ...Object.entries(variables).map(([name, value]) => ({ name, value }))],
    secrets: [...(agent.secrets ?? []), ...Object.entries(login).map(([name, valueFrom]) => ({ name, valueFrom }))],
  };
}

/** The check's template: the agent fills it in for each instance that it finds; `%%env_…%%` are its own variables. */
export function mysqlCheck({ environment }: Pick<StackFacts, "environment">): string {
  // The file is YAML, of which JSON is a part.
  return JSON.stringify({
    ad_identifiers: ["_dbm_mysql_aurora"],
    init_config: {},
    instances: [
      {
        host: "%%host%%",
        port: "%%port%%",
        username: "%%env_DATABASE_USERNAME%%",
        password: "%%env_DATABASE_PASSWORD%%",
        ssl: { ca: CERTIFICATES, check_hostname: true },
        // Database Monitoring costs by the instance: whoever wants it tags the cluster datadoghq.com/dbm = true.
        dbm: "%%extra_dbm%%",
        aws: { instance_endpoint: "%%host%%", region: "%%extra_region%%" },
        tags: [`env:${environment}`, "dbclusteridentifier:%%extra_dbclusteridentifier%%", `${INSTANCE_TAG}:%%host%%`],
      },
    ],
  });
}

/** The agent lists clusters and picks the tagged ones: RDS takes no narrower resource for a list. */
const discovery = (stack: StackFacts) => [
  { sid: "Clusters", actions: ["rds:DescribeDBClusters"], resources: arn(stack, "rds", "cluster:*") },
  { sid: "Instances", actions: ["rds:DescribeDBInstances"], resources: arn(stack, "rds", "db:*") },
];
