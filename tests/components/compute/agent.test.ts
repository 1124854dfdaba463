import { execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  AGENT_CONTAINER,
  agentContainer,
  agentParties,
  agentScript,
  agentVariables,
  applicationDatadogMetrics,
  withAgent,
} from "../../../components/compute/agent";
import { canonicalJson, type ContainerDefinition } from "../../../components/compute/container-definition";
import {
  type ContainerContext,
  schedulerContainers,
  webContainers,
  workerContainers,
} from "../../../components/compute/containers";
import type { LaravelParty } from "../../../components/compute/laravel";
import { AGENT_MEMORY_MIB, LEAST_MEMORY_BESIDE_AGENT_MIB } from "../../../config/agent";
import { secretsReadBy } from "../../../config/secrets";
import { record, type Recorded } from "../../support/mocks";
import { testStack } from "../../support/stack";
import { makeTasks, statements } from "./support";

const TASK_DEFINITION = "aws:ecs/taskDefinition:TaskDefinition";
const IMAGE = `public.ecr.aws/datadog/agent@sha256:${"b".repeat(64)}`;
const settings = { image: IMAGE, site: "ap1.datadoghq.com", traces: true };
const key = "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:affiliate/production/datadog:api_key::";
const context: ContainerContext = {
  image: "repository:unreleased",
  region: "ap-northeast-1",
  logGroup: "/affiliate/production/web",
  memoryMiB: 2048,
  environment: {},
  secrets: {},
};
const services = {
  web: webContainers,
  worker: (given: ContainerContext) =>
    workerContainers(given, { queues: ["default"], jobTimeoutSeconds: 90, stopTimeoutSeconds: 120 }),
  scheduler: schedulerContainers,
};
const agentOf = (containers: readonly ContainerDefinition[]): ContainerDefinition => {
  const [agent, ...others] = containers.filter(({ name }) => name === AGENT_CONTAINER);
  if (agent === undefined || others.length > 0) throw new Error("not one agent");
  return agent;
};
const variables = ({ environment }: ContainerDefinition) =>
  Object.fromEntries(environment.map(({ name, value }) => [name, value]));
const beside = (party: keyof typeof services, given = context, traces = true) =>
  withAgent(services[party], { settings: { ...settings, traces }, environment: "production" })(given, key);

