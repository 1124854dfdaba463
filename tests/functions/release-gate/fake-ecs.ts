import {
  ConflictException,
  DescribeServiceDeploymentsCommand,
  type DescribeServiceDeploymentsCommandOutput,
  DescribeServiceRevisionsCommand,
  type DescribeServiceRevisionsCommandOutput,
  DescribeTaskDefinitionCommand,
  type DescribeTaskDefinitionCommandOutput,
  DescribeTasksCommand,
  type DescribeTasksCommandOutput,
  type ECSClient,
  ListServiceDeploymentsCommand,
  type ListServiceDeploymentsCommandOutput,
  ListTaskDefinitionsCommand,
  type ListTaskDefinitionsCommandOutput,
  ListTasksCommand,
  type ListTasksCommandOutput,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  type RegisterTaskDefinitionCommandOutput,
  RunTaskCommand,
  type RunTaskCommandInput,
  type RunTaskCommandOutput,
  type ServiceDeploymentStatus,
  StopTaskCommand,
  type StopTaskCommandOutput,
  type TaskDefinition,
} from "@aws-sdk/client-ecs";
import type { AwsClientStub } from "aws-sdk-client-mock";
import type { FakeDatabase } from "./fake-database";
import type { Around } from "./fake-table";
import { definitionArn, deploymentArn, image, revisionArn, settings, taskArn } from "./fixtures";

/** How the next task fares. */
export interface Fate {
  /** Of a migration: how many succeed before one fails. @default all */
  readonly steps?: number;
  /** @default 40 */
  readonly seconds?: number;
  /** @default the command's own */
  readonly exitCode?: number | null;
  /** Its container never runs. @default false */
  readonly neverStarts?: boolean;
  /** It takes no notice of being told to stop. @default false */
  readonly stubborn?: boolean;
}

export interface FakeTask {
  readonly arn: string;
  readonly purpose: "ask" | "migrate" | "rollback";
  readonly batch: number | undefined;
  readonly image: string;
  readonly startedBy: string;
  readonly startedAt: number;
  readonly fate: Fate;
  endsAt: number;
  /** It has come to its end and done what it does. */
  over: boolean;
  exitCode: number | null;
  lines: string[];
}

interface Deployment {
  status: ServiceDeploymentStatus;
  readonly taskDefinition: string;
  readonly image: string;
  finishedAt?: Date;
}

const ok = { $metadata: {} };

/** Tasks, task definitions and service deployments. Written in the SDK's types, not recorded. */
export class FakeEcs {
  readonly tasks: FakeTask[] = [];
  readonly deployments = new Map<string, Deployment>();
  readonly definitions = new Map<string, TaskDefinition[]>();
  fate: (task: Pick<FakeTask, "purpose">) => Fate = () => ({});
  /** Called with each task that is really started. */
  onStart: (task: FakeTask) => void = () => undefined;
  /** RunTask answers without a task. */
  capacity = true;
  private readonly tokens = new Map<string, { arn: string; request: string }>();

  constructor(
    private readonly database: FakeDatabase,
    private readonly now: () => number,
  ) {
    this.define(settings.migrationTemplateFamily, template(settings.migrationContainer));
  }

  /** A deployment of an image; its revision has the same id. */
  deploy(id: string, letter: string, version: string, status: ServiceDeploymentStatus = "IN_PROGRESS"): void {
    const taskDefinition = this.define("affiliate-production-web", {
      containerDefinitions: [
        { name: "app", image: image(letter), environment: [{ name: "RELEASE", value: version }] },
        { name: "nginx", image: image(letter) },
      ],
    });
    this.deployments.set(id, { status, taskDefinition, image: image(letter), finishedAt: new Date(this.now()) });
  }

  define(family: string, definition: TaskDefinition): string {
    const revisions = this.definitions.get(family) ?? [];
    this.definitions.set(family, revisions);
    const taskDefinitionArn = definitionArn(family, revisions.length + 1);
    revisions.push({ ...definition, family, taskDefinitionArn });
    return taskDefinitionArn;
  }

  byStream(stream: string): FakeTask | undefined {
    this.settle();
    return this.tasks.find(({ arn, over }) => over && stream.endsWith(`/${arn.split("/").pop()}`));
  }

