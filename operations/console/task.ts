import type { Task } from "@aws-sdk/client-ecs";
import { fill, isSame } from "../../functions/shared/task-definition";
import type { Targets } from "../../config/targets";
import { containers } from "../../config/vocabulary";
import { Failure } from "../failure";
import { pause } from "../invoke";
import type { RunningRelease } from "../released";
import type { Context } from "../verb";

/** A console task that runs, and can be entered. */
export interface ConsoleTask {
  readonly arn: string;
  readonly id: string;
  /** What Session Manager calls the container. */
  readonly target: string;
}

/** Seconds between two looks, and how long a task may take to come up. */
const LOOK = 2;
const PATIENCE_SECONDS = 300;

/** The console family's revision for an image: the one that is there, or a new one of the template. */
export async function consoleRevision({ aws }: Context, targets: Targets, release: RunningRelease): Promise<string> {
  const ecs = await aws.ecs();
  const { family, templateFamily } = targets.tasks.console;
  const { taskDefinition: template } = await ecs.describeTaskDefinition({ taskDefinition: templateFamily });
  if (template === undefined) throw new Failure("refused", `There is no task definition ${templateFamily}.`);
  const wanted = fill(template, { family, repositoryUrl: targets.images.repositoryUrl, ...release });
  const { taskDefinitionArns = [] } = await ecs.listTaskDefinitions({
    familyPrefix: family,
    status: "ACTIVE",
    sort: "DESC",
    maxResults: 5,
  });
  for (const arn of taskDefinitionArns) {
    const { taskDefinition: found } = await ecs.describeTaskDefinition({ taskDefinition: arn });
    if (found !== undefined && isSame(found, wanted)) return arn;
  }
  const { taskDefinition: made } = await ecs.registerTaskDefinition(wanted);
  if (made?.taskDefinitionArn === undefined)
    throw new Failure("failed", `ECS registered ${family} and did not say as what.`);
  return made.taskDefinitionArn;
}

/**
 * Starts a console task and waits until it can be entered. However the command ends, the task is stopped; should the
 * command itself be killed, the task ends by itself within the hour.
 */
export async function startConsole(
  context: Context,
  { cluster, network }: Targets,
  taskDefinition: string,
): Promise<ConsoleTask> {
  const { aws, terminal } = context;
  const ecs = await aws.ecs();
  const { tasks = [], failures = [] } = await ecs.runTask({
    cluster: cluster.name,
    taskDefinition,
    count: 1,
    launchType: "FARGATE",
    enableExecuteCommand: true,
    startedBy: "operations/console",
    networkConfiguration: {
      awsvpcConfiguration: {
        subnets: [...network.privateSubnetIds],
        securityGroups: [network.taskSecurityGroupId],
        assignPublicIp: "DISABLED",
      },
    },
  });
  const arn = tasks[0]?.taskArn;
  if (arn === undefined) {
    const reasons = failures.map(({ reason = "no reason", detail }) => (detail ? `${reason} (${detail})` : reason));
    throw new Failure("failed", `ECS did not start the console task: ${reasons.join("; ") || "it gave no reason"}.`);
  }
  context.atEnd(async () => {
    await ecs.stopTask({ cluster: cluster.name, task: arn, reason: "The session has ended" });
    terminal.say(`Stopped the console task ${idOf(arn)}.`);
  });
  terminal.say(`Started the console task ${idOf(arn)}; it takes about half a minute to come up.`);

  const deadline = Date.now() + PATIENCE_SECONDS * 1000;
  for (;;) {
    const { tasks: [task] = [] } = await ecs.describeTasks({ cluster: cluster.name, tasks: [arn] });
    const runtimeId = task === undefined ? undefined : ready(task);
    if (runtimeId !== undefined) {
      return { arn, id: idOf(arn), target: `ecs:${cluster.name}_${idOf(arn)}_${runtimeId}` };
    }
    if (Date.now() > deadline)
      throw new Failure("failed", `The console task did not come up in ${PATIENCE_SECONDS} s.`);
    await pause(LOOK, context.signal);
  }
}

/** The container's runtime id, once the agent in it takes sessions; throws when the task has ended. */
function ready(task: Task): string | undefined {
  const container = task.containers?.find(({ name }) => name === containers.console);
  if (task.lastStatus === "STOPPED") {
    const reason = [task.stoppedReason, container?.reason].filter(Boolean).join("; ") || "ECS gave no reason";
    throw new Failure("failed", `The console task ended before anybody could enter it: ${reason}.`);
  }
  const agent = container?.managedAgents?.find(({ name }) => name === "ExecuteCommandAgent");
  return agent?.lastStatus === "RUNNING" ? container?.runtimeId : undefined;
}

const idOf = (arn: string): string => arn.split("/").pop() ?? arn;
