import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type Generation, generationParts, restoreSource } from "../../config/restore";
import type { StackFacts } from "../../config/stack";
import { ports } from "../../config/vocabulary";
import { dailyWindowUtc, weeklyWindowUtc } from "../../config/windows";
import { stateful } from "../stateful";
import { auroraLogGroupName, auroraLogTypes } from "./aurora-logs";
import type { DatabaseArgs } from "./database";
import { type PlannedInstance, planInstances, readerCapacity } from "./database-plan";
import { ReaderScaling } from "./reader-scaling";

export const DATABASE = "database";
const ENGINE = "aurora-mysql";
/** RSA 2048, valid to 2061; the bundle in the application's image holds its root. */
export const CERTIFICATE_AUTHORITY = "rds-ca-rsa2048-g1";
/** Not `admin`, the name everybody tries. Another one is another cluster. */
const MASTER_USERNAME = "affiliate_master";
const MONITORING_INTERVAL_SECONDS = 60;
/** The only retention that AWS takes for each mode, in days. */
const INSIGHTS_DAYS = { advanced: 465, standard: 7 } as const;

/** Where RDS takes the data of a new cluster from; nothing for an empty one. */
type RestoreArgs = Pick<aws.rds.ClusterArgs, "snapshotIdentifier" | "restoreToPointInTime">;

interface DatabaseClusterArgs extends DatabaseArgs {
  readonly generation: Generation;
  readonly subnetGroupName: pulumi.Input<string>;
  readonly clusterParametersName: pulumi.Input<string>;
  readonly instanceParametersName: pulumi.Input<string>;
  readonly monitoring: { readonly role: aws.iam.Role; readonly policy: aws.iam.RolePolicyAttachment };
}

/** "database" for generation 0, "database-g1" for the next: names of AWS and of Pulumi are made of it. */
const purposeOf = (generation: number) => [DATABASE, ...generationParts(generation)].join("-");

export const clusterIdentifier = (stack: StackFacts, generation: number): string =>
  stack.name("rdsCluster", purposeOf(generation));

/**
 * One generation of the database: a cluster of its own with its instances, scaling and logs. All generations have the
 * settings of the stack file: a kept one is ready to be read, and costs as much as the one in use.
 */
export class DatabaseCluster {
  readonly cluster: aws.rds.Cluster;
  readonly instances: readonly aws.rds.ClusterInstance[];
  readonly planned: readonly PlannedInstance[];

  constructor(parent: pulumi.Resource, database: string, args: DatabaseClusterArgs) {
    const { stack, generation } = args;
    const protect = stack.protect && generation.release !== true;
    const purpose = purposeOf(generation.generation);
    const name = [database, ...generationParts(generation.generation)].join("-");
    const identifier = clusterIdentifier(stack, generation.generation);
    const readers = readerCapacity(args.instances, args.replicaScaling);
    const planned = planInstances(stack.name, purpose, args.instances, args.zoneNames);

    const logGroups = auroraLogTypes.map(
      (logType) =>
        new aws.cloudwatch.LogGroup(
          `${name}-log-${logType}`,
          {
            name: auroraLogGroupName(identifier, logType),
            retentionInDays: args.logRetentionDays,
            kmsKeyId: args.logsKeyArn,
          },
          { parent },
        ),
    );

    const cluster = new aws.rds.Cluster(
      name,
      {
        clusterIdentifier: identifier,
        engine: ENGINE,
        engineMode: "provisioned",
        engineVersion: args.engineVersion,
        // Aurora leaves an LTS line by itself otherwise, and the next plan would be a downgrade.
        autoMinorVersionUpgrade: false,
        allowMajorVersionUpgrade: false,
        engineLifecycleSupport: "open-source-rds-extended-support-disabled",
        // What was restored brings its schema along, of the same name.
        databaseName: args.databaseName,
        ...restoredFrom(stack, generation),
        port: ports.database,
        dbClusterParameterGroupName: args.clusterParametersName,
        dbSubnetGroupName: args.subnetGroupName,
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
        deletionProtection: protect,
        skipFinalSnapshot: !stack.protect,
        // A second destroy of a cluster of this name fails on the snapshot of the first, rather than lose either.
        finalSnapshotIdentifier: stack.protect ? stack.name("rdsSnapshot", purpose, "final") : undefined,
        enabledCloudwatchLogsExports: [...auroraLogTypes],
        databaseInsightsMode: args.insights,
        performanceInsightsEnabled: true,
        performanceInsightsKmsKeyId: args.keyArn,
        performanceInsightsRetentionPeriod: INSIGHTS_DAYS[args.insights],
        applyImmediately: false,
        tags: args.clusterTags,
      },
      // RDS makes log groups that it does not find, without a key and to be kept for ever.
      { ...stateful({ protect }, { parent }), dependsOn: logGroups },
    );

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
            dbSubnetGroupName: args.subnetGroupName,
            dbParameterGroupName: args.instanceParametersName,
            publiclyAccessible: false,
            caCertIdentifier: CERTIFICATE_AUTHORITY,
            autoMinorVersionUpgrade: false,
            monitoringInterval: MONITORING_INTERVAL_SECONDS,
            monitoringRoleArn: args.monitoring.role.arn,
            preferredMaintenanceWindow: weeklyWindowUtc(args.maintenanceWindow),
            copyTagsToSnapshot: true,
            applyImmediately: false,
          },
          {
            parent,
            // Holds no data, so it really goes when its protection is lifted; but a destroy that stops at the cluster
            // must not have taken the instances first.
            protect,
            // RDS tries the role when an instance is made. And the first instance that Aurora finishes is the writer:
            // readers wait for the one that is meant to be, or a small one could win.
            dependsOn: [args.monitoring.policy, ...(writer === undefined ? [] : [writer])],
          },
        ),
      );
    }
    if (readers !== undefined) {
      new ReaderScaling(
        `${name}-readers`,
        {
          stack,
          purpose,
          clusterIdentifier: cluster.clusterIdentifier,
          instances,
          cpuPercent: args.replicaScaling.cpuPercent,
          ...readers,
        },
        { parent },
      );
    }

    this.cluster = cluster;
    this.instances = instances;
    this.planned = planned;
  }
}

/**
 * A recovery point of AWS Backup for Aurora is a cluster snapshot, so both are one argument. A time is one of the
 * generation before: said by its number, so that it reads the same when that one is long gone. The cluster is copied
 * whole, since a copy-on-write clone has no other time than now.
 */
function restoredFrom(stack: StackFacts, { generation, from }: Generation): RestoreArgs {
  if (from === undefined) return {};
  const source = restoreSource(from);
  if (source === undefined) throw new Error(`"${from}" is nothing that a database can be restored from.`);
  if (source.kind === "snapshot") return { snapshotIdentifier: source.arn };
  return {
    restoreToPointInTime: {
      ...(source.resourceId === undefined
        ? { sourceClusterIdentifier: clusterIdentifier(stack, generation - 1) }
        : { sourceClusterResourceId: source.resourceId }),
      restoreType: "full-copy",
      ...(source.kind === "time" ? { restoreToTime: source.utc } : { useLatestRestorableTime: true }),
    },
  };
}