  /** Lets tasks whose time has come do what they do, in the order in which they end. */
  settle(): void {
    const ending = this.tasks.filter(({ over, endsAt }) => !over && endsAt <= this.now());
    for (const task of ending.sort((a, b) => a.endsAt - b.endsAt)) {
      task.over = true;
      if (task.fate.neverStarts) continue;
      const { exitCode, lines } = this.run(task);
      task.exitCode = task.fate.exitCode === undefined ? exitCode : task.fate.exitCode;
      task.lines = lines;
    }
  }

  private run({ purpose, image: of, batch, fate }: FakeTask): { exitCode: number; lines: string[] } {
    if (purpose === "ask") return { exitCode: 0, lines: this.database.answer(of, batch) };
    if (purpose === "rollback") return this.database.rollback(batch ?? 0);
    return this.database.migrate(of, fate.steps ?? Infinity);
  }

  install(stub: AwsClientStub<ECSClient>, around: Around): void {
    this.installDeployments(stub, around);
    this.installDefinitions(stub, around);
    stub.on(RunTaskCommand).callsFake(around("RunTask", (input: RunTaskCommandInput) => this.runTask(input)));
    stub.on(ListTasksCommand).callsFake(
      around("ListTasks", (): ListTasksCommandOutput => {
        this.settle();
        return { taskArns: this.tasks.filter(({ over }) => !over).map(({ arn }) => arn), ...ok };
      }),
    );
    stub.on(StopTaskCommand).callsFake(
      around("StopTask", ({ task }: { task?: string }): StopTaskCommandOutput => {
        const found = this.tasks.find(({ arn, over }) => arn === task && !over);
        if (found !== undefined && !found.fate.stubborn) {
          Object.assign(found, { over: true, exitCode: 143, endsAt: this.now() });
        }
        return ok;
      }),
    );
    stub.on(DescribeTasksCommand).callsFake(
      around("DescribeTasks", ({ tasks = [] }: { tasks?: string[] }): DescribeTasksCommandOutput => {
        this.settle();
        const HOUR = 3_600_000;
        const found = this.tasks.filter(
          ({ arn, over, endsAt }) => tasks.includes(arn) && !(over && this.now() > endsAt + HOUR),
        );
        return { tasks: found.map(describe), failures: [], ...ok };
      }),
    );
  }

  private runTask(input: RunTaskCommandInput): RunTaskCommandOutput {
    const { clientToken = "", taskDefinition = "", startedBy = "" } = input;
    const request = JSON.stringify(input);
    const known = this.tokens.get(clientToken);
    if (known !== undefined && known.request !== request) {
      throw new ConflictException({ message: "token in use", resourceIds: [known.arn], ...ok });
    }
    this.settle();
    if (known !== undefined) return { tasks: [{ taskArn: known.arn }], failures: [], ...ok };
    if (!this.capacity) return { tasks: [], failures: [{ reason: "Capacity is unavailable at this time." }], ...ok };

    const command = input.overrides?.containerOverrides?.[0]?.command ?? [];
    const rollback = command.find((word) => word.startsWith("--batch="));
    const purpose = command[1] === "-r" ? "ask" : rollback === undefined ? "migrate" : "rollback";
    const above = command[3] === "--" ? Number(command[4]) : undefined;
    const fate = this.fate({ purpose });
    const task: FakeTask = {
      arn: taskArn(String(this.tasks.length + 1).padStart(32, "0")),
      purpose,
      batch: rollback === undefined ? above : Number(rollback.slice("--batch=".length)),
      image: this.definition(taskDefinition)?.containerDefinitions?.[0]?.image ?? "",
      startedBy,
      startedAt: this.now(),
      fate,
      endsAt: this.now() + (fate.seconds ?? 40) * 1000,
      over: false,
      exitCode: null,
      lines: [],
    };
    this.tasks.push(task);
    this.onStart(task);
    this.tokens.set(clientToken, { arn: task.arn, request });
    return { tasks: [{ taskArn: task.arn }], failures: [], ...ok };
  }

  private definition(arnOrFamily: string): TaskDefinition | undefined {
    return (
      this.definitions.get(arnOrFamily)?.at(-1) ??
      [...this.definitions.values()].flat().find(({ taskDefinitionArn }) => taskDefinitionArn === arnOrFamily)
    );
  }

