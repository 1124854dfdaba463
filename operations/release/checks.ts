import type { ECS } from "@aws-sdk/client-ecs";
import type { Targets } from "../../config/targets";
import type { Context } from "../verb";
import type { ReleaseImage } from "./image";
import { deploymentsOf, isRunning, SERVICES, shortName } from "./services";

/** `blocked` keeps a release from starting; `warning` is for a person to weigh. */
export interface Finding {
  readonly check: string;
  readonly state: "ok" | "warning" | "blocked";
  readonly found: string;
}

const ok = (check: string, found: string): Finding => ({ check, state: "ok", found });
const blocked = (check: string, found: string): Finding => ({ check, state: "blocked", found });
const warning = (check: string, found: string): Finding => ({ check, state: "warning", found });

/** What `release` itself asks first: cheap, and each of it would spoil the release or hide how it went. */
export async function essentials(context: Context, ecs: ECS, targets: Targets): Promise<Finding[]> {
  return Promise.all([noDeployment(ecs, targets), weights(context, targets)]);
}

async function noDeployment(ecs: ECS, targets: Targets): Promise<Finding> {
  const check = "no deployment runs";
  for (const service of SERVICES) {
    const running = (await deploymentsOf(ecs, targets, service, 10)).find(isRunning);
    if (running !== undefined) {
      const since = running.createdAt?.toISOString() ?? "an unknown time";
      return blocked(
        check,
        `${service}: ${shortName(running.serviceDeploymentArn)}, ${running.status}, since ${since}`,
      );
    }
  }
  return ok(check, "none");
}

/** ECS shifts from what it believes and not from what is (containers-roadmap#2853): both rules must stand at 100 and 0. */
async function weights(context: Context, targets: Targets): Promise<Finding> {
  const check = "listener weights";
  const found = await ruleWeights(context, targets);
  const text = found.map(({ rule, weights }) => `${rule} ${weights.join("/") || "unknown"}`).join(", ");
  const settled = found.every(
    ({ weights }) => weights.includes(100) && weights.every((one) => one === 100 || one === 0),
  );
  return settled ? ok(check, text) : blocked(check, `${text}; needed 100/0, or visitors are split`);
}

export interface RuleWeights {
  readonly rule: "production" | "test";
  /** In the order of the targets' groups. */
  readonly weights: readonly number[];
}

export async function ruleWeights({ aws }: Context, { loadBalancer }: Targets): Promise<RuleWeights[]> {
  const client = await aws.loadBalancing();
  const { productionRuleArn, testRuleArn, targetGroupArns } = loadBalancer;
  const { Rules = [] } = await client.describeRules({ RuleArns: [productionRuleArn, testRuleArn] });
  return (["production", "test"] as const).map((rule) => {
    const arn = rule === "production" ? productionRuleArn : testRuleArn;
    const groups = Rules.find(({ RuleArn }) => RuleArn === arn)?.Actions?.[0]?.ForwardConfig?.TargetGroups ?? [];
    const weights = targetGroupArns.flatMap(
      (group) => groups.find(({ TargetGroupArn }) => TargetGroupArn === group)?.Weight ?? [],
    );
    return { rule, weights };
  });
}

/** An alarm that rings when a deployment begins is ignored for all of it: it would watch with one eye shut. */
export async function alarms({ aws }: Context, { deploymentAlarms }: Targets): Promise<Finding> {
  const check = "deployment alarms";
  const names = [...deploymentAlarms.web, ...deploymentAlarms.worker];
  const { MetricAlarms = [] } = await (await aws.cloudWatch()).describeAlarms({ AlarmNames: names, MaxRecords: 100 });
  const missing = names.filter((name) => !MetricAlarms.some(({ AlarmName }) => AlarmName === name));
  if (missing.length > 0) return blocked(check, `not there: ${missing.join(", ")}`);
  const ringing = MetricAlarms.filter(({ StateValue }) => StateValue === "ALARM").map(
    ({ AlarmName = "" }) => AlarmName,
  );
  return ringing.length > 0
    ? warning(check, `ringing, so ECS ignores them: ${ringing.join(", ")}`)
    : ok(check, "quiet");
}

export function scan({ detail }: ReleaseImage): Finding {
  const check = "image is scanned";
  const status = detail.imageScanStatus?.status;
  if (status !== "COMPLETE" && status !== "ACTIVE") return warning(check, `scan is ${status ?? "not known"}`);
  const { CRITICAL = 0, HIGH = 0 } = detail.imageScanFindingsSummary?.findingSeverityCounts ?? {};
  return CRITICAL > 0
    ? blocked(check, `${CRITICAL} critical findings, ${HIGH} high`)
    : ok(check, `no critical finding, ${HIGH} high`);
}

