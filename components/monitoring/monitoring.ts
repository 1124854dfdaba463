import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../../config";
import type { StackFacts } from "../../config/stack";
import { Alarms } from "./alarm-resources";
import { alarmRules, type AlarmSizes, type Watched } from "./alarms";
import { type LoggingParty, loggingParties } from "./alarms/services";
import { board } from "./dashboard/board";
import { Datadog, type DatadogArgs } from "./datadog/datadog";
import { detectionRows, detectionTold } from "./detection-table";
import { Heartbeat } from "./heartbeat";
import { Paging, type PagingArgs } from "./paging";
import { Reachability } from "./reachability";

export interface MonitoringArgs extends Omit<PagingArgs, "pagers"> {
  readonly stack: StackFacts;
  readonly watched: Watched & { readonly tasks: Readonly<Record<LoggingParty, { readonly logGroupName: string }>> };
  /** Sizes that thresholds follow from. */
  readonly sizes: AlarmSizes;
  readonly settings: Settings["monitoring"];
  /** What visitors type. */
  readonly hostname: string;
  /** @default none: there is no Datadog */
  readonly datadog?: Pick<DatadogArgs, "settings" | "metrics"> | undefined;
  /** Alarms that take a deployment back: the dashboard shows them, they page nobody. */
  readonly deploymentAlarmArns: readonly pulumi.Input<string>[];
}

/** Alarms in CloudWatch, the ways to people, the on-call engineer's dashboard, and the same in Datadog. */
export class Monitoring extends pulumi.ComponentResource {
  readonly dashboardName: string;
  readonly topicArns: Paging["topics"]["home"]["arns"];
  /** In us-east-1. */
  readonly globalTopicArns: Paging["topics"]["home"]["arns"];

  constructor(name: string, args: MonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:monitoring:Monitoring", name, {}, opts);
    const { stack, watched, sizes, settings } = args;
    const parent = { parent: this };
    this.dashboardName = stack.name("dashboard", "on-call");

    const paging = new Paging(`${name}-paging`, { ...args, pagers: settings.pagers }, parent);
    const { topics, pagerErrors } = paging;
    const reachability = new Reachability(
      `${name}-reachability`,
      { stack: args.stack, hostname: args.hostname },
      parent,
    );
    const { reachable } = reachability.metrics;
    const { unreachableAfterSeconds } = reachability;
    if (pagerErrors !== undefined) {
      const clocks = { home: watched.database.metrics.writerCpu, global: reachable } as const;
      for (const place of ["home", "global"] as const) {
        const heartbeat = { stack, topics: topics[place], clock: clocks[place] };
        new Heartbeat(`${name}-heartbeat-${place}`, heartbeat, parent);
      }
    }
    const rules = alarmRules(watched, sizes, { reachable, unreachableAfterSeconds, pagerErrors });
    const alarms = new Alarms(`${name}-alarms`, { stack, rules, topics, runbookUrl: settings.runbookUrl }, parent);
    const body = board({
      environment: stack.environment,
      region: stack.region,
      watched,
      sizes,
      logGroupNames: loggingParties.map((party) => watched.tasks[party].logGroupName),
      pageArns: Object.values(alarms.pageArns),
      deploymentAlarmArns: args.deploymentAlarmArns,
      runbookUrl: settings.runbookUrl,
      statusPageUrl: settings.statusPageUrl,
    });
    new aws.cloudwatch.Dashboard(
      `${name}-on-call`,
      {
        dashboardName: this.dashboardName,
        dashboardBody: pulumi.output(body).apply((resolved) => JSON.stringify(resolved)),
      },
      parent,
    );

    const { hostname } = args;
    const { runbookUrl, statusPageUrl } = settings;
    const outside =
      args.datadog &&
      new Datadog(`${name}-datadog`, { ...args.datadog, stack, hostname, runbookUrl, statusPageUrl }, parent);

    this.topicArns = topics.home.arns;
    this.globalTopicArns = topics.global.arns;
    // In the state, where the report finds it: what an alarm waits for is said by the table and not by the alarm.
    const detection = detectionTold([...detectionRows(rules), ...(outside?.detection ?? [])]);
    this.registerOutputs({ dashboardName: this.dashboardName, detection });
  }
}
