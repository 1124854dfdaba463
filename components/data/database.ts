import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arn } from "../../config/arn";
import type { StackFacts } from "../../config/stack";
import { type Generation, type Generations, generationsOf } from "../../config/restore";
import { ports } from "../../config/vocabulary";
import type { Metrics } from "../metrics";
import { serviceTrust } from "../policy-document";
import { auroraFamily, type AuroraParameter, clusterParameters, eventsOff } from "./aurora-parameters";
import { clusterIdentifier, DATABASE, DatabaseCluster } from "./database-cluster";
import { type DatabaseMetric, databaseMetrics } from "./database-metrics";
import { type DatabaseInstance, readerCapacity, type ReplicaScaling } from "./database-plan";
import { markGenerations } from "./generations";

export interface DatabaseArgs {
  readonly stack: StackFacts;
  /** An LTS version of Aurora MySQL, such as "8.0.mysql_aurora.3.10.3". */
  readonly engineVersion: string;
  /** The schema that is there from the start. */
  readonly databaseName: string;
  /** Of the cluster, besides the stack's: by them it is found. @default none */
  readonly clusterTags?: Readonly<Record<string, string>> | undefined;
  /** The first is the first writer. */
  readonly instances: readonly DatabaseInstance[];
  readonly replicaScaling: ReplicaScaling;
  /** Zones by name, which the instances go round. */
  readonly zoneNames: readonly string[];
  readonly subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  readonly securityGroupId: pulumi.Input<string>;
  /** Key for the volume, its backups and Database Insights. Another one is another cluster. */
  readonly keyArn: pulumi.Input<string>;
  /** Key for the master user's password, which RDS keeps in Secrets Manager. */
  readonly secretsKeyArn: pulumi.Input<string>;
  readonly logsKeyArn: pulumi.Input<string>;
  /** Days, of those that CloudWatch Logs takes. */
  readonly logRetentionDays: number;
  /** Days of point-in-time recovery, 1 to 35. */
  readonly backupRetentionDays: number;
  /** Tokyo time, such as "03:00-04:00". */
  readonly backupWindow: string;
  /** Tokyo time, such as "sun 05:30-06:30". */
  readonly maintenanceWindow: string;
  /** Statements that take longer are logged, in seconds. */
  readonly slowQuerySeconds: number;
  /** CloudWatch Database Insights: `advanced` keeps 15 months and is billed by vCPU, `standard` keeps 7 days. */
  readonly insights: "advanced" | "standard";
  /**
   * `ioOptimized` costs more by instance and volume and nothing by request: cheaper where requests are over a quarter of
   * the bill. AWS changes it in place, once in 30 days. The way back begins in the console: left out here, it stays.
   * @default "standard"
   */
  readonly storage?: "standard" | "ioOptimized";
  /**
   * A restored generation is in use, beside those that are kept: docs/recovery.md.
   * @default generation 0, made empty
   */
  readonly restore?: Generations["restore"];
  /** @default none */
  readonly kept?: Generations["kept"];
}

/** The Aurora MySQL cluster: a writer and readers over the zones, encrypted, backed up, its logs really written. */
export class Database extends pulumi.ComponentResource {
  /** Plain, for names and tables. */
  readonly clusterIdentifier: string;
  readonly clusterArn: pulumi.Output<string>;
  /** Follows the writer through failovers. */
  readonly writerEndpoint: pulumi.Output<string>;
  /** Any reader, those added by autoscaling too. What it answers may be some milliseconds old. */
  readonly readerEndpoint: pulumi.Output<string>;
  readonly port: number = ports.database;
  readonly databaseName: string;
  /** RDS writes it and renews it each week: for operators, never for the application. */
  readonly masterSecretArn: pulumi.Output<string>;
  /** Plain, in the order declared. Which of them is the writer changes. */
  readonly instanceIdentifiers: readonly string[];
  /** Of each declared instance, in the same order: for agents, which must always ask the same one. */
  readonly instanceEndpoints: readonly pulumi.Output<string>[];
  readonly metrics: Metrics<DatabaseMetric>;
  /** Of every generation, the one in use first. */
  readonly clusterArns: readonly [pulumi.Output<string>, ...pulumi.Output<string>[]];
  /** What another cluster of the same data is made with: restore tests, clones. */
  readonly subnetGroupName: pulumi.Output<string>;
  readonly clusterParametersName: pulumi.Output<string>;
  /** The same with events off, for clones and tests of a restore: nothing may write to them, or act twice. */
  readonly cloneParametersName: pulumi.Output<string>;

