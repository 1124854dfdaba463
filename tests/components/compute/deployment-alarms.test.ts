import { describe, expect, it } from "vitest";
import {
  DeploymentAlarms,
  type DeploymentRule,
  webDeploymentRules,
  workerDeploymentRules,
} from "../../../components/compute/deployment-alarms";
import { serviceMetrics } from "../../../components/compute/service-metrics";
import { record, valueOf } from "../../support/mocks";
import { testStack } from "../../support/stack";
import { makeLoadBalancer } from "./support";

const { runningTasks } = serviceMetrics("affiliate-production", "affiliate-production-web");
const errors = { namespace: "Affiliate/Logs", metricName: "production-worker-errors", dimensions: {}, unit: "Count" };

const makeWeb = () => {
  const rules = webDeploymentRules({ loadBalancer: makeLoadBalancer(), runningTasks, minTasks: 3 });
  return { rules, alarms: new DeploymentAlarms("web-alarms", { stack: testStack(), service: "web", rules }) };
};

describe("deployment rules", () => {
  it("of the web service watch both target groups in each expression that has to do with them", async () => {
    const { result } = await record(makeWeb);
    expect(result.rules.map(({ key }) => key)).toEqual(["errors", "response-time", "unhealthy-hosts", "running-tasks"]);
    for (const { key, math } of result.rules.slice(0, 3)) {
      const groups = Object.values(math.metrics)
        .map(({ metric }) => metric.dimensions.TargetGroup)
        .filter((group) => group !== undefined);
      const suffixes = await Promise.all(groups.map((group) => valueOf(group)));
      expect(new Set(suffixes).size, key).toBe(2);
    }
  });

  it("name in their expressions exactly the metrics that they fetch", async () => {
    const { result } = await record(makeWeb);
    const all: DeploymentRule[] = [...result.rules, ...workerDeploymentRules({ runningTasks, minTasks: 2, errors })];
    const functions = new Set(["IF", "SUM", "MAX", "FILL", "REPEAT"]);
    for (const { key, math } of all) {
      const words = (math.expression.match(/[A-Za-z]\w*/g) ?? []).filter((word) => !functions.has(word));
      expect([...new Set(words)].sort(), key).toEqual(Object.keys(math.metrics).sort());
      for (const id of Object.keys(math.metrics)) expect(id).toMatch(/^[a-z]\w*$/);
      expect(math.expression.split("(").length, key).toBe(math.expression.split(")").length);
    }
  });

  it("count the load balancer's own 5xx, for requests that found no task", async () => {
    const { result } = await record(makeWeb);
    const [rule] = result.rules;
    expect(rule?.math.metrics.balancer?.metric.metricName).toBe("HTTPCode_ELB_5XX_Count");
    expect(rule?.math.expression).toBe(
      "IF(SUM(FILL([requestsBlue, requestsGreen, balancer], 0)) >= 20, " +
        "100 * SUM(FILL([errorsBlue, errorsGreen, balancer], 0)) / " +
        "SUM(FILL([requestsBlue, requestsGreen, balancer], 0)), 0)",
    );
  });

  it("of the workers watch their log and their number", () => {
    const rules = workerDeploymentRules({ runningTasks, minTasks: 2, errors });
    expect(rules.map(({ key, threshold, comparison }) => [key, comparison, threshold])).toEqual([
      ["errors", "GreaterThanOrEqualToThreshold", 20],
      ["running-tasks", "LessThanThreshold", 2],
    ]);
  });
});

describe("DeploymentAlarms", () => {
  it("makes one alarm a rule, by metric math over one-minute metrics; silence is no reason to go back", async () => {
    const recording = await record(makeWeb);
    // They wait for the load balancer's outputs and come in any order.
    const alarms = ["errors", "response-time", "unhealthy-hosts", "running-tasks"].map((key) =>
      recording.one("aws:cloudwatch/metricAlarm:MetricAlarm", `web-alarms-${key}`),
    );
    expect(recording.ofType("aws:cloudwatch/metricAlarm:MetricAlarm")).toHaveLength(4);
    expect(alarms.map(({ inputs }) => inputs.name)).toEqual([
      "affiliate-production-web-deployment-errors",
      "affiliate-production-web-deployment-response-time",
      "affiliate-production-web-deployment-unhealthy-hosts",
      "affiliate-production-web-deployment-running-tasks",
    ]);
    for (const { inputs } of alarms) {
      expect(inputs.treatMissingData).toBe("notBreaching");
      const queries = inputs.metricQueries as {
        returnData: boolean;
        expression?: string;
        metric?: { period: number };
      }[];
      expect(queries.filter(({ returnData }) => returnData)).toHaveLength(1);
      for (const { metric } of queries.filter(({ expression }) => expression === undefined)) {
        expect(metric?.period).toBe(60);
      }
      expect(Number(inputs.datapointsToAlarm)).toBeLessThanOrEqual(Number(inputs.evaluationPeriods));
    }
    expect(alarms[0]?.inputs).toMatchObject({
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: 5,
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
    });
    expect(recording.result.alarms.minutes).toBe(5);
    expect(await Promise.all(recording.result.alarms.alarmNames.map((name) => valueOf(name)))).toEqual(
      alarms.map(({ inputs }) => inputs.name),
    );
  });
});
