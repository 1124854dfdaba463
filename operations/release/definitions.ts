import type { ECS, RegisterTaskDefinitionCommandInput, TaskDefinition } from "@aws-sdk/client-ecs";
import { fill, isSame } from "../../functions/shared/task-definition";
import type { Targets } from "../../config/targets";
import { Failure } from "../failure";
import { applicationContainer, type ServiceKey, shortName } from "./services";

/** Revisions of a family that are looked through for one with the same content. */
const LOOK_BACK = 10;

/** What a service is to run: the newest template with the release put in, registered already or not. */
export interface Wanted {
  readonly service: ServiceKey;
  readonly template: string;
  readonly definition: RegisterTaskDefinitionCommandInput;
  /** A revision with the same content. Undefined when it has to be registered. */
  readonly registered: string | undefined;
}

/** Reads only. A release that is tried twice runs the same revision twice, and registers it once. */
export async function wantedOf(
  ecs: ECS,
  { services, images }: Targets,
  service: ServiceKey,
  release: { readonly image: string; readonly version: string },
): Promise<Wanted> {
  const { family, templateFamily } = services[service];
  const [{ taskDefinition: template }, { taskDefinitionArns = [] }] = await Promise.all([
    ecs.describeTaskDefinition({ taskDefinition: templateFamily }),
    ecs.listTaskDefinitions({ familyPrefix: family, status: "ACTIVE", sort: "DESC", maxResults: LOOK_BACK }),
  ]);
  if (template === undefined) throw new Failure("refused", `There is no template ${templateFamily} yet.`);
  const definition = fill(template, { family, repositoryUrl: images.repositoryUrl, ...release });
  for (const taskDefinition of taskDefinitionArns) {
    const { taskDefinition: found } = await ecs.describeTaskDefinition({ taskDefinition });
    if (found !== undefined && isSame(found, definition)) {
      return { service, template: shortName(template.taskDefinitionArn), definition, registered: taskDefinition };
    }
  }
  return { service, template: shortName(template.taskDefinitionArn), definition, registered: undefined };
}

export async function register(ecs: ECS, { definition, registered }: Wanted): Promise<string> {
  if (registered !== undefined) return registered;
  const { taskDefinition } = await ecs.registerTaskDefinition(definition);
  const arn = taskDefinition?.taskDefinitionArn;
  if (arn === undefined) throw new Failure("failed", `ECS registered ${definition.family} and did not say as what.`);
  return arn;
}

/** What the application in a task definition calls itself: its RELEASE. */
export function versionOf(definition: TaskDefinition | undefined, service: ServiceKey): string | undefined {
  const application = definition?.containerDefinitions?.find(({ name }) => name === applicationContainer(service));
  return application?.environment?.find(({ name }) => name === "RELEASE")?.value;
}
