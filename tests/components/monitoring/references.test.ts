import { describe, expect, it } from "vitest";
import { backupFunctionMetrics } from "../../../config/backup-functions";
import { dumpMetrics } from "../../../config/dump";
import { queueMetrics as words } from "../../../config/vocabulary";
import { settingsOfStack } from "../../config/stack-files";
import { knownMetrics } from "./known-metrics";
import { ALARM, metricsOfAlarm, metricsOfDashboard, type NamedMetric, type Platform, platform } from "./platform";

const stacks = ["production", "staging"] as const;

async function named(stack: (typeof stacks)[number]): Promise<{ of: Platform; metrics: readonly NamedMetric[] }> {
  const of = await platform(stack);
  const alarms = of.recording.ofType(ALARM).flatMap((alarm) => metricsOfAlarm(alarm, of.home));
  return { of, metrics: [...alarms, ...metricsOfDashboard(of)] };
}

interface ReplicationRule {
  readonly id: string;
  readonly destination: { readonly bucket: string };
}

/** Values that a dimension may have: names and ids of what the program makes. */
function valuesOf({ recording, home }: Platform): Record<string, (value: string, metric: NamedMetric) => boolean> {
  const inputs = (type: string, key: string) => recording.ofType(type).map((resource) => String(resource.inputs[key]));
  const nodes = recording
    .ofType("aws:elasticache/replicationGroup:ReplicationGroup")
    .flatMap(({ inputs: { replicationGroupId, numCacheClusters } }) =>
      Array.from({ length: Number(numCacheClusters) }, (_, index) => `${String(replicationGroupId)}-00${index + 1}`),
    );
  const webAcls = recording.ofType("aws:wafv2/webAcl:WebAcl");
  const rules = webAcls.flatMap(({ inputs: { rules: list } }) =>
    (list as { visibilityConfig: { metricName: string } }[]).map(({ visibilityConfig }) => visibilityConfig.metricName),
  );
  const loadBalancer = recording.one("aws:lb/loadBalancer:LoadBalancer");
  const groups = recording.ofType("aws:lb/targetGroup:TargetGroup").map(({ name }) => name);
  const one = (type: string) => expect(recording.ofType(type), type).toHaveLength(1);
  one("aws:cloudfront/distribution:Distribution");
  one("aws:route53/healthCheck:HealthCheck");
  const replicated = recording
    .ofType("aws:s3/bucketReplicationConfig:BucketReplicationConfig")
    .map(({ inputs }) => inputs as { readonly bucket: string; readonly rules: readonly ReplicationRule[] });
  const copied = replicated.flatMap(({ rules: list }) => list);
  const oneOf = (values: readonly string[]) => (value: string) => values.includes(value);
  return {
    LoadBalancer: (value) => value.startsWith(`app/${String(loadBalancer.inputs.name)}/`),
    TargetGroup: (value) => groups.some((group) => value.startsWith(`targetgroup/${group}-`)),
    ClusterName: oneOf(inputs("aws:ecs/cluster:Cluster", "name")),
    ServiceName: oneOf(inputs("aws:ecs/service:Service", "name")),
    DBClusterIdentifier: oneOf(inputs("aws:rds/cluster:Cluster", "clusterIdentifier")),
    Role: oneOf(["WRITER", "READER"]),
    CacheClusterId: oneOf(nodes),
    FunctionName: (value, { region }) =>
      recording
        .ofType("aws:lambda/function:Function")
        .some(({ inputs: { name, region: at = home } }) => name === value && at === region),
    NatGatewayId: (value) => value.startsWith("nat-"),
    CertificateArn: (value, { region }) => value.startsWith(`arn:aws:acm:${region}:`),
    BucketName: oneOf(inputs("aws:s3/bucket:Bucket", "bucket")),
    SourceBucket: oneOf(replicated.map(({ bucket }) => bucket)),
    DestinationBucket: oneOf(copied.map(({ destination }) => destination.bucket.replace("arn:aws:s3:::", ""))),
    RuleId: oneOf(copied.map(({ id }) => id)),
    StorageType: oneOf(["AllStorageTypes"]),
    FilterId: oneOf(inputs("aws:s3/bucketMetric:BucketMetric", "name")),
    BackupVaultName: oneOf(inputs("aws:backup/vault:Vault", "name")),
    // Ids that AWS gives: that there is one resource to have given it, and which, is the mock's.
    DistributionId: (value) => /^E[0-9A-Z]+$/.test(value),
    Region: oneOf(["Global"]),
    WebACL: oneOf(
      webAcls.map(({ inputs: { visibilityConfig } }) => (visibilityConfig as { metricName: string }).metricName),
    ),
    Rule: oneOf([...rules, "ALL"]),
    HealthCheckId: (value) => value.length > 0,
    QueueName: oneOf(inputs("aws:sqs/queue:Queue", "name")),
  };
}

