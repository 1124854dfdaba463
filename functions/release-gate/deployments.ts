import {
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  DescribeTaskDefinitionCommand,
  type ECSClient,
  ListServiceDeploymentsCommand,
  type ServiceRevision,
} from "@aws-sdk/client-ecs";
import { containers } from "../../config/vocabulary";
import { Refusal } from "../shared/errors";
import type { Standing } from "./machine";
import type { Settings } from "./settings";

/** What a deployment is about to run. */
export interface Target {
  readonly taskDefinition: string;
  readonly bootstrap: boolean;
  /** Repository and digest; undefined for the bootstrap, which is no image of ours. */
  readonly image: string | undefined;
  /** RELEASE of the application's container. */
  readonly version: string | undefined;
}

/** Revisions that one call describes. */
const BATCH = 20;
/** ECS keeps deployments for 90 days; who goes back further is asked whether migrations are pending, and none are. */
const DEPLOYMENTS = 100;

export async function standingOf(ecs: ECSClient, deployment: string): Promise<Standing["deployment"]> {
  const { serviceDeployments = [] } = await ecs.send(
    new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [deployment] }),
  );
  const status = serviceDeployments[0]?.status;
  if (status === undefined) throw new Error(`ECS does not describe ${deployment}`);
  if (status.startsWith("ROLLBACK")) return "rolling-back";
  return status.startsWith("STOP") ? "stopped" : "going";
}

export async function targetOf(ecs: ECSClient, settings: Settings, revision: string): Promise<Target> {
  const [described] = await revisions(ecs, [revision]);
  if (described?.taskDefinition === undefined) throw new Error(`ECS does not describe ${revision}`);
  const { taskDefinition } = described;
  if (familyOf(taskDefinition) === settings.bootstrapFamily) {
    return { taskDefinition, bootstrap: true, image: undefined, version: undefined };
  }
  const { taskDefinition: definition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
  const application = definition?.containerDefinitions?.find(({ name }) => name === containers.app);
  const version = application?.environment?.find(({ name }) => name === "RELEASE")?.value;
  return { taskDefinition, bootstrap: false, image: application?.image, version };
}

/** Checked: an image of the repository, by digest, that says what it is. */
export function released(target: Target, { repositoryUrl }: Settings): { image: string; version: string } {
  const { taskDefinition, image, version } = target;
  if (image === undefined || digestOf(image) === undefined || !image.startsWith(`${repositoryUrl}@`)) {
    throw new Refusal(
      `${taskDefinition} runs ${image ?? "no application"}; a release runs ${repositoryUrl}@sha256:…, by digest`,
    );
  }
  if (version === undefined || version === "") {
    throw new Refusal(`The application in ${taskDefinition} has no RELEASE, so nobody could tell which one answers`);
  }
  return { image, version };
}

/** When a deployment of this task definition or image last succeeded; undefined when none is known. */
export async function deployedBefore(ecs: ECSClient, settings: Settings, target: Target): Promise<Date | undefined> {
  const { serviceDeployments = [] } = await ecs.send(
    new ListServiceDeploymentsCommand({
      cluster: settings.cluster,
      service: settings.serviceArn,
      status: ["SUCCESSFUL"],
      maxResults: DEPLOYMENTS,
    }),
  );
  const when = new Map<string, Date>();
  for (const { targetServiceRevisionArn: revision, finishedAt } of serviceDeployments) {
    if (revision === undefined || finishedAt === undefined) continue;
    const known = when.get(revision);
    if (known === undefined || known < finishedAt) when.set(revision, finishedAt);
  }
  const newestFirst = [...when].sort(([, a], [, b]) => b.getTime() - a.getTime()).map(([revision]) => revision);
  for (let at = 0; at < newestFirst.length; at += BATCH) {
    const described = await revisions(ecs, newestFirst.slice(at, at + BATCH));
    const dates = described
      .filter((revision) => runs(revision, target))
      .flatMap(({ serviceRevisionArn = "" }) => when.get(serviceRevisionArn) ?? []);
    if (dates.length > 0) return dates.reduce((a, b) => (a > b ? a : b));
  }
  return undefined;
}

function runs({ taskDefinition, containerImages = [] }: ServiceRevision, target: Target): boolean {
  if (taskDefinition === target.taskDefinition) return true;
  const digest = target.image === undefined ? undefined : digestOf(target.image);
  return (
    digest !== undefined &&
    containerImages.some(
      ({ containerName, image = "", imageDigest }) =>
        containerName === containers.app && (imageDigest ?? digestOf(image)) === digest,
    )
  );
}

async function revisions(ecs: ECSClient, serviceRevisionArns: string[]): Promise<ServiceRevision[]> {
  if (serviceRevisionArns.length === 0) return [];
  const { serviceRevisions = [] } = await ecs.send(new DescribeServiceRevisionsCommand({ serviceRevisionArns }));
  return serviceRevisions;
}

const familyOf = (taskDefinition: string): string | undefined => /([^/]+):\d+$/.exec(taskDefinition)?.[1];
const digestOf = (image: string): string | undefined => /@(sha256:[0-9a-f]{64})$/.exec(image)?.[1];
