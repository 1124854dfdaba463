import type { ECR } from "@aws-sdk/client-ecr";
import type { ECS } from "@aws-sdk/client-ecs";
import type { Targets } from "../../config/targets";
import { Failure } from "../failure";
import { versionOf } from "./definitions";
import { type ReleaseImage, resolveImage } from "./image";
import { applicationContainer, familyOf, SERVICES, type ServiceKey } from "./services";

/** What each service runs, as its service says. */
export type RunningNow = ReadonlyMap<ServiceKey, string>;

export async function runningNow(ecs: ECS, { cluster, services }: Targets): Promise<RunningNow> {
  const { services: found = [] } = await ecs.describeServices({
    cluster: cluster.name,
    services: SERVICES.map((key) => services[key].name),
  });
  return new Map(
    SERVICES.flatMap((key) => {
      const { taskDefinition } = found.find(({ serviceName }) => serviceName === services[key].name) ?? {};
      return taskDefinition === undefined ? [] : [[key, taskDefinition] as const];
    }),
  );
}

/** The image that visitors get now, under the version it was released as; undefined on the bootstrap container. */
export async function imageOf(
  ecs: ECS,
  ecr: ECR,
  targets: Targets,
  running: RunningNow,
): Promise<ReleaseImage | undefined> {
  const taskDefinition = running.get("web");
  const { name, family } = targets.services.web;
  if (taskDefinition === undefined) throw new Failure("refused", `There is no service ${name}.`);
  if (familyOf(taskDefinition) !== family) return undefined;
  const { taskDefinition: definition } = await ecs.describeTaskDefinition({ taskDefinition });
  const container = definition?.containerDefinitions?.find((one) => one.name === applicationContainer("web"));
  if (container?.image === undefined) {
    throw new Failure("failed", `${taskDefinition} has no container ${applicationContainer("web")} with an image.`);
  }
  const image = await resolveImage(ecr, targets, container.image);
  // Whatever tags the image has got since: /health answers as what it was released as.
  return { ...image, version: versionOf(definition, "web") ?? image.version };
}