  constructor(name: string, args: DatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:data:Database", name, {}, opts);
    const { stack } = args;
    const parent = { parent: this };
    // Throws before anything is made.
    readerCapacity(args.instances, args.replicaScaling);

    this.databaseName = args.databaseName;

    const subnets = new aws.rds.SubnetGroup(
      `${name}-subnets`,
      { name: stack.name("rdsSubnetGroup", DATABASE), description: "Aurora", subnetIds: args.subnetIds },
      parent,
    );
    // With the family in their names: the groups of a next family are made beside these, which stay in use until then.
    const family = auroraFamily.replace(".", "-");
    const parameterGroup = (child: string, of: string, description: string, list: readonly AuroraParameter[]) =>
      new aws.rds.ClusterParameterGroup(
        `${name}-${child}`,
        {
          name: stack.name("rdsParameterGroup", of, family),
          family: auroraFamily,
          description,
          parameters: list.map(({ name: parameter, value, applyMethod }) => ({ name: parameter, value, applyMethod })),
        },
        parent,
      );
    const inForce = clusterParameters(args);
    const parameters = parameterGroup("parameters", DATABASE, "Aurora, the cluster and its instances", inForce);
    const cloneParameters = parameterGroup("clone-parameters", "clone", "Aurora, clones and tests of a restore", [
      ...inForce,
      eventsOff,
    ]);
    const instanceParameters = new aws.rds.ParameterGroup(
      `${name}-instance-parameters`,
      {
        name: stack.name("rdsParameterGroup", DATABASE, family, "instance"),
        family: auroraFamily,
        // Empty on purpose. To leave AWS's default group takes a reboot of each instance, to fill this one does not.
        description: "Aurora, what differs from the cluster on an instance",
      },
      parent,
    );
    const monitoring = this.monitoringRole(name, stack);
    const [current, ...kept] = generationsOf(args);
    const cluster = (generation: Generation) =>
      new DatabaseCluster(this, name, {
        ...args,
        // An agent finds by them the one that tasks use.
        clusterTags: generation === current ? args.clusterTags : undefined,
        generation,
        subnetGroupName: subnets.name,
        clusterParametersName: parameters.name,
        instanceParametersName: instanceParameters.name,
        monitoring,
      });
    const { cluster: inUse, instances, planned } = cluster(current);
    const others = kept.map(cluster);
    markGenerations(this, name, current.generation);

    this.clusterIdentifier = clusterIdentifier(stack, current.generation);
    this.metrics = databaseMetrics(this.clusterIdentifier);
    this.instanceIdentifiers = planned.map(({ identifier }) => identifier);
    this.clusterArn = inUse.arn;
    this.clusterArns = [inUse.arn, ...others.map((other) => other.cluster.arn)];
    this.subnetGroupName = subnets.name;
    this.clusterParametersName = parameters.name;
    this.cloneParametersName = cloneParameters.name;
    this.writerEndpoint = inUse.endpoint;
    this.readerEndpoint = inUse.readerEndpoint;
    this.instanceEndpoints = instances.map(({ endpoint }) => endpoint);
    this.masterSecretArn = inUse.masterUserSecrets.apply(([secret]) => {
      if (secret === undefined) throw new Error(`RDS names no secret of the master user of ${this.clusterIdentifier}`);
      return secret.secretArn;
    });
    this.registerOutputs({
      clusterIdentifier: this.clusterIdentifier,
      clusterArn: this.clusterArn,
      writerEndpoint: this.writerEndpoint,
      readerEndpoint: this.readerEndpoint,
      port: this.port,
      databaseName: this.databaseName,
      masterSecretArn: this.masterSecretArn,
      instanceIdentifiers: this.instanceIdentifiers,
    });
  }

  /** Enhanced Monitoring: the instances' operating system, to CloudWatch. */
  private monitoringRole(name: string, stack: StackFacts) {
    const role = new aws.iam.Role(
      `${name}-monitoring`,
      {
        name: stack.name("iamRole", DATABASE, "monitoring"),
        description: "Enhanced Monitoring of Aurora writes to CloudWatch Logs",
        // Any instance of the account: those that autoscaling adds have names of their own.
        assumeRolePolicy: serviceTrust("monitoring.rds.amazonaws.com", {
          ArnLike: { "aws:SourceArn": arn(stack, "rds", "db:*") },
          StringEquals: { "aws:SourceAccount": stack.accountId },
        }),
      },
      { parent: this },
    );
    const policy = new aws.iam.RolePolicyAttachment(
      `${name}-monitoring-policy`,
      {
        role: role.name,
        policyArn: arn(stack, "iam", "policy/service-role/AmazonRDSEnhancedMonitoringRole", { accountId: "aws" }),
      },
      { parent: this },
    );
    return { role, policy };
  }
}
