import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arn } from "../../config/arn";
import type { StackFacts } from "../../config/stack";
import { ports } from "../../config/vocabulary";
import { dailyWindowUtc, weeklyWindowUtc } from "../../config/windows";
import type { Metrics } from "../metrics";
import { serviceTrust } from "../policy-document";
import { stateful } from "../stateful";
import { auroraLogGroupName, auroraLogTypes } from "./aurora-logs";
import { auroraFamily, clusterParameters } from "./aurora-parameters";
import { type DatabaseMetric, databaseMetrics } from "./database-metrics";
import { type DatabaseInstance, planInstances, readerCapacity, type ReplicaScaling } from "./database-plan";
import { ReaderScaling } from "./reader-scaling";

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
}

const PURPOSE = "database";
const ENGINE = "aurora-mysql";
/** RSA 2048, valid to 2061; the bundle in the application's image holds its root. */
const CERTIFICATE_AUTHORITY = "rds-ca-rsa2048-g1";
/** Not `admin`, the name everybody tries. Another one is another cluster. */
const MASTER_USERNAME = "affiliate_master";
const MONITORING_INTERVAL_SECONDS = 60;
/** The only retention that AWS takes for each mode, in days. */
const INSIGHTS_DAYS = { advanced: 465, standard: 7 } as const;

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

  constructor(name: string, args: DatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:data:Database", name, {}, opts);
    const { stack } = args;
    const parent = { parent: this };
    const readers = readerCapacity(args.instances, args.replicaScaling);

    this.clusterIdentifier = stack.name("rdsCluster", PURPOSE);
    this.databaseName = args.databaseName;
    this.metrics = databaseMetrics(this.clusterIdentifier);
    const planned = planInstances(stack.name, PURPOSE, args.instances, args.zoneNames);
    this.instanceIdentifiers = planned.map(({ identifier }) => identifier);

    const subnets = new aws.rds.SubnetGroup(
      `${name}-subnets`,
      { name: stack.name("rdsSubnetGroup", PURPOSE), description: "Aurora", subnetIds: args.subnetIds },
      parent,
    );
    // With the family in their names: the groups of a next family are made beside these, which stay in use until then.
    const family = auroraFamily.replace(".", "-");
    const parameters = new aws.rds.ClusterParameterGroup(
      `${name}-parameters`,
      {
        name: stack.name("rdsParameterGroup", PURPOSE, family),
        family: auroraFamily,
        description: "Aurora, the cluster and its instances",
        parameters: clusterParameters(args).map(({ name: parameter, value, applyMethod }) => ({
          name: parameter,
          value,
          applyMethod,
        })),
      },
      parent,
    );
    const instanceParameters = new aws.rds.ParameterGroup(
      `${name}-instance-parameters`,
      {
        name: stack.name("rdsParameterGroup", PURPOSE, family, "instance"),
        family: auroraFamily,
        // Empty on purpose. To leave AWS's default group takes a reboot of each instance, to fill this one does not.
        description: "Aurora, what differs from the cluster on an instance",
      },
      parent,
    );
    const logGroups = auroraLogTypes.map(
      (logType) =>
        new aws.cloudwatch.LogGroup(
          `${name}-log-${logType}`,
          {
            name: auroraLogGroupName(this.clusterIdentifier, logType),
            retentionInDays: args.logRetentionDays,
            kmsKeyId: args.logsKeyArn,
          },
          parent,
        ),
    );

    const cluster = new aws.rds.Cluster(
      name,
      {
        clusterIdentifier: this.clusterIdentifier,
        engine: ENGINE,
        engineMode: "provisioned",
        engineVersion: args.engineVersion,
        // Aurora leaves an LTS line by itself otherwise, and the next plan would be a downgrade.
        autoMinorVersionUpgrade: false,
        allowMajorVersionUpgrade: false,
        engineLifecycleSupport: "open-source-rds-extended-support-disabled",
        databaseName: args.databaseName,
        port: this.port,
        dbClusterParameterGroupName: parameters.name,
        dbSubnetGroupName: subnets.name,
        vpcSecurityGroupIds: [args.securityGroupId],
        networkType: "IPV4",
        // Left out for the standard kind, for which AWS answers with nothing.
        storageType: args.storage === "ioOptimized" ? "aurora-iopt1" : undefined,
        storageEncrypted: true,
        kmsKeyId: args.keyArn,
        masterUsername: MASTER_USERNAME,
        manageMasterUserPassword: true,
        masterUserSecretKmsKeyId: args.secretsKeyArn,
        // For operators: a token of 15 minutes in the place of one more password. Users opt in one by one in SQL.
        iamDatabaseAuthenticationEnabled: true,
        backupRetentionPeriod: args.backupRetentionDays,
        preferredBackupWindow: dailyWindowUtc(args.backupWindow),
        preferredMaintenanceWindow: weeklyWindowUtc(args.maintenanceWindow),
        copyTagsToSnapshot: true,
        deleteAutomatedBackups: !stack.protect,
        deletionProtection: stack.protect,
        skipFinalSnapshot: !stack.protect,
        // A second destroy of a cluster of this name fails on the snapshot of the first, rather than lose either.
        finalSnapshotIdentifier: stack.protect ? stack.name("rdsSnapshot", PURPOSE, "final") : undefined,
        enabledCloudwatchLogsExports: [...auroraLogTypes],
        databaseInsightsMode: args.insights,
        performanceInsightsEnabled: true,
        performanceInsightsKmsKeyId: args.keyArn,
        performanceInsightsRetentionPeriod: INSIGHTS_DAYS[args.insights],
        applyImmediately: false,
        tags: args.clusterTags,
      },
      // RDS makes log groups that it does not find, without a key and to be kept for ever.
      { ...stateful(stack, parent), dependsOn: logGroups },
    );

    const monitoring = this.monitoringRole(name, stack);
    const instances: aws.rds.ClusterInstance[] = [];
    for (const { number, identifier, class: instanceClass, promotionTier, zoneName } of planned) {
      const [writer] = instances;
      instances.push(
        new aws.rds.ClusterInstance(
          `${name}-${number}`,
          {
            identifier,
            clusterIdentifier: cluster.clusterIdentifier,
            engine: ENGINE,
            instanceClass,
            promotionTier,
            availabilityZone: zoneName,
            dbSubnetGroupName: subnets.name,
            dbParameterGroupName: instanceParameters.name,
            publiclyAccessible: false,
            caCertIdentifier: CERTIFICATE_AUTHORITY,
            autoMinorVersionUpgrade: false,
            monitoringInterval: MONITORING_INTERVAL_SECONDS,
            monitoringRoleArn: monitoring.role.arn,
            preferredMaintenanceWindow: weeklyWindowUtc(args.maintenanceWindow),
            copyTagsToSnapshot: true,
            applyImmediately: false,
          },
          {
            ...parent,
            // Holds no data, so it really goes when its protection is lifted; but a destroy that stops at the cluster
            // must not have taken the instances first.
            protect: stack.protect,
            // RDS tries the role when an instance is made. And the first instance that Aurora finishes is the writer:
            // readers wait for the one that is meant to be, or a small one could win.
            dependsOn: [monitoring.policy, ...(writer === undefined ? [] : [writer])],
          },
        ),
      );
    }
    if (readers !== undefined) {
      new ReaderScaling(
        `${name}-readers`,
        {
          stack,
          purpose: PURPOSE,
          clusterIdentifier: cluster.clusterIdentifier,
          instances,
          cpuPercent: args.replicaScaling.cpuPercent,
          ...readers,
        },
        parent,
      );
    }

    this.clusterArn = cluster.arn;
    this.writerEndpoint = cluster.endpoint;
    this.readerEndpoint = cluster.readerEndpoint;
    this.instanceEndpoints = instances.map(({ endpoint }) => endpoint);
    this.masterSecretArn = cluster.masterUserSecrets.apply(([secret]) => {
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
        name: stack.name("iamRole", PURPOSE, "monitoring"),
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
