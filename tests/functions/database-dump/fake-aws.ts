import { DescribeImagesCommand, type DescribeImagesCommandOutput, ECRClient } from "@aws-sdk/client-ecr";
import {
  DescribeTaskDefinitionCommand,
  type DescribeTaskDefinitionCommandOutput,
  DescribeTasksCommand,
  type DescribeTasksCommandOutput,
  ECSClient,
  ListTaskDefinitionsCommand,
  type ListTaskDefinitionsCommandOutput,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  type RegisterTaskDefinitionCommandOutput,
  RunTaskCommand,
  type RunTaskCommandInput,
  type RunTaskCommandOutput,
  StopTaskCommand,
  type StopTaskCommandInput,
  type TaskDefinition,
} from "@aws-sdk/client-ecs";
import { RDSClient } from "@aws-sdk/client-rds";
import {
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  type ListObjectsV2CommandOutput,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
} from "@aws-sdk/client-s3";
import { mockClient } from "aws-sdk-client-mock";
import { createHandler, type Reply } from "../../../functions/database-dump/handler";
import { folderOf } from "../../../functions/database-dump/kept";
import type { Settings } from "../../../functions/database-dump/settings";
import { sayTo } from "../../../functions/shared/say";
import { Surroundings } from "../support/around";
import { FakeRds } from "./fake-rds";

export const settings: Settings = {
  environment: "production",
  source: "affiliate-production-database",
  clonePrefix: "affiliate-production-dump",
  subnetGroup: "affiliate-production-database",
  cloneSecurityGroupId: "sg-clone",
  cloneParameters: "affiliate-production-clone-aurora-mysql8-0",
  instanceClass: "db.r7g.large",
  certificateAuthority: "rds-ca-rsa2048-g1",
  bucket: "affiliate-production-backups-123456789012",
  cluster: "affiliate-production",
  family: "affiliate-production-dump",
  templateFamily: "affiliate-production-dump-template",
  container: "dump",
  repositoryName: "affiliate-production-backup",
  repositoryUrl: "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/affiliate-production-backup",
  subnetIds: ["subnet-1", "subnet-2"],
  taskSecurityGroupId: "sg-dump",
  startAt: "06:00",
};

/** How the next task fares. @default it dumps, in half an hour */
export interface Fate {
  readonly minutes?: number;
  readonly exitCode?: number | null;
  /** Whether the manifest is written. @default with exit code 0 */
  readonly writes?: boolean;
  /** RunTask answers with a failure in its place. */
  readonly refused?: string;
}

interface Task {
  readonly arn: string;
  readonly token: string;
  readonly request: RunTaskCommandInput;
  readonly startedAt: number;
  endsAt: number;
  exitCode: number | null;
  writes: boolean;
  over: boolean;
}

const region = "ap-northeast-1";
const clients = {
  rds: new RDSClient({ region }),
  ecs: new ECSClient({ region }),
  ecr: new ECRClient({ region }),
  s3: new S3Client({ region }),
};
/** Made once: the stubs of a thousand scenarios would keep all their calls. */
const stubs = {
  rds: mockClient(clients.rds),
  ecs: mockClient(clients.ecs),
  ecr: mockClient(clients.ecr),
  s3: mockClient(clients.s3),
};
const ok = { $metadata: {} };
export const DIGEST = `sha256:${"a".repeat(64)}`;

/** The AWS that the dump's function sees, in the SDK's own types. Written by hand: nothing here was recorded from AWS. */
export class FakeAws extends Surroundings {
  readonly rds = new FakeRds(this);
  readonly tasks: Task[] = [];
  readonly objects = new Map<string, string>();
  images: DescribeImagesCommandOutput["imageDetails"] = [
    { imageDigest: DIGEST, imageTags: ["release-1"], imagePushedAt: new Date("2026-11-01") },
  ];
  fate: () => Fate = () => ({});
  readonly definitions: TaskDefinition[] = [
    {
      family: settings.templateFamily,
      taskDefinitionArn: this.arn("task-definition", `${settings.templateFamily}:3`),
      cpu: "1024",
      memory: "2048",
      containerDefinitions: [{ name: "dump", image: `${settings.repositoryUrl}:unreleased`, essential: true }],
    },
  ];

  constructor(start = "2026-11-26T20:00:00Z") {
    super(start);
    for (const stub of Object.values(stubs)) stub.reset();
    this.rds.add(settings.source, { Project: "affiliate" }, true);
    this.rds.install(stubs.rds);
    this.installTasks();
    stubs.ecr
      .on(DescribeImagesCommand)
      .callsFake(this.around("DescribeImages", () => ({ imageDetails: this.images, ...ok })));
    stubs.s3.on(ListObjectsV2Command).callsFake(
      this.around("ListObjectsV2", ({ Prefix = "" }: ListObjectsV2CommandInput): ListObjectsV2CommandOutput => {
        this.settle();
        const keys = [...this.objects.keys()].filter((key) => key.startsWith(Prefix)).sort();
        return { Contents: keys.slice(0, 1).map((Key) => ({ Key })), ...ok };
      }),
    );
    stubs.s3.on(PutObjectCommand).callsFake(
      this.around("PutObject", ({ Key = "", Body }: PutObjectCommandInput) => {
        this.objects.set(Key, typeof Body === "string" ? Body : "");
        return ok;
      }),
    );
  }

  /** One call of the function. */
  async invoke(request?: unknown): Promise<Reply> {
    this.awake();
    for (const stub of Object.values(stubs)) stub.resetHistory();
    const world = { settings, ...clients, now: this.now, say: sayTo(this.write, this.now), write: this.write };
    return createHandler(() => world)(request);
  }

