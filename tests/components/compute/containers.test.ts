import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson, type ContainerDefinition } from "../../../components/compute/container-definition";
import {
  bootstrapContainers,
  consoleContainers,
  type ContainerContext,
  migrationContainers,
  schedulerContainers,
  WEB_CONTAINER,
  webContainers,
  workerContainers,
} from "../../../components/compute/containers";
import { image } from "../../../components/compute/image-contract";

const context: ContainerContext = {
  image: "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/affiliate-production-app:unreleased",
  region: "ap-northeast-1",
  logGroup: "/affiliate/production/web",
  memoryMiB: 2048,
  environment: { APP_ENV: "production", DB_HOST: "writer" },
  secrets: {
    APP_KEY: "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:affiliate/production/app-key:APP_KEY::",
  },
};
const worker = { queues: ["high", "default"], jobTimeoutSeconds: 90, stopTimeoutSeconds: 110 };

const parties: Record<string, (given: ContainerContext) => ContainerDefinition[]> = {
  web: webContainers,
  worker: (given) => workerContainers(given, worker),
  scheduler: schedulerContainers,
  migration: migrationContainers,
  console: (given) => consoleContainers(given),
  bootstrap: (given) => bootstrapContainers("nginx", "web", given),
};
const every = Object.entries(parties).flatMap(([party, make]) =>
  make(context).map((container) => ({ party, container })),
);
const named = (party: string, name: string): ContainerDefinition => {
  const found = parties[party]?.(context).find((container) => container.name === name);
  if (found === undefined) throw new Error(`${party} has no container ${name}`);
  return found;
};

