import type * as pulumi from "@pulumi/pulumi";
import { GLOBAL_REGION } from "../../../config/stack";
import type { Metrics } from "../../metrics";
import type { RedisMetric } from "../../data/redis-metrics";
import type { AlarmSizes, Watched } from "../alarms";
import { loggingParties } from "../alarms/services";
import { databaseCapacity } from "../capacity";
import { calculated, COLUMNS, graph, line, type MetricLine, placed, type PlacedWidget, type Widget } from "./widgets";

export interface BoardArgs {
  readonly environment: string;
  readonly region: string;
  readonly watched: Watched;
  readonly sizes: AlarmSizes;
  /** Log groups that application lines are in. */
  readonly logGroupNames: readonly string[];
  /** What pages, by fault; the first thing to look at. */
  readonly pageArns: readonly pulumi.Input<string>[];
  /** What takes a deployment back. */
  readonly deploymentAlarmArns: readonly pulumi.Input<string>[];
  readonly runbookUrl: string;
  readonly statusPageUrl: string;
}

const percent = { min: 0, max: 100, label: "%", showUnits: false };
const seconds = { label: "s", showUnits: false };
const services = ["web", "worker", "scheduler"] as const;

/** The on-call engineer's board: the runbook's three widgets, and around them what a night needs. */
export function board(args: BoardArgs): { readonly widgets: readonly PlacedWidget[] } {
  return {
    widgets: placed([
      heading(args),
      runbooksThree(args),
      visitors(args),
      tasks(args),
      database(args),
      redis(args),
      background(args),
      edge(args),
      storage(args),
    ]),
  };
}

function heading({ environment, pageArns, deploymentAlarmArns, runbookUrl, statusPageUrl }: BoardArgs): Widget[] {
  const markdown = [
    `# affiliate ${environment}`,
    `[障害対応の手順](${runbookUrl}/docs/incident/README.ja.md) · [Incident flow](${runbookUrl}/docs/incident/README.md) · ` +
      `[ステータスページ / status page](${statusPageUrl})`,
  ].join("\n");
  return [
    { type: "text", width: 6, height: 4, properties: { markdown } },
    { type: "alarm", width: 9, height: 4, properties: { title: "Pages", alarms: pageArns } },
    { type: "alarm", width: 9, height: 4, properties: { title: "Deployments", alarms: deploymentAlarmArns } },
  ];
}

/** As the runbook has them, with real dimensions and log groups in the place of none. */
function runbooksThree({ region, watched, sizes, logGroupNames }: BoardArgs): Widget[] {
  const { metrics } = watched.database;
  const [writer] = sizes.database.instances;
  const limits =
    writer === undefined
      ? []
      : [{ label: "80 % of connections", value: databaseCapacity(writer.class).maxConnections * 0.8 }];
  return [
    graph(
      "ECS Resource Utilization",
      region,
      services.flatMap((service) => [
        line(watched[service].metrics.cpu, "Average", { label: `${service} CPU` }),
        line(watched[service].metrics.memory, "Average", { label: `${service} memory` }),
      ]),
      { left: percent },
    ),
    graph(
      "RDS Performance",
      region,
      [
        line(metrics.writerConnections, "Sum", { label: "connections, writer" }),
        line(metrics.readerConnections, "Sum", { label: "connections, readers" }),
        line(metrics.writerCpu, "Average", { label: "CPU %, writer" }),
        line(metrics.readerCpu, "Average", { label: "CPU %, readers" }),
        line(metrics.writerFreeableMemory, "Average", { label: "freeable memory, writer", yAxis: "right" }),
        line(metrics.readerFreeableMemory, "Average", { label: "freeable memory, readers", yAxis: "right" }),
      ],
      { right: { label: "bytes", showUnits: false }, limits },
    ),
    {
      type: "log",
      width: 8,
      height: 6,
      properties: {
        title: "Error Logs",
        region,
        view: "timeSeries",
        // Laravel writes JSON; the second half is for what dies before it can.
        query: [
          ...logGroupNames.map((name) => `SOURCE '${name}'`),
          "filter level >= 400 or @message like /ERROR/",
          "stats count(*) by bin(5m)",
        ].join(" | "),
      },
    },
  ];
}

