// The whole platform as a wiring list: settings in, components from left to right, outputs out.
import { loadSettings } from "./config";
import { boundaryArn } from "./config/identity";
import { createStackFacts } from "./config/stack";
import { backupImageRepository, discoveryTags } from "./config/vocabulary";
import { Cluster } from "./components/compute/cluster";
import { DatabaseDump } from "./components/compute/database-dump";
import { DatabaseUsers } from "./components/compute/database-users";
import { DeploymentAlarms, webDeploymentRules, workerDeploymentRules } from "./components/compute/deployment-alarms";
import { Images } from "./components/compute/images";
import { LoadBalancer } from "./components/compute/load-balancer";
import { QueueMetrics } from "./components/compute/queue-metrics";
import { DatabaseAgent } from "./components/compute/database-agent";
import { RedisExport } from "./components/compute/redis-export";
import { ReleaseGate } from "./components/compute/release-gate";
import { RestoreValidation } from "./components/compute/restore-validation";
import { computeRules } from "./components/compute/settings-rules";
import { SchedulerService } from "./components/compute/scheduler-service";
import { serviceMetrics } from "./components/compute/service-metrics";
import { Tasks } from "./components/compute/tasks";
import { WebService } from "./components/compute/web-service";
import { WorkerService } from "./components/compute/worker-service";
import { Backups } from "./components/data/backups";
import { Buckets } from "./components/data/buckets";
import { Database } from "./components/data/database";
import { RedisGroup } from "./components/data/redis-group";
import { RedisUsers } from "./components/data/redis-users";
import { Delivery } from "./components/delivery/delivery";
import { OperatorTargets } from "./components/delivery/operator-targets";
import { Distribution } from "./components/edge/distribution";
import { Records } from "./components/edge/records";
import { edgeRules } from "./components/edge/settings-rules";
import { WebAcl } from "./components/edge/web-acl";
import { Certificates } from "./components/foundation/certificates";
import { Keys } from "./components/foundation/keys";
import { LogArchive } from "./components/foundation/log-archive";
import { Secrets } from "./components/foundation/secrets";
import { Monitoring } from "./components/monitoring/monitoring";
import { Endpoints } from "./components/network/endpoints";
import { Network } from "./components/network/network";
import { SecurityGroups } from "./components/network/security-groups";
import { makeResourcesFindable } from "./components/findable";
import { boundEveryRole } from "./components/permissions-boundary";

import { outputsOf } from "./outputs";

const settings = loadSettings([computeRules, edgeRules]);
const stack = createStackFacts(settings);
const { domain, logs, datadog, recovery } = settings;
/** The stack whose copies this one lives on: the recovery stack only. */
const copiesOf = recovery.copiesOf && createStackFacts({ ...settings, environment: recovery.copiesOf });
const agent = datadog && { image: datadog.agentImage, site: datadog.site, traces: datadog.traces };
makeResourcesFindable();
if (settings.delivery !== undefined) boundEveryRole(boundaryArn(stack, "workload"));

// foundation
const keys = new Keys("keys", { stack, copyRegion: recovery.copyRegion });
const copies = (what: "backups" | "storage" | "secrets" | "images") =>
  keys.copies && recovery.copyRegion && { region: recovery.copyRegion, keyArn: keys.copies[what].arn };
const archive = new LogArchive("log-archive", { stack, archiveDays: logs.archiveDays });
const certificates = new Certificates("certificates", { stack, ...domain });
const secrets = new Secrets("secrets", {
  stack,
  keyArn: keys.secrets.arn,
  copyKeyArn: keys.notificationsGlobal.arn,
  copies: copies("secrets"),
  copiesOf,
});

// network
const network = new Network("network", { stack, ...settings.network, logsKeyArn: keys.logs.arn });
const { vpcId } = network;
const securityGroups = new SecurityGroups("security-groups", {
  stack,
  vpcId,
  s3PrefixListId: network.s3PrefixListId,
  cloudFrontPrefixListId: settings.network.cloudFrontPrefixListId,
});
new Endpoints("endpoints", {
  stack,
  vpcId,
  subnetIds: network.privateSubnetIds,
  securityGroupId: securityGroups.id("endpoints"),
});

