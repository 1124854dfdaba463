import { vi } from "vitest";
import type { AlarmRule } from "../../../components/monitoring/alarm";
import type * as alarms from "../../../components/monitoring/alarms";
import type * as monitors from "../../../components/monitoring/datadog/monitors";
import { asPulumiConfig, configOf, settingsOfStack, stackFileText, type StackName } from "../../config/stack-files";
import { record, type Recorded, type Recording } from "../../support/mocks";

export interface Platform {
  readonly recording: Recording<unknown>;
  /** The table that the alarms were made from. */
  readonly rules: readonly AlarmRule[];
  /** The table that Datadog's monitors were made from. */
  readonly monitors: readonly monitors.MonitorRule[];
  readonly home: string;
}

const started = new Map<StackName, Promise<Platform>>();

/** The whole program as it is, run under mocks with a stack file: all that monitoring may refer to is there. */
export function platform(stack: StackName): Promise<Platform> {
  const known = started.get(stack);
  if (known !== undefined) return known;
  const run = runProgram(stack);
  started.set(stack, run);
  return run;
}

async function runProgram(stack: StackName): Promise<Platform> {
  const { region, accountId } = settingsOfStack(stack);
  let rules: readonly AlarmRule[] = [];
  let monitorTable: readonly monitors.MonitorRule[] = [];
  vi.resetModules();
  vi.doMock("../../../components/monitoring/alarms", async (original: () => Promise<typeof alarms>) => {
    const real = await original();
    return { ...real, alarmRules: (...args: Parameters<typeof real.alarmRules>) => (rules = real.alarmRules(...args)) };
  });
  vi.doMock("../../../components/monitoring/datadog/monitors", async (original: () => Promise<typeof monitors>) => {
    const real = await original();
    const monitorRules = (args: monitors.MonitorRulesArgs) => (monitorTable = real.monitorRules(args));
    return { ...real, monitorRules };
  });
  const config = asPulumiConfig(configOf(stackFileText(stack)));
  const recording = await record(() => import("../../../index"), { stack, region, accountId, config, whole: true });
  vi.doUnmock("../../../components/monitoring/alarms");
  vi.doUnmock("../../../components/monitoring/datadog/monitors");
  return { recording, rules, monitors: monitorTable, home: region };
}

export const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
export const MONITOR = "datadog:index/monitor:Monitor";
export const SYNTHETIC = "datadog:index/syntheticsTest:SyntheticsTest";
export const COMPOSITE = "aws:cloudwatch/compositeAlarm:CompositeAlarm";

/** A metric as an alarm or a widget names it. */
export interface NamedMetric {
  readonly of: string;
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly stat: string;
  readonly region: string;
}

export interface Query {
  readonly id: string;
  readonly expression?: string;
  readonly returnData?: boolean;
  readonly metric?: {
    readonly namespace: string;
    readonly metricName: string;
    readonly dimensions?: Record<string, string>;
    readonly stat: string;
    readonly period: number;
  };
}

export const queriesOf = (alarm: Recorded): readonly Query[] => (alarm.inputs.metricQueries ?? []) as readonly Query[];

/** Every metric that an alarm reads. */
export function metricsOfAlarm(alarm: Recorded, home: string): NamedMetric[] {
  const { region = home } = alarm.inputs as { region?: string };
  const { namespace, metricName, statistic, extendedStatistic } = alarm.inputs as Record<string, string>;
  const dimensions = alarm.inputs.dimensions as Record<string, string> | undefined;
  const direct =
    metricName === undefined
      ? []
      : [{ namespace: String(namespace), metricName, dimensions, stat: String(statistic ?? extendedStatistic) }];
  const queried = queriesOf(alarm).flatMap(({ metric }) => metric ?? []);
  return [...direct, ...queried].map(({ namespace: space, metricName: name, dimensions: at = {}, stat }) => ({
    of: alarm.name,
    namespace: space,
    metricName: name,
    dimensions: at,
    stat,
    region,
  }));
}

interface MetricWidget {
  readonly type: string;
  readonly properties: {
    readonly title?: string;
    readonly region?: string;
    readonly stat?: string;
    readonly metrics?: readonly (readonly (string | Record<string, unknown>)[])[];
  };
}

export function dashboardBody({ recording }: Platform): {
  widgets: readonly (MetricWidget & Record<string, unknown>)[];
} {
  const { dashboardBody: body } = recording.one("aws:cloudwatch/dashboard:Dashboard").inputs;
  return JSON.parse(String(body)) as ReturnType<typeof dashboardBody>;
}

/** Every metric that a widget draws. */
export function metricsOfDashboard(of: Platform): NamedMetric[] {
  return dashboardBody(of).widgets.flatMap(({ properties }) =>
    (properties.metrics ?? []).flatMap((parts) => {
      const options = (parts.find((part) => typeof part === "object") ?? {}) as { stat?: string; region?: string };
      const words = parts.filter((part): part is string => typeof part === "string");
      const [namespace, metricName, ...rest] = words;
      if (namespace === undefined || metricName === undefined) return [];
      const pairs = Array.from({ length: rest.length / 2 }, (_, index) => [rest[2 * index], rest[2 * index + 1]]);
      return {
        of: properties.title ?? "",
        namespace,
        metricName,
        dimensions: Object.fromEntries(pairs) as Record<string, string>,
        stat: options.stat ?? properties.stat ?? "",
        region: options.region ?? properties.region ?? "",
      };
    }),
  );
}
