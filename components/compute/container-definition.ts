/** One container of a task definition, in the words of ECS's RegisterTaskDefinition. */
export interface ContainerDefinition {
  readonly name: string;
  readonly image: string;
  readonly essential: boolean;
  /** CPU units set aside; 0 shares what the task has. */
  readonly cpu: number;
  /** Hard limit in MiB: a container that leaks is killed by itself, and says so, not with its neighbours. */
  readonly memory: number;
  /** @default the image's own */
  readonly entryPoint?: readonly string[];
  /** @default the image's own */
  readonly command?: readonly string[];
  readonly user: string;
  readonly readonlyRootFilesystem: boolean;
  readonly environment: readonly EnvironmentVariable[];
  /** @default none */
  readonly secrets?: readonly SecretVariable[];
  readonly portMappings: readonly PortMapping[];
  readonly mountPoints: readonly MountPoint[];
  readonly volumesFrom: readonly VolumeFrom[];
  readonly systemControls: readonly SystemControl[];
  readonly linuxParameters: LinuxParameters;
  readonly ulimits: readonly Ulimit[];
  /** @default the container waits for no other */
  readonly dependsOn?: readonly Dependency[];
  /** @default the container is healthy while it runs */
  readonly healthCheck?: HealthCheck;
  /** @default the exit of an essential container stops the task */
  readonly restartPolicy?: RestartPolicy;
  /** Seconds after which a dependency that has not come up fails the task. @default 180, ECS's own on Fargate */
  readonly startTimeout?: number;
  /** Seconds between the stop signal and SIGKILL, at most 120 on Fargate. */
  readonly stopTimeout: number;
  readonly logConfiguration: LogConfiguration;
}

export interface EnvironmentVariable {
  readonly name: string;
  readonly value: string;
}

export interface SecretVariable {
  readonly name: string;
  /** ARN of a secret with the JSON key, version stage and version id after it: `arn:key::`. */
  readonly valueFrom: string;
}

export interface PortMapping {
  readonly containerPort: number;
  /** In an awsvpc task the same as containerPort: written, since ECS answers with it. */
  readonly hostPort: number;
  readonly protocol: "tcp" | "udp";
}

export interface MountPoint {
  readonly sourceVolume: string;
  readonly containerPath: string;
  readonly readOnly: boolean;
}

export interface VolumeFrom {
  readonly sourceContainer: string;
  readonly readOnly: boolean;
}

export interface SystemControl {
  readonly namespace: string;
  readonly value: string;
}

export interface LinuxParameters {
  /** A small init as process 1: hands signals on and reaps what PHP leaves behind. */
  readonly initProcessEnabled: boolean;
  /** @default Docker's own set */
  readonly capabilities?: { readonly add: readonly string[]; readonly drop: readonly string[] };
  readonly tmpfs: readonly Tmpfs[];
}

export interface Tmpfs {
  readonly containerPath: string;
  /** MiB, counted against the container's memory. */
  readonly size: number;
  readonly mountOptions: readonly string[];
}

export interface Ulimit {
  /** Fargate sets no other. */
  readonly name: "nofile";
  readonly softLimit: number;
  readonly hardLimit: number;
}

export interface Dependency {
  readonly containerName: string;
  readonly condition: "START" | "COMPLETE" | "SUCCESS" | "HEALTHY";
}

export interface HealthCheck {
  readonly command: readonly string[];
  /** Seconds. */
  readonly interval: number;
  readonly retries: number;
  /** Seconds in which failures do not count, at most 300. */
  readonly startPeriod: number;
  /** Seconds. */
  readonly timeout: number;
}

export interface RestartPolicy {
  readonly enabled: boolean;
  readonly ignoredExitCodes: readonly number[];
  /** Seconds that the container must have run for an exit to be answered with a restart, 60 to 1800. */
  readonly restartAttemptPeriod: number;
}

export interface LogConfiguration {
  readonly logDriver: "awslogs";
  readonly options: Readonly<Record<string, string>>;
}

/**
 * The text that goes into `containerDefinitions`. AWS compares it as text, and gives it back with its lists in its own
 * order and the empty ones filled in (pulumi-aws#4576): so whatever has no order is sorted here, keys included, and the
 * lists that ECS would add are in {@link ContainerDefinition} required ones. Commands keep their order.
 */
export function canonicalJson(containers: readonly ContainerDefinition[]): string {
  return JSON.stringify([...containers].sort(by("name")).map(canonicalContainer));
}

function canonicalContainer(container: ContainerDefinition): unknown {
  const { linuxParameters, secrets, dependsOn } = container;
  const { capabilities, tmpfs } = linuxParameters;
  return sortKeys({
    ...container,
    environment: [...container.environment].sort(by("name")),
    ...(secrets && { secrets: [...secrets].sort(by("name")) }),
    ...(dependsOn && { dependsOn: [...dependsOn].sort(by("containerName")) }),
    portMappings: [...container.portMappings].sort((a, b) => a.containerPort - b.containerPort),
    mountPoints: [...container.mountPoints].sort(by("containerPath")),
    volumesFrom: [...container.volumesFrom].sort(by("sourceContainer")),
    systemControls: [...container.systemControls].sort(by("namespace")),
    ulimits: [...container.ulimits].sort(by("name")),
    linuxParameters: {
      ...linuxParameters,
      ...(capabilities && { capabilities: { add: [...capabilities.add].sort(), drop: [...capabilities.drop].sort() } }),
      tmpfs: [...tmpfs]
        .sort(by("containerPath"))
        .map((mount) => ({ ...mount, mountOptions: [...mount.mountOptions].sort() })),
    },
  });
}

/** By code unit, not by locale: the same on every machine. */
function by<K extends string>(key: K): (a: Readonly<Record<K, string>>, b: Readonly<Record<K, string>>) => number {
  return (a, b) => (a[key] < b[key] ? -1 : a[key] > b[key] ? 1 : 0);
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, sortKeys(inner)]));
}
