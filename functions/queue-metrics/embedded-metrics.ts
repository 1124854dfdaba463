import { queueMetrics } from "../../config/vocabulary";
import type { QueueState } from "./queues";

type Line = Readonly<Record<string, unknown>>;
interface Value {
  readonly name: string;
  readonly unit: "Count" | "Seconds";
  readonly value: number;
}

/**
 * Log lines in CloudWatch's embedded metric format: one a queue (dimensions Environment and Queue) and one of the whole
 * (Environment alone). A log line needs no permission and no endpoint beyond the log that is written anyway.
 */
export function metricLines(environment: string, states: readonly QueueState[], now: Date): Line[] {
  const ages = states.map(({ oldestAge }) => oldestAge).filter((age) => age !== undefined);
  const sum = (key: "waiting" | "delayed" | "reserved") => states.reduce((total, state) => total + state[key], 0);
  const whole = {
    waiting: sum("waiting"),
    delayed: sum("delayed"),
    reserved: sum("reserved"),
    oldestAge: ages.length > 0 ? Math.max(...ages) : undefined,
  };
  return [
    ...states.map((state) => line({ Environment: environment, Queue: state.queue }, values(state), now)),
    line({ Environment: environment }, values(whole), now),
  ];
}

function values({ waiting, delayed, reserved, oldestAge }: Omit<QueueState, "queue">): Value[] {
  return [
    { name: queueMetrics.waiting, unit: "Count", value: waiting },
    { name: DELAYED, unit: "Count", value: delayed },
    { name: RESERVED, unit: "Count", value: reserved },
    ...(oldestAge === undefined
      ? []
      : [{ name: queueMetrics.oldestAge, unit: "Seconds", value: oldestAge } satisfies Value]),
  ];
}

/** Jobs put off to a later time. */
export const DELAYED = "JobsDelayed";
/** Jobs in the hands of workers. */
export const RESERVED = "JobsReserved";

function line(dimensions: Readonly<Record<string, string>>, metrics: readonly Value[], now: Date): Line {
  return {
    _aws: {
      Timestamp: now.getTime(),
      CloudWatchMetrics: [
        {
          Namespace: queueMetrics.namespace,
          Dimensions: [Object.keys(dimensions)],
          Metrics: metrics.map(({ name, unit }) => ({ Name: name, Unit: unit })),
        },
      ],
    },
    ...dimensions,
    ...Object.fromEntries(metrics.map(({ name, value }) => [name, value])),
  };
}