// data
const inDataSubnets = {
  stack,
  zoneNames: settings.network.zones.map((zone) => zone.name),
  subnetIds: network.dataSubnetIds,
  keyArn: keys.data.arn,
  logsKeyArn: keys.logs.arn,
  logRetentionDays: logs.retentionDays,
};
const database = new Database("database", {
  ...inDataSubnets,
  ...settings.database,
  databaseName: settings.database.name,
  clusterTags: agent && discoveryTags,
  securityGroupId: securityGroups.id("database"),
  secretsKeyArn: keys.secrets.arn,
});
const redisUsers = new RedisUsers("redis-users", { stack });
const redis = (purpose: "sessions" | "cache"): RedisGroup =>
  new RedisGroup(`redis-${purpose}`, {
    ...inDataSubnets,
    ...settings.redis,
    ...settings.redis[purpose],
    purpose,
    securityGroupId: securityGroups.id("redis"),
    userGroupId: redisUsers.groupIds[purpose],
  });
const sessions = redis("sessions");
const cache = redis("cache");
const buckets = new Buckets("buckets", {
  stack,
  ...settings.storage,
  keyArn: keys.storage.arn,
  accessLogBucket: archive.bucketName,
  copies: copies("storage"),
  copiesOf,
});
const backups = new Backups("backups", {
  stack,
  ...settings.backup,
  keyArn: keys.backups.arn,
  copies: copies("backups"),
  clusterArns: database.clusterArns,
  storeArns: [buckets.assets.arn, buckets.uploads.arn],
  restoreInto: {
    subnetGroupName: database.subnetGroupName,
    clusterParametersName: database.cloneParametersName,
    securityGroupId: securityGroups.id("databaseClone"),
  },
});

// compute
const { web, worker } = settings.compute;
const imagePlace = { stack, keyArn: keys.images.arn, copies: copies("images"), copiesOf };
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

// edge
const inUsEast1 = { stack, logKeyArn: keys.global.arn, logRetentionDays: logs.retentionDays };
const webAcl = new WebAcl("web-acl", { ...inUsEast1, ...settings.edge });
const distribution = new Distribution("distribution", {
  ...inUsEast1,
  ...settings.edge,
  ...domain,
  loadBalancerArn: loadBalancer.arn,
  certificateArn: certificates.globalCertificateArn,
  webAclArn: webAcl.arn,
  assetsBucket: buckets.assets.name,
  assetsDomainName: buckets.assets.regionalDomainName,
});
new Records("records", {
  stack,
  takesOver: copiesOf !== undefined,
  ...domain,
  distributionDomainName: distribution.domainName,
  distributionZoneId: distribution.hostedZoneId,
  loadBalancerDnsName: loadBalancer.dnsName,
  loadBalancerZoneId: loadBalancer.zoneId,
});

// monitoring
/** What is watched, and tells of itself. */
const made = {
  network,
  certificates,
  database,
  sessions,
  cache,
  buckets,
  backups,
  loadBalancer,
  web: webService,
  worker: workerService,
  scheduler: schedulerService,
  databaseAgent,
  tasks,
  queues: queueMetrics,
  gate: releaseGate,
  dump: databaseDump,
  redisExport,
  restoreValidation,
  webAcl,
  distribution,
};
const monitoring = new Monitoring("monitoring", {
  stack,
  settings: settings.monitoring,
  sizes: settings,
  hostname: domain.hostnames[0] ?? domain.zoneName,
  notificationKeyArns: { home: keys.notifications.arn, global: keys.notificationsGlobal.arn },
  logKeyArns: { home: keys.logs.arn, global: keys.global.arn },
  logRetentionDays: logs.retentionDays,
  secrets,
  datadog: datadog &&
    tasks.datadogMetrics &&
    databaseAgent && {
      settings: datadog,
      metrics: { application: tasks.datadogMetrics, database: databaseAgent.datadogMetrics },
    },
  deploymentAlarmArns: [...webAlarms.alarmArns, ...workerAlarms.alarmArns],
  watched: made,
});

const outputs = outputsOf({
  ...made,
  stack,
  domain,
  archive,
  secrets,
  securityGroups,
  images,
  cluster,
  webAlarms,
  workerAlarms,
  monitoring,
});

// delivery
new OperatorTargets("operator-targets", { stack, outputs });

if (settings.delivery !== undefined) {
  new Delivery("delivery", {
    stack,
    settings: settings.delivery,
    hostname: domain.hostnames[0] ?? domain.zoneName,
    repositoryUrl: images.repositoryUrl,
    clusterName,
    assetsBucket: buckets.assets.bucketName,
    storageKeyArn: keys.storage.arn,
    slackSecretArn: secrets.arns.slack,
    secretsKeyArn: keys.secrets.arn,
    dataKeyArn: keys.data.arn,
  });
}

export = outputs;