/** Roles, log groups and secrets of the templates: what a task needs before its first line of code runs. */
export async function templates(context: Context, ecs: ECS, targets: Targets): Promise<Finding[]> {
  const families = [...SERVICES.map((key) => targets.services[key]), targets.tasks.migration];
  const definitions = await Promise.all(
    families.map(async ({ templateFamily }) => {
      const { taskDefinition } = await ecs.describeTaskDefinition({ taskDefinition: templateFamily });
      return taskDefinition ?? {};
    }),
  );
  const roles = definitions.flatMap(({ executionRoleArn, taskRoleArn }) => [executionRoleArn, taskRoleArn]);
  const references = definitions.flatMap(({ containerDefinitions = [] }) =>
    containerDefinitions.flatMap(({ secrets = [] }) => secrets.map(({ valueFrom = "" }) => valueFrom)),
  );
  return Promise.all([
    existing("roles", roles, async (arn) => {
      await (await context.aws.iam()).getRole({ RoleName: arn.split("/").at(-1) ?? arn });
    }),
    existing(
      "log groups",
      families.map(({ logGroup }) => logGroup),
      async (name) => {
        const logs = await context.aws.logs();
        const { logGroups = [] } = await logs.describeLogGroups({ logGroupNamePrefix: name });
        if (!logGroups.some(({ logGroupName }) => logGroupName === name)) throw new Error("not there");
      },
    ),
    existing("secrets and their keys", references, async (reference) => {
      // arn:aws:secretsmanager:region:account:secret:name-suffix:KEY::
      const parts = reference.split(":");
      const client = await context.aws.secretsManager();
      const { SecretString = "" } = await client.getSecretValue({ SecretId: parts.slice(0, 7).join(":") });
      context.redactor.learn(SecretString);
      const key = parts[7] ?? "";
      if (key !== "" && !(key in (JSON.parse(SecretString) as object))) throw new Error(`has no key ${key}`);
    }),
  ]);
}

async function existing(
  check: string,
  names: readonly (string | undefined)[],
  look: (name: string) => Promise<void>,
): Promise<Finding> {
  const wanted = [...new Set(names.filter((name) => name !== undefined))].sort();
  const faults = await Promise.all(
    wanted.map((name) =>
      look(name).then(
        () => undefined,
        (error: unknown) =>
          `${shortName(name)}: ${error instanceof Error ? error.message || error.name : String(error)}`,
      ),
    ),
  );
  const found = faults.filter((fault) => fault !== undefined);
  return found.length > 0 ? blocked(check, found.join("; ")) : ok(check, `${wanted.length} are there`);
}

/** Blue/green runs everything twice: an address a task in each subnet, and Fargate's own limit. */
export async function capacity(context: Context, ecs: ECS, targets: Targets): Promise<Finding[]> {
  const { cluster, services, network } = targets;
  const [{ services: found = [] }, { Subnets = [] }] = await Promise.all([
    ecs.describeServices({ cluster: cluster.name, services: SERVICES.map((key) => services[key].name) }),
    (await context.aws.ec2()).describeSubnets({ SubnetIds: [...network.privateSubnetIds] }),
  ]);
  const tasks = found.reduce((sum, { desiredCount = 0 }) => sum + desiredCount, 0);
  const addresses = Subnets.reduce((sum, { AvailableIpAddressCount = 0 }) => sum + AvailableIpAddressCount, 0);
  const room = `${addresses} free addresses for ${tasks} more tasks`;
  return [
    addresses >= tasks * 2 ? ok("addresses", room) : blocked("addresses", room),
    await fargate(context, ecs, targets, found),
  ];
}

/** Fargate On-Demand vCPU resource count, per account and region. */
const FARGATE_QUOTA = { ServiceCode: "fargate", QuotaCode: "L-3032A538" };

async function fargate(
  { aws }: Context,
  ecs: ECS,
  { services }: Targets,
  found: readonly { serviceName?: string; desiredCount?: number }[],
): Promise<Finding> {
  const check = "Fargate vCPU";
  const vcpus = await Promise.all(
    SERVICES.map(async (key) => {
      const { taskDefinition } = await ecs.describeTaskDefinition({ taskDefinition: services[key].templateFamily });
      const wanted = found.find(({ serviceName }) => serviceName === services[key].name)?.desiredCount ?? 0;
      return (Number(taskDefinition?.cpu ?? 0) / 1024) * wanted;
    }),
  );
  const needed = vcpus.reduce((a, b) => a + b, 0) * 2;
  try {
    const { Quota } = await (await aws.serviceQuotas()).getServiceQuota(FARGATE_QUOTA);
    const quota = Quota?.Value ?? 0;
    const text = `${needed} at most while both revisions run; the account's quota is ${quota}`;
    return quota >= needed ? ok(check, text) : blocked(check, text);
  } catch (error) {
    return warning(check, `${needed} needed; the quota could not be read (${(error as Error).name})`);
  }
}
