import { block, integer, list, oneOf, text } from "./fields";

/** CPU units, 1024 to a vCPU; `config/fargate.ts` knows which memory goes with which. */
export const cpuUnits = (example: number) =>
  integer({ min: 256, max: 16_384, unit: "CPU units (1024 are a vCPU)", example });
export const memoryMiB = (example: number) => integer({ min: 512, max: 122_880, unit: "MiB", example });
/** Source: ECS service quotas, 5000 tasks in a service. */
const tasks = (example: number) => integer({ min: 1, max: 5000, unit: "tasks", example });

const web = block({
  cpuUnits: cpuUnits(1024),
  memoryMiB: memoryMiB(2048),
  /** Tasks when nothing is going on. */
  minTasks: tasks(3),
  maxTasks: tasks(20),
  /**
   * Mean CPU of the tasks to hold.
   * @default 70
   */
  cpuPercent: integer({ min: 10, max: 95, unit: "percent", example: 70 }).default(70),
  /** Requests per minute and task to hold. */
  requestsPerTarget: integer({ min: 1, max: 1_000_000, unit: "requests per minute", example: 1000 }),
  /**
   * Minutes both revisions run after a release has taken the traffic, while alarms can still bring the old one back.
   * @default 10
   */
  bakeMinutes: integer({ min: 0, max: 1440, unit: "minutes", example: 10 }).default(10),
});

const worker = block({
  cpuUnits: cpuUnits(512),
  memoryMiB: memoryMiB(1024),
  minTasks: tasks(2),
  maxTasks: tasks(10),
  /** Waiting jobs per running worker to hold. */
  backlogPerTask: integer({ min: 1, max: 1_000_000, unit: "jobs", example: 100 }),
  /** The queues a worker drains, the most urgent first. */
  queues: list(text(/^[a-z][a-z0-9_-]{0,63}$/, "a queue's name", "default"), {
    min: 1,
    max: 20,
    of: "queue names",
    example: ["high", "default", "low"],
  }),
  /**
   * Seconds a stopped task may take to finish its job. Source: Fargate, at most 120.
   * @default 120
   */
  stopTimeoutSeconds: integer({ min: 2, max: 120, unit: "seconds", example: 120 }).default(120),
  /** Longest a job may run: `queue:work --timeout`. */
  jobTimeoutSeconds: integer({ min: 1, max: 119, unit: "seconds", example: 90 }),
  /** When an unfinished job is given to another worker: `retry_after` in config/queue.php. */
  retryAfterSeconds: integer({ min: 2, max: 86_400, unit: "seconds", example: 150 }),
});

export const compute = block({
  /**
   * Processor of every task: Graviton costs a fifth less.
   * @default ARM64
   */
  cpuArchitecture: oneOf(["ARM64", "X86_64"]).default("ARM64"),
  /** What runs before the first release: a public image that has BusyBox's httpd, for the processor above. */
  bootstrapImage: text(
    /^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._-]+)+@sha256:[0-9a-f]{64}$/,
    "an image by digest, registry/name@sha256: and 64 hexadecimal digits; a tag can come to mean another image",
    `public.ecr.aws/docker/library/busybox@sha256:${"0123456789abcdef".repeat(4)}`,
  ),
  web,
  worker,
  /**
   * The one task that runs Laravel's schedule.
   * @default 256 CPU units, 512 MiB
   */
  scheduler: block({ cpuUnits: cpuUnits(256), memoryMiB: memoryMiB(512) }).default({ cpuUnits: 256, memoryMiB: 512 }),
  /**
   * One-off tasks: migration, console.
   * @default 512 CPU units, 1024 MiB
   */
  task: block({ cpuUnits: cpuUnits(512), memoryMiB: memoryMiB(1024) }).default({ cpuUnits: 512, memoryMiB: 1024 }),
});
