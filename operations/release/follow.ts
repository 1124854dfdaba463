import type { ECS, ServiceDeployment, ServiceDeploymentBrief } from "@aws-sdk/client-ecs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Targets } from "../../config/targets";
import { asFailure, errorName } from "../aws";
import { Failure } from "../failure";
import { deploymentsOf, describeDeployment, isRunning, revisionsOf, type ServiceKey, shortName } from "./services";
import { askProof, causeOf, type GateWord, type Verdict, verdictOf } from "./verdict";
import type { View } from "./view";

export interface Following {
  readonly ecs: ECS;
  readonly targets: Targets;
  readonly view: View;
  /** Milliseconds between two questions to ECS. */
  readonly intervalMs: number;
  readonly signal: AbortSignal;
  /** What the gate recorded of a deployment; undefined when nothing. */
  readonly gateWord: (deploymentArn: string) => Promise<GateWord | undefined>;
  /** Where the gate writes its reasons, when it recorded none. */
  readonly gateLog: string;
}

/** Questions in a row that ECS may leave unanswered, or need to show a deployment or its tasks. */
const PATIENCE = 60;

/** After UpdateService: finds its deployment, and follows that to its end. */
export async function followUpdate(
  following: Following,
  service: ServiceKey,
  taskDefinition: string,
  known: readonly ServiceDeploymentBrief[],
): Promise<Verdict> {
  following.view.event(service, `ECS was given ${shortName(taskDefinition)}`);
  const deployment = await deploymentOf(following, service, taskDefinition, known);
  following.view.event(service, `deployment ${shortName(deployment)}`);
  return follow(following, service, deployment, taskDefinition);
}

/**
 * The deployment that brings a task definition; ECS takes a moment to make it. Never one that was `known` before: an
 * earlier try of the same revision would tell how that one ended.
 */
async function deploymentOf(
  { ecs, targets, intervalMs, signal }: Following,
  service: ServiceKey,
  taskDefinition: string,
  known: readonly ServiceDeploymentBrief[],
): Promise<string> {
  const before = new Set(known.map(({ serviceDeploymentArn }) => serviceDeploymentArn));
  for (let round = 0; round < PATIENCE; round++) {
    const listed = await deploymentsOf(ecs, targets, service, 10);
    const fresh = listed.filter(({ serviceDeploymentArn }) => !before.has(serviceDeploymentArn));
    const revisions = await revisionsOf(
      ecs,
      fresh.map((deployment) => deployment.targetServiceRevisionArn),
    );
    const ours = fresh.find(
      ({ targetServiceRevisionArn = "" }) => revisions.get(targetServiceRevisionArn)?.taskDefinition === taskDefinition,
    );
    if (ours?.serviceDeploymentArn !== undefined) return ours.serviceDeploymentArn;
    await sleep(intervalMs, undefined, { signal });
  }
  throw new Failure(
    "failed",
    `ECS took ${shortName(taskDefinition)} for ${service} and made no deployment of it: look at \`status\`.`,
  );
}

/**
 * Follows a deployment to its end, and says what happens. It has ended well only when each running task of the service
 * is of the revision asked for: ECS has called deployments successful that it had rolled back (pulumi-aws#4487).
 */
export async function follow(
  following: Following,
  service: ServiceKey,
  deploymentArn: string,
  asked: string,
): Promise<Verdict> {
  const { intervalMs, signal, view, gateWord } = following;
  let told = "";
  for (;;) {
    const deployment = await patiently(following, () => describeDeployment(following.ecs, deploymentArn));
    const line = lineOf(deployment);
    if (line !== told) view.event(service, line);
    told = line;
    view.frame(service, frameOf(deployment));
    const word = isRunning(deployment) ? undefined : await gateWord(deploymentArn);
    const verdict = verdictOf(deployment, word, following.gateLog);
    if (verdict !== undefined) return verdict.reason === "ok" ? prove(following, service, asked) : verdict;
    await sleep(intervalMs, undefined, { signal });
  }
}

/** ECS calls a deployment done moments before its last old task is gone: it gets time, and then it was a lie. */
export async function prove(following: Following, service: ServiceKey, asked: string): Promise<Verdict> {
  let faults: string[] = [];
  for (let round = 0; round < PATIENCE; round++) {
    faults = await patiently(following, () => askProof(following.ecs, following.targets, service, asked));
    if (faults.length === 0) {
      following.view.event(service, `every task runs ${shortName(asked)}`);
      return { reason: "ok", because: `every task runs ${shortName(asked)}` };
    }
    await sleep(following.intervalMs, undefined, { signal: following.signal });
  }
  return { reason: "failed", because: `ECS calls it done, and it is not: ${faults.join("; ")}` };
}

/** A deployment goes on without us: silence of AWS is told and waited for, not taken for its end. */
async function patiently<T>({ view, intervalMs, signal }: Following, ask: () => Promise<T>): Promise<T> {
  for (let round = 1; ; round++) {
    try {
      return await ask();
    } catch (error) {
      const failure = asFailure(error);
      if (failure.reason === "noAccess" || signal.aborted || round === PATIENCE) throw failure;
      view.event("web", `ECS does not answer (${errorName(error)}); asked again`);
      await sleep(intervalMs, undefined, { signal });
    }
  }
}

/** What is worth a line of its own in a log: it changes a dozen times in a deployment. */
function lineOf(deployment: ServiceDeployment): string {
  const { status, lifecycleStage, lifecycleHookDetails = [], alarms } = deployment;
  const parts = [lifecycleStage === undefined ? `${status}` : `${status} ${lifecycleStage}`];
  for (const { status: hook, targetType } of lifecycleHookDetails) {
    parts.push(`${targetType === "PAUSE" ? "pause" : "hook"} ${hook}`);
  }
  if (alarms?.status === "TRIGGERED") parts.push(`alarm ${alarms.triggeredAlarmNames?.join(", ")}`);
  if (status?.startsWith("ROLLBACK")) parts.push(`rolled back: ${causeOf(deployment)}`);
  return parts.join(" · ");
}

function frameOf({ targetServiceRevision, sourceServiceRevisions = [] }: ServiceDeployment): string[] {
  const rows = [
    ...sourceServiceRevisions.map((revision) => ["old", revision] as const),
    ["new", targetServiceRevision] as const,
  ];
  return rows.flatMap(([which, revision]) => {
    if (revision === undefined) return [];
    const { runningTaskCount = 0, requestedTaskCount = 0, requestedProductionTrafficWeight: weight } = revision;
    return `${which}  ${runningTaskCount}/${requestedTaskCount} tasks${weight === undefined ? "" : `, ${weight} % of visitors`}`;
  });
}
