import * as datadog from "@pulumi/datadog";
import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../../../config";
import type { StackFacts } from "../../../config/stack";
import { healthPath, healthyStatus } from "../../../config/vocabulary";
import { type DetectionRow, monitorRows } from "../detection-table";
import { boardWidgets } from "./dashboard";
import { escalation, message, type MessageArgs } from "./message";
import {
  type BurnMonitor,
  type DatadogMetricsWatched,
  type MetricMonitor,
  type MonitorRule,
  monitorRules,
  type SyntheticMonitor,
} from "./monitors";
import { type ObjectiveKey, objectivesOf } from "./objectives";

export interface DatadogArgs {
  readonly stack: StackFacts;
  readonly settings: NonNullable<Settings["datadog"]>;
  /** What the components send to it. */
  readonly metrics: DatadogMetricsWatched;
  /** What visitors type. */
  readonly hostname: string;
  readonly runbookUrl: string;
  readonly statusPageUrl: string;
}

/** Datadog's name of Tokyo, and of a month. */
const TOKYO = "aws:ap-northeast-1";
const MONTH = "30d";
/** Minutes after which somebody is told again. */
const RENOTIFY_MINUTES = { critical: 30, warning: 240, info: 1440 } as const;
const PRIORITIES = { critical: "1", warning: "3", info: "5" } as const;

/** Monitors, objectives, the test from outside and the dashboard, in the organisation that the agents report to. */
export class Datadog extends pulumi.ComponentResource {
  /** How long each monitor takes to find a fault. */
  readonly detection: readonly DetectionRow[];

  constructor(name: string, args: DatadogArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:monitoring:Datadog", name, {}, opts);
    const { stack, settings, metrics } = args;
    const { environment } = stack;
    const parent = { parent: this };
    const told: MessageArgs = {
      ...settings,
      pagerDutyService: `${stack.project}-${environment}`,
      runbookUrl: args.runbookUrl,
    };

    // Before the monitors: a handle of a channel that Datadog does not know tells nobody.
    const channels = this.channels(name, settings);
    const slos = new Map<ObjectiveKey, datadog.ServiceLevelObjective>();
    const objectives = objectivesOf(metrics.application, environment);
    for (const { key, title, description, numerator, denominator } of objectives) {
      const target = settings.objectives[`${key}Percent`];
      const objective = new datadog.ServiceLevelObjective(
        `${name}-${key}`,
        {
          name: `[${environment}] ${title}`,
          description,
          type: "metric",
          query: { numerator, denominator },
          thresholds: [{ timeframe: MONTH, target, warning: halfway(target) }],
          tags: tags(environment),
          validate: false,
        },
        parent,
      );
      slos.set(key, objective);
    }

    const rules = monitorRules({ environment, ...metrics, objectives: settings.objectives });
    const monitors: { rule: MetricMonitor; id: pulumi.Output<string> }[] = [];
    // A message names channels. One that is not connected yet is nobody's, and an alert of that minute would be lost.
    const afterChannels = { ...parent, dependsOn: channels };
    for (const rule of rules) {
      const text = {
        name: `[${environment}] ${rule.title}`,
        message: message(rule, told),
        tags: tags(environment, rule),
      };
      if (rule.kind === "synthetic") {
        new datadog.SyntheticsTest(
          `${name}-${rule.key}`,
          { ...text, ...synthetic(rule, args.hostname) },
          afterChannels,
        );
        continue;
      }
      const monitor = new datadog.Monitor(
        `${name}-${rule.key}`,
        { ...text, ...common(rule), ...(rule.kind === "burn" ? burn(rule, slos) : metric(rule)) },
        afterChannels,
      );
      if (rule.kind === "metric") monitors.push({ rule, id: monitor.id });
    }

    new datadog.Dashboard(
      `${name}-on-call`,
      {
        title: `アフィリエイト ${environment}`,
        description: "オンコール用ダッシュボード / for whoever is on call",
        layoutType: "ordered",
        reflowType: "auto",
        widgets: boardWidgets({
          environment,
          ...metrics,
          runbookUrl: args.runbookUrl,
          statusPageUrl: args.statusPageUrl,
          monitors,
          objectives: objectives.flatMap(({ key, title }) => {
            const slo = slos.get(key);
            return slo === undefined ? [] : [{ key, title, id: slo.id }];
          }),
        }),
      },
      parent,
    );
    this.detection = monitorRows(rules);
    this.registerOutputs();
  }

