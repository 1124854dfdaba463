import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { StackFacts } from "../../config/stack";
import { alarmQueries } from "../compute/metric-math";
import { type AlarmRule, isBand, isMath, regionOf, type Severity } from "./alarm";
import { type Composite, compositesOf } from "./composites";
import { runbookLinks } from "./runbook";
import type { Place, Subject } from "./topics";

export interface AlarmsArgs {
  readonly stack: StackFacts;
  readonly rules: readonly AlarmRule[];
  readonly topics: Readonly<Record<Place, { readonly arns: Readonly<Record<Subject, pulumi.Input<string>>> }>>;
  /** Where the repository's files can be read. */
  readonly runbookUrl: string;
}

const comparisons = {
  above: "GreaterThanThreshold",
  atLeast: "GreaterThanOrEqualToThreshold",
  below: "LessThanThreshold",
  aboveBand: "GreaterThanUpperThreshold",
  belowBand: "LessThanLowerThreshold",
} as const;

/** The alarms of the table, and the composites that page. */
export class Alarms extends pulumi.ComponentResource {
  readonly arns: Readonly<Record<string, pulumi.Output<string>>>;
  /** Of the composites, by fault. */
  readonly pageArns: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: AlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:monitoring:Alarms", name, {}, opts);

    const alarms = new Map(args.rules.map((rule) => [rule.key, this.alarm(name, rule, args)]));

    const pages = new Map<string, aws.cloudwatch.CompositeAlarm>();
    for (const composite of compositesOf(args.rules)) {
      const names = composite.rules.flatMap(({ key }) => alarms.get(key)?.name ?? []);
      pages.set(composite.fault, this.page(name, composite, names, pages, args));
    }

    this.arns = Object.fromEntries([...alarms].map(([key, { arn }]) => [key, arn]));
    this.pageArns = Object.fromEntries([...pages].map(([fault, { arn }]) => [fault, arn]));
    this.registerOutputs({ pageArns: this.pageArns });
  }

  private alarm(name: string, rule: AlarmRule, args: AlarmsArgs): aws.cloudwatch.MetricAlarm {
    const { stack, topics } = args;
    const region = regionOf(rule);
    const topic = topics[region === undefined ? "home" : "global"].arns[topicOf(rule)];
    return new aws.cloudwatch.MetricAlarm(
      `${name}-${rule.key}`,
      {
        name: stack.name("alarm", rule.key),
        alarmDescription: describe(rule, args.runbookUrl),
        region,
        ...judged(rule),
        comparisonOperator: comparisons[rule.test.kind],
        evaluationPeriods: rule.periods,
        datapointsToAlarm: rule.datapoints,
        treatMissingData: rule.missing,
        alarmActions: [topic],
        okActions: [topic],
        tags: { Severity: rule.severity },
      },
      { parent: this },
    );
  }

  private page(
    name: string,
    composite: Composite,
    names: pulumi.Output<string>[],
    pages: ReadonlyMap<string, aws.cloudwatch.CompositeAlarm>,
    args: AlarmsArgs,
  ): aws.cloudwatch.CompositeAlarm {
    const { stack, topics } = args;
    const { fault, region, quietDuring } = composite;
    const topic = topics[region === undefined ? "home" : "global"].arns.critical;
    const other = quietDuring && pages.get(quietDuring.fault);
    return new aws.cloudwatch.CompositeAlarm(
      `${name}-page-${fault}`,
      {
        alarmName: stack.name("alarm", "page", fault),
        alarmDescription: describe(composite, args.runbookUrl),
        region,
        alarmRule: pulumi.all(names).apply((all) => all.map((alarm) => `ALARM("${alarm}")`).join(" OR ")),
        actionsSuppressor: other && {
          alarm: other.alarmName,
          waitPeriod: quietDuring.waitSeconds,
          // The other may flap; without this each of its pauses would page.
          extensionPeriod: 120,
        },
        alarmActions: [topic],
        okActions: [topic],
        tags: { Severity: "critical" },
      },
      { parent: this },
    );
  }
}

/** A critical alarm tells Slack as a warning does: the page is its composite's. */
function topicOf(rule: AlarmRule): Severity {
  return rule.severity === "critical" ? "warning" : rule.severity;
}

/** What people read first, at night, on a telephone. */
function describe(
  what: Parameters<typeof runbookLinks>[0] & { readonly en: string; readonly ja: string },
  url: string,
) {
  const { ja, en } = runbookLinks(what, url);
  return `${what.ja}\n${what.en}\n手順: ${ja}\nRunbook: ${en}`;
}

type Judged = Pick<
  aws.cloudwatch.MetricAlarmArgs,
  | "namespace"
  | "metricName"
  | "dimensions"
  | "statistic"
  | "extendedStatistic"
  | "period"
  | "threshold"
  | "metricQueries"
  | "thresholdMetricId"
>;

/** The half of an alarm's arguments that says what is judged, in the form that CloudWatch takes it in. */
function judged({ key, signal, test, periodSeconds }: AlarmRule): Judged {
  if (isMath(signal)) {
    if (isBand(test)) throw new Error(`The alarm ${key} asks for a band around an expression; take a metric`);
    return { metricQueries: alarmQueries(signal, periodSeconds), threshold: test.threshold };
  }
  const { metric, stat } = signal;
  const read = { namespace: metric.namespace, metricName: metric.metricName, dimensions: metric.dimensions };
  if (!isBand(test)) {
    const percentile = /^p\d/.test(stat);
    return {
      ...read,
      ...(percentile ? { extendedStatistic: stat } : { statistic: stat }),
      period: periodSeconds,
      threshold: test.threshold,
    };
  }
  return {
    metricQueries: [
      { id: "value", metric: { ...read, period: periodSeconds, stat }, returnData: true },
      {
        id: "band",
        expression: `ANOMALY_DETECTION_BAND(value, ${test.deviations})`,
        label: "As usual",
        returnData: true,
      },
    ],
    thresholdMetricId: "band",
  };
}
