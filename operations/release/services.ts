import type {
  ECS,
  ServiceDeployment,
  ServiceDeploymentBrief,
  ServiceDeploymentStatus,
  ServiceRevision,
} from "@aws-sdk/client-ecs";
import type { Targets } from "../../config/targets";
import { containers, services as serviceNames } from "../../config/vocabulary";
import { Failure } from "../failure";

/** The three services, in the order in which a release reaches them. */
export const SERVICES = ["web", "worker", "scheduler"] as const satisfies readonly (keyof typeof serviceNames)[];
export type ServiceKey = (typeof SERVICES)[number];

/** The container whose image is the release. */
export const applicationContainer = (service: ServiceKey): string =>
  service === "web" ? containers.app : serviceNames[service];

const RUNNING: readonly (ServiceDeploymentStatus | undefined)[] = [
  "PENDING",
  "IN_PROGRESS",
  "STOP_REQUESTED",
  "ROLLBACK_REQUESTED",
  "ROLLBACK_IN_PROGRESS",
];
export const isRunning = ({ status }: { status?: ServiceDeploymentStatus | undefined }): boolean =>
  RUNNING.includes(status);

/** Revisions that one call describes. */
const BATCH = 20;
/** Deployments that one call lists; ECS forgets them after 90 days. */
const PAGE = 100;

/** Deployments of a service, newest first; one call for the first hundred. */
export async function deploymentsOf(
  ecs: ECS,
  { cluster, services }: Targets,
  service: ServiceKey,
  limit = PAGE,
): Promise<ServiceDeploymentBrief[]> {
  const found: ServiceDeploymentBrief[] = [];
  let nextToken: string | undefined;
  do {
    const { name } = services[service];
    const page = await ecs.listServiceDeployments({
      ...{ cluster: cluster.name, service: name, maxResults: Math.min(limit, PAGE), nextToken },
    });
    found.push(...(page.serviceDeployments ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined && found.length < limit);
  const time = ({ createdAt }: ServiceDeploymentBrief) => createdAt?.getTime() ?? 0;
  return found.sort((a, b) => time(b) - time(a)).slice(0, limit);
}

/** Revisions by ARN. */
export async function revisionsOf(
  ecs: ECS,
  arns: readonly (string | undefined)[],
): Promise<ReadonlyMap<string, ServiceRevision>> {
  const wanted = [...new Set(arns.filter((arn) => arn !== undefined))];
  const found = new Map<string, ServiceRevision>();
  for (let at = 0; at < wanted.length; at += BATCH) {
    const { serviceRevisions = [] } = await ecs.describeServiceRevisions({
      serviceRevisionArns: wanted.slice(at, at + BATCH),
    });
    for (const revision of serviceRevisions) found.set(revision.serviceRevisionArn ?? "", revision);
  }
  return found;
}

export async function describeDeployment(ecs: ECS, arn: string): Promise<ServiceDeployment> {
  const { serviceDeployments = [] } = await ecs.describeServiceDeployments({ serviceDeploymentArns: [arn] });
  const [deployment] = serviceDeployments;
  if (deployment === undefined) throw new Failure("failed", `ECS does not describe ${arn}.`);
  return deployment;
}

/** The deployment that an operator means: the one that runs, of the web service or of one that follows it. */
export async function runningDeployment(
  ecs: ECS,
  targets: Targets,
): Promise<{ service: ServiceKey; deployment: ServiceDeployment } | undefined> {
  for (const service of SERVICES) {
    const running = (await deploymentsOf(ecs, targets, service, 10)).find(isRunning);
    if (running?.serviceDeploymentArn === undefined) continue;
    return { service, deployment: await describeDeployment(ecs, running.serviceDeploymentArn) };
  }
  return undefined;
}

/** The digest that a revision runs, as ECS resolved it or as its image names it. */
export function digestOf({ containerImages = [] }: ServiceRevision, service: ServiceKey): string | undefined {
  const found = containerImages.find(({ containerName }) => containerName === applicationContainer(service));
  return found?.imageDigest ?? /@(sha256:[0-9a-f]{64})$/.exec(found?.image ?? "")?.[1];
}

/** `affiliate-production-web:12` of an ARN. */
export const shortName = (arn: string | undefined): string => arn?.split("/").at(-1) ?? "unknown";
export const familyOf = (taskDefinition: string | undefined): string => shortName(taskDefinition).replace(/:\d+$/, "");
