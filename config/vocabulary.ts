/**
 * Words that two or more places must agree on: the program, the application's image, the operator's commands, the
 * dashboards. Nobody spells them a second time.
 */

/** Security-group parties: who talks, and is talked to, inside the VPC. */
export const parties = [
  "loadBalancer",
  "web",
  "worker",
  "scheduler",
  /** One-off tasks: migration, console. */
  "task",
  /** The function that publishes the queues' lengths. */
  "queueMetrics",
  /** The function that calls the test listener before a release takes traffic. */
  "releaseGate",
  "database",
  "redis",
  "endpoints",
] as const;
export type Party = (typeof parties)[number];

/** TCP ports. */
export const ports = {
  /** nginx in the web task, behind the load balancer. */
  web: 8080,
  /** php-fpm in the web task, on the loopback only. */
  phpFpm: 9000,
  /** The production listener, and every TLS service. */
  https: 443,
  /** The test listener: a release's new tasks, before any visitor reaches them. */
  testHttps: 8443,
  database: 3306,
  redis: 6379,
  /** DogStatsD in the agent beside the application (UDP). */
  statsd: 8125,
} as const;

/** What the load balancer and the release gate ask for. It touches neither database nor Redis. */
export const healthPath = "/health";

/** Answers that count as healthy. */
export const healthyStatus = "200";

export const containers = { nginx: "nginx", app: "app", agent: "datadog-agent", bootstrap: "bootstrap" } as const;

/** ECS service names, as parts for the namer. */
export const services = { web: "web", worker: "worker", scheduler: "scheduler" } as const;

/** Task families, as parts for the namer. Pulumi owns the templates; a release registers into the running family. */
export const families = {
  web: "web",
  webTemplate: "web-template",
  webBootstrap: "web-bootstrap",
  worker: "worker",
  workerTemplate: "worker-template",
  workerBootstrap: "worker-bootstrap",
  scheduler: "scheduler",
  schedulerTemplate: "scheduler-template",
  schedulerBootstrap: "scheduler-bootstrap",
  migration: "migration",
  console: "console",
} as const;

/** The application's queues, in the order a worker drains them. `compute.worker.queues` holds a stack's own. */
export const queues = ["high", "default", "low"] as const;

/** What the queue metrics function publishes, and worker scaling and alarms read. */
export const queueMetrics = {
  namespace: "Affiliate/Queue",
  /** Jobs that wait, per queue (dimensions Environment, Queue). Count. */
  waiting: "JobsWaiting",
  /** Age of the oldest job that waits, per queue. Seconds. */
  oldestAge: "OldestJobAge",
  /** Jobs that wait in all queues over the running workers: what scaling follows. Count. */
  backlogPerTask: "BacklogPerTask",
} as const;

/** Repository of the one image that every task of the application runs. */
export const imageRepository = "app";
