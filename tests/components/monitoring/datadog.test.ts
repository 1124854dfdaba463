import { describe, expect, it } from "vitest";
import { applicationDatadogMetrics } from "../../../components/compute/agent";
import { objectiveKeys } from "../../../components/monitoring/datadog/objectives";
import { series } from "../../../components/monitoring/datadog/query";
import { settingsOfStack } from "../../config/stack-files";
import { DASHBOARD, datadogReads, SLO } from "./datadog-reads";
import { faultOf, knownDatadogMetrics, seriesOf } from "./known-datadog-metrics";
import { MONITOR, type Platform, platform, SYNTHETIC } from "./platform";

const stacks = ["production", "staging"] as const;
const datadogOf = (stack: (typeof stacks)[number]) => {
  const { datadog } = settingsOfStack(stack);
  if (datadog === undefined) throw new Error(`${stack} has no Datadog`);
  return datadog;
};

const monitor = ({ recording }: Platform, key: string) => recording.one(MONITOR, `monitoring-datadog-${key}`).inputs;

describe.each(stacks)("what Datadog's queries of %s refer to", (stack) => {
  it("are metrics that something sends, by tags that they have, in its own environment", async () => {
    const reads = datadogReads(await platform(stack));
    expect(reads.length).toBeGreaterThan(25);
    expect(reads.flatMap((read) => faultOf(read) ?? [])).toEqual([]);
    for (const { of, scope } of reads) expect(scope, of).toEqual({ env: stack });
  });

  it("are tables, monitors and objectives that the program makes", async () => {
    const { recording, monitors } = await platform(stack);
    expect(recording.ofType(MONITOR)).toHaveLength(monitors.filter(({ kind }) => kind !== "synthetic").length);
    expect(recording.ofType(SLO)).toHaveLength(objectiveKeys.length);
    const ids = recording.ofType(DASHBOARD).flatMap(({ inputs }) => {
      const widgets = inputs.widgets as {
        alertGraphDefinition?: { alertId: string };
        serviceLevelObjectiveDefinition?: { sloId: string };
      }[];
      return widgets.flatMap((widget) => [
        ...(widget.alertGraphDefinition ? [widget.alertGraphDefinition.alertId] : []),
        ...(widget.serviceLevelObjectiveDefinition ? [widget.serviceLevelObjectiveDefinition.sloId] : []),
      ]);
    });
    expect(new Set(ids).size).toBe(monitors.filter(({ kind }) => kind === "metric").length + objectiveKeys.length);
    for (const id of ids) expect(id).not.toBe("");
  });

  it("compare with the number that is the threshold, in the metric's unit and inside its range", async () => {
    const { recording, monitors } = await platform(stack);
    for (const { name, inputs } of recording.ofType(MONITOR)) {
      const { critical, criticalRecovery } = inputs.monitorThresholds as Record<string, string>;
      const [, comparison, asked] = /([<>])\s*([\d.]+)$/.exec(String(inputs.query)) ?? [];
      expect(Number(asked), name).toBe(Number(critical));
      if (criticalRecovery === undefined) continue;
      // Back on the good side of it.
      expect(
        comparison === ">" ? Number(criticalRecovery) < Number(critical) : Number(criticalRecovery) > Number(critical),
      ).toBe(true);
    }
    for (const rule of monitors) {
      if (rule.kind === "burn") {
        // Beyond this it could never ring: all requests failing burn at just this rate.
        const most = 100 / (100 - datadogOf(stack).objectives[`${rule.objective}Percent`]);
        expect(rule.critical, rule.key).toBeLessThan(most);
      }
      if (rule.kind !== "metric") continue;
      const units = new Set(seriesOf(rule.key, rule.query).map(({ metric }) => knownDatadogMetrics[metric]?.unit));
      expect(units.size, rule.key).toBe(1);
      const isRatio = rule.query.includes(" / ");
      expect(isRatio ? "fraction" : [...units][0], rule.key).toBe(rule.unit);
      expect(rule.critical, rule.key).toBeGreaterThan(0);
      if (isRatio) expect(rule.critical, rule.key).toBeLessThan(1);
    }
  });

  it("are asked of Datadog only when there is one: the plan needs no key", async () => {
    const { recording } = await platform(stack);
    for (const { name, inputs } of [...recording.ofType(MONITOR), ...recording.ofType(SLO)]) {
      expect(inputs.validate, name).toBe(false);
    }
  });
});

