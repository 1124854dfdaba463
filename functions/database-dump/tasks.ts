import { paginateDescribeImages } from "@aws-sdk/client-ecr";
import {
  ConflictException,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ListTaskDefinitionsCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
} from "@aws-sdk/client-ecs";
import { dumpVariables } from "../../config/dump";
import { RELEASE_TAG_PREFIX } from "../../config/vocabulary";
import { fill, isSame } from "../shared/task-definition";
import type { Clone, Look } from "./decide";
import type { World } from "./world";

/** Revisions of the family that are looked through for one with the same image. */
const LOOK_BACK = 10;

/** The newest released image, as repository and digest; undefined before the first. Tags cannot be moved. */
export async function newestImage({ ecr, settings }: World): Promise<string | undefined> {
  const { repositoryName, repositoryUrl } = settings;
  let newest: { readonly digest: string; readonly at: number } | undefined;
  const pages = paginateDescribeImages({ client: ecr }, { repositoryName, filter: { tagStatus: "TAGGED" } });
  for await (const { imageDetails = [] } of pages) {
    for (const { imageDigest: digest, imagePushedAt, imageTags = [] } of imageDetails) {
      const at = imagePushedAt?.getTime() ?? 0;
      const released = imageTags.some((tag) => tag.startsWith(RELEASE_TAG_PREFIX));
      if (digest !== undefined && released && at > (newest?.at ?? -1)) newest = { digest, at };
    }
  }
  return newest && `${repositoryUrl}@${newest.digest}`;
}

/** RunTask cannot change an image: a revision with it is registered, or taken when it is there with the same content. */
async function definitionFor({ ecs, settings }: World, image: string): Promise<string> {
  const { family, templateFamily, repositoryUrl } = settings;
  const { taskDefinition: template } = await ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: templateFamily }),
  );
  if (template === undefined) throw new Error(`ECS does not describe ${templateFamily}`);
  const wanted = fill(template, { family, repositoryUrl, image, version: "" });
  const { taskDefinitionArns = [] } = await ecs.send(
    new ListTaskDefinitionsCommand({ familyPrefix: family, status: "ACTIVE", sort: "DESC", maxResults: LOOK_BACK }),
  );
  for (const taskDefinition of taskDefinitionArns) {
    const { taskDefinition: found } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
    // The prefix of a family is that of its template too.
    if (found?.family === family && isSame(found, wanted)) return taskDefinition;
  }
  const { taskDefinition: made } = await ecs.send(new RegisterTaskDefinitionCommand(wanted));
  if (made?.taskDefinitionArn === undefined) throw new Error(`ECS registered ${family} and did not say as what`);
  return made.taskDefinitionArn;
}

export type Started = { readonly task: string } | { readonly refused: string };

/** ECS starts one task a token, however often it is asked and whether or not its answer arrives. */
export async function startTask(world: World, clone: Clone, number: number, image: string): Promise<Started> {
  const { ecs, settings } = world;
  if (clone.endpoint === undefined) return { refused: `${clone.identifier} has no endpoint yet` };
  const taskDefinition = await definitionFor(world, image);
  const variables = {
    [dumpVariables.host]: clone.endpoint,
    [dumpVariables.id]: clone.id,
    [dumpVariables.cloneTime]: clone.requestedAt.toISOString(),
  };
  try {
    const { tasks = [], failures = [] } = await ecs.send(
      new RunTaskCommand({
        cluster: settings.cluster,
        taskDefinition,
        clientToken: `${clone.identifier}-${number}`.slice(-64),
        count: 1,
        launchType: "FARGATE",
        networkConfiguration: {
          awsvpcConfiguration: {
            subnets: [...settings.subnetIds],
            securityGroups: [settings.taskSecurityGroupId],
            assignPublicIp: "DISABLED",
          },
        },
        startedBy: `dump/${clone.id}/${number}`,
        overrides: {
          containerOverrides: [
            {
              name: settings.container,
              environment: Object.entries(variables).map(([name, value]) => ({ name, value })),
            },
          ],
        },
      }),
    );
    const task = tasks[0]?.taskArn;
    if (task !== undefined) return { task };
    const reasons = failures.map(({ reason = "no reason", detail }) => (detail ? `${reason} (${detail})` : reason));
    return { refused: reasons.join("; ") || "ECS gave no reason" };
  } catch (error) {
    // The token has started a task before, from another revision perhaps: that one is ours.
    const task = error instanceof ConflictException ? error.resourceIds?.[0] : undefined;
    if (task === undefined) throw error;
    return { task };
  }
}

export async function lookAt({ ecs, settings }: World, task: string | undefined): Promise<Look> {
  if (task === undefined) return { is: "none" };
  const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster: settings.cluster, tasks: [task] }));
  const [found] = tasks;
  if (found === undefined) return { is: "missing" };
  if (found.lastStatus !== "STOPPED") return { is: "running", since: found.createdAt };
  const container = found.containers?.find(({ name }) => name === settings.container);
  const reason = [found.stoppedReason, container?.reason].filter(Boolean).join("; ") || "ECS gave no reason";
  return { is: "ended", exitCode: container?.exitCode ?? null, reason, at: found.stoppedAt };
}

/** SIGTERM: the engine ends between two parts, and what it has finished stays. */
export async function stopTask({ ecs, settings }: World, task: string, why: string): Promise<void> {
  await ecs.send(new StopTaskCommand({ cluster: settings.cluster, task, reason: `database-dump: ${why}` }));
}