function visitors({ region, watched }: BoardArgs): Widget[] {
  const { blue, green, metrics } = watched.loadBalancer;
  const both = (key: keyof typeof blue.metrics, stat: string): MetricLine[] => [
    line(blue.metrics[key], stat, { label: `${key}, blue` }),
    line(green.metrics[key], stat, { label: `${key}, green` }),
  ];
  return [
    graph(
      "Response time",
      region,
      ["p50", "p95", "p99"].map((stat) => line(metrics.responseTime, stat, { label: stat })),
      { left: seconds, limits: [{ label: "1 s", value: 1 }] },
    ),
    graph("Requests and 5xx", region, [
      line(metrics.requests, "Sum", { label: "requests" }),
      line(metrics.targetErrors5xx, "Sum", { label: "5xx of tasks", yAxis: "right" }),
      line(metrics.balancerErrors5xx, "Sum", { label: "5xx of the load balancer", yAxis: "right" }),
    ]),
    graph("Target health", region, [...both("healthyHosts", "Minimum"), ...both("unhealthyHosts", "Maximum")]),
  ];
}

function tasks({ region, watched, sizes }: BoardArgs): Widget[] {
  const counts = (service: (typeof services)[number]) => [
    line(watched[service].metrics.runningTasks, "Average", { label: `${service} running` }),
    line(watched[service].metrics.desiredTasks, "Average", { label: `${service} desired` }),
    line(watched[service].metrics.pendingTasks, "Maximum", { label: `${service} pending` }),
  ];
  return [
    graph("Web tasks", region, counts("web"), {
      limits: [{ label: "at most", value: sizes.compute.web.maxTasks }],
    }),
    graph("Workers and scheduler", region, [...counts("worker"), ...counts("scheduler")]),
    graph(
      "Deployments under way",
      region,
      services.map((service) => line(watched[service].metrics.deployments, "Maximum", { label: service })),
    ),
  ];
}

function database({ region, watched }: BoardArgs): Widget[] {
  const { metrics } = watched.database;
  return [
    graph("Replica lag", region, [line(metrics.replicaLag, "Maximum", { label: "furthest behind" })], {
      left: { label: "ms", showUnits: false },
      limits: [{ label: "1 s", value: 1000 }],
    }),
    graph("Aurora latency", region, [
      line(metrics.commitLatency, "Average", { label: "commit, ms" }),
      line(metrics.writerSelectLatency, "Average", { label: "select on the writer, ms" }),
      line(metrics.readerSelectLatency, "Average", { label: "select on readers, ms" }),
    ]),
    graph("Aurora load", region, [
      line(metrics.writerQueries, "Average", { label: "queries a second, writer" }),
      line(metrics.readerQueries, "Average", { label: "queries a second, readers" }),
      line(metrics.deadlocks, "Average", { label: "deadlocks a second", yAxis: "right" }),
    ]),
  ];
}

function redis({ region, watched }: BoardArgs): Widget[] {
  const groups = { sessions: watched.sessions.metrics, cache: watched.cache.metrics };
  const each = (key: RedisMetric, stat: string, only: readonly (keyof typeof groups)[] = ["sessions", "cache"]) =>
    only.flatMap((group) =>
      groups[group].map((node: Metrics<RedisMetric>, index) =>
        line(node[key], stat, { label: `${group} ${index + 1}` }),
      ),
    );
  return [
    graph("Redis memory", region, each("memory", "Maximum"), {
      left: percent,
      limits: [{ label: "sessions: 90 %", value: 90 }],
    }),
    graph("Redis evictions", region, each("evictions", "Sum")),
    graph("Redis CPU of the engine", region, each("engineCpu", "Average"), { left: percent }),
  ];
}

