import { randomBytes } from "node:crypto";
import type { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import type { DeploymentConfiguration, ECS, TaskDefinition } from "@aws-sdk/client-ecs";
import { FakeDatabase } from "../../functions/release-gate/fake-database";
import type { StandIn } from "../aws-front";
import {
  beginDeployment,
  beginRollback,
  type FakeDeployment,
  type FakeService,
  isOver,
  step,
  type Surroundings,
  taskOf,
} from "./life-cycle";

interface OneOffTask {
  readonly arn: string;
  readonly family: string;
  exitCode: number | undefined;
  readonly container: string;
}

/** What a call brings, as far as it is read. */
interface Input {
  readonly service?: string;
  readonly services?: string[];
  readonly serviceName?: string;
  readonly family?: string;
  readonly tasks?: string[];
  readonly taskDefinition?: string;
  readonly deploymentConfiguration?: DeploymentConfiguration;
  readonly status?: string[];
  readonly maxResults?: number;
  readonly nextToken?: string;
  readonly serviceDeploymentArns?: string[];
  readonly serviceRevisionArns?: string[];
  readonly serviceDeploymentArn?: string;
  readonly action?: string;
  readonly overrides?: { containerOverrides?: { command?: string[] }[] };
}

type Answer = Record<string, unknown>;
class Refused extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/**
 * ECS's services, deployments and tasks, which no emulator has: a fake, served over HTTP before the emulator, which
 * keeps the task definitions. What runs in a one-off task is Laravel's table of migrations, in memory.
 */
export class FakeEcsApi {
  readonly services = new Map<string, FakeService>();
  readonly database = new FakeDatabase();
  /** Of the next migration: how many succeed before one fails. */
  migrationSteps = Infinity;
  around: Surroundings | undefined;
  /** Of all one-off tasks, in order. */
  readonly commands: string[][] = [];
  /** Of `artisan cache:clear`. */
  cacheExitCode = 0;
  private readonly definitions = new Map<string, TaskDefinition>();
  private readonly oneOff: OneOffTask[] = [];
  private readonly stepping = new Set<FakeDeployment>();

  constructor(
    private readonly ecs: ECS,
    private readonly logs: CloudWatchLogs,
    private readonly cluster: { readonly arn: string; readonly logGroup: string },
  ) {}

  readonly standIn: StandIn = async (name, body) => {
    const [target, operation = ""] = name.split(".");
    const handler = target?.startsWith("AmazonEC2ContainerService") ? this.operations[operation] : undefined;
    if (handler === undefined) return undefined;
    try {
      return { status: 200, body: JSON.stringify(await handler(JSON.parse(body) as Input)) };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return { status: 400, body: JSON.stringify({ __type: error.code, message: error.message }) };
    }
  };

  addService(
    name: string,
    taskDefinition: string,
    desiredCount: number,
    configuration: DeploymentConfiguration,
  ): FakeService {
    const arn = `${this.cluster.arn.replace(":cluster/", ":service/")}/${name}`;
    const service: FakeService = {
      name,
      arn,
      taskDefinition,
      desiredCount,
      configuration,
      deployments: [],
      tasks: [],
      courses: [],
    };
    service.tasks = Array.from({ length: desiredCount }, () => taskOf(service, taskDefinition));
    this.services.set(name, service);
    return service;
  }

  /** A deployment that is over, as if it had been made long ago. */
  async remember(service: FakeService, taskDefinition: string): Promise<void> {
    const around = {
      hook: () => Promise.resolve({ hookStatus: "SUCCEEDED" as const }),
      shift: () => Promise.resolve(),
    };
    const deployment = beginDeployment(service, taskDefinition);
    while (!isOver(deployment)) await step(service, deployment, around);
  }

  private readonly operations: Readonly<Record<string, ((input: Input) => Answer | Promise<Answer>) | undefined>> = {
    DescribeServices: ({ services = [] }) => ({
      services: services.flatMap((name) => this.describeService(name)),
      failures: [],
    }),
    UpdateService: (input) => this.updateService(input),
    ListServiceDeployments: ({ service = "", status, maxResults = 20, nextToken = "0" }) => {
      const { deployments } = this.find(service);
      const asked = deployments.filter(
        (one) => status === undefined || status.length === 0 || status.includes(one.status),
      );
      const end = Number(nextToken) + maxResults;
      return {
        serviceDeployments: asked
          .slice(Number(nextToken), end)
          .map((one) => ({ ...brief(one), targetServiceRevisionArn: one.revisionArn })),
        ...(end < asked.length && { nextToken: String(end) }),
      };
    },
    DescribeServiceDeployments: async ({ serviceDeploymentArns = [] }) => {
      const found = await Promise.all(serviceDeploymentArns.map((arn) => this.advance(arn)));
      return { serviceDeployments: found, failures: [] };
    },
    DescribeServiceRevisions: async ({ serviceRevisionArns = [] }) => ({
      serviceRevisions: await Promise.all(serviceRevisionArns.map((arn) => this.describeRevision(arn))),
      failures: [],
    }),
    StopServiceDeployment: ({ serviceDeploymentArn = "" }) => {
      const [, deployment] = this.deployment(serviceDeploymentArn);
      if (isOver(deployment)) throw new Refused("ConflictException", "The service deployment is not in progress.");
      beginRollback(deployment, "Service deployment stopped by a person");
      return { serviceDeploymentArn };
    },
    ContinueServiceDeployment: ({ serviceDeploymentArn = "", action }) => {
      const [, deployment] = this.deployment(serviceDeploymentArn);
      if (deployment.hook?.status !== "AWAITING_ACTION")
        throw new Refused("InvalidParameterException", "It waits for nobody.");
      deployment.hook.status = "SUCCEEDED";
      if (action === "ROLLBACK") beginRollback(deployment, "Rolled back at a pause");
      return { serviceDeploymentArn };
    },
    RunTask: (input) => this.runTask(input),
    StopTask: () => ({}),
    ListTasks: ({ serviceName, family }) => ({
      taskArns:
        serviceName === undefined
          ? this.oneOff.filter((task) => task.family === family && task.exitCode === undefined).map(({ arn }) => arn)
          : this.find(serviceName).tasks.map(({ arn }) => arn),
    }),
    DescribeTasks: ({ tasks = [] }) => ({ tasks: tasks.flatMap((arn) => this.describeTask(arn)), failures: [] }),
  };

  private find(nameOrArn: string): FakeService {
    const found = this.services.get(nameOrArn.split("/").at(-1) ?? "");
    if (found === undefined) throw new Refused("ServiceNotFoundException", "Service not found.");
    return found;
  }

  private deployment(arn: string): [FakeService, FakeDeployment] {
    for (const service of this.services.values()) {
      const found = service.deployments.find((one) => one.arn === arn);
      if (found !== undefined) return [service, found];
    }
    throw new Refused("ServiceDeploymentNotFoundException", "Service deployment not found.");
  }

  private updateService({ service = "", taskDefinition, deploymentConfiguration }: Input): Answer {
    const found = this.find(service);
    if (deploymentConfiguration !== undefined) found.configuration = deploymentConfiguration;
    // What it runs already is no deployment.
    if (taskDefinition !== undefined && taskDefinition !== found.taskDefinition) beginDeployment(found, taskDefinition);
    return { service: this.describeService(service)[0] };
  }

  private describeService(name: string): Answer[] {
    const service = this.services.get(name);
    if (service === undefined) return [];
    const { arn, taskDefinition, desiredCount, tasks, configuration } = service;
    const [newest] = service.deployments;
    const going =
      newest !== undefined && !isOver(newest) ? [{ id: "old", status: "ACTIVE", taskDefinition: newest.source }] : [];
    const primary = {
      id: "new",
      status: "PRIMARY",
      taskDefinition,
      rolloutState: "COMPLETED",
      createdAt: newest?.createdAt,
    };
    return [
      {
        ...{ serviceName: name, serviceArn: arn, status: "ACTIVE", taskDefinition, desiredCount },
        ...{ runningCount: tasks.length, deployments: [primary, ...going], deploymentConfiguration: configuration },
      },
    ];
  }

  private async advance(arn: string): Promise<Answer> {
    const [service, deployment] = this.deployment(arn);
    if (this.around === undefined) throw new Error("the fake has no surroundings yet");
    // The gate, called in a step, asks about the deployment itself.
    if (!this.stepping.has(deployment)) {
      this.stepping.add(deployment);
      await step(service, deployment, this.around).finally(() => this.stepping.delete(deployment));
    }
    const { hook, course, alarmRang, breakerOpened } = deployment;
    return {
      ...brief(deployment),
      targetServiceRevision: { arn: deployment.revisionArn },
      lifecycleStage: deployment.stage,
      lifecycleHookDetails: hook === undefined ? [] : [{ ...hook, details: undefined }],
      alarms: {
        status: alarmRang ? "TRIGGERED" : "MONITORING",
        ...(alarmRang && { triggeredAlarmNames: [course.alarm] }),
      },
      deploymentCircuitBreaker: breakerOpened
        ? { status: "TRIGGERED", failureCount: 3, threshold: 3 }
        : { status: "MONITORING", failureCount: 0, threshold: 3 },
      ...(deployment.reason !== undefined && { rollback: { reason: deployment.reason } }),
    };
  }

  private async describeRevision(serviceRevisionArn: string): Promise<Answer> {
    const target = [...this.services.values()].flatMap(({ deployments }) => deployments);
    const taskDefinition = target.find(({ revisionArn }) => revisionArn === serviceRevisionArn)?.target;
    const { containerDefinitions = [] } = await this.definition(taskDefinition ?? "");
    const containerImages = containerDefinitions.map(({ name, image }) => ({
      containerName: name,
      image,
      imageDigest: image?.split("@")[1],
    }));
    return { serviceRevisionArn, taskDefinition, containerImages };
  }

  private async definition(taskDefinition: string): Promise<TaskDefinition> {
    const known = this.definitions.get(taskDefinition);
    if (known !== undefined) return known;
    const { taskDefinition: found = {} } = await this.ecs.describeTaskDefinition({ taskDefinition });
    // A revision never changes; a family's name means another one tomorrow.
    if (/:\d+$/.test(taskDefinition)) this.definitions.set(taskDefinition, found);
    return found;
  }

  private async runTask({ taskDefinition = "", overrides }: Input): Promise<Answer> {
    const definition = await this.definition(taskDefinition);
    const command = overrides?.containerOverrides?.[0]?.command ?? [];
    const rollback = command.find((word) => word.startsWith("--batch="));
    const image = definition.containerDefinitions?.[0]?.image ?? "";
    const name = randomBytes(8).toString("hex");
    this.commands.push(command);
    const { exitCode, lines } = command.includes("cache:clear")
      ? { exitCode: this.cacheExitCode, lines: ["INFO  Application cache cleared successfully."] }
      : command[1] === "-r"
        ? { exitCode: 0, lines: this.database.answer(image, command[3] === "--" ? Number(command[4]) : undefined) }
        : rollback === undefined
          ? this.database.migrate(image, this.migrationSteps)
          : this.database.rollback(Number(rollback.slice("--batch=".length)));
    const container = definition.containerDefinitions?.[0]?.name ?? "migration";
    const place = { logGroupName: this.cluster.logGroup, logStreamName: `${container}/${container}/${name}` };
    await this.logs.createLogStream(place);
    const timestamp = Date.now();
    await this.logs.putLogEvents({ ...place, logEvents: lines.map((message) => ({ message, timestamp })) });
    const arn = `${this.cluster.arn.replace(":cluster/", ":task/")}/${name}`;
    this.oneOff.push({ arn, family: definition.family ?? "", exitCode, container });
    return { tasks: [{ taskArn: arn }], failures: [] };
  }

  private describeTask(taskArn: string): Answer[] {
    const task = this.oneOff.find(({ arn }) => arn === taskArn);
    if (task !== undefined) {
      const containers = [{ name: task.container, exitCode: task.exitCode }];
      return [
        {
          taskArn,
          lastStatus: "STOPPED",
          stopCode: "EssentialContainerExited",
          stoppedReason: "It exited",
          containers,
        },
      ];
    }
    const all = [...this.services.values()].flatMap(({ tasks }) => tasks);
    const found = all.find(({ arn }) => arn === taskArn);
    return found === undefined ? [] : [{ taskArn, taskDefinitionArn: found.taskDefinition, lastStatus: "RUNNING" }];
  }
}

const brief = ({ arn, status, createdAt, finishedAt, reason }: FakeDeployment): Answer => ({
  ...{ serviceDeploymentArn: arn, status, createdAt, finishedAt, statusReason: reason },
});