describe("the runbook's three monitors", () => {
  it("are there with its numbers, messages and handles", async () => {
    const of = await platform("production");
    expect(monitor(of, "high-error-rate")).toMatchObject({
      name: "[production] High Error Rate",
      type: "query alert",
      query: "sum(last_5m):sum:api.errors{env:production}.as_count() > 100",
      tags: ["env:production", "service:affiliate", "severity:critical"],
      monitorThresholds: { critical: "100" },
    });
    expect(monitor(of, "api-response-time")).toMatchObject({
      name: "[production] API Response Time",
      query: "avg(last_10m):avg:api.response_time{env:production} > 1000",
      tags: ["env:production", "service:affiliate", "severity:warning"],
    });
    // The limit, not the runbook's metric, which there is none of; by instance, not over all of them.
    expect(monitor(of, "database-connection-pool")).toMatchObject({
      name: "[production] Database Connection Pool",
      query:
        "avg(last_5m):avg:mysql.performance.threads_connected{env:production} by {instance_endpoint} / " +
        "avg:mysql.net.max_connections_available{env:production} by {instance_endpoint} > 0.8",
    });
    for (const [key, sentence, told] of [
      [
        "high-error-rate",
        "エラー率が異常に高くなっています",
        "@slack-affiliate-oncall @pagerduty-affiliate-production",
      ],
      ["api-response-time", "APIレスポンスタイムが1秒を超えています", "@slack-affiliate-engineering"],
      ["database-connection-pool", "データベース接続プールが80%を超えています", "@slack-affiliate-oncall"],
    ] as const) {
      const lines = String(monitor(of, key).message).split("\n");
      expect(lines[0]).toBe(sentence);
      // Outside every condition, so that PagerDuty hears of the end, too.
      expect(lines.at(-1)).toBe(told);
      expect(lines.join("\n")).toMatch(/\{\{#is_recovery\}\}復旧しました.*\{\{\/is_recovery\}\}/);
    }
  });

  it("say it again while it lasts, and say what silence means", async () => {
    const of = await platform("production");
    for (const { inputs } of of.recording.ofType(MONITOR)) {
      expect(inputs.renotifyInterval).toBe(inputs.priority === "1" ? 30 : 240);
      expect(inputs.renotifyStatuses).toEqual(["alert"]);
      expect(String(inputs.escalationMessage)).toMatch(/^まだ続いています: /);
      if (inputs.type === "query alert") {
        expect(inputs.requireFullWindow).toBe(false);
        const noData = inputs.onMissingData === "show_and_notify_no_data";
        expect(String(inputs.message).includes("{{#is_no_data}}")).toBe(noData);
      }
      // These two exclude onMissingData.
      expect(inputs).not.toHaveProperty("notifyNoData");
      expect(inputs).not.toHaveProperty("noDataTimeframe");
      for (const [, opened = ""] of String(inputs.message).matchAll(/\{\{#(\w+)\}\}/g))
        expect(String(inputs.message)).toContain(`{{/${opened}}}`);
    }
    expect(monitor(of, "high-error-rate").onMissingData).toBe("resolve");
    expect(monitor(of, "database-connection-pool").onMissingData).toBe("resolve");
    expect(monitor(of, "database-metrics").onMissingData).toBe("show_and_notify_no_data");
  });

  it("page nobody for staging, where no PagerDuty is", async () => {
    const { recording } = await platform("staging");
    for (const { inputs } of [...recording.ofType(MONITOR), ...recording.ofType(SYNTHETIC)]) {
      expect(String(inputs.message)).not.toContain("@pagerduty");
      expect(String(inputs.message)).toMatch(/@slack-affiliate-staging-/);
    }
  });
});

describe("the objectives", () => {
  it("are shares of the requests, with the targets of the stack file", async () => {
    const { recording } = await platform("production");
    const slo = (key: string) => recording.one(SLO, `monitoring-datadog-${key}`).inputs;
    const [requests, errors, slow] = ["requests", "errors", "slow"].map(
      (name) => `sum:api.${name}{env:production}.as_count()`,
    );
    expect(slo("availability")).toMatchObject({
      type: "metric",
      query: { numerator: `${requests} - ${errors}`, denominator: requests },
      thresholds: [{ timeframe: "30d", target: 99.9, warning: 99.95 }],
    });
    expect(slo("latency")).toMatchObject({
      query: { numerator: `${requests} - ${errors} - ${slow}`, denominator: `${requests} - ${errors}` },
      thresholds: [{ timeframe: "30d", target: 99, warning: 99.5 }],
    });
  });

  it("ring at two speeds, over a long and a short window of that objective", async () => {
    const of = await platform("production");
    for (const objective of objectiveKeys) {
      const queries = ["fast", "slow"].map((speed) => String(monitor(of, `${objective}-burns-${speed}`).query));
      const shape =
        /^burn_rate\("([^"]+)"\)\.over\("30d"\)\.long_window\("(\d+h)"\)\.short_window\("(\d+m)"\) > ([\d.]+)$/;
      expect(queries.map((query) => shape.exec(query)?.slice(2))).toEqual([
        ["1h", "5m", "14.4"],
        ["6h", "30m", "6"],
      ]);
      expect(new Set(queries.map((query) => shape.exec(query)?.[1])).size).toBe(1);
    }
    const ids = objectiveKeys.map(
      (objective) => /"([^"]+)"/.exec(String(monitor(of, `${objective}-burns-fast`).query))?.[1],
    );
    expect(new Set(ids).size).toBe(2);
  });

  it("page where the objective is narrow enough for it to come in time", async () => {
    const severities = async (stack: (typeof stacks)[number]) =>
      Object.fromEntries((await platform(stack)).monitors.map(({ key, severity }) => [key, severity]));
    expect(await severities("production")).toMatchObject({
      "availability-burns-fast": "critical",
      "availability-burns-slow": "warning",
      "latency-burns-fast": "warning",
    });
    expect(await severities("staging")).toMatchObject({ "availability-burns-fast": "warning" });
  });
});

describe("the test from outside", () => {
  it("asks for /health from Tokyo each minute, and goes by what it answers", async () => {
    const { recording } = await platform("production");
    expect(recording.one(SYNTHETIC).inputs).toMatchObject({
      type: "api",
      subtype: "http",
      status: "live",
      locations: ["aws:ap-northeast-1"],
      requestDefinition: { method: "GET", url: "https://affiliate-system.com/health", timeout: 10 },
      assertions: [
        { type: "statusCode", operator: "is", target: "200" },
        { type: "responseTime", operator: "lessThan", target: "5000" },
      ],
      optionsList: { tickEvery: 60, minLocationFailed: 1, retry: { count: 1, interval: 1000 } },
    });
    // It has no value to show.
    expect(String(recording.one(SYNTHETIC).inputs.message)).not.toContain("{{value}}");
  });
});

describe("the dashboard", () => {
  it("has Japanese titles, and each line a name", async () => {
    const { recording } = await platform("production");
    const widgets = recording.one(DASHBOARD).inputs.widgets as Record<
      string,
      { title?: string; requests?: { q: string; metadatas: { expression: string; aliasName: string }[] }[] }
    >[];
    expect(widgets.length).toBeGreaterThan(12);
    for (const definition of widgets.flatMap((widget) => Object.values(widget))) {
      if (definition.title !== undefined) expect(definition.title).toMatch(/[ぁ-んァ-ン一-龥]/);
      for (const { q, metadatas } of definition.requests ?? [])
        expect(metadatas).toEqual([{ expression: q, aliasName: expect.stringMatching(/./) as unknown }]);
    }
  });
});

describe("the channels", () => {
  it("are known to Datadog before a monitor names them", async () => {
    const { recording } = await platform("production");
    const channels = recording.ofType("datadog:slack/channel:Channel");
    expect(channels.map(({ inputs }) => inputs.channelName)).toEqual(["#oncall", "#engineering"]);
    for (const { name, options } of [...recording.ofType(MONITOR), ...recording.ofType(SYNTHETIC)])
      for (const { urn } of channels) expect(options.dependencies, name).toContain(urn);
  });
});

describe("a series", () => {
  const { errors, responseTime } = applicationDatadogMetrics;

  it("is a count where it counts, and an average where it measures", () => {
    expect(series("sum", errors, { env: "production" })).toBe("sum:api.errors{env:production}.as_count()");
    expect(series("avg", responseTime, { env: "production" }, ["route"])).toBe(
      "avg:api.response_time{env:production} by {route}",
    );
    expect(series("count", responseTime, { env: "x" })).toBe("count:api.response_time{env:x}.as_count()");
  });

  it("asks for no tag that its points do not carry", () => {
    expect(() => series("sum", errors, { env: "production" }, ["host"])).toThrow("api.errors has no tag host");
    expect(() => series("sum", errors, { pool: "x" })).toThrow("api.errors has no tag pool");
  });

  it("is read back by the tests for what it is", () => {
    const [read] = seriesOf("x", "sum(last_5m):sum:api.errors{env:production} by {route}.as_count() > 100");
    expect(read).toEqual({
      of: "x",
      aggregator: "sum",
      metric: "api.errors",
      scope: { env: "production" },
      by: ["route"],
      counted: true,
    });
    if (read === undefined) throw new Error("not read");
    expect(faultOf(read)).toBeUndefined();
    expect(faultOf({ ...read, metric: "api.error" })).toBe("nothing sends api.error");
    expect(faultOf({ ...read, by: ["host"] })).toBe("api.errors has no tag host");
    expect(faultOf({ ...read, counted: false })).toBe("api.errors is a count, read as a rate");
    expect(faultOf({ ...read, aggregator: "p95" })).toBe("api.errors has no p95");
  });

  it("leaves no metric in the table of what is sent that nothing reads", async () => {
    const read = new Set(datadogReads(await platform("production")).map(({ metric }) => metric));
    expect([...read].sort()).toEqual(Object.keys(knownDatadogMetrics).sort());
  });
});
