import fc from "fast-check";
import { format } from "prettier";
import { describe, expect, it } from "vitest";
import { type AlarmRule, statisticsOf } from "../../../components/monitoring/alarm";
import { detectionPage } from "../../../components/monitoring/detection-page";
import {
  DELIVERY_SECONDS,
  DETECTION_LIMIT_SECONDS,
  detectionOf,
  type DetectionInput,
  detectionSeconds,
  EVALUATION_SECONDS,
  ingestionDelays,
  ingestionOf,
  SILENCE_SECONDS,
} from "../../../components/monitoring/detection";
import { type DetectionRow, detectionRows, monitorRows, tooLate } from "../../../components/monitoring/detection-table";
import { platform } from "./platform";

const rowsOf = async (stack: "production" | "staging"): Promise<DetectionRow[]> => {
  const { rules, monitors } = await platform(stack);
  return [...detectionRows(rules), ...monitorRows(monitors)];
};

const input: DetectionInput = {
  sensorSeconds: 0,
  ingestionSeconds: 60,
  periodSeconds: 60,
  datapoints: 1,
  unnoticed: 1,
  furtherSeconds: 0,
};
const anyInput: fc.Arbitrary<DetectionInput> = fc.record({
  sensorSeconds: fc.nat(120),
  ingestionSeconds: fc.nat(600),
  periodSeconds: fc.constantFrom(60, 300, 3600),
  datapoints: fc.integer({ min: 1, max: 15 }),
  unnoticed: fc.double({ min: 0, max: 1, noNaN: true }),
  furtherSeconds: fc.nat(600),
});

describe("the time from fault to page", () => {
  it("is the sum of every delay at its longest", () => {
    expect(detectionSeconds(input)).toBe(60 + 120 + EVALUATION_SECONDS + DELIVERY_SECONDS);
    expect(detectionSeconds({ ...input, unnoticed: 0.05, ingestionSeconds: 120, furtherSeconds: 5 })).toBe(
      120 + 63 + EVALUATION_SECONDS + 5 + DELIVERY_SECONDS,
    );
    // The runbook's own window, five minutes of averages, would already be over the limit.
    expect(detectionSeconds({ ...input, periodSeconds: 300 })).toBeGreaterThan(DETECTION_LIMIT_SECONDS);
  });

  it("is never shorter than the periods it waits for, and grows with each delay", () => {
    fc.assert(
      fc.property(anyInput, fc.constantFrom(...(Object.keys(input) as (keyof DetectionInput)[])), (given, key) => {
        const seconds = detectionSeconds(given);
        expect(seconds).toBeGreaterThanOrEqual(given.datapoints * given.periodSeconds + DELIVERY_SECONDS);
        expect(detectionSeconds({ ...given, [key]: given[key] + 1 })).toBeGreaterThan(seconds);
      }),
    );
  });

  it("knows how late each namespace is, and from where it knows", () => {
    for (const [namespace, { seconds, source }] of Object.entries(ingestionDelays)) {
      expect(seconds, namespace).toBeGreaterThan(0);
      expect(source, namespace).toMatch(/unverified|(user|developer) guide|Datadog, /);
    }
    expect(() => ingestionOf("AWS/New")).toThrow("AWS/New come in is not said in detection.ts");
  });

  it("goes by the kind of metric where one namespace holds several", async () => {
    expect(ingestionOf("AWS/S3", "NumberOfObjects").seconds).toBe(86_400);
    expect(ingestionOf("AWS/S3", "4xxErrors").seconds).toBeLessThan(3600);
    expect(ingestionOf("AWS/ECS", "CPUUtilization")).toBe(ingestionDelays["AWS/ECS"]);
    const rows = new Map((await rowsOf("production")).map((row) => [row.name, row]));
    expect(rows.get("bucket-uploads-refuses")?.ingestionSeconds).toBe(ingestionOf("AWS/S3").seconds);
    expect(rows.get("bucket-uploads-shrank")?.ingestionSeconds).toBe(86_400);
  });

  it("has no line for a metric that nothing reads", async () => {
    const { rules } = await platform("production");
    const read = rules.flatMap(statisticsOf).map(({ metric }) => `${metric.namespace}/${metric.metricName}`);
    const lines = Object.keys(ingestionDelays).filter((line) => line.split("/").length === 3);
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(read).toContain(line);
  });

  it("is longer where silence itself rings", () => {
    const rule: AlarmRule = {
      key: "silent",
      page: "database",
      severity: "warning",
      en: "",
      ja: "",
      signal: {
        metric: { namespace: "AWS/RDS", metricName: "CPUUtilization", dimensions: {}, unit: "Percent" },
        stat: "SampleCount",
      },
      test: { kind: "below", threshold: 1, unit: "Count" },
      periodSeconds: 60,
      datapoints: 5,
      periods: 5,
      missing: "breaching",
    };
    expect(detectionOf(rule).furtherSeconds).toBe(SILENCE_SECONDS);
    expect(detectionOf({ ...rule, missing: "missing" }).furtherSeconds).toBe(0);
  });
});

describe.each(["production", "staging"] as const)("in %s", (stack) => {
  it("every alarm and monitor that pages does so within five minutes", async () => {
    const rows = await rowsOf(stack);
    expect(rows.filter(({ by, severity }) => by === "Datadog" && severity === "critical").length).toBeGreaterThan(1);
    expect(rows.filter(({ severity }) => severity === "critical").length).toBeGreaterThan(8);
    expect(tooLate(rows)).toEqual([]);
    for (const row of rows) {
      if (row.severity === "critical")
        expect(detectionSeconds(row), row.name).toBeLessThanOrEqual(row.withinSeconds ?? 300);
    }
  });
});

describe("docs/detection", () => {
  it.each([
    ["en", "detection.md"],
    ["ja", "detection.ja.md"],
  ] as const)("in %s says what the alarms are", async (language, file) => {
    const text = detectionPage(await rowsOf("production"), language);
    const page = await format(text, { parser: "markdown", printWidth: 120 });
    await expect(page).toMatchFileSnapshot(`../../../docs/${file}`);
  });

  it("would show one that comes too late", async () => {
    const [row] = detectionRows((await platform("production")).rules);
    if (row === undefined) throw new Error("no alarm");
    const late = { ...row, name: "late", severity: "critical" as const, datapoints: 5 };
    expect(tooLate([late])).toEqual([late]);
    expect(detectionPage([late], "en")).toMatch(/^\| `late` .*\*\*\d+ s\*\* \|$/m);
  });
});
