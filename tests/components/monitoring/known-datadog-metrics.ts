/**
 * What reaches Datadog, apart from the program: names, kinds and units from integrations-core's mysql/metadata.csv, and the four
 * that the application's middleware sends (config/vocabulary.ts says what each counts). A metric that is misspelt or renamed in a
 * component is none of these.
 */
interface Known {
  readonly kind: "count" | "gauge" | "distribution";
  readonly unit: string;
  readonly from: "application" | "mysql check";
}

const application = (kind: Known["kind"], unit: string): Known => ({ kind, unit, from: "application" });
const mysql = (unit: string): Known => ({ kind: "gauge", unit, from: "mysql check" });

export const knownDatadogMetrics: Readonly<Record<string, Known>> = {
  "api.requests": application("count", "request"),
  "api.errors": application("count", "error"),
  "api.slow": application("count", "request"),
  "api.response_time": application("distribution", "millisecond"),
  "mysql.net.max_connections_available": mysql("connection"),
  "mysql.performance.threads_connected": mysql("connection"),
  "mysql.performance.threads_running": mysql("thread"),
  "mysql.performance.queries": mysql("query"),
  "mysql.performance.slow_queries": mysql("query"),
};

/** Tags that the points carry, by who sends them; the mysql check's are in its configuration. */
export const knownTags: Readonly<Record<Known["from"], readonly string[]>> = {
  application: ["env", "version", "route", "method", "status"],
  "mysql check": ["env", "dbclusteridentifier", "instance_endpoint"],
};

/** Aggregations that Datadog has for a kind. Percentiles of a distribution are switched on per organisation: none here. */
const aggregators: Readonly<Record<Known["kind"], readonly string[]>> = {
  count: ["sum", "avg", "max", "min"],
  gauge: ["avg", "max", "min", "sum"],
  distribution: ["avg", "max", "min", "sum", "count"],
};

export interface Read {
  readonly of: string;
  readonly aggregator: string;
  readonly metric: string;
  readonly scope: Readonly<Record<string, string>>;
  readonly by: readonly string[];
  readonly counted: boolean;
}

const SERIES = /([a-z]+):([a-z][a-z0-9_.]*)\{([^}]*)\}(?: by \{([^}]*)\})?((?:\.[a-z_]+\(\))*)/g;

/** Every series that a query reads. */
export function seriesOf(of: string, query: string): Read[] {
  return [...query.matchAll(SERIES)].map(([, aggregator = "", metric = "", filter = "", groups, calls = ""]) => ({
    of,
    aggregator,
    metric,
    scope: Object.fromEntries(filter.split(",").map((pair) => pair.split(":") as [string, string])),
    by: groups?.split(",") ?? [],
    counted: calls.includes(".as_count()"),
  }));
}

/** What is wrong with a series; undefined where nothing is. */
export function faultOf({ aggregator, metric, scope, by, counted }: Read): string | undefined {
  const known = knownDatadogMetrics[metric];
  if (known === undefined) return `nothing sends ${metric}`;
  if (!aggregators[known.kind].includes(aggregator)) return `${metric} has no ${aggregator}`;
  const tags = [...Object.keys(scope), ...by].filter((tag) => !knownTags[known.from].includes(tag));
  if (tags.length > 0) return `${metric} has no tag ${tags.join(", ")}`;
  if (known.kind === "count" && !counted) return `${metric} is a count, read as a rate`;
  return undefined;
}
