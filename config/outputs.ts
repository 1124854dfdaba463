// What a stack says of itself: written by index.ts, read by the operations commands. A name here is a contract:
// it is added to, never renamed.

import type * as pulumi from "@pulumi/pulumi";

/** The same shape with values that may still be outputs: what index.ts writes. */
export type Wired<T> = pulumi.Input<T> | (T extends object ? { readonly [K in keyof T]: Wired<T[K]> } : never);

export interface ServiceOutput {
  readonly name: string;
  /** Of its tasks, stream `container/container/task`. */
  readonly logGroup: string;
  /** The family that releases register their revisions in. */
  readonly family: string;
  /** The family that the program writes: what a release copies. */
  readonly templateFamily: string;
}

export interface TaskOutput {
  readonly family: string;
  readonly templateFamily: string;
  readonly logGroup: string;
}

/** Outputs of a stack, as they are once it is up. No secret value is among them. */
export interface StackOutputs {
  readonly environment: string;
  readonly region: string;
  readonly accountId: string;
  /** What visitors type; the first is canonical. */
  readonly hostnames: readonly string[];
  readonly network: {
    readonly vpcId: string;
    readonly privateSubnetIds: readonly string[];
    readonly dataSubnetIds: readonly string[];
    /** Of one-off tasks: migration, console. */
    readonly taskSecurityGroupId: string;
  };
  readonly database: {
    readonly clusterIdentifier: string;
    readonly writerEndpoint: string;
    readonly readerEndpoint: string;
    readonly name: string;
    readonly masterSecretArn: string;
  };
  readonly redis: {
    readonly sessions: { readonly replicationGroupId: string; readonly primaryEndpoint: string };
    readonly cache: { readonly replicationGroupId: string; readonly primaryEndpoint: string };
  };
  readonly buckets: {
    readonly assets: string;
    readonly uploads: string;
    readonly backups: string;
    readonly logs: string;
  };
  readonly backups: {
    readonly vaultName: string;
    /** What AWS Backup takes and restores recovery points with. */
    readonly roleArn: string;
    readonly restoreTestingPlanName: string;
  };
  readonly images: { readonly repositoryName: string; readonly repositoryUrl: string };
  readonly cluster: { readonly name: string; readonly arn: string };
  readonly services: { readonly web: ServiceOutput; readonly worker: ServiceOutput; readonly scheduler: ServiceOutput };
  readonly tasks: { readonly migration: TaskOutput; readonly console: TaskOutput };
  readonly loadBalancer: {
    readonly arn: string;
    readonly dnsName: string;
    readonly productionListenerArn: string;
    readonly testListenerArn: string;
    readonly productionRuleArn: string;
    readonly testRuleArn: string;
    readonly targetGroupArns: readonly string[];
  };
  readonly deploymentAlarms: { readonly web: readonly string[]; readonly worker: readonly string[] };
  /** The function that ECS asks before a release takes traffic, and the table of what it did to the schema. */
  readonly releaseGate: { readonly functionName: string; readonly tableName: string };
  readonly distribution: { readonly id: string; readonly domainName: string };
  /** The CloudFront key-value store whose key `maintenance` the operator writes. */
  readonly maintenance: { readonly storeArn: string };
  readonly monitoring: {
    readonly dashboardName: string;
    /** By severity: critical, warning, info, and the heartbeat's. */
    readonly topicArns: Readonly<Record<string, string>>;
    /** The same in us-east-1. */
    readonly globalTopicArns: Readonly<Record<string, string>>;
  };
  readonly secrets: Readonly<Record<string, string>>;
}