  private channels(name: string, { slack }: DatadogArgs["settings"]): datadog.slack.Channel[] {
    if (slack === undefined) return [];
    return (["onCall", "engineering"] as const).map(
      (key) =>
        new datadog.slack.Channel(
          `${name}-slack-${key.toLowerCase()}`,
          {
            accountName: slack.account,
            channelName: `#${slack[key]}`,
            display: { message: true, muteButtons: false, notified: false, snapshot: true, tags: true },
          },
          { parent: this },
        ),
    );
  }
}

const tags = (environment: string, rule?: MonitorRule): string[] => [
  `env:${environment}`,
  "service:affiliate",
  ...(rule === undefined ? [] : [`severity:${rule.severity}`]),
];

/** Half of the budget is gone. At most three decimals: Datadog keeps no more. */
const halfway = (target: number): number => Math.round((target + (100 - target) / 2) * 1000) / 1000;

type MonitorHalf = Partial<datadog.MonitorArgs> & Pick<datadog.MonitorArgs, "query" | "type">;

function common(rule: MetricMonitor | BurnMonitor) {
  return {
    priority: PRIORITIES[rule.severity],
    renotifyInterval: RENOTIFY_MINUTES[rule.severity],
    renotifyStatuses: ["alert"],
    escalationMessage: escalation(rule),
    includeTags: true,
    // The provider would ask Datadog while it plans; the plan needs no key.
    validate: false,
  };
}

function metric(rule: MetricMonitor): MonitorHalf {
  return {
    type: "query alert",
    query: `${rule.query} ${rule.comparison} ${rule.critical}`,
    monitorThresholds: { critical: String(rule.critical), criticalRecovery: String(rule.recovery) },
    // A window need not be full: counters have no points where nothing happened.
    requireFullWindow: false,
    onMissingData: rule.onMissingData,
  };
}

function burn(rule: BurnMonitor, slos: ReadonlyMap<ObjectiveKey, datadog.ServiceLevelObjective>): MonitorHalf {
  const { objective, longWindow, shortWindow, critical } = rule;
  return {
    type: "slo alert",
    query: pulumi.interpolate`burn_rate("${slos.get(objective)?.id ?? ""}").over("${MONTH}").long_window("${longWindow}").short_window("${shortWindow}") > ${critical}`,
    monitorThresholds: { critical: String(critical) },
  };
}

function synthetic(rule: SyntheticMonitor, hostname: string) {
  return {
    type: "api",
    subtype: "http",
    status: "live",
    locations: [TOKYO],
    requestDefinition: {
      method: "GET",
      url: `https://${hostname}${healthPath}`,
      timeout: rule.timeoutSeconds,
    },
    assertions: [
      { type: "statusCode", operator: "is", target: healthyStatus },
      { type: "responseTime", operator: "lessThan", target: String(rule.timeoutSeconds * 500) },
    ],
    optionsList: {
      tickEvery: rule.everySeconds,
      followRedirects: false,
      minFailureDuration: 0,
      minLocationFailed: 1,
      // Milliseconds.
      retry: { count: rule.retries, interval: 1000 },
      monitorName: `${rule.title} (${hostname})`,
      monitorPriority: Number(PRIORITIES[rule.severity]),
      monitorOptions: { renotifyInterval: RENOTIFY_MINUTES[rule.severity] },
    },
  };
}
