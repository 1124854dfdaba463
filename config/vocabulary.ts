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
  /** Datadog's agent that asks Aurora. */
  "databaseAgent",
  /** The function that makes the database's users. */
  "databaseUsers",
  /** The functions that see to dumps and to exports of Redis: they reach AWS's interfaces and no data. */
  "backupFunctions",
  /** The task that dumps the database. */
  "dump",
  /** The function that looks into restored databases. */
  "restoreValidation",
  /** Clones and restored copies of the database: they hold everything, and only those who look into them may come. */
  "databaseClone",
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
  /** The agent beside the application takes metrics here, in UDP, on the loopback. */
  dogStatsd: 8125,
  /** Likewise traces. */
  traces: 8126,
} as const;

/** What the load balancer and the release gate ask for. It touches neither database nor Redis. */
export const healthPath = "/health";

/**
 * How long a request may take at each hop, and connections and tasks around it. Each hop gives up after the one behind
 * it, so that the answer is the one that knows why; `application/docker` continues the row with nginx and php-fpm.
 */
export const seconds = {
  /** CloudFront waits for the load balancer. */
  viewerRead: 60,
  /** CloudFront keeps an idle connection: shorter than the load balancer does. */
  viewerKeepAlive: 30,
  /** The load balancer keeps a connection on which nothing moves: shorter than nginx does. */
  balancerIdle: 65,
  /** From the stop signal to SIGKILL, for nginx and php-fpm. */
  webStop: 75,
} as const;

/** Answers that count as healthy. */
export const healthyStatus = "200";

/**
 * `status` in the JSON that the health path answers with. A release says which one it is beside it:
 * `{"status":"ok","release":"v1.2.3"}`, from its RELEASE.
 */
export const health = { ok: "ok", waiting: "waiting" } as const;

/**
 * What stands in a template where the release's digest and version go. No image has this tag and the repository's tags
 * are immutable, so a template started by mistake fails at the pull and not with some old code.
 */
export const unreleased = "unreleased";

export const containers = {
  nginx: "nginx",
  app: "app",
  migration: "migration",
  console: "console",
  dump: "dump",
} as const;

/** ECS service names, as parts for the namer. */
export const services = { web: "web", worker: "worker", scheduler: "scheduler" } as const;

/** The ECS service of the agent that asks Aurora: no release touches it. */
export const databaseAgent = "database-agent";

/** Tags of a database cluster that this agent finds it by; the names are Datadog's. */
export const discoveryTags = { "datadoghq.com/scrape": "true" } as const;

/**
 * What the application sends for each request but `healthPath` to the agent beside it: DogStatsD in UDP, to DD_AGENT_HOST.
 * Tags: `env`, `version`, and of the request `route` (the pattern), `method` and `status`.
 */
export const applicationMetrics = {
  /** Count: a request was answered. */
  requests: "api.requests",
  /** Count: with 5xx. */
  errors: "api.errors",
  /** Count: not with 5xx, but after more than {@link SLOW_MILLISECONDS}. */
  slow: "api.slow",
  /** Distribution: milliseconds from the request's arrival at PHP to its answer. */
  responseTime: "api.response_time",
} as const;

/** The runbook's second: a request that takes longer breaks the objective for latency. */
export const SLOW_MILLISECONDS = 1000;

/** What the queue metrics function publishes, and worker scaling and alarms read. */
export const queueMetrics = {
  namespace: "Affiliate/Queue",
  /** Jobs that wait, per queue. Count. */
  waiting: "JobsWaiting",
  /** Age of the oldest job that waits, per queue. Seconds. */
  oldestAge: "OldestJobAge",
} as const;

/** Repository of the one image that every task of the application runs. */
export const imageRepository = "app";
/** Repository of the logical dump's image, application/backup/Dockerfile. */
export const backupImageRepository = "backup";

/** A release is tagged so; everything else in a repository is a build that may go. */
export const RELEASE_TAG_PREFIX = "release-";
