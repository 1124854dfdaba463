import { describe, expect, it } from "vitest";
import {
  DeploymentAlarms,
  webDeploymentRules,
  workerDeploymentRules,
} from "../../../components/compute/deployment-alarms";
import { SchedulerService } from "../../../components/compute/scheduler-service";
import { serviceMetrics } from "../../../components/compute/service-metrics";
import { type LifecycleHook, WebService } from "../../../components/compute/web-service";
import { WorkerService } from "../../../components/compute/worker-service";
import { record, valueOf } from "../../support/mocks";
import { testStack } from "../../support/stack";
import { BOOTSTRAP_ARN, CLUSTER_ARN, makeLoadBalancer, SUBNETS } from "./support";

const stack = testStack();
const common = {
  stack,
  clusterName: "affiliate-production",
  clusterArn: CLUSTER_ARN,
  bootstrapTaskDefinitionArn: BOOTSTRAP_ARN,
  subnetIds: SUBNETS,
  securityGroupId: "sg-tasks",
};
const runningTasks = (service: string) =>
  serviceMetrics("affiliate-production", `affiliate-production-${service}`).runningTasks;

const makeWeb = ({
  bakeMinutes = 10,
  lifecycleHooks,
}: { bakeMinutes?: number; lifecycleHooks?: LifecycleHook[] } = {}) => {
  const loadBalancer = makeLoadBalancer();
  const rules = webDeploymentRules({ loadBalancer, runningTasks: runningTasks("web"), minTasks: 3 });
  const alarms = new DeploymentAlarms("web-alarms", { stack, service: "web", rules });
  const service = new WebService("web", {
    ...common,
    loadBalancer,
    minTasks: 3,
    maxTasks: 20,
    cpuPercent: 70,
    requestsPerTarget: 1000,
    bakeMinutes,
    alarms,
    ...(lifecycleHooks && { lifecycleHooks }),
  });
  return { loadBalancer, alarms, service };
};

const SERVICE = "aws:ecs/service:Service";
const POLICY = "aws:appautoscaling/policy:Policy";

describe("WebService", () => {
  it("deploys blue/green: both target groups, both rules and ECS's role are wired", async () => {
    const recording = await record(() => makeWeb());
    const { loadBalancer } = recording.result;
    const { inputs } = recording.one(SERVICE, "web");
    expect(inputs).toMatchObject({
      name: "affiliate-production-web",
      cluster: CLUSTER_ARN,
      launchType: "FARGATE",
      taskDefinition: BOOTSTRAP_ARN,
      desiredCount: 3,
      deploymentController: { type: "ECS" },
      deploymentConfiguration: { strategy: "BLUE_GREEN", bakeTimeInMinutes: "10", lifecycleHooks: [] },
      deploymentCircuitBreaker: { enable: true, rollback: true },
      networkConfiguration: { subnets: SUBNETS, securityGroups: ["sg-tasks"], assignPublicIp: false },
      healthCheckGracePeriodSeconds: 120,
      availabilityZoneRebalancing: "ENABLED",
      enableExecuteCommand: false,
      waitForSteadyState: true,
    });
    const role = recording.one("aws:iam/role:Role", "web-infrastructure");
    expect(inputs.loadBalancers).toEqual([
      {
        targetGroupArn: await valueOf(loadBalancer.blue.arn),
        containerName: "nginx",
        containerPort: 8080,
        advancedConfiguration: {
          alternateTargetGroupArn: await valueOf(loadBalancer.green.arn),
          productionListenerRule: await valueOf(loadBalancer.productionRuleArn),
          testListenerRule: await valueOf(loadBalancer.testRuleArn),
          roleArn: `arn:aws:iam::123456789012:role/${String(role.inputs.name)}`,
        },
      },
    ]);
  });

  it("leaves what others write to them, and takes the time that a deployment takes", async () => {
    const recording = await record(() => makeWeb());
    const { options } = recording.one(SERVICE, "web");
    expect(options.ignoreChanges).toEqual(["taskDefinition", "desiredCount", "loadBalancers"]);
    expect(options.customTimeouts).toEqual({ create: "60m", update: "70m", delete: "30m" });
    // At destroy the policy has to outlive the service.
    const attachment = recording.one("aws:iam/rolePolicyAttachment:RolePolicyAttachment");
    expect(options.dependencies).toContain(attachment.urn);
    expect(attachment.inputs.policyArn).toBe(
      "arn:aws:iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers",
    );
  });

  it("goes back on any of the deployment alarms", async () => {
    const recording = await record(() => makeWeb());
    const names = recording.ofType("aws:cloudwatch/metricAlarm:MetricAlarm").map(({ inputs }) => inputs.name);
    expect(names).toHaveLength(4);
    const alarms = recording.one(SERVICE, "web").inputs.alarms as { alarmNames: string[] };
    expect(alarms).toMatchObject({ enable: true, rollback: true });
    expect([...alarms.alarmNames].sort()).toEqual(names.sort());
  });

  it("refuses a bake time in which its slowest alarm could not ring", async () => {
    await expect(record(() => makeWeb({ bakeMinutes: 5 }))).rejects.toThrow(
      /bakeMinutes of production is 5.*6 to 1440/,
    );
  });

  it("asks the hooks it is given", async () => {
    const hook: LifecycleHook = {
      functionArn: "arn:aws:lambda:ap-northeast-1:123456789012:function:gate",
      roleArn: "arn:aws:iam::123456789012:role/gate",
      stages: ["PRE_SCALE_UP", "POST_TEST_TRAFFIC_SHIFT"],
    };
    const recording = await record(() => makeWeb({ lifecycleHooks: [hook] }));
    expect(recording.one(SERVICE, "web").inputs.deploymentConfiguration).toMatchObject({
      lifecycleHooks: [
        {
          hookTargetArn: hook.functionArn,
          roleArn: hook.roleArn,
          lifecycleStages: ["PRE_SCALE_UP", "POST_TEST_TRAFFIC_SHIFT"],
        },
      ],
    });
  });

  it("scales from 3 to 20 on CPU, and on requests of both target groups by running tasks", async () => {
    const recording = await record(() => makeWeb());
    expect(recording.one("aws:appautoscaling/target:Target").inputs).toEqual({
      serviceNamespace: "ecs",
      scalableDimension: "ecs:service:DesiredCount",
      resourceId: "service/affiliate-production/affiliate-production-web",
      minCapacity: 3,
      maxCapacity: 20,
    });
    const cpu = recording.one(POLICY, "web-scaling-cpu").inputs;
    expect(cpu).toMatchObject({
      name: "affiliate-production-web-cpu",
      policyType: "TargetTrackingScaling",
      targetTrackingScalingPolicyConfiguration: {
        targetValue: 70,
        scaleOutCooldown: 60,
        scaleInCooldown: 300,
        predefinedMetricSpecification: { predefinedMetricType: "ECSServiceAverageCPUUtilization" },
      },
    });
    const { targetTrackingScalingPolicyConfiguration: requests } = recording.one(POLICY, "web-scaling-requests").inputs;
    const { blue, green, arnSuffix } = recording.result.loadBalancer;
    const group = async (id: string, target: typeof blue) => ({
      id,
      metricStat: {
        metric: {
          namespace: "AWS/ApplicationELB",
          metricName: "RequestCount",
          dimensions: [
            { name: "LoadBalancer", value: await valueOf(arnSuffix) },
            { name: "TargetGroup", value: await valueOf(target.arnSuffix) },
          ],
        },
        stat: "Sum",
      },
      returnData: false,
    });
    expect(requests).toMatchObject({
      targetValue: 1000,
      customizedMetricSpecification: {
        metrics: [
          await group("blue", blue),
          await group("green", green),
          {
            id: "running",
            metricStat: {
              metric: {
                namespace: "ECS/ContainerInsights",
                metricName: "RunningTaskCount",
                dimensions: [
                  { name: "ClusterName", value: "affiliate-production" },
                  { name: "ServiceName", value: "affiliate-production-web" },
                ],
              },
              stat: "Average",
            },
            returnData: false,
          },
          { id: "result", expression: "SUM(FILL([blue, green], 0)) / FILL(running, REPEAT)", returnData: true },
        ],
      },
    });
  });
});

