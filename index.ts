// The whole platform as a wiring list: settings in, components from left to right, outputs out.
import { loadSettings } from "./config";
import { boundaryArn } from "./config/identity";
import { createStackFacts } from "./config/stack";
import { discoveryTags } from "./config/vocabulary";
import { compute } from "./components/compute/compute";
import { computeRules } from "./components/compute/settings-rules";
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
const running = compute({
  stack,
  settings,
  agent,
  keys,
  imageCopies: copies("images"),
  copiesOf,
  archive,
  certificates,
  secrets,
  network,
  securityGroups,
  database,
  sessions,
  cache,
  buckets,
  backups,
});
const { images, cluster, tasks, loadBalancer, webAlarms, workerAlarms, databaseAgent } = running;

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
  ...running,
  network,
  certificates,
  database,
  sessions,
  cache,
  buckets,
  backups,
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
    clusterName: cluster.clusterName,
    assetsBucket: buckets.assets.bucketName,
    storageKeyArn: keys.storage.arn,
    slackSecretArn: secrets.arns.slack,
    secretsKeyArn: keys.secrets.arn,
    dataKeyArn: keys.data.arn,
  });
}

export = outputs;
