// Aurora, two Redis groups, the buckets.
"use strict";
const { Duration, RemovalPolicy } = require("aws-cdk-lib");
const applicationautoscaling = require("aws-cdk-lib/aws-applicationautoscaling");
const ec2 = require("aws-cdk-lib/aws-ec2");
const elasticache = require("aws-cdk-lib/aws-elasticache");
const rds = require("aws-cdk-lib/aws-rds");
const s3 = require("aws-cdk-lib/aws-s3");

const PARAMETERS = {
  character_set_server: "utf8mb4",
  collation_server: "utf8mb4_0900_as_ci",
  innodb_print_all_deadlocks: "1",
  local_infile: "0",
  log_output: "FILE",
  long_query_time: "1",
  require_secure_transport: "ON",
  server_audit_events: "CONNECT,QUERY_DCL,QUERY_DDL",
  server_audit_logging: "1",
  slow_query_log: "1",
  tls_version: "TLSv1.2,TLSv1.3",
};

exports.data = function data(stack, { keys, archive, vpc, groups }) {
  const engine = rds.DatabaseClusterEngine.auroraMysql({
    version: rds.AuroraMysqlEngineVersion.of("8.0.mysql_aurora.3.10.3", "8.0"),
  });
  const instance = (name, size, promotionTier) =>
    rds.ClusterInstance.provisioned(name, {
      instanceType: ec2.InstanceType.of(ec2.InstanceClass.R6G, size),
      promotionTier,
      enablePerformanceInsights: true,
      performanceInsightEncryptionKey: keys.data,
    });
  const database = new rds.DatabaseCluster(stack, "database", {
    engine,
    writer: instance("writer", ec2.InstanceSize.XLARGE2, 0),
    readers: [
      instance("reader-1", ec2.InstanceSize.XLARGE2, 0),
      instance("reader-2", ec2.InstanceSize.XLARGE, 2),
      instance("reader-3", ec2.InstanceSize.XLARGE, 2),
    ],
    vpc,
    vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
    securityGroups: [groups.database],
    storageEncryptionKey: keys.data,
    credentials: rds.Credentials.fromGeneratedSecret("admin", { encryptionKey: keys.secrets }),
    defaultDatabaseName: "affiliate_production",
    parameterGroup: new rds.ParameterGroup(stack, "database-parameters", { engine, parameters: PARAMETERS }),
    backup: { retention: Duration.days(30), preferredWindow: "18:00-19:00" },
    preferredMaintenanceWindow: "sat:20:30-sat:21:30",
    cloudwatchLogsExports: ["audit", "error", "slowquery"],
    iamAuthentication: true,
    copyTagsToSnapshot: true,
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  new applicationautoscaling.ScalableTarget(stack, "readers", {
    serviceNamespace: applicationautoscaling.ServiceNamespace.RDS,
    scalableDimension: "rds:cluster:ReadReplicaCount",
    resourceId: `cluster:${database.clusterIdentifier}`,
    minCapacity: 3,
    maxCapacity: 6,
  }).scaleToTrackMetric("cpu", {
    predefinedMetric: applicationautoscaling.PredefinedMetric.RDS_READER_AVERAGE_CPU_UTILIZATION,
    targetValue: 70,
  });

  const subnets = vpc.selectSubnets({ subnetType: ec2.SubnetType.PRIVATE_ISOLATED });
  const redis = Object.fromEntries(
    ["sessions", "cache"].map((purpose) => {
      const users = ["app", "metrics"].map(
        (name) =>
          new elasticache.CfnUser(stack, `redis-${purpose}-${name}`, {
            engine: "redis",
            userId: `${purpose}-${name}`,
            userName: name,
            accessString: "on ~* +@all -@dangerous",
            authenticationMode: { Type: "iam" },
          }),
      );
      const group = new elasticache.CfnUserGroup(stack, `redis-${purpose}-users`, {
        engine: "redis",
        userGroupId: `affiliate-${purpose}`,
        userIds: users.map(({ ref }) => ref),
      });
      const parameters = new elasticache.CfnParameterGroup(stack, `redis-${purpose}-parameters`, {
        cacheParameterGroupFamily: "redis7",
        description: purpose,
        properties: { "maxmemory-policy": purpose === "cache" ? "allkeys-lru" : "noeviction" },
      });
      const placed = new elasticache.CfnSubnetGroup(stack, `redis-${purpose}-subnets`, {
        description: purpose,
        subnetIds: subnets.subnetIds,
      });
      const replication = new elasticache.CfnReplicationGroup(stack, `redis-${purpose}`, {
        replicationGroupDescription: purpose,
        engine: "redis",
        engineVersion: "7.1",
        cacheNodeType: "cache.r6g.xlarge",
        numCacheClusters: 3,
        automaticFailoverEnabled: true,
        multiAzEnabled: true,
        atRestEncryptionEnabled: true,
        transitEncryptionEnabled: true,
        kmsKeyId: keys.data.keyArn,
        cacheParameterGroupName: parameters.ref,
        cacheSubnetGroupName: placed.ref,
        securityGroupIds: [groups.redis.securityGroupId],
        userGroupIds: [group.ref],
        snapshotRetentionLimit: 5,
        snapshotWindow: "18:00-20:00",
        preferredMaintenanceWindow: "sun:20:30-sun:21:30",
      });
      return [purpose, replication];
    }),
  );
  const buckets = Object.fromEntries(
    ["uploads", "assets", "backups"].map((name) => [
      name,
      new s3.Bucket(stack, `bucket-${name}`, {
        encryption: s3.BucketEncryption.KMS,
        encryptionKey: keys.storage,
        bucketKeyEnabled: true,
        blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
        enforceSSL: true,
        versioned: true,
        objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        serverAccessLogsBucket: archive,
        serverAccessLogsPrefix: `s3/${name}/`,
        lifecycleRules: [
          { noncurrentVersionExpiration: Duration.days(30), abortIncompleteMultipartUploadAfter: Duration.days(7) },
        ],
        metrics: [{ id: "all" }],
        removalPolicy: RemovalPolicy.RETAIN,
      }),
    ]),
  );
  return { database, redis, buckets };
};