const shuffled = <T>(items: readonly T[], order: readonly number[]): T[] =>
  items
    .map((item, at) => ({ item, rank: order[at % order.length] ?? 0 }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);

const variableName = fc.stringMatching(/^[A-Z][A-Z0-9_]{0,12}$/);
const variables = fc.dictionary(variableName, fc.string({ maxLength: 20 }), { maxKeys: 12 });
const orders = fc.array(fc.integer(), { minLength: 12, maxLength: 12 });

describe("canonicalJson", () => {
  it("does not depend on the order in which anything was written", () => {
    fc.assert(
      fc.property(variables, variables, orders, (environment, secrets, order) => {
        const entries = (record: Record<string, string>) => Object.fromEntries(shuffled(Object.entries(record), order));
        const straight = webContainers({ ...context, environment, secrets });
        const mixed = webContainers({ ...context, environment: entries(environment), secrets: entries(secrets) }).map(
          (container): ContainerDefinition => ({
            ...(Object.fromEntries(shuffled(Object.entries(container), order)) as unknown as ContainerDefinition),
            linuxParameters: {
              tmpfs: shuffled(container.linuxParameters.tmpfs, order).map((mount) => ({
                mountOptions: shuffled(mount.mountOptions, order),
                size: mount.size,
                containerPath: mount.containerPath,
              })),
              capabilities: { drop: ["ALL"], add: [] },
              initProcessEnabled: true,
            },
          }),
        );
        expect(canonicalJson(shuffled(mixed, order))).toBe(canonicalJson(straight));
      }),
    );
  });

  it("says everything it was told: parsing gives the containers back", () => {
    const back = JSON.parse(canonicalJson(webContainers(context))) as ContainerDefinition[];
    const expected = webContainers(context).sort((a, b) => (a.name < b.name ? -1 : 1));
    expect(back.map((container) => container.name)).toEqual(["app", "nginx"]);
    expect(back.map(({ healthCheck, command, stopTimeout }) => ({ healthCheck, command, stopTimeout }))).toEqual(
      expected.map(({ healthCheck, command, stopTimeout }) => ({ healthCheck, command, stopTimeout })),
    );
  });

  it("keeps the order of words in a command", () => {
    const command = ["zeta", "alpha", "mid"];
    const [container] = migrationContainers(context);
    if (container === undefined) throw new Error("no container");
    const [back] = JSON.parse(canonicalJson([{ ...container, command }])) as ContainerDefinition[];
    expect(back?.command).toEqual(command);
  });

  it("writes the empty lists that ECS would add, and sorts keys", () => {
    for (const { container } of every) {
      const [back] = JSON.parse(canonicalJson([container])) as Record<string, unknown>[];
      for (const list of ["environment", "mountPoints", "portMappings", "systemControls", "volumesFrom"]) {
        expect(back?.[list], `${container.name}.${list}`).toBeInstanceOf(Array);
      }
      expect(Object.keys(back ?? {})).toEqual(Object.keys(back ?? {}).sort());
    }
  });
});

describe.each(every)("container $container.name of $party", ({ party, container }) => {
  it("has no privilege", () => {
    expect(container).not.toHaveProperty("privileged");
    expect(container.user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    if (party === "console") return;
    expect(container.readonlyRootFilesystem).toBe(true);
    expect(container.linuxParameters.capabilities).toEqual({ add: [], drop: ["ALL"] });
  });

  it("logs without blocking, under a prefix of its own", () => {
    expect(container.logConfiguration.options).toEqual({
      "awslogs-group": "/affiliate/production/web",
      "awslogs-region": "ap-northeast-1",
      "awslogs-stream-prefix": party === "bootstrap" ? "bootstrap" : container.name,
      "max-buffer-size": "25m",
      mode: "non-blocking",
    });
  });

  it("stays within Fargate's limits", () => {
    expect(container.stopTimeout).toBeGreaterThan(0);
    expect(container.stopTimeout).toBeLessThanOrEqual(120);
    expect(container.healthCheck?.startPeriod ?? 0).toBeLessThanOrEqual(300);
    expect(container.ulimits.map(({ name }) => name)).toEqual(["nofile"]);
    const inMemory = container.linuxParameters.tmpfs.reduce((sum, { size }) => sum + size, 0);
    expect(inMemory).toBeLessThan(container.memory);
    expect(container.memory).toBeLessThanOrEqual(context.memoryMiB);
  });

  it("keeps its files in memory that only its user can write", () => {
    for (const { containerPath, mountOptions } of container.linuxParameters.tmpfs) {
      const uid = container.user.split(":")[0];
      expect(mountOptions, containerPath).toEqual(["noexec", "nosuid", "nodev", `uid=${uid}`, `gid=${uid}`]);
    }
  });

  it("shows no secret in its environment", () => {
    for (const { name } of container.environment) expect(name).not.toMatch(/KEY|SECRET|PASSWORD|TOKEN|CREDENTIAL/);
  });
});

describe("the containers of each party", () => {
  it("share a task's memory without exceeding it, whatever its size", () => {
    fc.assert(
      fc.property(fc.constantFrom(1024, 2048, 3072, 4096, 8192, 16384, 30720), (memoryMiB) => {
        for (const make of Object.values(parties)) {
          const sum = make({ ...context, memoryMiB }).reduce((total, { memory }) => total + memory, 0);
          expect(sum).toBe(memoryMiB);
        }
      }),
    );
  });

  it("web: nginx answers the load balancer once php-fpm is healthy, and knows no setting or secret", () => {
    const nginx = named("web", WEB_CONTAINER);
    expect(nginx.portMappings).toEqual([{ containerPort: 8080, hostPort: 8080, protocol: "tcp" }]);
    expect(nginx.dependsOn).toEqual([{ containerName: "app", condition: "HEALTHY" }]);
    expect(nginx.environment).toEqual([]);
    expect(nginx.secrets).toBeUndefined();
    expect(nginx.healthCheck?.command.join(" ")).toContain("http://127.0.0.1:8080/health");
    const app = named("web", "app");
    expect(app.portMappings).toEqual([]);
    expect(app.healthCheck?.command.join(" ")).toContain("cgi-fcgi -bind -connect 127.0.0.1:9000 | grep -q pong");
    expect(app.image).toBe(nginx.image);
    expect(app.secrets).toEqual([{ name: "APP_KEY", valueFrom: context.secrets.APP_KEY }]);
  });

  it("worker: a job's timeout, its memory and its queues are in the command; ends within its stop timeout", () => {
    const container = named("worker", "worker");
    expect(container.command).toEqual([
      "php",
      "artisan",
      "queue:work",
      "redis",
      "--queue=high,default",
      "--timeout=90",
      "--tries=3",
      "--backoff=10,60",
      "--sleep=1",
      "--max-time=3600",
      "--memory=1228",
    ]);
    expect(container.stopTimeout).toBe(110);
    expect(container.restartPolicy).toEqual({ enabled: true, ignoredExitCodes: [], restartAttemptPeriod: 60 });
    // 90 s of a job and 60 s of grace are three whole minutes.
    expect(container.healthCheck?.command.join(" ")).toContain(`find ${image.heartbeatFile} -mmin -3`);
  });

  it("migration: not --isolated, whose loser exits 0 without migrating", () => {
    expect(named("migration", "migration").command).toEqual([
      "php",
      "artisan",
      "migrate",
      "--force",
      "--no-interaction",
    ]);
  });

  it("console: ends by itself, and is the only one that can be written to", () => {
    expect(named("console", "console").command).toEqual(["sleep", "3600"]);
    const writable = every.filter(({ container }) => !container.readonlyRootFilesystem);
    expect(writable.map(({ party }) => party)).toEqual(["console"]);
  });

  it("bootstrap: stands in for nginx, needs no secret, and its answer is JSON", () => {
    const container = named("bootstrap", WEB_CONTAINER);
    expect(container.secrets).toBeUndefined();
    expect(container.environment).toEqual([]);
    expect(container.portMappings).toEqual(named("web", WEB_CONTAINER).portMappings);
    const script = container.command?.[0] ?? "";
    const body = /echo '([^']*)' > \/tmp\/www\/health/.exec(script)?.[1] ?? "";
    expect(JSON.parse(body)).toEqual({ status: "waiting", message: "web waits for its first release" });
  });
});
