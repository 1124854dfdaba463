import type { Service } from "@aws-sdk/client-ecs";
import type { Targets } from "../../config/targets";
import { containers } from "../../config/vocabulary";
import { alarms, type Finding, ruleWeights } from "../release/checks";
import { versionOf } from "../release/definitions";
import { familyOf, SERVICES, type ServiceKey, shortName } from "../release/services";
import { readTargets } from "../targets";
import { columns } from "../terminal";
import type { CommonOptions, Context, Verb } from "../verb";
import { type HistoryLine, historyOf } from "./history";

interface Line {
  readonly service: ServiceKey;
  readonly revision: string;
  readonly release: string;
  readonly image: string;
  readonly commit: string | null;
  readonly since: string | null;
  readonly tasks: string;
  readonly state: string;
}

/** A commit is a tag of the image that looks like one: a pipeline pushes it beside the version. */
const COMMIT = /^(?:sha-|commit-|git-)?([0-9a-f]{7,40})$/;

export const status: Verb<CommonOptions> = {
  path: "status",
  summary: "what runs: revision, image, tasks, weights, deployments, alarms",
  description:
    "The state of the three services at a glance, the listeners' weights, the last deployments of the web tier and the " +
    "deployment alarms. It reads only.",
  changes: false,
  examples: [
    { command: "npm run operations -- status --stack production", says: "the first thing in an incident" },
    { command: "npm run --silent operations -- status --stack production --json", says: "for a script" },
  ],

  async run(context, { json }) {
    const targets = await readTargets(context.aws, context.stack);
    const [services, weights, last, alarm] = await Promise.all([
      servicesOf(context, targets),
      ruleWeights(context, targets),
      historyOf(context, targets, "web", 5),
      alarms(context, targets),
    ]);
    const { terminal, stack } = context;
    if (json) {
      const rules = Object.fromEntries(weights.map(({ rule, weights: list }) => [rule, list]));
      terminal.json({ stack: stack.stack, services, weights: rules, deployments: last, alarms: alarm });
    } else {
      print(context, services, weights, last, alarm);
    }
    return "ok";
  },
};

async function servicesOf(context: Context, targets: Targets): Promise<Line[]> {
  const ecs = await context.aws.ecs();
  const { services: found = [] } = await ecs.describeServices({
    cluster: targets.cluster.name,
    services: SERVICES.map((key) => targets.services[key].name),
  });
  return Promise.all(
    SERVICES.map(async (key) => {
      const service = found.find(({ serviceName }) => serviceName === targets.services[key].name);
      if (service?.taskDefinition === undefined) return absent(key);
      const { taskDefinition } = await ecs.describeTaskDefinition({ taskDefinition: service.taskDefinition });
      const container = key === "web" ? containers.app : key;
      const image = taskDefinition?.containerDefinitions?.find(({ name }) => name === container)?.image;
      const released = familyOf(service.taskDefinition) === targets.services[key].family;
      const { desiredCount = 0, runningCount = 0, deployments = [] } = service;
      return {
        service: key,
        revision: shortName(service.taskDefinition),
        release: released ? (versionOf(taskDefinition, key) ?? "unknown") : "waits for its first release",
        image: image?.split("@")[1] ?? image ?? "unknown",
        commit: released && image !== undefined ? await commitOf(context, targets, image) : null,
        since: since(service),
        tasks: `${runningCount}/${desiredCount}`,
        state: deployments.length > 1 ? "being deployed" : runningCount < desiredCount ? "too few tasks" : "steady",
      };
    }),
  );
}

const absent = (service: ServiceKey): Line => ({
  ...{ service, revision: "-", release: "-", image: "-", commit: null, since: null, tasks: "-", state: "not there" },
});

function since({ deployments = [] }: Service): string | null {
  const primary = deployments.find(({ status: which }) => which === "PRIMARY");
  return primary?.createdAt?.toISOString() ?? null;
}

async function commitOf({ aws }: Context, { images }: Targets, image: string): Promise<string | null> {
  const imageDigest = image.split("@")[1];
  if (imageDigest === undefined) return null;
  try {
    const { repositoryName } = images;
    const { imageDetails = [] } = await (
      await aws.ecr()
    ).describeImages({ repositoryName, imageIds: [{ imageDigest }] });
    return imageDetails[0]?.imageTags?.map((tag) => COMMIT.exec(tag)?.[1]).find((tag) => tag !== undefined) ?? null;
  } catch (error) {
    // What runs may have been taken out of the repository: the rest of the state is worth telling all the same.
    return `unknown (${(error as Error).name})`;
  }
}

function print(
  { terminal }: Context,
  services: readonly Line[],
  weights: Awaited<ReturnType<typeof ruleWeights>>,
  last: readonly HistoryLine[],
  alarm: Finding,
): void {
  const rows = services.map((line) => [
    ...[line.service, line.state, line.tasks, line.revision, line.release, line.commit ?? "-", line.since ?? "-"],
    line.image.slice(0, 19),
  ]);
  const title = ["SERVICE", "STATE", "TASKS", "REVISION", "RELEASE", "COMMIT", "SINCE", "IMAGE"];
  for (const row of columns([title, ...rows])) terminal.data(row);
  terminal.data("");
  for (const { rule, weights: list } of weights) terminal.data(`${rule} listener: ${list.join("/") || "unknown"}`);
  terminal.data(`${alarm.check}: ${alarm.found}`);
  terminal.data("");
  for (const row of columns(
    last.map(({ at, status: how, version, reason }) => [at ?? "-", how, version ?? "-", reason ?? ""]),
  )) {
    terminal.data(row);
  }
}
