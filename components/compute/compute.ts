import type { Settings } from "../../config";
import type { StackFacts } from "../../config/stack";
import { backupImageRepository } from "../../config/vocabulary";
import type { Backups } from "../data/backups";
import type { Buckets } from "../data/buckets";
import type { Database } from "../data/database";
import type { RedisGroup } from "../data/redis-group";
import type { Certificates } from "../foundation/certificates";
import type { Keys } from "../foundation/keys";
import { LogArchive } from "../foundation/log-archive";
import type { Secrets } from "../foundation/secrets";
import type { Network } from "../network/network";
import type { SecurityGroups } from "../network/security-groups";
import type { AgentSettings } from "./agent";
import { Cluster } from "./cluster";
import { DatabaseAgent } from "./database-agent";
import { DatabaseDump } from "./database-dump";
import { DatabaseUsers } from "./database-users";
import { DeploymentAlarms, webDeploymentRules, workerDeploymentRules } from "./deployment-alarms";
import { Images, type ImagesArgs } from "./images";
import { LoadBalancer } from "./load-balancer";
import { QueueMetrics } from "./queue-metrics";
import { RedisExport } from "./redis-export";
import { ReleaseGate } from "./release-gate";
import { RestoreValidation } from "./restore-validation";
import { SchedulerService } from "./scheduler-service";
import { serviceMetrics } from "./service-metrics";
import { Tasks } from "./tasks";
import { WebService } from "./web-service";
import { WorkerService } from "./worker-service";

/** What compute stands on: the layers to the left of it. */
export interface Ground {
  readonly stack: StackFacts;
  readonly settings: Settings;
  /** Datadog's agent beside each task, where the stack has one. */
  readonly agent: AgentSettings | undefined;
  readonly keys: Keys;
  /** Where images are copied to. */
  readonly imageCopies: ImagesArgs["copies"];
  /** The stack whose copies this one lives on. */
  readonly copiesOf: StackFacts | undefined;
  readonly archive: LogArchive;
  readonly certificates: Certificates;
  readonly secrets: Secrets;
  readonly network: Network;
  readonly securityGroups: SecurityGroups;
  readonly database: Database;
  readonly sessions: RedisGroup;
  readonly cache: RedisGroup;
  readonly buckets: Buckets;
  readonly backups: Backups;
}