describe.each(stacks)("what alarms and widgets of %s refer to", (stack) => {
  it("is a lot", async () => {
    const { metrics } = await named(stack);
    expect(metrics.length).toBeGreaterThan(150);
  });

  it("are metrics that the services publish, with dimensions that they are published with, where they are", async () => {
    const { of, metrics } = await named(stack);
    expect(metrics.filter((metric) => isUnknown(metric, of.home))).toEqual([]);
  });

  it("are metrics of the program's own that something in it emits", async () => {
    const { of, metrics } = await named(stack);
    const own = metrics.filter(({ namespace }) => namespace.startsWith("Affiliate/"));
    const filters = of.recording
      .ofType("aws:cloudwatch/logMetricFilter:LogMetricFilter")
      .map(({ inputs: { metricTransformation } }) => metricTransformation as { namespace: string; name: string });
    const { queues } = settingsOfStack(stack).compute.worker;
    const wrong = own.filter(({ namespace, metricName, dimensions }) => {
      if (namespace === words.namespace) {
        const { Environment, Queue, ...others } = dimensions;
        return (
          ![words.waiting, words.oldestAge].includes(metricName as typeof words.waiting) ||
          Environment !== stack ||
          (Queue !== undefined && !queues.includes(Queue)) ||
          Object.keys(others).length > 0
        );
      }
      if (namespace === backupFunctionMetrics.namespace) {
        const { Environment, ...others } = dimensions;
        const names: readonly string[] = [
          ...Object.values(dumpMetrics.names),
          ...Object.values(backupFunctionMetrics.names),
        ];
        return !names.includes(metricName) || Environment !== stack || Object.keys(others).length > 0;
      }
      // A filter without dimensions emits a metric without any.
      const emitted = filters.some(({ namespace: at, name }) => at === namespace && name === metricName);
      return !emitted || Object.keys(dimensions).length > 0;
    });
    expect(own.length).toBeGreaterThan(10);
    expect(wrong).toEqual([]);
  });

  it("are of resources that the program makes", async () => {
    const { of, metrics } = await named(stack);
    const values = valuesOf(of);
    const wrong = metrics
      .filter(({ namespace }) => !namespace.startsWith("Affiliate/"))
      .flatMap((metric) =>
        Object.entries(metric.dimensions)
          .filter(([name, value]) => values[name]?.(value, metric) !== true)
          .map(([name, value]) => `${metric.of}: ${name} = ${value}`),
      );
    expect(wrong).toEqual([]);
  });

  it("is drawn and judged by statistics that there are", async () => {
    const { metrics } = await named(stack);
    for (const { of, stat } of metrics) {
      expect(stat, of).toMatch(/^(Sum|Average|Minimum|Maximum|SampleCount|p\d{1,2}(\.\d+)?)$/);
    }
  });
});

describe("a metric that a component renames", () => {
  it("is seen at each alarm and widget that uses it", async () => {
    const { of, metrics } = await named("production");
    const published = metrics.filter(({ namespace }) => !namespace.startsWith("Affiliate/"));
    for (const metric of published) {
      expect(isUnknown({ ...metric, metricName: `${metric.metricName}s` }, of.home), metric.of).toBe(true);
      expect(isUnknown({ ...metric, namespace: "AWS/Other" }, of.home), metric.of).toBe(true);
      expect(isUnknown({ ...metric, dimensions: { ...metric.dimensions, Zone: "a" } }, of.home), metric.of).toBe(true);
    }
  });

  it("has no name left in the table of what is published that nothing uses", async () => {
    const { metrics } = await named("production");
    const used = new Set(metrics.map(({ namespace, metricName }) => `${namespace} ${metricName}`));
    const known = Object.entries(knownMetrics).flatMap(([namespace, { metrics: names }]) =>
      Object.keys(names).map((name) => `${namespace} ${name}`),
    );
    expect(known.filter((name) => !used.has(name))).toEqual([]);
  });
});

/** Whether nothing publishes this metric, or not there, or not with these dimensions. */
function isUnknown({ namespace, metricName, dimensions, region }: NamedMetric, home: string): boolean {
  if (namespace.startsWith("Affiliate/")) return false;
  const known = knownMetrics[namespace];
  if (known?.metrics[metricName] === undefined) return true;
  const inBothRegions = namespace === "AWS/CertificateManager" || namespace === "AWS/Lambda";
  if (!inBothRegions && region !== (known.region ?? home)) return true;
  return !known.dimensions.some((names) => names.join() === Object.keys(dimensions).sort().join());
}
