import type { ServiceDeploymentBrief, ServiceRevision } from "@aws-sdk/client-ecs";
import { digestOf, familyOf, type ServiceKey, shortName } from "./services";

export interface Past {
  readonly taskDefinition: string;
  readonly digest: string | undefined;
  readonly finishedAt: Date;
}

/** Successful deployments of releases, newest first; not the bootstrap's, which is nobody's release. */
export function successes(
  deployments: readonly ServiceDeploymentBrief[],
  revisions: ReadonlyMap<string, ServiceRevision>,
  service: ServiceKey,
  family: string,
): Past[] {
  return deployments
    .filter(({ status }) => status === "SUCCESSFUL")
    .flatMap(({ targetServiceRevisionArn = "", finishedAt = new Date(0) }) => {
      const revision = revisions.get(targetServiceRevisionArn);
      const taskDefinition = revision?.taskDefinition;
      if (revision === undefined || taskDefinition === undefined || familyOf(taskDefinition) !== family) return [];
      return { taskDefinition, digest: digestOf(revision, service), finishedAt };
    })
    .sort((a, b) => b.finishedAt.getTime() - a.finishedAt.getTime());
}

/**
 * Where to go back to: the release before the one that runs, as in a stack. What runs is the last that succeeded. From
 * there the search begins before its *first* success: whoever has gone back from B to A and goes back again comes to what
 * was before A, and not to B.
 */
export function lastGood(past: readonly Past[]): Past | undefined {
  const [current] = past;
  if (current === undefined) return undefined;
  const first = past.findLastIndex(({ taskDefinition }) => taskDefinition === current.taskDefinition);
  return past.slice(first + 1).find(({ taskDefinition }) => taskDefinition !== current.taskDefinition);
}

/** `affiliate-production-web:12`, its ARN, or `12`. */
export function named(past: readonly Past[], to: string): Past | undefined {
  return past.find(({ taskDefinition }) => {
    const name = shortName(taskDefinition);
    return taskDefinition === to || name === to || name.endsWith(`:${to}`);
  });
}

/** What goes with the web tier: the newest success of the same image. */
export const sameImage = (past: readonly Past[], digest: string | undefined): Past | undefined =>
  digest === undefined ? undefined : past.find((one) => one.digest === digest);