describe("the agent beside a service", () => {
  it.each(agentParties)("%s: does not end its task, and nothing waits for it", (party) => {
    const containers = beside(party);
    const agent = agentOf(containers);
    expect(agent.essential).toBe(false);
    expect(agent.restartPolicy).toEqual({ enabled: true, ignoredExitCodes: [], restartAttemptPeriod: 60 });
    for (const { dependsOn = [] } of containers) {
      expect(dependsOn.map(({ containerName }) => containerName)).not.toContain(AGENT_CONTAINER);
    }
    expect(containers.some(({ essential }) => essential)).toBe(true);
  });

  it("takes metrics in UDP and traces on the loopback, with its key by reference", () => {
    const agent = agentOf(beside("web"));
    expect(agent.portMappings).toEqual([
      { containerPort: 8125, hostPort: 8125, protocol: "udp" },
      { containerPort: 8126, hostPort: 8126, protocol: "tcp" },
    ]);
    expect(agent.secrets).toEqual([{ name: "DD_API_KEY", valueFrom: key }]);
    expect(variables(agent)).toMatchObject({
      ECS_FARGATE: "true",
      DD_SITE: "ap1.datadoghq.com",
      DD_ENV: "production",
      DD_DOGSTATSD_PORT: "8125",
      DD_DOGSTATSD_NON_LOCAL_TRAFFIC: "false",
      DD_APM_ENABLED: "true",
      DD_APM_NON_LOCAL_TRAFFIC: "false",
    });
    expect(JSON.stringify(variables(agent))).not.toContain("secretsmanager");
  });

  it("has no port for traces and no process for them where they are off", () => {
    const agent = agentOf(beside("web", context, false));
    expect(agent.portMappings.map(({ containerPort }) => containerPort)).toEqual([8125]);
    expect(variables(agent).DD_APM_ENABLED).toBe("false");
    expect(agent.command?.join()).not.toContain("trace-agent");
  });

  it("writes to memory only, as a user without privileges, into folders that are its own", () => {
    const agent = agentOf(beside("web"));
    expect(agent).toMatchObject({ readonlyRootFilesystem: true, user: "100:0", image: IMAGE });
    expect(agent.linuxParameters.capabilities).toEqual({ add: [], drop: ["ALL"] });
    for (const { mountOptions } of agent.linuxParameters.tmpfs) {
      expect(mountOptions).toEqual(["noexec", "nosuid", "nodev", "uid=100", "gid=0"]);
    }
    const inMemory = agent.linuxParameters.tmpfs.reduce((sum, { size }) => sum + size, 0);
    expect(inMemory).toBeLessThan(agent.memory / 4);
    // The checks are looked for where the script puts them.
    expect(agent.command?.join()).toContain(`mkdir -p ${variables(agent).DD_CONFD_PATH}\n`);
    // What the script writes is under one of them.
    for (const [path = ""] of (agent.command?.join() ?? "").matchAll(/(?<=mkdir -p )\S+/g))
      expect(agent.linuxParameters.tmpfs.some(({ containerPath }) => path.startsWith(`${containerPath}/`))).toBe(true);
  });

  it.each(agentParties)("%s: leaves the rest what config promises it, in the task's memory as a whole", (party) => {
    const memoryMiB = LEAST_MEMORY_BESIDE_AGENT_MIB[party] + AGENT_MEMORY_MIB;
    const containers = beside(party, { ...context, memoryMiB });
    expect(containers.reduce((sum, { memory }) => sum + memory, 0)).toBe(memoryMiB);
    expect(agentOf(containers).memory).toBe(AGENT_MEMORY_MIB);
    for (const { name, memory, linuxParameters } of containers) {
      const inMemory = linuxParameters.tmpfs.reduce((sum, { size }) => sum + size, 0);
      expect(inMemory, name).toBeLessThan(memory);
    }
    // queue:work ends itself before its container is too small for it.
    const [limit] = containers.flatMap(({ command = [] }) => command.filter((word) => word.startsWith("--memory=")));
    if (party === "worker") expect(Number(limit?.split("=")[1])).toBeLessThan(512);
  });

  it("is written in one order, whatever order it was made in", () => {
    const containers = beside("web");
    expect(canonicalJson([...containers].reverse())).toBe(canonicalJson(containers));
    const written = JSON.parse(canonicalJson(containers)) as ContainerDefinition[];
    expect(written.map(({ name }) => name)).toEqual(["app", "datadog-agent", "nginx"]);
    const names = agentOf(written).environment.map(({ name }) => name);
    expect(names).toEqual([...names].sort());
  });

  it("tells the application where it is, and what it is called in Datadog", () => {
    expect(agentVariables("web", testStack(), settings)).toEqual({
      DD_AGENT_HOST: "127.0.0.1",
      DD_DOGSTATSD_PORT: "8125",
      DD_ENV: "production",
      DD_SERVICE: "affiliate-web",
      DD_TRACE_AGENT_PORT: "8126",
      DD_TRACE_ENABLED: "true",
      DD_VERSION: "unreleased",
    });
  });
});

const definitions = ({ inputs }: Recorded): ContainerDefinition[] =>
  JSON.parse(String(inputs.containerDefinitions)) as ContainerDefinition[];

describe("Tasks with Datadog", () => {
  it("has an agent in each service's template, and none in bootstraps and in tasks that end by themselves", async () => {
    const recording = await record(() => makeTasks({ agent: settings, scheduler: { cpuUnits: 256, memoryMiB: 1024 } }));
    const withOne = recording
      .ofType(TASK_DEFINITION)
      .filter((definition) => definitions(definition).some(({ name }) => name === AGENT_CONTAINER));
    expect(withOne.map(({ name }) => name)).toEqual(agentParties.map((party) => `tasks-${party}-template`));
    for (const party of agentParties) {
      const containers = definitions(recording.one(TASK_DEFINITION, `tasks-${party}-template`));
      const told = containers.filter((container) => variables(container).DD_AGENT_HOST !== undefined);
      expect(told.map(({ name }) => name)).toEqual([party === "web" ? "app" : party]);
    }
    for (const party of ["migration", "console"]) {
      const text = String(recording.one(TASK_DEFINITION, `tasks-${party}-template`).inputs.containerDefinitions);
      expect(text).not.toContain("DD_");
    }
    expect(recording.result.datadogMetrics).toBe(applicationDatadogMetrics);
  });

  it("lets just those tasks read the key, as the table of secrets says", async () => {
    const recording = await record(() => makeTasks({ agent: settings, scheduler: { cpuUnits: 256, memoryMiB: 1024 } }));
    for (const party of ["web", "worker", "scheduler", "migration", "console"] satisfies LaravelParty[]) {
      const { SecretsRead } = statements(
        recording.one("aws:iam/rolePolicy:RolePolicy", `tasks-${party}-execution`).inputs.policy,
      );
      const reads = [SecretsRead?.Resource ?? []].flat().some((arn) => arn.includes("/datadog-"));
      expect(reads, party).toBe(secretsReadBy(party).includes("datadog"));
    }
  });

  it("is without a trace of Datadog where it is off", async () => {
    const recording = await record(() => makeTasks());
    for (const { inputs } of recording.ofType(TASK_DEFINITION)) {
      expect(String(inputs.containerDefinitions)).not.toMatch(/datadog|DD_/i);
    }
    expect(recording.result.datadogMetrics).toBeUndefined();
  });
});

