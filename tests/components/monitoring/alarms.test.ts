import { describe, expect, it } from "vitest";
import {
  type AlarmRule,
  isBand,
  isMath,
  regionOf,
  severities,
  statisticsOf,
} from "../../../components/monitoring/alarm";
import { databaseCapacity } from "../../../components/monitoring/capacity";
import { compositeOf, composites, compositesOf, isCritical } from "../../../components/monitoring/composites";
import { databaseFamilies } from "../../../config/instance-types";
import { knownMetrics } from "./known-metrics";
import { ALARM, COMPOSITE, platform, queriesOf } from "./platform";

const stacks = ["production", "staging"] as const;
const ruleOf = async (key: string): Promise<AlarmRule> => {
  const found = (await platform("production")).rules.find((rule) => rule.key === key);
  if (found === undefined) throw new Error(`no alarm ${key}`);
  return found;
};

describe.each(stacks)("the alarms of %s", (stack) => {
  it("are many, each with a key of its own that is a heading, too", async () => {
    const { rules } = await platform(stack);
    expect(rules.length).toBeGreaterThan(40);
    expect(new Set(rules.map(({ key }) => key)).size).toBe(rules.length);
    for (const { key } of rules) expect(key).toMatch(/^[a-z][a-z0-9-]+$/);
  });

  it("say in two languages what is the case", async () => {
    for (const { key, en, ja } of (await platform(stack)).rules) {
      expect(en, key).toMatch(/^[A-Z0-9].{15,}$/);
      expect(ja, key).toMatch(/[ぁ-んァ-ン一-龥]/);
    }
  });

  it("ask for no more datapoints than they look at, in periods that CloudWatch takes", async () => {
    for (const { key, datapoints, periods, periodSeconds } of (await platform(stack)).rules) {
      expect(datapoints, key).toBeGreaterThan(0);
      expect(datapoints, key).toBeLessThanOrEqual(periods);
      expect(periodSeconds % 60, key).toBe(0);
      // Source: CloudWatch API reference, PutMetricAlarm: a day, and a week for periods of an hour and more.
      expect(periods * periodSeconds, key).toBeLessThanOrEqual(periodSeconds < 3600 ? 86_400 : 604_800);
    }
  });

  it("have thresholds in the metric's unit and inside its range", async () => {
    for (const { key, signal, test } of (await platform(stack)).rules) {
      if (isBand(test)) {
        expect(test.deviations, key).toBeGreaterThan(1);
        continue;
      }
      if (!isMath(signal)) expect(test.unit, key).toBe(signal.stat === "SampleCount" ? "Count" : signal.metric.unit);
      expect(test.threshold, key).toBeGreaterThanOrEqual(key.endsWith("-shrank") ? -100 : 0);
      if (test.unit === "Percent") expect(test.threshold, key).toBeLessThanOrEqual(100);
      // Below nothing there is nothing: it could never ring. Nor above all.
      if (test.kind === "below") expect(test.threshold === 0, key).toBe(false);
      if (test.kind === "above" && test.unit === "Percent") expect(test.threshold, key).toBeLessThan(100);
    }
  });

  it("know the units that the services publish in", async () => {
    for (const rule of (await platform(stack)).rules) {
      for (const { metric } of statisticsOf(rule)) {
        const unit = knownMetrics[metric.namespace]?.metrics[metric.metricName];
        if (unit !== undefined) expect(metric.unit, `${rule.key}: ${metric.metricName}`).toBe(unit);
      }
    }
  });

  it("use in an expression exactly the metrics that they fetch, ten at most", async () => {
    const functions = new Set(["IF", "SUM", "MAX", "FILL", "DIFF", "AND", "OR"]);
    for (const { key, signal } of (await platform(stack)).rules) {
      if (!isMath(signal)) continue;
      const words = (signal.expression.match(/[A-Za-z]\w*/g) ?? []).filter((word) => !functions.has(word));
      expect([...new Set(words)].sort(), key).toEqual(Object.keys(signal.metrics).sort());
      for (const id of Object.keys(signal.metrics)) expect(id).toMatch(/^[a-z]\w*$/);
      expect(signal.expression.split("(").length, key).toBe(signal.expression.split(")").length);
      expect(Object.keys(signal.metrics).length, key).toBeLessThanOrEqual(10);
    }
  });

  it("never take a minute that has not come in yet for a fault", async () => {
    // FILL makes 0 of what is late: harmless above a threshold; below one, only beside others or when every minute says so.
    const guarded = new Set(["no-healthy-tasks", "redis-cache-hit-rate"]);
    for (const { key, signal, test, datapoints, periods } of (await platform(stack)).rules) {
      if (!isMath(signal) || !signal.expression.includes("FILL") || isBand(test) || test.kind !== "below") continue;
      expect(guarded.has(key) || (datapoints === periods && periods >= 5), key).toBe(true);
    }
  });
});

