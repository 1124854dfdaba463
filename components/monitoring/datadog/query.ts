import type { DatadogMetric } from "../../metrics";

export type Aggregator = "avg" | "count" | "max" | "sum";

/**
 * A metric as Datadog's queries spell it: `sum:api.errors{env:production}.as_count()`. Throws where the metric does not
 * carry a tag that is asked for: Datadog would take the query, and show nothing for ever.
 */
export function series(
  aggregator: Aggregator,
  metric: DatadogMetric,
  scope: Readonly<Record<string, string>>,
  by: readonly string[] = [],
): string {
  for (const tag of [...Object.keys(scope), ...by]) {
    if (!metric.tags.includes(tag)) {
      throw new Error(`${metric.name} has no tag ${tag}; its tags are ${metric.tags.join(", ")} (components/compute)`);
    }
  }
  const filter = Object.entries(scope)
    .map(([tag, value]) => `${tag}:${value}`)
    .join(",");
  const groups = by.length === 0 ? "" : ` by {${by.join(",")}}`;
  // A distribution's `count` is a number of points, too.
  const counted = metric.type === "count" || aggregator === "count" ? ".as_count()" : "";
  return `${aggregator}:${metric.name}{${filter}}${groups}${counted}`;
}
