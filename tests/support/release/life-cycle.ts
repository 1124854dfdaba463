import { randomBytes } from "node:crypto";
import type {
  DeploymentConfiguration,
  ServiceDeploymentLifecycleStage,
  ServiceDeploymentStatus,
} from "@aws-sdk/client-ecs";
import type { Reply } from "../../../functions/release-gate/event";

/** What befalls a deployment. */
export interface Course {
  /** Tasks do not come up. */
  readonly breaker?: boolean;
  /** This alarm rings in the bake time. */
  readonly alarm?: string;
  /** It stays at this stage for ever. */
  readonly hangsAt?: ServiceDeploymentLifecycleStage;
  /** Questions to ECS that a way back takes. @default 1 */
  readonly slowRollback?: number;
  /** It is called successful, and the old tasks go on running. */
  readonly lie?: boolean;
  /** It is rolled back, and called successful: pulumi-aws#4487. */
  readonly falseSuccess?: boolean;
  readonly rollbackFails?: boolean;
}

export interface FakeDeployment {
  readonly arn: string;
  readonly revisionArn: string;
  readonly source: string;
  readonly target: string;
  readonly createdAt: number;
  readonly course: Course;
  readonly configuration: DeploymentConfiguration;
  status: ServiceDeploymentStatus;
  stage: ServiceDeploymentLifecycleStage | undefined;
  finishedAt?: number;
  reason?: string;
  hook?: { hookId: string; targetType: "AWS_LAMBDA" | "PAUSE"; status: string; targetArn?: string; details?: unknown };
  /** Visitors are on the new tasks. */
  shifted?: boolean;
  alarmRang?: boolean;
  breakerOpened?: boolean;
  rollbackTicks?: number;
}

export interface FakeService {
  readonly name: string;
  readonly arn: string;
  taskDefinition: string;
  desiredCount: number;
  configuration: DeploymentConfiguration;
  readonly deployments: FakeDeployment[];
  /** Of each running task, the task definition. */
  tasks: { arn: string; taskDefinition: string }[];
  /** What the next deployments meet, in order. */
  readonly courses: Course[];
}

export interface Surroundings {
  /** The gate: what ECS would call through Lambda. */
  readonly hook: (event: Record<string, unknown>) => Promise<Reply>;
  /** Moves the weights of a listener's rule: to the new target group, or back. */
  readonly shift: (rule: "production" | "test", to: "new" | "old") => Promise<void>;
}

const STAGES: readonly ServiceDeploymentLifecycleStage[] = [
  "PRE_SCALE_UP",
  "SCALE_UP",
  "POST_SCALE_UP",
  "TEST_TRAFFIC_SHIFT",
  "POST_TEST_TRAFFIC_SHIFT",
  "PRODUCTION_TRAFFIC_SHIFT",
  "POST_PRODUCTION_TRAFFIC_SHIFT",
  "BAKE_TIME",
  "CLEAN_UP",
];

let serial = 0;
const id = () => randomBytes(8).toString("hex");
const part = (service: FakeService, kind: string) => service.arn.replace(":service/", `:${kind}/`);

export const taskOf = (service: FakeService, taskDefinition: string) => ({
  arn: `${part(service, "task").replace(/\/[^/]+$/, "")}/${id()}`,
  taskDefinition,
});

/** A service deployment as UpdateService begins one. */
export function beginDeployment(service: FakeService, target: string): FakeDeployment {
  const made = id();
  const deployment: FakeDeployment = {
    arn: `${part(service, "service-deployment")}/${made}`,
    revisionArn: `${part(service, "service-revision")}/${made}`,
    source: service.taskDefinition,
    target,
    // Strictly later than the one before, as seconds apart on AWS.
    createdAt: Date.now() / 1000 + serial++ / 1000,
    course: service.courses.shift() ?? {},
    configuration: structuredClone(service.configuration),
    status: "PENDING",
    stage: undefined,
  };
  service.deployments.unshift(deployment);
  service.taskDefinition = target;
  return deployment;
}

