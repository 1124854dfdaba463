import { describe, expect, it } from "vitest";
import { clusterParameters } from "../../../components/data/aurora-parameters";
import { Database, type DatabaseArgs } from "../../../components/data/database";
import { record, type RecordOptions, valueOf } from "../../support/mocks";
import { statementsOf } from "../../support/policies";
import { testStack } from "../../support/stack";
import { dependenciesOf, expectNoSecret, keyArn, logsKeyArn, secretsKeyArn, subnetIds, zoneNames } from "./fixtures";

const CLUSTER = "aws:rds/cluster:Cluster";
const INSTANCE = "aws:rds/clusterInstance:ClusterInstance";
const CLUSTER_PARAMETERS = "aws:rds/clusterParameterGroup:ClusterParameterGroup";
const INSTANCE_PARAMETERS = "aws:rds/parameterGroup:ParameterGroup";
const LOGS = "aws:cloudwatch/logGroup:LogGroup";
const ROLE = "aws:iam/role:Role";
const ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
const TARGET = "aws:appautoscaling/target:Target";
const POLICY = "aws:appautoscaling/policy:Policy";

const args: DatabaseArgs = {
  stack: testStack(),
  engineVersion: "8.0.mysql_aurora.3.10.3",
  databaseName: "affiliate_production",
  instances: [
    { class: "db.r6g.2xlarge", promotionTier: 0 },
    { class: "db.r6g.2xlarge", promotionTier: 0 },
    { class: "db.r6g.xlarge", promotionTier: 1 },
    { class: "db.r6g.xlarge", promotionTier: 1 },
  ],
  replicaScaling: { min: 3, max: 6, cpuPercent: 70 },
  zoneNames,
  subnetIds,
  securityGroupId: "sg-database",
  keyArn,
  secretsKeyArn,
  logsKeyArn,
  logRetentionDays: 90,
  backupRetentionDays: 30,
  backupWindow: "03:00-04:00",
  maintenanceWindow: "sun 05:30-06:30",
  slowQuerySeconds: 1,
  insights: "advanced",
};
const make = (changed: Partial<DatabaseArgs> = {}, options: RecordOptions = {}) =>
  record(() => new Database("database", { ...args, ...changed }), options);

