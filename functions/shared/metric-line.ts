export interface Value {
  readonly name: string;
  readonly unit: "Count" | "Seconds";
  readonly value: number;
}

/** A log line in CloudWatch's embedded metric format: it needs no permission beyond the log that is written anyway. */
export function metricLine(
  namespace: string,
  dimensions: Readonly<Record<string, string>>,
  values: readonly Value[],
  now: Date,
): string {
  return JSON.stringify({
    _aws: {
      Timestamp: now.getTime(),
      CloudWatchMetrics: [
        {
          Namespace: namespace,
          Dimensions: [Object.keys(dimensions)],
          Metrics: values.map(({ name, unit }) => ({ Name: name, Unit: unit })),
        },
      ],
    },
    ...dimensions,
    ...Object.fromEntries(values.map(({ name, value }) => [name, value])),
  });
}