  /** The schedule calls for so many hours; failed calls are counted. */
  async hours(count: number): Promise<number> {
    let failed = 0;
    for (let minute = 0; minute < count * 60; minute += 5) {
      await this.invoke().catch(() => (failed += 1));
      this.minutes(5);
    }
    return failed;
  }

  /** Clusters that are still paid, besides the source. */
  get clones(): string[] {
    this.rds.settle();
    return [...this.rds.clusters.keys()].filter((name) => name !== settings.source);
  }

  get manifests(): string[] {
    return [...this.objects.keys()].filter((key) => key.endsWith("/manifest.json"));
  }

  get givenUp(): string[] {
    return [...this.objects.keys()].filter((key) => key.endsWith("/given-up.json"));
  }

  /** Lets tasks whose time has come do what they do; without their clone they fail. */
  settle(): void {
    this.rds.settle();
    for (const task of this.tasks) {
      if (task.over || task.endsAt > this.time) continue;
      task.over = true;
      const variables = task.request.overrides?.containerOverrides?.[0]?.environment ?? [];
      const of = (name: string) => variables.find((variable) => variable.name === name)?.value ?? "";
      const clone = of("DB_HOST").split(".")[0] ?? "";
      const instance = this.rds.instances.get(clone);
      const there = instance !== undefined && this.rds.statusOf(instance) === "available";
      if (!there && task.exitCode === 0) task.exitCode = 1;
      if (there && task.writes) {
        this.objects.set(`${folderOf(new Date(of("CLONE_TIME")), of("DUMP_ID"))}/manifest.json`, "{}");
      }
    }
  }

  forget(): void {
    for (const list of [this.calls, this.lines, this.tasks, this.definitions]) list.splice(0);
    this.objects.clear();
  }

  private arn(kind: string, name: string): string {
    return `arn:aws:ecs:${region}:123456789012:${kind}/${name}`;
  }

  private installTasks(): void {
    const { ecs } = stubs;
    ecs.on(DescribeTaskDefinitionCommand).callsFake(
      this.around(
        "DescribeTaskDefinition",
        ({ taskDefinition = "" }: { taskDefinition?: string }): DescribeTaskDefinitionCommandOutput => ({
          taskDefinition: this.definitions.findLast(
            ({ family, taskDefinitionArn }) => family === taskDefinition || taskDefinitionArn === taskDefinition,
          ),
          ...ok,
        }),
      ),
    );
    ecs.on(ListTaskDefinitionsCommand).callsFake(
      this.around(
        "ListTaskDefinitions",
        ({ familyPrefix = "" }: { familyPrefix?: string }): ListTaskDefinitionsCommandOutput => ({
          taskDefinitionArns: this.definitions
            .filter(({ family }) => family?.startsWith(familyPrefix))
            .map(({ taskDefinitionArn }) => taskDefinitionArn ?? "")
            .reverse(),
          ...ok,
        }),
      ),
    );
    ecs.on(RegisterTaskDefinitionCommand).callsFake(
      this.around(
        "RegisterTaskDefinition",
        (input: RegisterTaskDefinitionCommandInput): RegisterTaskDefinitionCommandOutput => {
          const number = this.definitions.length;
          const taskDefinitionArn = this.arn("task-definition", `${input.family}:${number}`);
          const taskDefinition = { ...input, taskDefinitionArn } as TaskDefinition;
          this.definitions.push(taskDefinition);
          return { taskDefinition, ...ok };
        },
      ),
    );
    ecs.on(RunTaskCommand).callsFake(this.around("RunTask", (input: RunTaskCommandInput) => this.runTask(input)));
    ecs.on(StopTaskCommand).callsFake(
      this.around("StopTask", ({ task }: StopTaskCommandInput) => {
        const found = this.tasks.find(({ arn, over }) => arn === task && !over);
        if (found !== undefined) Object.assign(found, { over: true, exitCode: 143, endsAt: this.time });
        return ok;
      }),
    );
    ecs.on(DescribeTasksCommand).callsFake(
      this.around("DescribeTasks", ({ tasks = [] }: { tasks?: string[] }): DescribeTasksCommandOutput => {
        this.settle();
        const found = this.tasks.filter(({ arn }) => tasks.includes(arn));
        // ECS forgets a task some time after its end.
        const known = found.filter(({ over, endsAt }) => !over || this.time < endsAt + 3_600_000);
        return {
          tasks: known.map(({ arn, over, startedAt, endsAt, exitCode }) => ({
            taskArn: arn,
            lastStatus: over ? "STOPPED" : "RUNNING",
            createdAt: new Date(startedAt),
            ...(over && { stoppedAt: new Date(endsAt), stoppedReason: "Essential container in task exited" }),
            containers: [{ name: "dump", ...(over && exitCode !== null && { exitCode }) }],
          })),
          ...ok,
        };
      }),
    );
  }

  private runTask(input: RunTaskCommandInput): RunTaskCommandOutput {
    const token = input.clientToken ?? "";
    const before = this.tasks.find((task) => task.token === token);
    if (before !== undefined) return { tasks: [{ taskArn: before.arn }], failures: [], ...ok };
    const { minutes = 30, exitCode = 0, writes = exitCode === 0, refused } = this.fate();
    if (refused !== undefined) return { tasks: [], failures: [{ reason: refused }], ...ok };
    const arn = this.arn("task", `${settings.cluster}/${this.tasks.length + 1}`);
    const endsAt = this.time + minutes * 60_000;
    this.tasks.push({ arn, token, request: input, startedAt: this.time, endsAt, exitCode, writes, over: false });
    return { tasks: [{ taskArn: arn }], failures: [], ...ok };
  }
}
