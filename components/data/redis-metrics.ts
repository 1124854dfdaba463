import type { Metric, Metrics } from "../metrics";

/** By what it tells: CloudWatch's name and unit (Amazon ElastiCache, metrics for Valkey and Redis OSS). */
const redisMetricNames = {
  /** Of the memory that data may use. */
  memory: ["DatabaseMemoryUsagePercentage", "Percent"],
  evictions: ["Evictions", "Count"],
  /** Of the one core that runs commands: full at 100 % whatever the node's size. */
  engineCpu: ["EngineCPUUtilization", "Percent"],
  cpu: ["CPUUtilization", "Percent"],
  connections: ["CurrConnections", "Count"],
  newConnections: ["NewConnections", "Count"],
  items: ["CurrItems", "Count"],
  hits: ["CacheHits", "Count"],
  misses: ["CacheMisses", "Count"],
  /** Of a replica behind its primary; a primary does not report it. */
  replicationLag: ["ReplicationLag", "Seconds"],
  swap: ["SwapUsage", "Bytes"],
  freeableMemory: ["FreeableMemory", "Bytes"],
  /** Wrong user name or password: a rotation half done, or a stranger. */
  authenticationFailures: ["AuthenticationFailures", "Count"],
  /** A command outside the access string: the application does something new, or somebody else does. */
  commandAuthorizationFailures: ["CommandAuthorizationFailures", "Count"],
  networkOutLimited: ["NetworkBandwidthOutAllowanceExceeded", "Count"],
  /** 1 on the primary, 0 on replicas: a failover shows as a change. */
  isPrimary: ["IsMaster", "Count"],
} as const;

export type RedisMetric = keyof typeof redisMetricNames;

/** One node's metrics: ElastiCache publishes none for a replication group as a whole. */
export function redisNodeMetrics(cacheClusterId: string): Metrics<RedisMetric> {
  const metric = ([metricName, unit]: readonly [string, string]): Metric => ({
    namespace: "AWS/ElastiCache",
    metricName,
    dimensions: { CacheClusterId: cacheClusterId },
    unit,
  });
  return Object.fromEntries(
    Object.entries(redisMetricNames).map(([key, value]) => [key, metric(value)]),
  ) as Metrics<RedisMetric>;
}

/** ElastiCache numbers the nodes of a replication group itself, from 001. */
export function nodeIds(replicationGroupId: string, nodes: number): string[] {
  return Array.from({ length: nodes }, (_, index) => `${replicationGroupId}-${String(index + 1).padStart(3, "0")}`);
}
