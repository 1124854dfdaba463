import type { ContainerDefinition, RegisterTaskDefinitionCommandInput, TaskDefinition } from "@aws-sdk/client-ecs";
import { unreleased } from "../../config/vocabulary";
import { Refusal } from "./errors";

export interface Filling {
  readonly family: string;
  readonly repositoryUrl: string;
  /** Repository and digest. */
  readonly image: string;
  /** Goes into RELEASE and DD_VERSION: what the application and Datadog call the release. */
  readonly version: string;
}

/** Variables of the application's containers that a template leaves to the release. */
const VERSIONED: ReadonlySet<string> = new Set(["DD_VERSION", "RELEASE"]);

/** What RegisterTaskDefinition takes of what DescribeTaskDefinition gives. */
const KEPT = [
  "containerDefinitions",
  "cpu",
  "enableFaultInjection",
  "ephemeralStorage",
  "executionRoleArn",
  "ipcMode",
  "memory",
  "networkMode",
  "pidMode",
  "placementConstraints",
  "proxyConfiguration",
  "requiresCompatibilities",
  "runtimePlatform",
  "taskRoleArn",
  "volumes",
] as const satisfies readonly (keyof TaskDefinition & keyof RegisterTaskDefinitionCommandInput)[];

/** A template with a release put in: what a release registers in the family that runs. */
export function fill(template: TaskDefinition, filling: Filling): RegisterTaskDefinitionCommandInput {
  const { family, repositoryUrl, image, version } = filling;
  const placeholder = `${repositoryUrl}:${unreleased}`;
  const containers = template.containerDefinitions ?? [];
  if (!containers.some((container) => container.image === placeholder)) {
    throw new Refusal(`${template.taskDefinitionArn ?? "The template"} has no container with the image ${placeholder}`);
  }
  const filled = containers.map((container): ContainerDefinition => {
    if (container.image !== placeholder) return container;
    const environment = container.environment?.map((variable) =>
      VERSIONED.has(variable.name ?? "") && variable.value === unreleased ? { ...variable, value: version } : variable,
    );
    return { ...container, image, ...(environment && { environment }) };
  });
  const kept = Object.fromEntries(
    KEPT.map((key) => [key, template[key]] as const).filter(([, value]) => !isEmpty(value)),
  );
  return { ...kept, containerDefinitions: filled, family };
}

/** Whether a registered revision is what {@link fill} made: ECS fills in what was left out, with empty lists mostly. */
export function isSame(registered: TaskDefinition, wanted: RegisterTaskDefinitionCommandInput): boolean {
  const of = (definition: TaskDefinition | RegisterTaskDefinitionCommandInput) =>
    JSON.stringify(canonical(Object.fromEntries(KEPT.map((key) => [key, definition[key]]))));
  return of(registered) === of(wanted);
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value)
    .map(([key, inner]) => [key, canonical(inner)] as const)
    .filter(([, inner]) => !isEmpty(inner));
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}
