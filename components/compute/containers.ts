import { containers as names, seconds } from "../../config/vocabulary";
import type {
  ContainerDefinition,
  EnvironmentVariable,
  HealthCheck,
  LinuxParameters,
  LogConfiguration,
  SecretVariable,
  Tmpfs,
} from "./container-definition";
import { image } from "./image-contract";
import { fpmChildren } from "./php-fpm";

/** What a container needs to know of the world; everything is resolved, so these functions are pure. */
export interface ContainerContext {
  readonly image: string;
  readonly region: string;
  readonly logGroup: string;
  /** MiB of the whole task. */
  readonly memoryMiB: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Environment variable → ARN with JSON key. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** nginx is what the load balancer talks to: the name and port are in the service's load balancer block. */
export const WEB_CONTAINER = names.nginx;

/** MiB; nginx's /tmp, where it buffers uploads, is in it. */
const NGINX_MEMORY = 256;
/** MiB of a web task below which php-fpm would be left with what its own files in memory take. */
export const LEAST_WEB_MEMORY = 1024;

/** nginx in front of php-fpm, two containers of one image: one digest is one release. */
export function webContainers(context: ContainerContext): ContainerDefinition[] {
  const { port, healthPath, fpmAddress, fpmPingPath } = image;
  const fpmMemory = context.memoryMiB - NGINX_MEMORY;
  return [
    {
      ...base(names.nginx, context, NGINX_MEMORY),
      // The image's entry point prepares Laravel; nginx has no use for it, nor for any setting or secret.
      // Until it has read its configuration it would log to a file, on a root that is read-only.
      entryPoint: ["nginx", "-e", "stderr", "-g", "daemon off;"],
      linuxParameters: withoutPrivileges([memoryMount("/tmp", 128), memoryMount("/run", 8)]),
      portMappings: [{ containerPort: port, hostPort: port, protocol: "tcp" }],
      dependsOn: [{ containerName: names.app, condition: "HEALTHY" }],
      healthCheck: check(`wget -q -O /dev/null http://127.0.0.1:${port}${healthPath}`, {
        interval: 15,
        startPeriod: 15,
      }),
      // ECS stops it before php-fpm (dependsOn, reversed), after the load balancer has drained the task.
      stopTimeout: seconds.webStop,
    },
    {
      ...base(names.app, context, fpmMemory),
      ...laravelVariables({
        ...context,
        environment: { ...context.environment, FPM_MAX_CHILDREN: String(fpmChildren(fpmMemory)) },
      }),
      command: ["php-fpm"],
      linuxParameters: withoutPrivileges(laravelMounts()),
      healthCheck: check(
        `SCRIPT_NAME=${fpmPingPath} SCRIPT_FILENAME=${fpmPingPath} REQUEST_METHOD=GET ` +
          `cgi-fcgi -bind -connect ${fpmAddress} | grep -q pong`,
        { interval: 10, startPeriod: 60 },
      ),
      startTimeout: 120,
      stopTimeout: seconds.webStop,
    },
  ];
}

export interface WorkerSettings {
  /** In order of precedence. */
  readonly queues: readonly string[];
  /** Seconds a job may take: `--timeout`, below the queue's retry_after and below stopTimeoutSeconds. */
  readonly jobTimeoutSeconds: number;
  readonly stopTimeoutSeconds: number;
}

/**
 * One `queue:work` process a task, and not Horizon: ECS already counts, scales, restarts and stops processes here, and
 * Horizon would be a second scaler inside each task whose workers no metric of AWS sees.
 */
export function workerContainers(context: ContainerContext, worker: WorkerSettings): ContainerDefinition[] {
  const { queues, jobTimeoutSeconds, stopTimeoutSeconds } = worker;
  const laravel = base("worker", context, context.memoryMiB);
  return [
    {
      ...laravel,
      ...laravelVariables(context),
      command: [
        "php",
        "artisan",
        "queue:work",
        "redis",
        `--queue=${queues.join(",")}`,
        // A job that hangs is killed before Redis would hand it to a second worker.
        `--timeout=${jobTimeoutSeconds}`,
        // Three tries with growing pauses, then failed_jobs: a job that always fails must not go round for ever.
        "--tries=3",
        "--backoff=10,60",
        "--sleep=1",
        // PHP leaks slowly: the process ends between two jobs once an hour or when it has grown, and is started again.
        "--max-time=3600",
        `--memory=${Math.floor(context.memoryMiB * 0.6)}`,
      ],
      linuxParameters: withoutPrivileges(laravelMounts(scratch(context))),
      // Restarted within the task, which keeps its address and image: a new task would take a minute instead of a second.
      // An exit within the first minute still ends the task, so the circuit breaker sees a release that cannot start.
      restartPolicy: { enabled: true, ignoredExitCodes: [], restartAttemptPeriod: 60 },
      healthCheck: heartbeat(jobTimeoutSeconds + 60),
      // The worker ends after the job in hand.
      stopTimeout: stopTimeoutSeconds,
    },
  ];
}

/** `schedule:work` runs what is due once a minute; the service keeps exactly one. */
export function schedulerContainers(context: ContainerContext): ContainerDefinition[] {
  return [
    {
      ...base("scheduler", context, context.memoryMiB),
      ...laravelVariables(context),
      command: ["php", "artisan", "schedule:work"],
      linuxParameters: withoutPrivileges(laravelMounts(scratch(context))),
      healthCheck: heartbeat(180),
      stopTimeout: 120,
    },
  ];
}

/**
 * Not `--isolated`: whoever loses its lock exits 0 without having migrated, and the release would go on. That there is
 * one at a time is the release's affair. Its exit code is the task's.
 */
export function migrationContainers(context: ContainerContext): ContainerDefinition[] {
  return [
    {
      ...base(names.migration, context, context.memoryMiB),
      ...laravelVariables(context),
      command: ["php", "artisan", "migrate", "--force", "--no-interaction"],
      linuxParameters: withoutPrivileges(laravelMounts()),
      stopTimeout: 120,
    },
  ];
}

/**
 * Where an operator gets a shell: sleeps, and ends by itself. ECS Exec needs a root file system that it can write to
 * (containers-roadmap#1359) and runs as root whatever the user is, so this is the one container that has either; every
 * keystroke goes to the cluster's audit log.
 */
export function consoleContainers(context: ContainerContext, sessionSeconds = 3600): ContainerDefinition[] {
  return [
    {
      ...base(names.console, context, context.memoryMiB),
      ...laravelVariables(context),
      command: ["sleep", String(sessionSeconds)],
      readonlyRootFilesystem: false,
      linuxParameters: { initProcessEnabled: true, tmpfs: [] },
      stopTimeout: 30,
    },
  ];
}

/**
 * What a service starts with on the first `up`, when no image was ever released: answers the health check and says what
 * it waits for. It bears the name and port of the container it stands in for, and needs no secret value.
 */
export function bootstrapContainers(name: string, service: string, context: ContainerContext): ContainerDefinition[] {
  const { port, healthPath } = image;
  const message = JSON.stringify({ status: "waiting", message: `${service} waits for its first release` });
  return [
    {
      ...base(name, { ...context, environment: {}, secrets: {} }, context.memoryMiB),
      user: "65534:65534",
      entryPoint: ["sh", "-c"],
      command: [
        [
          "mkdir -p /tmp/www",
          `echo '${message}' > /tmp/www${healthPath}`,
          `cp /tmp/www${healthPath} /tmp/www/index.html`,
          `exec httpd -f -p ${port} -h /tmp/www`,
        ].join(" && "),
      ],
      linuxParameters: withoutPrivileges([memoryMount("/tmp", 8, 65534)]),
      portMappings: [{ containerPort: port, hostPort: port, protocol: "tcp" }],
      healthCheck: check(`wget -q -O /dev/null http://127.0.0.1:${port}${healthPath}`, {
        interval: 15,
        startPeriod: 15,
      }),
      logConfiguration: logs(context, "bootstrap"),
      stopTimeout: 10,
    },
  ];
}

/** What all containers have in common; only what differs is said above. */
export function base(name: string, context: ContainerContext, memory: number): ContainerDefinition {
  return {
    name,
    image: context.image,
    essential: true,
    cpu: 0,
    memory,
    user: image.user,
    readonlyRootFilesystem: true,
    environment: [],
    portMappings: [],
    mountPoints: [],
    volumesFrom: [],
    systemControls: [],
    linuxParameters: withoutPrivileges([]),
    // Sockets are files: Fargate's soft limit of 65535 would do, but it is not promised.
    ulimits: [{ name: "nofile", softLimit: 65536, hardLimit: 65536 }],
    stopTimeout: 30,
    logConfiguration: logs(context, name),
  };
}

function laravelVariables({ environment, secrets }: ContainerContext): {
  environment: EnvironmentVariable[];
  secrets: SecretVariable[];
} {
  return {
    environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
    secrets: Object.entries(secrets).map(([name, valueFrom]) => ({ name, valueFrom })),
  };
}

/** Nothing in these containers needs a capability: ports are above 1024 and no process changes its user. */
export function withoutPrivileges(tmpfs: readonly Tmpfs[]): LinuxParameters {
  return { initProcessEnabled: true, capabilities: { add: [], drop: ["ALL"] }, tmpfs };
}

/** What Laravel writes to on a read-only root. Large files belong in S3: a stream, not a temporary copy. */
function laravelMounts(tmpMiB = 128): Tmpfs[] {
  return [
    memoryMount("/tmp", tmpMiB),
    memoryMount("/run", 8),
    memoryMount(`${image.root}/storage/framework`, 64),
    memoryMount(`${image.root}/bootstrap/cache`, 16),
  ];
}

/** MiB of /tmp where jobs make files: a quarter of the task's memory. */
function scratch({ memoryMiB }: ContainerContext): number {
  return Math.floor(memoryMiB / 4);
}

/**
 * Memory and not a volume of Fargate's: those are root's with mode 0755 unless the image says otherwise, and what is
 * cached here holds secrets, which then never touch a disk.
 */
export function memoryMount(containerPath: string, size: number, uid: number = image.uid, gid: number = uid): Tmpfs {
  return {
    containerPath,
    size,
    mountOptions: ["noexec", "nosuid", "nodev", `uid=${uid}`, `gid=${gid}`],
  };
}

export function check(command: string, times: Pick<HealthCheck, "interval" | "startPeriod">): HealthCheck {
  return { command: ["CMD-SHELL", `${command} || exit 1`], retries: 3, timeout: 5, ...times };
}

/** Healthy while the process has touched its heartbeat file lately; find counts in whole minutes. */
function heartbeat(seconds: number): HealthCheck {
  const minutes = Math.ceil(seconds / 60);
  return check(`test -n "$(find ${image.heartbeatFile} -mmin -${minutes})"`, { interval: 30, startPeriod: 120 });
}

/** Non-blocking: a CloudWatch that does not answer costs log lines and not requests. */
function logs({ logGroup, region }: ContainerContext, streamPrefix: string): LogConfiguration {
  return {
    logDriver: "awslogs",
    options: {
      "awslogs-group": logGroup,
      "awslogs-region": region,
      "awslogs-stream-prefix": streamPrefix,
      "max-buffer-size": "25m",
      mode: "non-blocking",
    },
  };
}
