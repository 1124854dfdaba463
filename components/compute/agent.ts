import { AGENT_MEMORY_MIB } from "../../config/agent";
import { applicationMetrics, ports } from "../../config/vocabulary";
import type { StackFacts } from "../../config/stack";
import type { DatadogMetric, DatadogMetrics } from "../metrics";
import type { ContainerDefinition } from "./container-definition";
import { base, check, type ContainerContext, memoryMount, withoutPrivileges } from "./containers";
import { UNRELEASED } from "./image-contract";
import type { LaravelParty } from "./laravel";

/** Datadog's agent, as the stack file describes it. */
export interface AgentSettings {
  /** By digest. */
  readonly image: string;
  /** Where the organisation lives, `ap1.datadoghq.com`. */
  readonly site: string;
  /** Whether it takes traces besides metrics. */
  readonly traces: boolean;
}

export const AGENT_CONTAINER = "datadog-agent";

/** Services have an agent beside them; one-off tasks are over before anybody looks, and say what they do in their logs. */
export const agentParties = ["web", "worker", "scheduler"] as const satisfies readonly LaravelParty[];
export type AgentParty = (typeof agentParties)[number];
export const hasAgent = (party: LaravelParty): party is AgentParty =>
  (agentParties as readonly string[]).includes(party);

/** `dd-agent` of the image, by number; its group, root's, is what the agent's folders belong to. */
const UID = 100;
const GID = 0;
/** What the image brings. */
const IMAGE_SETTINGS = "/etc/datadog-agent";
/** In memory: settings, and what the agent writes beside them. */
const SETTINGS = "/tmp/datadog";

/** Folders of the agent's settings; tests give others. */
export interface AgentFolders {
  readonly image: string;
  readonly own: string;
}

/**
 * The image's own start (s6, then scripts that rewrite `/etc/datadog-agent`) needs a root that can be written to. This one
 * takes the settings to memory and starts what is wanted; when one of the two ends, the other is stopped, and ECS starts the
 * container again.
 */
export function agentScript(traces: boolean, files: readonly string[] = [], folders?: AgentFolders): string {
  const { image, own } = folders ?? { image: IMAGE_SETTINGS, own: SETTINGS };
  return [
    `mkdir -p ${own}/conf.d`,
    `cp ${image}/datadog-ecs.yaml ${own}/datadog.yaml`,
    ...files,
    // Of the checks only the one of the task itself: the others look at hosts.
    `cp -R ${image}/conf.d/ecs_fargate.d ${own}/conf.d/`,
    "stop() { jobs -p | xargs -r kill 2>/dev/null; }",
    "trap stop TERM",
    `agent run --cfgpath=${own} &`,
    ...(traces ? [`trace-agent --config=${own}/datadog.yaml &`] : []),
    "wait -n",
    "code=$?",
    "stop",
    "wait",
    "exit $code",
  ].join("\n");
}

/** What each agent is told, whatever it is for. */
function agentEnvironment(
  { site, traces }: AgentSettings,
  environment: StackFacts["environment"],
): Record<string, string> {
  return {
    DD_APM_ENABLED: String(traces),
    // The loopback is shared by the task's containers; nobody else has business here.
    DD_APM_NON_LOCAL_TRAFFIC: "false",
    DD_APM_RECEIVER_PORT: String(ports.traces),
    // Left out, the agent would read the image's folder, with the checks of hosts, wherever its own settings are.
    DD_CONFD_PATH: `${SETTINGS}/conf.d`,
    DD_DISABLE_FILE_LOGGING: "true",
    DD_DOGSTATSD_NON_LOCAL_TRAFFIC: "false",
    DD_DOGSTATSD_PORT: String(ports.dogStatsd),
    DD_ENV: environment,
    // The application's lines go to CloudWatch, where alarms and the release's gates count them; a second copy is not paid for.
    DD_LOGS_ENABLED: "false",
    DD_LOG_LEVEL: "warn",
    // What the agent does is written here, and nowhere in Datadog's interface.
    DD_REMOTE_CONFIGURATION_ENABLED: "false",
    DD_SITE: site,
    ECS_FARGATE: "true",
  };
}

