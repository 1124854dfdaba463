import type { Targets } from "../../config/targets";
import { Failure } from "../failure";
import { versionOf } from "../release/definitions";
import { deploymentsOf, digestOf, revisionsOf, SERVICES, type ServiceKey, shortName } from "../release/services";
import { readTargets } from "../targets";
import { columns } from "../terminal";
import type { CommonOptions, Context, Verb } from "../verb";

interface HistoryOptions extends CommonOptions {
  readonly limit?: string;
  readonly service?: string;
}

export interface HistoryLine {
  readonly deployment: string;
  readonly status: string;
  readonly at: string | null;
  readonly taskDefinition: string;
  readonly version: string | null;
  readonly digest: string | null;
  readonly reason: string | null;
}

export const history: Verb<HistoryOptions> = {
  path: "history",
  summary: "the last deployments of a service, and how each ended",
  description: "Newest first, as far back as ECS remembers: 90 days. What succeeded can be gone back to.",
  changes: false,
  options: [
    { flags: "--limit <number>", description: "how many (default 20)" },
    { flags: "--service <name>", description: "web, worker or scheduler (default web)" },
  ],
  examples: [
    { command: "npm run operations -- history --stack production", says: "the last twenty of the web tier" },
    {
      command: "npm run --silent operations -- history --stack production --service worker --json",
      says: "the workers', as JSON",
    },
  ],

  async run(context, { limit = "20", service = "web", json }) {
    const key = SERVICES.find((known) => known === service);
    if (key === undefined)
      throw new Failure("usage", `There is no service "${service}".`, `Services: ${SERVICES.join(", ")}`);
    const count = Number(limit);
    if (!Number.isInteger(count) || count < 1 || count > 1000) {
      throw new Failure("usage", `--limit is ${limit}; give a whole number from 1 to 1000.`);
    }
    const targets = await readTargets(context.aws, context.stack);
    const lines = await historyOf(context, targets, key, count);
    const { terminal, stack } = context;
    if (json) {
      terminal.json({ stack: stack.stack, service: key, deployments: lines });
      return "ok";
    }
    const rows = lines.map(({ at, status, taskDefinition, version, deployment, reason }) => [
      at ?? "-",
      status,
      taskDefinition,
      version ?? "-",
      deployment,
      reason ?? "",
    ]);
    const title = ["WHEN", "STATUS", "REVISION", "RELEASE", "DEPLOYMENT", "REASON"];
    for (const row of columns([title, ...rows])) terminal.data(row);
    return "ok";
  },
};

export async function historyOf(
  { aws }: Context,
  targets: Targets,
  service: ServiceKey,
  limit: number,
): Promise<HistoryLine[]> {
  const ecs = await aws.ecs();
  const deployments = await deploymentsOf(ecs, targets, service, limit);
  const revisions = await revisionsOf(
    ecs,
    deployments.map(({ targetServiceRevisionArn }) => targetServiceRevisionArn),
  );
  const arns = [...new Set([...revisions.values()].flatMap(({ taskDefinition }) => taskDefinition ?? []))];
  const versions = new Map(
    await Promise.all(
      arns.map(async (arn) => {
        const { taskDefinition } = await ecs.describeTaskDefinition({ taskDefinition: arn });
        return [arn, versionOf(taskDefinition, service)] as const;
      }),
    ),
  );
  return deployments.map(({ serviceDeploymentArn, status, statusReason, finishedAt, createdAt, ...rest }) => {
    const revision = revisions.get(rest.targetServiceRevisionArn ?? "");
    return {
      deployment: shortName(serviceDeploymentArn),
      status: status ?? "unknown",
      at: (finishedAt ?? createdAt)?.toISOString() ?? null,
      taskDefinition: shortName(revision?.taskDefinition),
      version: versions.get(revision?.taskDefinition ?? "") ?? null,
      digest: (revision && digestOf(revision, service)) ?? null,
      reason: statusReason ?? null,
    };
  });
}