describe("Database", () => {
  it("makes a cluster of four instances and what they need", async () => {
    const database = await make();
    expect(database.counts()).toEqual({
      "affiliate:data:Database": 1,
      "affiliate:data:ReaderScaling": 1,
      [CLUSTER]: 1,
      [INSTANCE]: 4,
      [CLUSTER_PARAMETERS]: 2,
      [INSTANCE_PARAMETERS]: 1,
      "aws:rds/subnetGroup:SubnetGroup": 1,
      [LOGS]: 3,
      [ROLE]: 1,
      [ATTACHMENT]: 1,
      [TARGET]: 1,
      [POLICY]: 1,
    });
    expect(database.invokes).toEqual([]);
    expectNoSecret(database);
  });

  it("asks for exactly this cluster, all of it known at preview", async () => {
    const database = await make({}, { preview: true });
    expect(database.one(CLUSTER).inputs).toEqual({
      clusterIdentifier: "affiliate-production-database",
      engine: "aurora-mysql",
      engineMode: "provisioned",
      engineVersion: "8.0.mysql_aurora.3.10.3",
      autoMinorVersionUpgrade: false,
      allowMajorVersionUpgrade: false,
      engineLifecycleSupport: "open-source-rds-extended-support-disabled",
      databaseName: "affiliate_production",
      port: 3306,
      dbClusterParameterGroupName: "affiliate-production-database-aurora-mysql8-0",
      dbSubnetGroupName: "affiliate-production-database",
      vpcSecurityGroupIds: ["sg-database"],
      networkType: "IPV4",
      storageEncrypted: true,
      kmsKeyId: keyArn,
      masterUsername: "affiliate_master",
      manageMasterUserPassword: true,
      masterUserSecretKmsKeyId: secretsKeyArn,
      iamDatabaseAuthenticationEnabled: true,
      backupRetentionPeriod: 30,
      // 03:00 and Sunday 05:30 in Tokyo.
      preferredBackupWindow: "18:00-19:00",
      preferredMaintenanceWindow: "sat:20:30-sat:21:30",
      copyTagsToSnapshot: true,
      deleteAutomatedBackups: false,
      deletionProtection: true,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: "affiliate-production-database-final",
      enabledCloudwatchLogsExports: ["audit", "error", "slowquery"],
      databaseInsightsMode: "advanced",
      performanceInsightsEnabled: true,
      performanceInsightsKmsKeyId: keyArn,
      performanceInsightsRetentionPeriod: 465,
      applyImmediately: false,
    });
  });

  it("spreads instances over three zones, with a reader of the writer's class first in line", async () => {
    const database = await make();
    const common = {
      clusterIdentifier: "affiliate-production-database",
      engine: "aurora-mysql",
      dbSubnetGroupName: "affiliate-production-database",
      dbParameterGroupName: "affiliate-production-database-aurora-mysql8-0-instance",
      publiclyAccessible: false,
      caCertIdentifier: "rds-ca-rsa2048-g1",
      autoMinorVersionUpgrade: false,
      monitoringInterval: 60,
      monitoringRoleArn: "arn:aws:iam::123456789012:role/affiliate-production-database-monitoring",
      preferredMaintenanceWindow: "sat:20:30-sat:21:30",
      copyTagsToSnapshot: true,
      applyImmediately: false,
    };
    expect(database.ofType(INSTANCE).map(({ inputs }) => inputs)).toEqual(
      (
        [
          ["db.r6g.2xlarge", 0, "ap-northeast-1a"],
          ["db.r6g.2xlarge", 0, "ap-northeast-1c"],
          ["db.r6g.xlarge", 1, "ap-northeast-1d"],
          ["db.r6g.xlarge", 1, "ap-northeast-1a"],
        ] as const
      ).map(([instanceClass, promotionTier, availabilityZone], index) => ({
        ...common,
        identifier: `affiliate-production-database-${index + 1}`,
        instanceClass,
        promotionTier,
        availabilityZone,
      })),
    );
  });

  it("makes readers after the writer, and instances after the role that watches them", async () => {
    const database = await make();
    const [writer, ...readers] = database.ofType(INSTANCE);
    if (writer === undefined) throw new Error("no writer");
    expect(dependenciesOf(database, writer)).toContain("database-monitoring-policy");
    expect(readers).toHaveLength(3);
    for (const reader of readers) {
      expect(dependenciesOf(database, reader)).toEqual(
        expect.arrayContaining(["database-1", "database-monitoring-policy"]),
      );
    }
  });

  it("has its log groups before RDS would make them without a key and for ever", async () => {
    const database = await make();
    expect(dependenciesOf(database, database.one(CLUSTER))).toEqual(
      expect.arrayContaining(["database-log-audit", "database-log-error", "database-log-slowquery"]),
    );
    expect(database.ofType(LOGS).map(({ inputs }) => inputs)).toEqual(
      ["audit", "error", "slowquery"].map((log) => ({
        name: `/aws/rds/cluster/affiliate-production-database/${log}`,
        retentionInDays: 90,
        kmsKeyId: logsKeyArn,
      })),
    );
  });

  it("sets the parameters of the table, and none on an instance", async () => {
    const database = await make({ slowQuerySeconds: 2 });
    const group = database.one(CLUSTER_PARAMETERS, "database-parameters").inputs;
    expect(group).toMatchObject({ family: "aurora-mysql8.0", name: "affiliate-production-database-aurora-mysql8-0" });
    expect(group.parameters).toEqual(
      clusterParameters({ slowQuerySeconds: 2 }).map(({ name, value, applyMethod }) => ({ name, value, applyMethod })),
    );
    expect(group.parameters).toContainEqual({ name: "long_query_time", value: "2", applyMethod: "immediate" });
    expect(database.one(INSTANCE_PARAMETERS).inputs).not.toHaveProperty("parameters");
  });

  it("gives clones and tests of a restore the same, with events off", async () => {
    const database = await make();
    const { parameters } = database.one(CLUSTER_PARAMETERS, "database-parameters").inputs as { parameters: unknown[] };
    expect(database.one(CLUSTER_PARAMETERS, "database-clone-parameters").inputs).toMatchObject({
      name: "affiliate-production-clone-aurora-mysql8-0",
      parameters: [...parameters, { name: "event_scheduler", value: "OFF", applyMethod: "pending-reboot" }],
    });
  });

  it("lets RDS's monitoring of this account's instances use the role, and nobody else", async () => {
    const database = await make();
    expect(statementsOf(database.one(ROLE), "assumeRolePolicy")).toEqual([
      {
        Sid: "Assume",
        Effect: "Allow",
        Principal: { Service: "monitoring.rds.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: {
          ArnLike: { "aws:SourceArn": "arn:aws:rds:ap-northeast-1:123456789012:db:*" },
          StringEquals: { "aws:SourceAccount": "123456789012" },
        },
      },
    ]);
    expect(database.one(ATTACHMENT).inputs.policyArn).toBe(
      "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole",
    );
  });

  it("adds readers on the readers' CPU, once the declared ones are there", async () => {
    const database = await make();
    const target = database.one(TARGET);
    expect(target.inputs).toEqual({
      serviceNamespace: "rds",
      scalableDimension: "rds:cluster:ReadReplicaCount",
      resourceId: "cluster:affiliate-production-database",
      minCapacity: 3,
      maxCapacity: 6,
    });
    expect(dependenciesOf(database, target)).toEqual(
      expect.arrayContaining(["database-1", "database-2", "database-3", "database-4"]),
    );
    expect(database.one(POLICY).inputs).toMatchObject({
      policyType: "TargetTrackingScaling",
      resourceId: "cluster:affiliate-production-database",
      targetTrackingScalingPolicyConfiguration: {
        predefinedMetricSpecification: { predefinedMetricType: "RDSReaderAverageCPUUtilization" },
        targetValue: 70,
      },
    });
  });

  it("scales nothing where there is no room to", async () => {
    const database = await make({ replicaScaling: { min: 3, max: 3, cpuPercent: 70 } });
    expect(database.ofType(TARGET)).toEqual([]);
    expect(database.ofType(POLICY)).toEqual([]);
  });

  it("keeps the data of a protected stack", async () => {
    const database = await make();
    expect(database.one(CLUSTER).options).toMatchObject({ protect: true, retainOnDelete: true, ignoreChanges: [] });
    for (const instance of database.ofType(INSTANCE)) {
      expect(instance.options).toMatchObject({ protect: true, retainOnDelete: false, ignoreChanges: [] });
    }
  });

  it("lets an unprotected stack go without a trace, encrypted all the same", async () => {
    const database = await make({ stack: testStack({ environment: "staging", protect: false }) });
    const cluster = database.one(CLUSTER);
    expect(cluster.options).toMatchObject({ protect: false, retainOnDelete: false });
    expect(cluster.inputs).toMatchObject({
      deletionProtection: false,
      skipFinalSnapshot: true,
      deleteAutomatedBackups: true,
      storageEncrypted: true,
      backupRetentionPeriod: 30,
    });
    expect(cluster.inputs).not.toHaveProperty("finalSnapshotIdentifier");
    for (const instance of database.ofType(INSTANCE)) expect(instance.options.protect).toBe(false);
  });

  it("keeps what each mode of Database Insights keeps", async () => {
    const database = await make({ insights: "standard", storage: "ioOptimized" });
    expect(database.one(CLUSTER).inputs).toMatchObject({
      databaseInsightsMode: "standard",
      performanceInsightsEnabled: true,
      performanceInsightsRetentionPeriod: 7,
      storageType: "aurora-iopt1",
    });
  });

  it("refuses what Aurora refuses, before a resource is registered", async () => {
    const { resources } = await record(() => {
      expect(() => new Database("bad", { ...args, instances: [] })).toThrow("needs an instance");
    });
    expect(resources.filter(({ custom }) => custom)).toEqual([]);
  });

  it("exposes what the next layers need", async () => {
    const database = (await make()).result;
    expect(database.clusterIdentifier).toBe("affiliate-production-database");
    expect(database.port).toBe(3306);
    expect(database.instanceIdentifiers).toEqual([1, 2, 3, 4].map((n) => `affiliate-production-database-${n}`));
    expect(await valueOf(database.writerEndpoint)).toMatch(/^affiliate-production-database\.cluster-[^r]/);
    expect(await valueOf(database.readerEndpoint)).toMatch(/^affiliate-production-database\.cluster-ro-/);
    expect(await valueOf(database.masterSecretArn)).toMatch(/^arn:aws:secretsmanager:ap-northeast-1:\d+:secret:rds!/);
    expect(await Promise.all(database.instanceEndpoints.map((endpoint) => valueOf(endpoint)))).toEqual(
      database.instanceIdentifiers.map((id) => expect.stringMatching(new RegExp(`^${id}\\.`)) as string),
    );
  });

  it("names metrics and dimensions as CloudWatch does", async () => {
    const { metrics } = (await make()).result;
    const cluster = { DBClusterIdentifier: "affiliate-production-database" };
    expect(metrics.writerCpu).toEqual({
      namespace: "AWS/RDS",
      metricName: "CPUUtilization",
      dimensions: { ...cluster, Role: "WRITER" },
      unit: "Percent",
    });
    expect(metrics.readerConnections).toMatchObject({
      metricName: "DatabaseConnections",
      dimensions: { ...cluster, Role: "READER" },
    });
    expect(metrics.replicaLag).toMatchObject({ metricName: "AuroraReplicaLagMaximum", dimensions: cluster });
    expect(metrics.volumeBytesUsed).toMatchObject({
      metricName: "VolumeBytesUsed",
      dimensions: cluster,
      unit: "Bytes",
    });
  });
});