export interface AgentContainer {
  readonly context: Pick<ContainerContext, "region" | "logGroup">;
  readonly settings: AgentSettings;
  readonly environment: StackFacts["environment"];
  /** `arn:api_key::` */
  readonly apiKey: string;
  readonly memoryMiB: number;
}

/** An agent by itself; what it is to look at is added by who places it. */
export function agentContainer({
  context,
  settings,
  environment,
  apiKey,
  memoryMiB,
}: AgentContainer): ContainerDefinition {
  const variables = agentEnvironment(settings, environment);
  const common = base(
    AGENT_CONTAINER,
    { ...context, image: settings.image, memoryMiB, environment: {}, secrets: {} },
    memoryMiB,
  );
  return {
    ...common,
    user: `${UID}:${GID}`,
    entryPoint: ["bash", "-c"],
    command: [agentScript(settings.traces)],
    environment: Object.entries(variables).map(([name, value]) => ({ name, value })),
    secrets: [{ name: "DD_API_KEY", valueFrom: apiKey }],
    linuxParameters: withoutPrivileges(
      ["/tmp", "/opt/datadog-agent/run", "/var/run/datadog"].map((path) =>
        memoryMount(path, path === "/tmp" ? 32 : 8, UID, GID),
      ),
    ),
    // An agent that ends is started again where it is.
    restartPolicy: { enabled: true, ignoredExitCodes: [], restartAttemptPeriod: 60 },
    healthCheck: check(`agent health --cfgpath=${SETTINGS}`, { interval: 30, startPeriod: 60 }),
    stopTimeout: 30,
  };
}

/**
 * An agent beside a service's containers. It is not essential and nobody waits for it: a task neither dies with its agent nor
 * starts late for it, and what the application sends meanwhile is lost, as UDP is. The rest of the task has less memory.
 */
export function withAgent(
  containers: (context: ContainerContext) => ContainerDefinition[],
  agent: Pick<AgentContainer, "settings" | "environment">,
): (context: ContainerContext, agentKey: string) => ContainerDefinition[] {
  return (context, agentKey) => {
    const sidecar = agentContainer({ ...agent, context, apiKey: agentKey, memoryMiB: AGENT_MEMORY_MIB });
    return [
      ...containers({ ...context, memoryMiB: context.memoryMiB - AGENT_MEMORY_MIB }),
      {
        ...sidecar,
        essential: false,
        portMappings: [
          { containerPort: ports.dogStatsd, hostPort: ports.dogStatsd, protocol: "udp" },
          ...(agent.settings.traces
            ? [{ containerPort: ports.traces, hostPort: ports.traces, protocol: "tcp" } as const]
            : []),
        ],
      },
    ];
  };
}

/** What the application is told of the agent beside it, and what it tells of itself (unified service tagging). */
export function agentVariables(
  party: AgentParty,
  { project, environment }: Pick<StackFacts, "project" | "environment">,
  { traces }: AgentSettings,
): Readonly<Record<string, string>> {
  return {
    DD_AGENT_HOST: "127.0.0.1",
    DD_DOGSTATSD_PORT: String(ports.dogStatsd),
    DD_ENV: environment,
    DD_SERVICE: `${project}-${party}`,
    DD_TRACE_AGENT_PORT: String(ports.traces),
    DD_TRACE_ENABLED: String(traces),
    // The release writes its version here, as into RELEASE.
    DD_VERSION: UNRELEASED,
  };
}

export type ApplicationMetric = keyof typeof applicationMetrics;

/** What reaches Datadog from the application, through the agents beside it. */
export const applicationDatadogMetrics: DatadogMetrics<ApplicationMetric> = {
  requests: fromApplication(applicationMetrics.requests, "count", "request"),
  errors: fromApplication(applicationMetrics.errors, "count", "error"),
  slow: fromApplication(applicationMetrics.slow, "count", "request"),
  responseTime: fromApplication(applicationMetrics.responseTime, "distribution", "millisecond"),
};

function fromApplication(name: string, type: DatadogMetric["type"], unit: string): DatadogMetric {
  return { name, type, unit, tags: ["env", "version", "route", "method", "status"], emitter: "application" };
}
