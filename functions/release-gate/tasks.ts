import {
  type CloudWatchLogsClient,
  GetLogEventsCommand,
  ResourceNotFoundException,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  ConflictException,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  type ECSClient,
  ListTaskDefinitionsCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
} from "@aws-sdk/client-ecs";
import { Refusal } from "../shared/errors";
import type { Command, Event } from "./machine";
import { streamName } from "./reasons";
import type { Settings } from "./settings";
import type { GateState } from "./state";
import { fill, isSame } from "../shared/task-definition";

/** Revisions of the family that are looked through for one with the same image. */
const LOOK_BACK = 10;
/** Pages of a log: a question prints one line a migration. */
const PAGES = 10;

/**
 * RunTask cannot change an image, so the image's migration task has to be a revision of its own. The gate registers it,
 * and not the release command: whoever starts a deployment, by whatever means, meets the same gate. A revision that is
 * already there with the same content is taken again.
 */
export async function prepare(ecs: ECSClient, settings: Settings, { release }: GateState): Promise<Event> {
  const family = settings.migrationFamily;
  const { taskDefinition: template } = await ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: settings.migrationTemplateFamily }),
  );
  if (template === undefined) throw new Error(`ECS does not describe ${settings.migrationTemplateFamily}`);
  const { image, version } = release;
  const wanted = fill(template, { family, repositoryUrl: settings.repositoryUrl, image, version });

  const { taskDefinitionArns = [] } = await ecs.send(
    new ListTaskDefinitionsCommand({ familyPrefix: family, status: "ACTIVE", sort: "DESC", maxResults: LOOK_BACK }),
  );
  for (const taskDefinition of taskDefinitionArns) {
    const { taskDefinition: found } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
    if (found !== undefined && isSame(found, wanted)) return { type: "prepared", taskDefinition };
  }
  const { taskDefinition: made } = await ecs.send(new RegisterTaskDefinitionCommand(wanted));
  if (made?.taskDefinitionArn === undefined) throw new Error(`ECS registered ${family} and did not say as what`);
  return { type: "prepared", taskDefinition: made.taskDefinitionArn };
}

/** Tasks of the migration family that run or are about to, whoever started them. */
export async function runningTasks(ecs: ECSClient, settings: Settings): Promise<readonly string[]> {
  // RUNNING is what ECS wants of them: it includes those that are still pending.
  const { taskArns = [] } = await ecs.send(
    new ListTasksCommand({ cluster: settings.cluster, family: settings.migrationFamily, desiredStatus: "RUNNING" }),
  );
  return taskArns;
}

export async function start(
  ecs: ECSClient,
  settings: Settings,
  { release, taskDefinition }: GateState,
  { token, command }: Extract<Command, { do: "start" }>,
): Promise<Event> {
  if (taskDefinition === undefined) throw new Refusal("There is no task definition to start");
  try {
    const { tasks = [], failures = [] } = await ecs.send(
      new RunTaskCommand({
        cluster: settings.cluster,
        taskDefinition,
        // ECS starts one task a token, however often it is asked and whether or not its answer arrives.
        clientToken: token,
        count: 1,
        launchType: "FARGATE",
        networkConfiguration: {
          awsvpcConfiguration: {
            subnets: [...settings.subnetIds],
            securityGroups: [settings.taskSecurityGroupId],
            assignPublicIp: "DISABLED",
          },
        },
        startedBy: `release-gate/${release.id}`.slice(0, 128),
        ...(command && {
          overrides: { containerOverrides: [{ name: settings.migrationContainer, command: [...command] }] },
        }),
      }),
    );
    const task = tasks[0]?.taskArn;
    if (task !== undefined) return { type: "started", task };
    const reasons = failures.map(({ reason = "no reason", detail }) => (detail ? `${reason} (${detail})` : reason));
    return { type: "refused", reason: reasons.join("; ") || "ECS gave no reason" };
  } catch (error) {
    // The token has started a task before, with other subnets perhaps: that one is ours.
    const task = error instanceof ConflictException ? error.resourceIds?.[0] : undefined;
    if (task === undefined) throw error;
    return { type: "started", task };
  }
}

export async function watch(
  ecs: ECSClient,
  settings: Settings,
  { task, stop }: Extract<Command, { do: "watch" }>,
): Promise<Event> {
  const { cluster, migrationContainer } = settings;
  if (stop) await ecs.send(new StopTaskCommand({ cluster, task, reason: "Its time was up (release gate)" }));
  const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: [task] }));
  const [found] = tasks;
  if (found === undefined) return { type: "missing" };
  if (found.lastStatus !== "STOPPED") return { type: "running" };
  const container = found.containers?.find(({ name }) => name === migrationContainer);
  const reason = [found.stoppedReason, container?.reason].filter(Boolean).join("; ") || "ECS gave no reason";
  const exitCode = container?.exitCode ?? null;
  // ECS says so itself; an exit code would prove the opposite.
  const started = found.stopCode !== "TaskFailedToStart" || exitCode !== null;
  return { type: "ended", exitCode, reason, started };
}

/** All lines of a task, or the last ones. A stream that is not there yet has none. */
export async function readLog(
  logs: CloudWatchLogsClient,
  settings: Settings,
  { task, whole }: Extract<Command, { do: "read" }>,
): Promise<Event> {
  const place = {
    logGroupName: settings.migrationLogGroup,
    logStreamName: streamName(settings.migrationContainer, task),
  };
  const lines: string[] = [];
  let nextToken: string | undefined;
  try {
    for (let page = 0; page < PAGES; page++) {
      const answer = await logs.send(
        new GetLogEventsCommand({ ...place, startFromHead: whole, ...(whole ? { nextToken } : { limit: 50 }) }),
      );
      lines.push(...(answer.events ?? []).map(({ message = "" }) => message));
      // At the end of a stream the token stays what it was.
      if (!whole || answer.nextForwardToken === nextToken) break;
      nextToken = answer.nextForwardToken;
    }
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
  }
  return { type: "lines", lines };
}