function background({ region, watched, sizes }: BoardArgs): Widget[] {
  const { queues } = watched;
  const names = sizes.compute.worker.queues;
  return [
    graph(
      "Jobs that wait",
      region,
      names.map((name) => line(queues.queue(name).waiting, "Average", { label: name })),
      { stacked: true },
    ),
    graph(
      "Age of the oldest job",
      region,
      names.map((name) => line(queues.queue(name).oldestAge, "Maximum", { label: name })),
      { left: seconds, limits: [{ label: "30 min", value: 1800 }] },
    ),
    graph(
      "ERROR lines",
      region,
      loggingParties.map((party) => line(watched.tasks[party].metrics.errors, "Sum", { label: party })),
      { stacked: true },
    ),
  ];
}

function edge({ watched }: BoardArgs): Widget[] {
  const distribution = watched.distribution.metrics;
  const firewall = watched.webAcl.metrics;
  return [
    graph(
      "CloudFront errors",
      GLOBAL_REGION,
      [
        line(distribution.serverErrorRate, "Average", { label: "5xx %" }),
        line(distribution.badGatewayRate, "Average", { label: "502 %" }),
        line(distribution.gatewayTimeoutRate, "Average", { label: "504 %" }),
        line(distribution.clientErrorRate, "Average", { label: "4xx %" }),
      ],
      { left: { label: "%", showUnits: false } },
    ),
    graph(
      "CloudFront requests and origin latency",
      GLOBAL_REGION,
      [
        line(distribution.requests, "Sum", { label: "requests" }),
        line(distribution.originLatency, "p90", { label: "origin p90, ms", yAxis: "right" }),
      ],
      { width: COLUMNS - 16 },
    ),
    graph("Firewall", GLOBAL_REGION, [
      line(firewall.blockedRequests, "Sum", { label: "blocked", id: "blocked" }),
      line(firewall.allowedRequests, "Sum", { label: "allowed", id: "allowed", visible: false }),
      line(firewall.rateLimitedRequests, "Sum", { label: "floods" }),
      line(firewall.rateLimitedSignIns, "Sum", { label: "sign-ins" }),
      calculated("100 * blocked / (blocked + allowed)", "blocked, %", { yAxis: "right" }),
    ]),
  ];
}

/** Buckets, and what is saved in them and in the vault. */
function storage({ region, watched }: BoardArgs): Widget[] {
  const buckets = ["assets", "uploads", "backups"] as const;
  const refused = graph(
    "S3 requests refused (4xx)",
    region,
    buckets.map((bucket) => line(watched.buckets.metrics[bucket].clientErrors, "Sum", { label: bucket })),
    { period: 300 },
  );
  if (watched.backups === undefined) return [refused];
  const { metrics } = watched.backups;
  const hourly = { period: 3600, stacked: true };
  return [
    refused,
    graph(
      "Backup jobs",
      region,
      [
        line(metrics.backupsCompleted, "Sum", { label: "backups" }),
        line(metrics.copiesCompleted, "Sum", { label: "copies to the other region" }),
        line(metrics.restoresCompleted, "Sum", { label: "restores" }),
        line(watched.dump.metrics.succeeded, "Sum", { label: "dumps" }),
      ],
      hourly,
    ),
    graph(
      "Backup jobs that failed",
      region,
      [
        line(metrics.backupsFailed, "Sum", { label: "backups" }),
        line(metrics.backupsExpired, "Sum", { label: "backups that did not begin" }),
        line(metrics.backupsAborted, "Sum", { label: "backups aborted" }),
        line(metrics.copiesFailed, "Sum", { label: "copies to the other region" }),
        line(metrics.restoresFailed, "Sum", { label: "restores" }),
      ],
      hourly,
    ),
  ];
}