export const isOver = ({ status }: FakeDeployment): boolean =>
  ["SUCCESSFUL", "STOPPED", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED"].includes(status);

export function beginRollback(deployment: FakeDeployment, reason: string): void {
  Object.assign(deployment, {
    status: "ROLLBACK_IN_PROGRESS",
    reason,
    rollbackTicks: deployment.course.slowRollback ?? 1,
  });
}

/**
 * The life cycle of a deployment, written after ECS's developer guide: a fake, no recording. It takes one step each time
 * that ECS is asked about it, so a scenario is over as fast as it is asked.
 */
export async function step(service: FakeService, deployment: FakeDeployment, around: Surroundings): Promise<void> {
  if (isOver(deployment)) return;
  if (deployment.status === "ROLLBACK_IN_PROGRESS") return stepBack(service, deployment, around);
  if (deployment.status === "PENDING") {
    deployment.status = "IN_PROGRESS";
    return;
  }
  const { course, stage, configuration } = deployment;
  if (stage !== undefined && course.hangsAt === stage) return;
  if (configuration.strategy !== "BLUE_GREEN") {
    if (course.breaker) return openBreaker(deployment);
    return succeed(service, deployment);
  }
  if (deployment.hook !== undefined && !(await hookDone(service, deployment, around))) return;
  if (stage === "PRODUCTION_TRAFFIC_SHIFT" && deployment.shifted !== true) {
    await around.shift("production", "new");
    deployment.shifted = true;
  }
  const next = stage === undefined ? STAGES[0] : STAGES[STAGES.indexOf(stage) + 1];
  if (next === undefined) return succeed(service, deployment);
  deployment.stage = next;
  await enter(service, deployment, next, around);
}

async function enter(
  service: FakeService,
  deployment: FakeDeployment,
  stage: ServiceDeploymentLifecycleStage,
  around: Surroundings,
): Promise<void> {
  const { course, configuration, target } = deployment;
  // The traffic's stage begins with the hooks before its shift; when they are done, the shift is.
  const own = stage === "PRODUCTION_TRAFFIC_SHIFT" ? "PRE_PRODUCTION_TRAFFIC_SHIFT" : stage;
  const hook = configuration.lifecycleHooks?.find(({ lifecycleStages }) => lifecycleStages?.some((one) => one === own));
  if (hook !== undefined) {
    const targetType = hook.targetType ?? "AWS_LAMBDA";
    const status = targetType === "PAUSE" ? "AWAITING_ACTION" : "IN_PROGRESS";
    deployment.hook = { hookId: `hook-${id()}`, targetType, status, targetArn: hook.hookTargetArn };
  }
  if (stage === "SCALE_UP") {
    if (course.breaker) return openBreaker(deployment);
    service.tasks.push(...Array.from({ length: service.desiredCount }, () => taskOf(service, target)));
  }
  if (stage === "TEST_TRAFFIC_SHIFT") await around.shift("test", "new");
  if (stage === "BAKE_TIME" && course.alarm !== undefined) {
    deployment.alarmRang = true;
    beginRollback(deployment, "Service deployment rolled back because of alarm(s) in ALARM state");
  }
}

/** ECS asks the gate again and again until it has an answer; a pause waits for a person. */
async function hookDone(service: FakeService, deployment: FakeDeployment, { hook }: Surroundings): Promise<boolean> {
  const waiting = deployment.hook;
  if (waiting === undefined || waiting.status === "SUCCEEDED") return true;
  if (waiting.targetType === "PAUSE") return false;
  const { hookStatus, hookDetails } = await hook({
    executionId: waiting.hookId,
    lifecycleStage: deployment.stage,
    resourceArn: deployment.arn,
    executionDetails: { serviceArn: service.arn, targetServiceRevisionArn: deployment.revisionArn },
    ...(waiting.details !== undefined && { hookDetails: waiting.details }),
  });
  Object.assign(waiting, { status: hookStatus, details: hookDetails });
  if (hookStatus === "FAILED")
    beginRollback(deployment, "Service deployment rolled back because a lifecycle hook failed");
  return hookStatus === "SUCCEEDED";
}

function openBreaker(deployment: FakeDeployment): void {
  deployment.breakerOpened = true;
  beginRollback(deployment, "Service deployment rolled back because the circuit breaker threshold was exceeded");
}

function succeed(service: FakeService, deployment: FakeDeployment): void {
  const { course, source, target } = deployment;
  Object.assign(deployment, { status: "SUCCESSFUL", finishedAt: Date.now() / 1000 + serial++ / 1000 });
  const running = course.lie || course.falseSuccess ? source : target;
  if (course.falseSuccess) service.taskDefinition = source;
  service.tasks = Array.from({ length: service.desiredCount }, () => taskOf(service, running));
}

async function stepBack(service: FakeService, deployment: FakeDeployment, { shift }: Surroundings): Promise<void> {
  deployment.rollbackTicks = (deployment.rollbackTicks ?? 1) - 1;
  if (deployment.rollbackTicks > 0) return;
  if (deployment.configuration.strategy === "BLUE_GREEN") {
    if (deployment.shifted) await shift("production", "old");
    await shift("test", "old");
  }
  service.taskDefinition = deployment.source;
  service.tasks = Array.from({ length: service.desiredCount }, () => taskOf(service, deployment.source));
  const status = deployment.course.rollbackFails ? "ROLLBACK_FAILED" : "ROLLBACK_SUCCESSFUL";
  Object.assign(deployment, { status, finishedAt: Date.now() / 1000 + serial++ / 1000 });
}
