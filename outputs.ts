// What the program tells of itself, from its components: the shape that config/outputs.ts promises.
import type { Settings } from "./config";
import type { StackOutputs, Wired } from "./config/outputs";
import type { StackFacts } from "./config/stack";
import type { Cluster } from "./components/compute/cluster";
import type { DeploymentAlarms } from "./components/compute/deployment-alarms";
import type { Images } from "./components/compute/images";
import type { LoadBalancer } from "./components/compute/load-balancer";
import type { TaskTemplate } from "./components/compute/task-template";
import type { Tasks } from "./components/compute/tasks";
import type { Backups } from "./components/data/backups";
import type { Buckets } from "./components/data/buckets";
import type { Database } from "./components/data/database";
import type { RedisGroup } from "./components/data/redis-group";
import type { Distribution } from "./components/edge/distribution";
import type { LogArchive } from "./components/foundation/log-archive";
import type { Secrets } from "./components/foundation/secrets";
import type { Monitoring } from "./components/monitoring/monitoring";
import type { Network } from "./components/network/network";
import type { SecurityGroups } from "./components/network/security-groups";

/** A service by the name that ECS knows it by. */
interface Named {
  readonly serviceName: string;
}

/** The components that outputs are taken from. */
export interface Platform {
  readonly stack: StackFacts;
  readonly domain: Settings["domain"];
  readonly archive: LogArchive;
  readonly secrets: Secrets;
  readonly network: Network;
  readonly securityGroups: SecurityGroups;
  readonly database: Database;
  readonly sessions: RedisGroup;
  readonly cache: RedisGroup;
  readonly buckets: Buckets;
  readonly backups: Backups;
  readonly images: Images;
  readonly cluster: Cluster;
  readonly tasks: Tasks;
  readonly loadBalancer: LoadBalancer;
  readonly web: Named;
  readonly worker: Named;
  readonly scheduler: Named;
  readonly webAlarms: DeploymentAlarms;
  readonly workerAlarms: DeploymentAlarms;
  readonly distribution: Distribution;
  readonly monitoring: Monitoring;
}

export function outputsOf(platform: Platform): { readonly [Name in keyof StackOutputs]: Wired<StackOutputs[Name]> } {
  const { stack, network, database, sessions, cache, buckets, images, tasks, loadBalancer, monitoring } = platform;
  return {
    environment: stack.environment,
    region: stack.region,
    accountId: stack.accountId,
    hostnames: platform.domain.hostnames,
    network: {
      vpcId: network.vpcId,
      privateSubnetIds: network.privateSubnetIds,
      dataSubnetIds: network.dataSubnetIds,
      taskSecurityGroupId: platform.securityGroups.id("task"),
    },
    database: {
      clusterIdentifier: database.clusterIdentifier,
      writerEndpoint: database.writerEndpoint,
      readerEndpoint: database.readerEndpoint,
      name: database.databaseName,
      masterSecretArn: database.masterSecretArn,
    },
    redis: {
      sessions: { replicationGroupId: sessions.replicationGroupId, primaryEndpoint: sessions.primaryEndpoint },
      cache: { replicationGroupId: cache.replicationGroupId, primaryEndpoint: cache.primaryEndpoint },
    },
    buckets: {
      assets: buckets.assets.name,
      uploads: buckets.uploads.name,
      backups: buckets.backups.name,
      logs: platform.archive.bucketName,
    },
    backups: {
      vaultName: platform.backups.vaultName,
      roleArn: platform.backups.roleArn,
      restoreTestingPlanName: platform.backups.restoreTestingPlanName,
    },
    images: { repositoryName: images.repositoryName, repositoryUrl: images.repositoryUrl },
    cluster: { name: platform.cluster.clusterName, arn: platform.cluster.clusterArn },
    services: {
      web: service(platform.web, tasks.web),
      worker: service(platform.worker, tasks.worker),
      scheduler: service(platform.scheduler, tasks.scheduler),
    },
    tasks: {
      migration: task(tasks.migration),
      console: task(tasks.console),
    },
    loadBalancer: {
      arn: loadBalancer.arn,
      dnsName: loadBalancer.dnsName,
      productionListenerArn: loadBalancer.productionListenerArn,
      testListenerArn: loadBalancer.testListenerArn,
      productionRuleArn: loadBalancer.productionRuleArn,
      testRuleArn: loadBalancer.testRuleArn,
      targetGroupArns: [loadBalancer.blue.arn, loadBalancer.green.arn],
    },
    deploymentAlarms: { web: platform.webAlarms.alarmNames, worker: platform.workerAlarms.alarmNames },
    // By name: the function takes its settings from what is told here, and not the other way round.
    releaseGate: {
      functionName: stack.name("lambda", "release-gate"),
      tableName: stack.name("dynamodbTable", "release-gate"),
    },
    distribution: { id: platform.distribution.distributionId, domainName: platform.distribution.domainName },
    maintenance: { storeArn: platform.distribution.maintenanceStoreArn },
    monitoring: {
      dashboardName: monitoring.dashboardName,
      topicArns: monitoring.topicArns,
      globalTopicArns: monitoring.globalTopicArns,
    },
    secrets: platform.secrets.arns,
  };
}

const task = ({ family, templateFamily, logGroupName }: TaskTemplate) => ({
  family,
  templateFamily,
  logGroup: logGroupName,
});

const service = ({ serviceName }: Named, template: TaskTemplate) => ({ name: serviceName, ...task(template) });
