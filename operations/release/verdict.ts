import type { ECS, Service, ServiceDeployment, Task } from "@aws-sdk/client-ecs";
import type { Targets } from "../../config/targets";
import type { ExitReason } from "../exit-codes";
import { type ServiceKey, shortName } from "./services";

/** How a deployment ended, and why in words. */
export interface Verdict {
  readonly reason: ExitReason;
  readonly because: string;
}

/** What the release gate recorded of a deployment, at the last stage that it judged. */
export interface GateWord {
  readonly stage: "schema" | "smoke test";
  readonly failed: boolean;
  readonly reason: string;
}

/**
 * How a deployment ended, by ECS's own word; undefined while it runs. ECS's "successful" is not believed here: it is the
 * beginning of {@link proofFaults}.
 */
export function verdictOf(deployment: ServiceDeployment, gate?: GateWord, gateLog?: string): Verdict | undefined {
  const { status, statusReason } = deployment;
  switch (status) {
    case "SUCCESSFUL":
      return { reason: "ok", because: "ECS reports it as successful" };
    case "ROLLBACK_SUCCESSFUL": {
      const reason = gate?.failed === true && gate.stage === "schema" ? "migrationFailed" : "rolledBack";
      return { reason, because: causeOf(deployment, gate, gateLog) };
    }
    case "ROLLBACK_FAILED":
      return {
        reason: "failed",
        because: `${causeOf(deployment, gate, gateLog)}, and the way back failed as well: look at the service now`,
      };
    case "STOPPED":
      return {
        reason: "failed",
        because: `it was stopped where it was, with no way back${statusReason ? `: ${statusReason}` : ""}`,
      };
    default:
      return undefined;
  }
}

/**
 * Why ECS goes back: each monitor says so itself, and the last to be asked is the sentence that ECS adds. ECS does not
 * pass on why a hook refused: without the gate's own word there is its log group to look at.
 */
export function causeOf(deployment: ServiceDeployment, gate?: GateWord, gateLog?: string): string {
  const { alarms, deploymentCircuitBreaker, lifecycleHookDetails = [], rollback, statusReason } = deployment;
  if (gate?.failed === true) {
    return gate.stage === "schema"
      ? `the schema gate refused: ${gate.reason}`
      : `the smoke test failed: ${gate.reason}`;
  }
  if (alarms?.status === "TRIGGERED") return `alarm ${alarms.triggeredAlarmNames?.join(", ") ?? "of the service"} rang`;
  if (deploymentCircuitBreaker?.status === "TRIGGERED") {
    const { failureCount, threshold } = deploymentCircuitBreaker;
    return `the circuit breaker opened: ${failureCount ?? "too many"} tasks failed (limit ${threshold ?? "unknown"})`;
  }
  const hook = lifecycleHookDetails.find(({ status }) => status === "FAILED" || status === "TIMED_OUT");
  const said = rollback?.reason ?? statusReason;
  if (hook !== undefined) {
    const what = hook.status === "TIMED_OUT" ? "did not answer in time" : "refused";
    const where = gateLog === undefined ? "" : `; its reason is in log group ${gateLog}`;
    return `the hook ${shortName(hook.targetArn?.replaceAll(":", "/"))} ${what}${said ? `: ${said}` : ""}${where}`;
  }
  return said ?? "ECS gave no reason";
}

/** What speaks against a service running what was asked for, whatever its deployment was called; nothing when it does. */
export function proofFaults(service: Service, tasks: readonly Task[], asked: string): string[] {
  const { taskDefinition, desiredCount = 0, deployments = [] } = service;
  const faults: string[] = [];
  if (taskDefinition !== asked) faults.push(`the service names ${shortName(taskDefinition)}`);
  const others = deployments.filter((deployment) => deployment.taskDefinition !== asked);
  if (others.length > 0) {
    faults.push(`${others.map((other) => shortName(other.taskDefinition)).join(", ")} is still being served`);
  }
  const running = tasks.filter(({ lastStatus }) => lastStatus === "RUNNING");
  const old = running.filter((task) => task.taskDefinitionArn !== asked);
  if (old.length > 0) {
    faults.push(`${old.length} of ${running.length} tasks run ${shortName(old[0]?.taskDefinitionArn)}`);
  }
  const fresh = running.length - old.length;
  if (desiredCount === 0) faults.push("no task is wanted, so nothing shows that it can run");
  else if (fresh < desiredCount) faults.push(`${fresh} of ${desiredCount} tasks run it`);
  return faults;
}

/** Asks ECS what runs now, task by task. */
export async function askProof(ecs: ECS, targets: Targets, key: ServiceKey, asked: string): Promise<string[]> {
  const cluster = targets.cluster.name;
  const service = targets.services[key].name;
  const [{ services = [] }, taskArns] = await Promise.all([
    ecs.describeServices({ cluster, services: [service] }),
    tasksOf(ecs, cluster, service),
  ]);
  const [found] = services;
  if (found === undefined) return [`there is no service ${service}`];
  const tasks: Task[] = [];
  for (let at = 0; at < taskArns.length; at += 100) {
    const described = await ecs.describeTasks({ cluster, tasks: taskArns.slice(at, at + 100) });
    tasks.push(...(described.tasks ?? []));
  }
  return proofFaults(found, tasks, asked);
}

async function tasksOf(ecs: ECS, cluster: string, serviceName: string): Promise<string[]> {
  const { paginateListTasks } = await import("@aws-sdk/client-ecs");
  const arns: string[] = [];
  for await (const page of paginateListTasks({ client: ecs }, { cluster, serviceName, desiredStatus: "RUNNING" })) {
    arns.push(...(page.taskArns ?? []));
  }
  return arns;
}