describe("WorkerService", () => {
  const backlog = {
    namespace: "Affiliate/Queue",
    metricName: "JobsWaiting",
    dimensions: { Environment: "production" },
    unit: "Count",
  };
  const errors = { namespace: "Affiliate/Logs", metricName: "production-worker-errors", dimensions: {}, unit: "Count" };
  const makeWorker = () => {
    const rules = workerDeploymentRules({ runningTasks: runningTasks("worker"), minTasks: 2, errors });
    const alarms = new DeploymentAlarms("worker-alarms", { stack, service: "worker", rules });
    return new WorkerService("worker", { ...common, minTasks: 2, maxTasks: 10, backlogPerTask: 100, backlog, alarms });
  };

  it("rolls, never below full strength, and comes back by breaker or alarm", async () => {
    const recording = await record(makeWorker);
    const service = recording.one(SERVICE, "worker");
    expect(service.inputs).toMatchObject({
      name: "affiliate-production-worker",
      desiredCount: 2,
      deploymentConfiguration: { strategy: "ROLLING" },
      deploymentMinimumHealthyPercent: 100,
      deploymentMaximumPercent: 200,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      alarms: {
        enable: true,
        rollback: true,
        alarmNames: [
          "affiliate-production-worker-deployment-errors",
          "affiliate-production-worker-deployment-running-tasks",
        ],
      },
      enableExecuteCommand: false,
    });
    expect(service.inputs).not.toHaveProperty("loadBalancers");
    expect(service.options.ignoreChanges).toEqual(["taskDefinition", "desiredCount"]);
  });

  it("scales on waiting jobs by running task", async () => {
    const recording = await record(makeWorker);
    expect(recording.one("aws:appautoscaling/target:Target").inputs).toMatchObject({ minCapacity: 2, maxCapacity: 10 });
    const { inputs } = recording.one(POLICY);
    expect(inputs.targetTrackingScalingPolicyConfiguration).toMatchObject({
      targetValue: 100,
      customizedMetricSpecification: {
        metrics: [
          {
            id: "backlog",
            metricStat: {
              metric: {
                namespace: "Affiliate/Queue",
                metricName: "JobsWaiting",
                dimensions: [{ name: "Environment", value: "production" }],
              },
            },
          },
          { id: "running" },
          { id: "result", expression: "backlog / FILL(running, REPEAT)" },
        ],
      },
    });
  });
});

describe("SchedulerService", () => {
  it("is one task, stopped before the next one starts", async () => {
    const recording = await record(() => new SchedulerService("scheduler", common));
    expect(recording.counts()).toEqual({ "affiliate:compute:SchedulerService": 1, [SERVICE]: 1 });
    const service = recording.one(SERVICE);
    expect(service.inputs).toMatchObject({
      name: "affiliate-production-scheduler",
      desiredCount: 1,
      deploymentMinimumHealthyPercent: 0,
      deploymentMaximumPercent: 100,
      availabilityZoneRebalancing: "DISABLED",
      deploymentCircuitBreaker: { enable: true, rollback: true },
    });
    expect(service.options.ignoreChanges).toEqual(["taskDefinition"]);
  });
});
