import type { Targets } from "../../config/targets";
import { Failure } from "../failure";
import { pause } from "../invoke";
import type { Context } from "../verb";

export interface Work {
  readonly taskDefinition: string;
  readonly container: string;
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Where it may run and what it may reach. @default those of the console and of migrations */
  readonly securityGroupIds?: readonly string[];
  readonly startedBy: string;
}

export interface Ended {
  readonly arn: string;
  /** Null when the container never ran. */
  readonly exitCode: number | null;
  readonly reason: string;
}

/** Runs a task to its end. A command that is ended before stops its task, too. */
export async function runOnce(
  context: Context,
  { cluster, network }: Pick<Targets, "cluster" | "network">,
  work: Work,
  {
    lookSeconds = 5,
    look = () => Promise.resolve(),
  }: { lookSeconds?: number; look?: (arn: string) => Promise<void> } = {},
): Promise<Ended> {
  const ecs = await context.aws.ecs();
  const { tasks = [], failures = [] } = await ecs.runTask({
    cluster: cluster.name,
    taskDefinition: work.taskDefinition,
    count: 1,
    launchType: "FARGATE",
    startedBy: work.startedBy,
    networkConfiguration: {
      awsvpcConfiguration: {
        subnets: [...network.privateSubnetIds],
        securityGroups: [...(work.securityGroupIds ?? [network.taskSecurityGroupId])],
        assignPublicIp: "DISABLED",
      },
    },
    overrides: {
      containerOverrides: [
        {
          name: work.container,
          command: [...work.command],
          environment: Object.entries(work.environment ?? {}).map(([name, value]) => ({ name, value })),
        },
      ],
    },
  });
  const arn = tasks[0]?.taskArn;
  if (arn === undefined) {
    const reasons = failures.map(({ reason = "no reason", detail }) => (detail ? `${reason} (${detail})` : reason));
    throw new Failure("failed", `ECS did not start the task: ${reasons.join("; ") || "it gave no reason"}.`);
  }
  let ended = false;
  context.atEnd(async () => {
    if (!ended) await ecs.stopTask({ cluster: cluster.name, task: arn, reason: "The command has ended" });
  });
  for (;;) {
    const { tasks: [task] = [] } = await ecs.describeTasks({ cluster: cluster.name, tasks: [arn] });
    if (task?.lastStatus === "STOPPED") {
      ended = true;
      const container = task.containers?.find(({ name }) => name === work.container);
      const reason = [task.stoppedReason, container?.reason].filter(Boolean).join("; ") || "ECS gave no reason";
      return { arn, exitCode: container?.exitCode ?? null, reason };
    }
    await look(arn);
    await pause(lookSeconds, context.signal);
  }
}
