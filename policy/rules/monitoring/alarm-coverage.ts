import type { JudgedType } from "../../framework/judged";
import type { Planned, StackView } from "../../framework/planned";
import { stackRule } from "../../framework/rule";

const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";

/** How CloudWatch's dimensions name a resource. */
interface Watched {
  readonly type: JudgedType;
  readonly dimension: string;
  /** A second name for it, where a metric is of two resources. */
  readonly alsoBy?: string;
  /**
   * What the dimension says, where the plan knows it: whether a value is this resource's. Without it the value is made by AWS (an id), and
   * the link from the alarm to the resource is what tells.
   */
  readonly isNamed?: (value: string, props: Readonly<Record<string, unknown>>) => boolean;
}

const named =
  (property: string) =>
  (value: string, props: Readonly<Record<string, unknown>>): boolean =>
    value === props[property];

/** What holds data, and what serves. */
const watched: readonly Watched[] = [
  { type: "aws:rds/cluster:Cluster", dimension: "DBClusterIdentifier", isNamed: named("clusterIdentifier") },
  {
    type: "aws:elasticache/replicationGroup:ReplicationGroup",
    dimension: "CacheClusterId",
    // A node of the group: "affiliate-production-cache-001".
    isNamed: (value, { replicationGroupId }) => value.replace(/-\d{3}$/, "") === replicationGroupId,
  },
  {
    type: "aws:s3/bucket:Bucket",
    dimension: "BucketName",
    // A bucket that objects are copied to: what does not arrive there is counted by the replication.
    alsoBy: "DestinationBucket",
    isNamed: named("bucket"),
  },
  { type: "aws:ecs/service:Service", dimension: "ServiceName", isNamed: named("name") },
  { type: "aws:lambda/function:Function", dimension: "FunctionName", isNamed: named("name") },
  { type: "aws:wafv2/webAcl:WebAcl", dimension: "WebACL", isNamed: named("name") },
  { type: "aws:lb/loadBalancer:LoadBalancer", dimension: "LoadBalancer" },
  { type: "aws:cloudfront/distribution:Distribution", dimension: "DistributionId" },
];

interface Alarm {
  readonly links: ReadonlySet<string>;
  /** Name and value of each dimension; empty where a value is not known yet, for reading it would end the rule. */
  readonly dimensions: ReadonlySet<string>;
}

function alarmsOf(stack: StackView): readonly Alarm[] {
  return stack.ofType(ALARM).map(({ props, links }) => {
    const linked = new Set([...(links["dimensions"] ?? []), ...(links["metricQueries"] ?? [])]);
    if (linked.size > 0) return { links: linked, dimensions: new Set() };
    const all = [props.dimensions ?? {}, ...(props.metricQueries ?? []).map(({ metric }) => metric?.dimensions ?? {})];
    return {
      links: linked,
      dimensions: new Set(all.flatMap((one) => Object.entries(one).map(([name, value]) => `${name}=${value}`))),
    };
  });
}

function isCovered(resource: Planned, { dimension, alsoBy, isNamed }: Watched, alarms: readonly Alarm[]): boolean {
  return alarms.some(
    ({ links, dimensions }) =>
      links.has(resource.urn) ||
      [...dimensions].some((pair) => {
        const [name = "", value = ""] = pair.split("=", 2);
        return (name === dimension || name === alsoBy) && isNamed?.(value, resource.props) === true;
      }),
  );
}

const GENERATION = /-g(\d+)$/;
const generationOf = ({ name }: Planned): number => Number(GENERATION.exec(name)?.[1] ?? 0);
const stem = ({ name }: Planned): string => name.replace(GENERATION, "");

/** A later generation of it is in the plan, restored and in use in its place: this one is kept, and nothing calls it. */
function isKept(resource: Planned, resources: readonly Planned[]): boolean {
  return resources.some(
    (other) =>
      other.type === resource.type && stem(other) === stem(resource) && generationOf(other) > generationOf(resource),
  );
}

export const alarmCoverage = stackRule({
  name: "alarm-coverage",
  group: "monitoring",
  description: "An alarm watches each resource that holds data and each service.",
  severity: "high",
  controls: [],
  mend: "Expose its metrics from its component, and add a line to components/monitoring/alarms/.",
  thresholds: {
    unwatched: {
      type: "array",
      items: { type: "string" },
      default: ["log-archive", "uploads-copies-logs", "database-users"],
      description:
        "Ends of the names of what only collects, and of what fails the command that calls it: they need no alarm of their own.",
    },
  },
  claims: {
    [ALARM]: [
      {
        path: "dimensions",
        all: [{ Elsewhere: "something-else" }],
        harmless: { drop: "another alarm watches the same resource; all of them at once are tried" },
      },
      {
        path: "metricQueries",
        all: [[]],
        harmless: { drop: "likewise", empty: "likewise" },
      },
    ],
  },
  *judge(stack, context) {
    const alarms = alarmsOf(stack);
    const unwatched = context.words("unwatched");
    for (const target of watched) {
      for (const resource of stack.resources.filter(({ type }) => type === target.type)) {
        if (unwatched.some((word) => resource.name.endsWith(`-${word}`) || resource.name === word)) continue;
        if (isKept(resource, stack.resources) || isCovered(resource, target, alarms)) continue;
        yield {
          resource,
          path: `(alarms on ${target.dimension})`,
          found: undefined,
          required: "at least one alarm on a metric of it",
        };
      }
    }
  },
});
