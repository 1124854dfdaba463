import { describe, expect, it } from "vitest";
import {
  DeploymentAlarms,
  webDeploymentRules,
  workerDeploymentRules,
} from "../../../components/compute/deployment-alarms";
import { Images } from "../../../components/compute/images";
import { QueueMetrics } from "../../../components/compute/queue-metrics";
import { SchedulerService } from "../../../components/compute/scheduler-service";
import { serviceMetrics } from "../../../components/compute/service-metrics";
import { WebService } from "../../../components/compute/web-service";
import { WorkerService } from "../../../components/compute/worker-service";
import { record } from "../../support/mocks";
import { testStack } from "../../support/stack";
import { KEY_ARN, makeCluster, makeLoadBalancer, makeTasks, SUBNETS } from "./support";

/** The layer wired as the program wires it: what one component exposes is what the next one takes. */
function makeLayer() {
  const stack = testStack();
  const images = new Images("images", { stack, keyArn: KEY_ARN });
  const { clusterName, clusterArn, execStatements } = makeCluster();
  const { repositoryUrl, repositoryArn } = images;
  const tasks = makeTasks({ repositoryUrl, repositoryArn, execStatements });
  const loadBalancer = makeLoadBalancer();
  const place = { stack, clusterName, clusterArn, subnetIds: SUBNETS, securityGroupId: "sg-tasks" };
  const queues = new QueueMetrics("queue-metrics", {
    stack,
    queues: ["default"],
    redisHost: "sessions.example",
    redisPort: 6379,
    secretArn: "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:affiliate/production/redis-metrics-a1b2c3",
    secretStatements: [],
    subnetIds: SUBNETS,
    securityGroupId: "sg-queue-metrics",
    logKeyArn: KEY_ARN,
    logRetentionDays: 90,
  });
  const running = (service: string) => serviceMetrics(clusterName, stack.name("ecsService", service)).runningTasks;
  new WebService("web", {
    ...place,
    bootstrapTaskDefinitionArn: tasks.web.bootstrapArn,
    loadBalancer,
    minTasks: 3,
    maxTasks: 20,
    cpuPercent: 70,
    requestsPerTarget: 1000,
    bakeMinutes: 10,
    alarms: new DeploymentAlarms("web-alarms", {
      stack,
      service: "web",
      rules: webDeploymentRules({ loadBalancer, runningTasks: running("web"), minTasks: 3 }),
    }),
  });
  new WorkerService("worker", {
    ...place,
    bootstrapTaskDefinitionArn: tasks.worker.bootstrapArn,
    minTasks: 2,
    maxTasks: 10,
    backlogPerTask: 100,
    backlog: queues.metrics.waiting,
    alarms: new DeploymentAlarms("worker-alarms", {
      stack,
      service: "worker",
      rules: workerDeploymentRules({
        runningTasks: running("worker"),
        minTasks: 2,
        errors: tasks.worker.metrics.errors,
      }),
    }),
  });
  new SchedulerService("scheduler", { ...place, bootstrapTaskDefinitionArn: tasks.scheduler.bootstrapArn });
}

describe("the compute layer", () => {
  it("shows at preview every resource that an update makes, asks no cloud, and names none twice", async () => {
    const preview = await record(makeLayer, { preview: true });
    const update = await record(makeLayer);
    expect(preview.counts()).toEqual(update.counts());
    expect(update.resources.length).toBeGreaterThan(70);
    expect(update.invokes).toEqual([]);
    const physical = update.resources.flatMap(({ type, inputs }) => {
      const name = inputs.name ?? inputs.family;
      return typeof name === "string" ? [`${type} ${name}`] : [];
    });
    expect(physical.filter((name, at) => physical.indexOf(name) !== at)).toEqual([]);
    for (const name of physical) expect(name).toMatch(/affiliate[-/]production/);
  });

  it("knows at preview what policies judge", async () => {
    const preview = await record(makeLayer, { preview: true });
    const known: [type: string, inputs: string[]][] = [
      [
        "aws:ecr/repository:Repository",
        ["imageTagMutability", "imageScanningConfiguration", "encryptionConfigurations"],
      ],
      [
        "aws:lb/loadBalancer:LoadBalancer",
        ["internal", "dropInvalidHeaderFields", "accessLogs", "enableDeletionProtection"],
      ],
      ["aws:lb/listener:Listener", ["protocol", "sslPolicy", "defaultActions"]],
      [
        "aws:ecs/service:Service",
        ["desiredCount", "networkConfiguration", "enableExecuteCommand", "deploymentCircuitBreaker"],
      ],
      ["aws:cloudwatch/logGroup:LogGroup", ["kmsKeyId", "retentionInDays"]],
      ["aws:appautoscaling/target:Target", ["minCapacity", "maxCapacity"]],
      ["aws:iam/role:Role", ["assumeRolePolicy"]],
    ];
    for (const [type, keys] of known) {
      for (const { name, inputs } of preview.ofType(type)) {
        for (const key of keys) expect(inputs[key], `${type} ${name} ${key}`).toBeDefined();
      }
    }
  });
});