/** The compute layer's part of the wiring list: what runs, and the functions around it. */
export function compute(ground: Ground) {
  const { stack, settings, agent, keys, copiesOf, archive, certificates, secrets, network, securityGroups } = ground;
  const { database, sessions, cache, buckets, backups } = ground;
  const { domain, logs } = settings;
  const { vpcId } = network;

  const { web, worker } = settings.compute;
  const imagePlace = { stack, keyArn: keys.images.arn, copies: ground.imageCopies, copiesOf };
  const images = new Images("images", imagePlace);
  const backupImages = new Images("backup-images", { ...imagePlace, repository: backupImageRepository });
  const cluster = new Cluster("cluster", { stack, logKeyArn: keys.logs.arn, auditRetentionDays: logs.retentionDays });
  const { clusterName, clusterArn } = cluster;
  const tasks = new Tasks("tasks", {
    stack,
    ...settings.compute,
    agent,
    repositoryUrl: images.repositoryUrl,
    repositoryArn: images.repositoryArn,
    logKeyArn: keys.logs.arn,
    logRetentionDays: logs.retentionDays,
    secrets,
    hostname: domain.hostnames[0] ?? domain.zoneName,
    vpcCidr: network.cidr,
    databaseWriterHost: database.writerEndpoint,
    databaseReaderHost: database.readerEndpoint,
    databasePort: database.port,
    databaseName: database.databaseName,
    sessionsHost: sessions.primaryEndpoint,
    cacheHost: cache.primaryEndpoint,
    redisPort: sessions.port,
    uploadsBucket: buckets.uploads.name,
    uploadsBucketArn: buckets.uploads.arn,
    uploadsKey: buckets.uploadsKey,
    execStatements: cluster.execStatements,
  });
  const loadBalancer = new LoadBalancer("load-balancer", {
    stack,
    vpcId,
    subnetIds: network.privateSubnetIds,
    securityGroupId: securityGroups.id("loadBalancer"),
    certificateArn: certificates.regionalCertificateArn,
    hostnames: [...domain.hostnames, domain.originHostname],
    logBucketName: archive.bucketName,
    logPrefix: LogArchive.loadBalancerPrefix,
  });
  const inCluster = { stack, clusterName, clusterArn, subnetIds: network.privateSubnetIds };
  const webAlarms = new DeploymentAlarms("web-alarms", {
    stack,
    service: "web",
    rules: webDeploymentRules({
      loadBalancer,
      runningTasks: serviceMetrics(clusterName, stack.name("ecsService", "web")).runningTasks,
      minTasks: web.minTasks,
    }),
  });
  const inVpc = {
    stack,
    subnetIds: network.privateSubnetIds,
    logKeyArn: keys.logs.arn,
    logRetentionDays: logs.retentionDays,
  };
  const releaseGate = new ReleaseGate("release-gate", {
    ...inVpc,
    securityGroupId: securityGroups.id("releaseGate"),
    clusterName,
    bootstrapFamily: tasks.web.bootstrapFamily,
    repositoryUrl: images.repositoryUrl,
    migration: tasks.migration,
    taskSecurityGroupId: securityGroups.id("task"),
    databaseCluster: database.clusterIdentifier,
    dataKeyArn: keys.data.arn,
    testHost: loadBalancer.dnsName,
    testHostname: domain.originHostname,
  });
  const webService = new WebService("web", {
    ...inCluster,
    ...web,
    bootstrapTaskDefinitionArn: tasks.web.bootstrapArn,
    loadBalancer,
    securityGroupId: securityGroups.id("web"),
    alarms: webAlarms,
    lifecycleHooks: [releaseGate.hook],
  });
  const queueMetrics = new QueueMetrics("queue-metrics", {
    ...inVpc,
    securityGroupId: securityGroups.id("queueMetrics"),
    redisHost: sessions.primaryEndpoint,
    redisPort: sessions.port,
    queues: worker.queues,
    secretArn: secrets.arns["redis-metrics"],
    secretStatements: secrets.readPolicyOf("queueMetrics"),
  });
  new DatabaseUsers("database-users", {
    ...inVpc,
    securityGroupId: securityGroups.id("databaseUsers"),
    secrets,
    databaseHost: database.writerEndpoint,
    databasePort: database.port,
    databaseName: database.databaseName,
    masterSecretArn: database.masterSecretArn,
  });
  const databaseDump = new DatabaseDump("database-dump", {
    ...inVpc,
    ...settings.dump,
    cpuArchitecture: settings.compute.cpuArchitecture,
    clusterName,
    images: backupImages,
    secrets,
    securityGroupId: securityGroups.id("backupFunctions"),
    taskSecurityGroupId: securityGroups.id("dump"),
    cloneSecurityGroupId: securityGroups.id("databaseClone"),
    database,
    backups: { bucketName: buckets.backups.bucketName, name: buckets.backups.name, keyArn: keys.storage.arn },
  });
  const redisExport = new RedisExport("redis-export", {
    ...inVpc,
    ...settings.storage,
    securityGroupId: securityGroups.id("backupFunctions"),
    groups: { sessions: sessions.replicationGroupId, cache: cache.replicationGroupId },
    dataKeyArn: keys.data.arn,
    storageKeyArn: keys.storage.arn,
    accessLogBucket: archive.bucketName,
  });
  const restoreValidation = new RestoreValidation("restore-validation", {
    ...inVpc,
    restoreTestingPlanName: backups.restoreTestingPlanName,
    restoreTestingPlanArn: backups.restoreTestingPlanArn,
    instanceClass: settings.dump.instanceClass,
    secrets,
    securityGroupId: securityGroups.id("restoreValidation"),
    database,
    // The weekly test takes the newest recovery point, of at most half a day before; elsewhere nobody works at night.
    newestWithinHours: stack.environment === "production" ? 26 : undefined,
  });
  const workerAlarms = new DeploymentAlarms("worker-alarms", {
    stack,
    service: "worker",
    rules: workerDeploymentRules({
      runningTasks: serviceMetrics(clusterName, stack.name("ecsService", "worker")).runningTasks,
      minTasks: worker.minTasks,
      errors: tasks.worker.metrics.errors,
    }),
  });
  const workerService = new WorkerService("worker", {
    ...inCluster,
    ...worker,
    bootstrapTaskDefinitionArn: tasks.worker.bootstrapArn,
    securityGroupId: securityGroups.id("worker"),
    backlog: queueMetrics.metrics.waiting,
    alarms: workerAlarms,
  });
  const schedulerService = new SchedulerService("scheduler", {
    ...inCluster,
    bootstrapTaskDefinitionArn: tasks.scheduler.bootstrapArn,
    securityGroupId: securityGroups.id("scheduler"),
  });
  const databaseAgent =
    agent &&
    new DatabaseAgent("database-agent", {
      ...inCluster,
      settings: agent,
      cpuArchitecture: settings.compute.cpuArchitecture,
      securityGroupId: securityGroups.id("databaseAgent"),
      secrets,
      logKeyArn: keys.logs.arn,
      logRetentionDays: logs.retentionDays,
    });

  return {
    images,
    cluster,
    tasks,
    loadBalancer,
    webAlarms,
    workerAlarms,
    web: webService,
    worker: workerService,
    scheduler: schedulerService,
    databaseAgent,
    queues: queueMetrics,
    gate: releaseGate,
    dump: databaseDump,
    redisExport,
    restoreValidation,
  };
}