  private installDefinitions(stub: AwsClientStub<ECSClient>, around: Around): void {
    stub.on(DescribeTaskDefinitionCommand).callsFake(
      around("DescribeTaskDefinition", ({ taskDefinition = "" }: { taskDefinition?: string }) => {
        const found = this.definition(taskDefinition);
        return { taskDefinition: structuredClone(found), ...ok } satisfies DescribeTaskDefinitionCommandOutput;
      }),
    );
    stub.on(ListTaskDefinitionsCommand).callsFake(
      around("ListTaskDefinitions", ({ familyPrefix = "" }: { familyPrefix?: string }) => {
        const arns = (this.definitions.get(familyPrefix) ?? []).map(({ taskDefinitionArn = "" }) => taskDefinitionArn);
        return { taskDefinitionArns: arns.reverse(), ...ok } satisfies ListTaskDefinitionsCommandOutput;
      }),
    );
    stub.on(RegisterTaskDefinitionCommand).callsFake(
      around("RegisterTaskDefinition", ({ tags, family = "", ...definition }: RegisterTaskDefinitionCommandInput) => {
        // ECS fills in the empty lists.
        const taskDefinitionArn = this.define(family, { volumes: [], placementConstraints: [], ...definition });
        return { taskDefinition: { taskDefinitionArn }, tags, ...ok } satisfies RegisterTaskDefinitionCommandOutput;
      }),
    );
  }

  private installDeployments(stub: AwsClientStub<ECSClient>, around: Around): void {
    const idOf = (arn: string | undefined): string => arn?.split("/").pop() ?? "";
    stub.on(DescribeServiceDeploymentsCommand).callsFake(
      around("DescribeServiceDeployments", (input: { serviceDeploymentArns?: string[] }) => {
        const id = idOf(input.serviceDeploymentArns?.[0]);
        const status = this.deployments.get(id)?.status;
        return {
          serviceDeployments: status === undefined ? [] : [{ serviceDeploymentArn: deploymentArn(id), status }],
          ...ok,
        } satisfies DescribeServiceDeploymentsCommandOutput;
      }),
    );
    stub.on(DescribeServiceRevisionsCommand).callsFake(
      around("DescribeServiceRevisions", (input: { serviceRevisionArns?: string[] }) => {
        const serviceRevisions = (input.serviceRevisionArns ?? []).flatMap((serviceRevisionArn) => {
          const deployment = this.deployments.get(idOf(serviceRevisionArn));
          if (deployment === undefined) return [];
          const { taskDefinition, image: imageName } = deployment;
          const imageDigest = imageName.split("@")[1];
          const containerImages = [{ containerName: "app", image: imageName, imageDigest }];
          return [{ serviceRevisionArn, taskDefinition, containerImages }];
        });
        return { serviceRevisions, ...ok } satisfies DescribeServiceRevisionsCommandOutput;
      }),
    );
    stub.on(ListServiceDeploymentsCommand).callsFake(
      around("ListServiceDeployments", () => {
        const serviceDeployments = [...this.deployments]
          .filter(([, { status }]) => status === "SUCCESSFUL")
          .map(([id, { finishedAt }]) => ({ targetServiceRevisionArn: revisionArn(id), finishedAt }));
        return { serviceDeployments, ...ok } satisfies ListServiceDeploymentsCommandOutput;
      }),
    );
  }
}

const describe = (task: FakeTask) => ({
  taskArn: task.arn,
  lastStatus: task.over ? "STOPPED" : "RUNNING",
  ...(task.over && {
    stoppedReason: task.fate.neverStarts ? "CannotPullContainerError" : "Essential container in task exited",
    stopCode: task.fate.neverStarts ? ("TaskFailedToStart" as const) : ("EssentialContainerExited" as const),
  }),
  containers: [{ name: settings.migrationContainer, ...(task.exitCode !== null && { exitCode: task.exitCode }) }],
});

const template = (container: string): TaskDefinition => ({
  cpu: "512",
  memory: "1024",
  networkMode: "awsvpc",
  requiresCompatibilities: ["FARGATE"],
  executionRoleArn: "arn:aws:iam::123456789012:role/affiliate-production-migration-execution",
  containerDefinitions: [
    {
      name: container,
      image: `${settings.repositoryUrl}:unreleased`,
      command: ["php", "artisan", "migrate", "--force", "--no-interaction"],
      environment: [{ name: "RELEASE", value: "unreleased" }],
    },
  ],
  volumes: [],
});
