import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import { describe, expect, it } from "vitest";
import { AGENT_CONTAINER } from "../../../components/compute/agent";
import type { ContainerDefinition } from "../../../components/compute/container-definition";
import { emitterOf, type MetricRow, metricsPage } from "../../../components/monitoring/metrics-table";
import { datadogReads } from "./datadog-reads";
import { knownDatadogMetrics } from "./known-datadog-metrics";
import { knownMetrics } from "./known-metrics";
import { ALARM, metricsOfAlarm, metricsOfDashboard, type Platform, platform } from "./platform";

const root = join(__dirname, "..", "..", "..");

interface Read {
  readonly source: string;
  readonly name: string;
  readonly by: readonly string[];
  readonly reader: string;
}

function grouped(reads: readonly Read[]): MetricRow[] {
  const rows = new Map<string, MetricRow>();
  for (const { source, name, by, reader } of reads) {
    const key = `${source} ${name}`;
    const { by: before = [], readers = [] } = rows.get(key) ?? {};
    rows.set(key, {
      source,
      name,
      by: [...new Set([...before, ...by])].sort(),
      readers: [...readers, reader],
    });
  }
  return [...rows.values()];
}

function rowsOf(of: Platform): { cloudWatch: MetricRow[]; datadog: MetricRow[] } {
  const alarms = of.recording
    .ofType(ALARM)
    .flatMap((alarm) => metricsOfAlarm(alarm, of.home))
    .map((metric) => ({ ...metric, of: metric.of.replace(/^monitoring-alarms-/, "") }));
  const drawn = metricsOfDashboard(of).map((metric) => ({ ...metric, of: "dashboard" }));
  return {
    cloudWatch: grouped(
      [...alarms, ...drawn].map(({ of: reader, namespace, metricName, dimensions }) => ({
        source: namespace,
        name: metricName,
        by: Object.keys(dimensions),
        reader,
      })),
    ),
    datadog: grouped(
      datadogReads(of).map(({ of: reader, metric, by, scope }) => ({
        source: knownDatadogMetrics[metric]?.from ?? "nobody",
        name: metric,
        by: [...Object.keys(scope), ...by],
        reader: reader.replace("monitoring-datadog-on-call", "dashboard").replace(/^monitoring-datadog-/, ""),
      })),
    ),
  };
}

const containersOf = ({ recording }: Platform, name: string) =>
  JSON.parse(
    String(recording.one("aws:ecs/taskDefinition:TaskDefinition", name).inputs.containerDefinitions),
  ) as ContainerDefinition[];
const variable = ({ environment }: ContainerDefinition, name: string) =>
  environment.find((entry) => entry.name === name)?.value;

/** That a source is really there in the plan: each sends by other means. */
function isSent({ source, name }: MetricRow, of: Platform): boolean {
  const { recording } = of;
  if (source === "application") {
    // The application knows where the agent is, and an agent listens there.
    const containers = containersOf(of, "tasks-web-template");
    const agent = containers.find((container) => container.name === AGENT_CONTAINER);
    const middleware = readFileSync(join(root, emitterOf(source).file), "utf8");
    const port = containers.map((container) => variable(container, "DD_DOGSTATSD_PORT"));
    return (
      middleware.includes(`'${name}'`) &&
      containers.some((container) => variable(container, "DD_AGENT_HOST") === "127.0.0.1") &&
      agent?.portMappings.some(({ containerPort, protocol }) => containerPort === 8125 && protocol === "udp") ===
        true &&
      port.filter((value) => value === "8125").length === 2
    );
  }
  if (source === "mysql check") {
    const [agent] = containersOf(of, "database-agent");
    const service = recording.one("aws:ecs/service:Service", "database-agent");
    return (
      agent !== undefined &&
      (variable(agent, "MYSQL_CHECK") ?? "").includes("_dbm_mysql_aurora") &&
      service.inputs.desiredCount === 1
    );
  }
  if (source === "Affiliate/Logs") {
    return recording
      .ofType("aws:cloudwatch/logMetricFilter:LogMetricFilter")
      .some(({ inputs }) => (inputs.metricTransformation as { name: string }).name === name);
  }
  if (source.startsWith("Affiliate/")) return existsSync(join(root, emitterOf(source).file));
  return knownMetrics[source]?.metrics[name] !== undefined;
}

const pages = [
  ["en", "metrics.md"],
  ["ja", "metrics.ja.md"],
] as const;

describe("docs/metrics", () => {
  it.each(pages)("in %s says of each metric who sends it", async (language, file) => {
    const rows = rowsOf(await platform("production"));
    const page = await format(metricsPage(rows, language), { parser: "markdown", printWidth: 120 });
    await expect(page).toMatchFileSnapshot(`../../../docs/${file}`);
  });

  it.each(["production", "staging"] as const)("names senders that are there in %s", async (stack) => {
    const of = await platform(stack);
    const { cloudWatch, datadog } = rowsOf(of);
    expect(cloudWatch.length).toBeGreaterThan(50);
    expect(datadog.map(({ name }) => name).sort()).toEqual(Object.keys(knownDatadogMetrics).sort());
    for (const row of [...cloudWatch, ...datadog]) {
      expect(isSent(row, of), `${row.source} ${row.name}, read by ${row.readers.join(", ")}`).toBe(true);
      expect(existsSync(join(root, emitterOf(row.source).file)), row.source).toBe(true);
    }
  });

  it("would show a metric that nobody sends", async () => {
    const of = await platform("production");
    const row = { by: [], readers: [] };
    expect(isSent({ ...row, source: "AWS/RDS", name: "CPUUtilisation" }, of)).toBe(false);
    expect(isSent({ ...row, source: "application", name: "api.error" }, of)).toBe(false);
    expect(isSent({ ...row, source: "Affiliate/Logs", name: "production-cron-errors" }, of)).toBe(false);
    expect(() => emitterOf("nobody")).toThrow("Who sends the metrics of nobody is not said in metrics-table.ts");
  });
});