describe("an alarm in CloudWatch", () => {
  it("is there for each line of the table, with both actions and links in both languages", async () => {
    for (const stack of stacks) {
      const { recording, rules, home } = await platform(stack);
      for (const rule of rules) {
        const { inputs } = recording.one(ALARM, `monitoring-alarms-${rule.key}`);
        const region = regionOf(rule) ?? home;
        const account = stack === "production" ? "123456789012" : "234567890123";
        // A critical one tells Slack; its composite pages.
        const topic = `arn:aws:sns:${region}:${account}:affiliate-${stack}-${rule.severity === "critical" ? "warning" : rule.severity}`;
        expect(inputs).toMatchObject({
          name: `affiliate-${stack}-${rule.key}`,
          alarmActions: [topic],
          okActions: [topic],
          evaluationPeriods: rule.periods,
          datapointsToAlarm: rule.datapoints,
          treatMissingData: rule.missing,
          tags: { Severity: rule.severity },
        });
        expect(inputs.region ?? home).toBe(region);
        const description = String(inputs.alarmDescription);
        // Source: CloudWatch API reference, PutMetricAlarm.
        expect(description.length).toBeLessThanOrEqual(1024);
        expect(description.split("\n")).toEqual([
          rule.ja,
          rule.en,
          expect.stringMatching(/^手順: https:\S+\/docs\/incident\/[a-z-]+\.ja\.md#[a-z-]+$/),
          expect.stringMatching(/^Runbook: https:\S+\/docs\/incident\/[a-z-]+\.md#[a-z-]+$/),
        ]);
      }
    }
  });

  it("judges a value, an expression or a band, each in the form that CloudWatch takes", async () => {
    const { recording, rules } = await platform("production");
    for (const { key, signal, test, periodSeconds } of rules) {
      const alarm = recording.one(ALARM, `monitoring-alarms-${key}`);
      const queries = queriesOf(alarm);
      for (const { metric } of queries) if (metric) expect(metric.period, key).toBe(periodSeconds);
      if (isBand(test)) {
        expect(alarm.inputs).toMatchObject({ thresholdMetricId: "band" });
        expect(alarm.inputs).not.toHaveProperty("threshold");
        expect(String(alarm.inputs.comparisonOperator)).toMatch(/^(GreaterThanUpper|LessThanLower)Threshold$/);
        expect(queries.map(({ id, returnData }) => [id, returnData])).toEqual([
          ["value", true],
          ["band", true],
        ]);
      } else {
        expect(alarm.inputs.threshold, key).toBe(test.threshold);
        expect(
          queries.filter(({ returnData }) => returnData === true),
          key,
        ).toHaveLength(isMath(signal) ? 1 : 0);
      }
    }
    expect(recording.one(ALARM, "monitoring-alarms-certificate-global").inputs).toMatchObject({
      region: "us-east-1",
      namespace: "AWS/CertificateManager",
      statistic: "Minimum",
      period: 86_400,
      threshold: 45,
    });
  });

  it("has the runbook's numbers, in windows that page in time", async () => {
    expect(await ruleOf("errors")).toMatchObject({ severity: "critical", datapoints: 1, periodSeconds: 60 });
    expect((await ruleOf("errors")).en).toContain("20 a minute");
    expect(await ruleOf("response-time")).toMatchObject({
      severity: "warning",
      test: { threshold: 1, unit: "Seconds" },
    });
    // db.r6g.2xlarge takes 3000.
    expect(await ruleOf("database-connections")).toMatchObject({ test: { threshold: 2400 } });
    expect(await ruleOf("database-connections-full")).toMatchObject({ test: { threshold: 2850 } });
    // The smallest reader, db.r6g.xlarge, takes 2000.
    expect(await ruleOf("database-reader-connections")).toMatchObject({ test: { threshold: 1600 } });
  });

  it("looks at the sessions' evictions and memory, and never at the cache's, which is meant to be full", async () => {
    const keys = (await platform("production")).rules.map(({ key }) => key);
    expect(keys).toEqual(expect.arrayContaining(["redis-sessions-memory", "redis-sessions-evictions"]));
    expect(keys.filter((key) => /^redis-cache-(memory|evictions)/.test(key))).toEqual([]);
  });
});

describe("a page", () => {
  it("comes from composites only, and each critical alarm is in one", async () => {
    const { recording, rules } = await platform("production");
    for (const rule of rules.filter(isCritical)) {
      const page = recording.one(COMPOSITE, `monitoring-alarms-page-${rule.fault}`);
      expect(page.inputs.alarmRule).toContain(`ALARM("affiliate-production-${rule.key}")`);
      expect(page.inputs.region).toBe(regionOf(rule));
      const others = recording.ofType(COMPOSITE).filter(({ name }) => name !== page.name);
      for (const { inputs } of others) expect(inputs.alarmRule).not.toContain(`"affiliate-production-${rule.key}"`);
    }
    const paging = recording
      .ofType(ALARM)
      .filter(({ inputs }) => JSON.stringify(inputs).includes("production-critical"));
    expect(paging).toEqual([]);
    expect(
      recording.ofType(COMPOSITE).map(({ inputs }) => JSON.stringify([inputs.alarmActions, inputs.okActions])),
    ).toEqual(
      recording.ofType(COMPOSITE).map(({ inputs: { region = "ap-northeast-1" } }) => {
        const topic = `arn:aws:sns:${String(region)}:123456789012:affiliate-production-critical`;
        return JSON.stringify([[topic], [topic]]);
      }),
    );
  });

  it("about a cause waits while its effect pages, and what visitors feel waits for nothing", async () => {
    const { recording } = await platform("production");
    const quiet = (fault: string) =>
      recording.one(COMPOSITE, `monitoring-alarms-page-${fault}`).inputs.actionsSuppressor;
    expect(quiet("visitors")).toBeUndefined();
    expect(quiet("edge")).toBeUndefined();
    for (const fault of ["data", "background"] as const) {
      expect(quiet(fault)).toEqual({
        alarm: "affiliate-production-page-visitors",
        waitPeriod: compositeOf(fault).quietDuring?.waitSeconds,
        extensionPeriod: 120,
      });
    }
  });

  it("waits only for composites of its own region that stand before it", () => {
    composites.forEach(({ quietDuring, region }, index) => {
      if (quietDuring === undefined) return;
      const before = composites.slice(0, index).find(({ fault }) => fault === quietDuring.fault);
      expect(before?.region).toBe(region);
      expect(before).toBeDefined();
    });
  });

  it("is left out where nothing could set it off", async () => {
    const { rules, recording } = await platform("staging");
    expect(compositesOf(rules).map(({ fault }) => fault)).toEqual([
      "visitors",
      "data",
      "background",
      "backups",
      "edge",
    ]);
    expect(recording.ofType(COMPOSITE)).toHaveLength(5);
  });

  it("goes by severity: critical, warning, info", () => expect(severities).toEqual(["critical", "warning", "info"]));
});

describe("what an instance class holds", () => {
  it("is known of each class that config accepts", () => {
    for (const [family, sizes] of Object.entries(databaseFamilies)) {
      for (const size of sizes) {
        const { memoryBytes, maxConnections } = databaseCapacity(`${family}.${size}`);
        expect(memoryBytes).toBeGreaterThanOrEqual(4 * 1024 ** 3);
        expect(maxConnections).toBeGreaterThanOrEqual(90);
      }
    }
  });

  it("is what Aurora's tables say", () => {
    expect(databaseCapacity("db.r6g.xlarge")).toEqual({ memoryBytes: 32 * 1024 ** 3, maxConnections: 2000 });
    expect(databaseCapacity("db.t4g.medium")).toEqual({ memoryBytes: 4 * 1024 ** 3, maxConnections: 90 });
    expect(databaseCapacity("db.x2g.large")).toEqual({ memoryBytes: 32 * 1024 ** 3, maxConnections: 2000 });
    expect(() => databaseCapacity("db.r9x.tiny")).toThrow("The memory of db.r9x.tiny is not known");
  });
});
