import { Cluster } from "../../../components/compute/cluster";
import { LoadBalancer } from "../../../components/compute/load-balancer";
import { Tasks } from "../../../components/compute/tasks";
import { Secrets } from "../../../components/foundation/secrets";
import { testStack } from "../../support/stack";

/** Inputs of the compute layer's components, as the layers before it would give them. */
export const KEY_ARN = "arn:aws:kms:ap-northeast-1:123456789012:key/11111111-2222-3333-4444-555555555555";
export const REPOSITORY = "affiliate-production-app";
export const SUBNETS = ["subnet-private-1", "subnet-private-2", "subnet-private-3"];
export const BOOTSTRAP_IMAGE = `public.ecr.aws/docker/library/busybox@sha256:${"a".repeat(64)}`;
export const CLUSTER_ARN = "arn:aws:ecs:ap-northeast-1:123456789012:cluster/affiliate-production";
export const BOOTSTRAP_ARN =
  "arn:aws:ecs:ap-northeast-1:123456789012:task-definition/affiliate-production-web-bootstrap:1";

export function makeLoadBalancer(overrides: Partial<ConstructorParameters<typeof LoadBalancer>[1]> = {}): LoadBalancer {
  return new LoadBalancer("load-balancer", {
    stack: testStack(),
    vpcId: "vpc-1",
    subnetIds: SUBNETS,
    securityGroupId: "sg-load-balancer",
    certificateArn: "arn:aws:acm:ap-northeast-1:123456789012:certificate/1",
    hostnames: ["api.affiliate-system.com", "origin.affiliate-system.com"],
    logBucketName: "affiliate-production-logs-123456789012",
    logPrefix: "alb",
    ...overrides,
  });
}

export function makeCluster(): Cluster {
  return new Cluster("cluster", { stack: testStack(), logKeyArn: KEY_ARN, auditRetentionDays: 400 });
}

export function makeTasks(overrides: Partial<ConstructorParameters<typeof Tasks>[1]> = {}): Tasks {
  const stack = testStack();
  return new Tasks("tasks", {
    stack,
    cpuArchitecture: "ARM64",
    bootstrapImage: BOOTSTRAP_IMAGE,
    web: { cpuUnits: 1024, memoryMiB: 2048 },
    worker: {
      cpuUnits: 512,
      memoryMiB: 1024,
      queues: ["high", "default", "low"],
      jobTimeoutSeconds: 90,
      retryAfterSeconds: 150,
      stopTimeoutSeconds: 120,
    },
    scheduler: { cpuUnits: 256, memoryMiB: 512 },
    task: { cpuUnits: 512, memoryMiB: 1024 },
    repositoryUrl: `123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/${REPOSITORY}`,
    repositoryArn: `arn:aws:ecr:ap-northeast-1:123456789012:repository/${REPOSITORY}`,
    logKeyArn: KEY_ARN,
    logRetentionDays: 90,
    secrets: new Secrets("secrets", { stack, keyArn: KEY_ARN, copyKeyArn: KEY_ARN }),
    hostname: "api.affiliate-system.com",
    vpcCidr: "10.0.0.0/16",
    databaseWriterHost: "writer.example",
    databaseReaderHost: "reader.example",
    databasePort: 3306,
    databaseName: "affiliate_production",
    sessionsHost: "sessions.example",
    cacheHost: "cache.example",
    redisPort: 6379,
    uploadsBucket: "affiliate-production-uploads-123456789012",
    uploadsBucketArn: "arn:aws:s3:::affiliate-production-uploads-123456789012",
    uploadsKey: { resources: KEY_ARN },
    execStatements: [{ sid: "ExecChannels", actions: ["ssmmessages:OpenDataChannel"], resources: "*" }],
    ...overrides,
  });
}

/** The statements of a policy document, by id. */
export function statements(
  policy: unknown,
): Record<string, { Action: string | string[]; Resource?: string | string[]; Condition?: unknown }> {
  const { Statement } = JSON.parse(String(policy)) as { Statement: { Sid: string; Action: string | string[] }[] };
  return Object.fromEntries(Statement.map((statement) => [statement.Sid, statement]));
}
