import { beforeAll, describe, expect, it, vi } from "vitest";
import type * as agent from "../../../components/compute/agent";
import type * as databaseMetrics from "../../../components/data/database-metrics";
import { datadogReads } from "./datadog-reads";
import { faultOf } from "./known-datadog-metrics";
import { knownMetrics } from "./known-metrics";
import { ALARM, metricsOfAlarm, metricsOfDashboard, type Platform, platform } from "./platform";

/** The whole program once more, with two components whose metrics somebody has renamed. */
let renamed: Platform;

beforeAll(async () => {
  vi.doMock("../../../components/data/database-metrics", async (original: () => Promise<typeof databaseMetrics>) => {
    const real = await original();
    return {
      ...real,
      databaseMetrics: (cluster: string) => {
        const metrics = real.databaseMetrics(cluster);
        return { ...metrics, writerCpu: { ...metrics.writerCpu, metricName: "CpuUtilization" } };
      },
    };
  });
  vi.doMock("../../../components/compute/agent", async (original: () => Promise<typeof agent>) => {
    const real = await original();
    const { applicationDatadogMetrics: metrics } = real;
    return {
      ...real,
      applicationDatadogMetrics: { ...metrics, errors: { ...metrics.errors, name: "api.failures" } },
    };
  });
  renamed = await platform("production");
}, 240_000);

describe("a metric that a component has renamed", () => {
  it("fails each monitor, objective and dashboard of Datadog that reads it, and no other", () => {
    const faults = datadogReads(renamed).flatMap((read) => {
      const fault = faultOf(read);
      return fault === undefined ? [] : [`${read.of.replace("monitoring-datadog-", "")}: ${fault}`];
    });
    expect([...new Set(faults)].sort()).toEqual(
      ["availability", "high-error-rate", "latency", "on-call"].map((of) => `${of}: nothing sends api.failures`),
    );
  });

  it("fails each alarm and widget of CloudWatch that reads it, and no other", () => {
    const alarms = renamed.recording.ofType(ALARM).flatMap((alarm) => metricsOfAlarm(alarm, renamed.home));
    const unknown = [...alarms, ...metricsOfDashboard(renamed)].filter(
      ({ namespace, metricName }) =>
        !namespace.startsWith("Affiliate/") && knownMetrics[namespace]?.metrics[metricName] === undefined,
    );
    expect(new Set(unknown.map(({ metricName }) => metricName))).toEqual(new Set(["CpuUtilization"]));
    expect(unknown.map(({ of }) => of)).toContain("monitoring-alarms-database-cpu");
    expect(unknown.some(({ of }) => !of.startsWith("monitoring-alarms-"))).toBe(true);
  });
});