describe("the agent's start, in a real shell", () => {
  let folder: string;
  const path = (...parts: string[]) => join(folder, ...parts);
  /** Programs of these names, in place of the agents. */
  const program = (name: string, body: string) => {
    writeFileSync(path("bin", name), `#!/bin/sh\n${body}\n`);
    chmodSync(path("bin", name), 0o755);
  };
  const start = (traces = true) => {
    const script = agentScript(traces, [], { image: path("image"), own: path("own") });
    return spawn("bash", ["-c", script], { env: { ...process.env, PATH: `${path("bin")}:${process.env.PATH ?? ""}` } });
  };
  const ended = (child: ReturnType<typeof start>) =>
    new Promise<number | null>((resolve) => child.on("exit", (code) => resolve(code)));
  const waits = (name: string) =>
    `echo "$0 $*" >> ${path("log")}; trap 'echo ${name} stopped >> ${path("log")}; exit 0' TERM; while :; do sleep 0.05; done`;
  const log = () => readFileSync(path("log"), "utf8");
  const logged = async (text: string) => {
    const until = Date.now() + 10_000;
    while (!readFileSync(path("log"), { encoding: "utf8", flag: "a+" }).includes(text)) {
      if (Date.now() > until) throw new Error(`no "${text}" in: ${log()}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "agent-"));
    mkdirSync(path("bin"));
    mkdirSync(path("image", "conf.d", "ecs_fargate.d"), { recursive: true });
    writeFileSync(path("image", "datadog-ecs.yaml"), "listeners: []\n");
    writeFileSync(path("image", "conf.d", "ecs_fargate.d", "conf.yaml.default"), "ad_identifiers: []\n");
    mkdirSync(path("image", "conf.d", "disk.d"));
    program("agent", waits("agent"));
    program("trace-agent", waits("trace-agent"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("takes the image's settings along, and of its checks the task's own", async () => {
    const child = start();
    await logged("trace-agent --config=");
    await logged("agent run");
    expect(readFileSync(path("own", "datadog.yaml"), "utf8")).toBe("listeners: []\n");
    expect(execFileSync("ls", [path("own", "conf.d")], { encoding: "utf8" })).toBe("ecs_fargate.d\n");
    expect(log()).toContain(`agent run --cfgpath=${path("own")}`);
    expect(log()).toContain(`trace-agent --config=${path("own", "datadog.yaml")}`);
    child.kill("SIGTERM");
    await ended(child);
  });

  it("stops both when it is told to, and waits until they have sent what they hold", async () => {
    const child = start();
    await logged("trace-agent --config=");
    await logged("agent run");
    child.kill("SIGTERM");
    await ended(child);
    expect(log()).toContain("agent stopped");
    expect(log()).toContain("trace-agent stopped");
  });

  it.each(["agent", "trace-agent"])("ends with the exit code of %s, so that ECS starts both again", async (dies) => {
    const other = dies === "agent" ? "trace-agent" : "agent";
    program(dies, `while ! grep -q '/${other} ' ${path("log")} 2>/dev/null; do sleep 0.05; done; exit 7`);
    const child = start();
    expect(await ended(child)).toBe(7);
    expect(log()).toContain(`${other} stopped`);
  });

  it("runs one process where there are no traces", async () => {
    program("agent", `echo agent alone >> ${path("log")}; exit 3`);
    expect(await ended(start(false))).toBe(3);
    expect(log()).toBe("agent alone\n");
  });
});

describe("agentContainer", () => {
  it("is essential by itself: who has it beside others says that it is not", () => {
    const alone = agentContainer({ context, settings, environment: "staging", apiKey: key, memoryMiB: 512 });
    expect(alone.essential).toBe(true);
    expect(alone.portMappings).toEqual([]);
    expect(variables(alone).DD_ENV).toBe("staging");
  });
});
