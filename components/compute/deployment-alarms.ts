import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { StackFacts } from "../../config/stack";
import type { Metric } from "../metrics";
import type { LoadBalancer } from "./load-balancer";
import { alarmQueries, largestOf, type MetricMath, sumOf } from "./metric-math";

/** One reason to take a release back. */
export interface DeploymentRule {
  /** Part of the alarm's name. */
  readonly key: string;
  /** What it means when it rings, for whoever reads the rollback's reason. */
  readonly description: string;
  readonly math: MetricMath;
  readonly comparison: "GreaterThanThreshold" | "GreaterThanOrEqualToThreshold" | "LessThanThreshold";
  readonly threshold: number;
  /** Minutes that must be beyond the threshold… */
  readonly datapoints: number;
  /** …of this many. */
  readonly minutes: number;
}

export interface WebRulesArgs {
  readonly loadBalancer: Pick<LoadBalancer, "blue" | "green" | "metrics">;
  readonly runningTasks: Metric;
  readonly minTasks: number;
  /** Share of requests answered 5xx. @default 5 */
  readonly errorPercent?: number;
  /** @default 1, the response time at which the runbook alerts */
  readonly responseSeconds?: number;
  /** Requests a minute below which shares and percentiles are chance. @default 20 */
  readonly leastRequests?: number;
}

/** The web service: judged on both target groups, since which of them serves changes with each deployment. */
export function webDeploymentRules(args: WebRulesArgs): DeploymentRule[] {
  const { loadBalancer, runningTasks, minTasks, errorPercent = 5, responseSeconds = 1, leastRequests = 20 } = args;
  const { blue, green } = loadBalancer;
  const pair = (key: keyof typeof blue.metrics, stat: string, id: string) => ({
    [`${id}Blue`]: { metric: blue.metrics[key], stat },
    [`${id}Green`]: { metric: green.metrics[key], stat },
  });
  const requests = pair("requests", "Sum", "requests");
  // Requests that found no task count as the balancer's errors only: all there were are both together.
  const asked = sumOf("requestsBlue", "requestsGreen", "balancer");
  return [
    {
      key: "errors",
      description: `${errorPercent} % or more of requests were answered 5xx, by the tasks or by the load balancer for them`,
      math: {
        label: "5xx responses, percent",
        expression: `IF(${asked} >= ${leastRequests}, 100 * ${sumOf("errorsBlue", "errorsGreen", "balancer")} / ${asked}, 0)`,
        metrics: {
          ...requests,
          ...pair("errors5xx", "Sum", "errors"),
          balancer: { metric: loadBalancer.metrics.balancerErrors5xx, stat: "Sum" },
        },
      },
      comparison: "GreaterThanOrEqualToThreshold",
      threshold: errorPercent,
      datapoints: 2,
      minutes: 3,
    },
    {
      key: "response-time",
      description: `one request in twenty takes longer than ${responseSeconds} s in the slower target group`,
      math: {
        label: "p95 of the response time, seconds",
        // The slower of the two and not the mean of both: while both serve, a slow release would hide behind the old one.
        expression: `IF(${sumOf("requestsBlue", "requestsGreen")} >= ${leastRequests}, ${largestOf("timeBlue", "timeGreen")}, 0)`,
        metrics: { ...requests, ...pair("responseTime", "p95", "time") },
      },
      comparison: "GreaterThanThreshold",
      threshold: responseSeconds,
      datapoints: 3,
      minutes: 5,
    },
    {
      key: "unhealthy-hosts",
      description: "a task fails the load balancer's health check for minutes on end",
      math: {
        label: "Unhealthy tasks in both target groups",
        expression: sumOf("unhealthyBlue", "unhealthyGreen"),
        metrics: pair("unhealthyHosts", "Maximum", "unhealthy"),
      },
      comparison: "GreaterThanOrEqualToThreshold",
      threshold: 1,
      datapoints: 3,
      minutes: 3,
    },
    tooFewTasks(runningTasks, minTasks),
  ];
}

export interface WorkerRulesArgs {
  readonly runningTasks: Metric;
  readonly minTasks: number;
  /** Errors in the workers' log. */
  readonly errors: Metric;
  /** Errors per minute of all workers. @default 20 */
  readonly errorsPerMinute?: number;
}

/** Workers answer nobody: what shows a bad release is that they do not stay up, or that jobs fail one after another. */
export function workerDeploymentRules(args: WorkerRulesArgs): DeploymentRule[] {
  const { runningTasks, minTasks, errors, errorsPerMinute = 20 } = args;
  return [
    {
      key: "errors",
      description: `workers logged ${errorsPerMinute} errors a minute or more`,
      math: {
        label: "Errors logged per minute",
        expression: "FILL(errors, 0)",
        metrics: { errors: { metric: errors, stat: "Sum" } },
      },
      comparison: "GreaterThanOrEqualToThreshold",
      threshold: errorsPerMinute,
      datapoints: 3,
      minutes: 5,
    },
    tooFewTasks(runningTasks, minTasks),
  ];
}

function tooFewTasks(runningTasks: Metric, minTasks: number): DeploymentRule {
  return {
    key: "running-tasks",
    description: `fewer than ${minTasks} tasks ran for five minutes`,
    math: {
      label: "Running tasks",
      expression: "FILL(running, REPEAT)",
      metrics: { running: { metric: runningTasks, stat: "Minimum" } },
    },
    comparison: "LessThanThreshold",
    threshold: minTasks,
    datapoints: 5,
    minutes: 5,
  };
}

export interface DeploymentAlarmsArgs {
  readonly stack: StackFacts;
  /** Part of the alarms' names: the service's. */
  readonly service: string;
  readonly rules: readonly DeploymentRule[];
}

/**
 * Alarms that take a deployment back. They page nobody: outside a deployment they say what monitoring's own say. ECS
 * ignores, for a whole deployment, one that rings when it begins, so a release can always mend what is broken.
 */
export class DeploymentAlarms extends pulumi.ComponentResource {
  /** For the service; there once the alarms are. */
  readonly alarmNames: pulumi.Output<string>[];
  readonly alarmArns: pulumi.Output<string>[];
  /** Minutes until the slowest of them can ring: a bake time has to be longer. */
  readonly minutes: number;

  constructor(name: string, args: DeploymentAlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:compute:DeploymentAlarms", name, {}, opts);
    const { stack, service, rules } = args;

    const alarms = rules.map(
      (rule) =>
        new aws.cloudwatch.MetricAlarm(
          `${name}-${rule.key}`,
          {
            name: stack.name("alarm", service, "deployment", rule.key),
            alarmDescription: `Takes a deployment of ${service} back: ${rule.description}.`,
            metricQueries: alarmQueries(rule.math),
            comparisonOperator: rule.comparison,
            threshold: rule.threshold,
            evaluationPeriods: rule.minutes,
            datapointsToAlarm: rule.datapoints,
            // A metric that nobody emits (no traffic, the first minutes of a new service) is no reason to go back;
            // that data stops arriving is for monitoring to notice.
            treatMissingData: "notBreaching",
          },
          { parent: this },
        ),
    );

    this.alarmNames = alarms.map((alarm) => alarm.name);
    this.alarmArns = alarms.map((alarm) => alarm.arn);
    this.minutes = Math.max(...rules.map((rule) => rule.minutes));
    this.registerOutputs({ alarmNames: this.alarmNames });
  }
}
