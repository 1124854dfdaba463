// The production stack, and as many services more as BENCHMARK_SERVICES says, each a whole one: its tasks' service, its
// scaling, its deployment alarms. Only for mocks: in AWS their names would be one and the same.
import "../index";
import { DeploymentAlarms, workerDeploymentRules } from "../components/compute/deployment-alarms";
import { serviceMetrics } from "../components/compute/service-metrics";
import { WorkerService } from "../components/compute/worker-service";
import { loadSettings } from "../config";
import { createStackFacts } from "../config/stack";

const settings = loadSettings([]);
const stack = createStackFacts(settings);
const { worker } = settings.compute;
const backlog = serviceMetrics("cluster", "worker").runningTasks;

for (let index = 0; index < Number(process.env.BENCHMARK_SERVICES ?? "0"); index += 1) {
  const name = `more-${index}`;
  const rules = workerDeploymentRules({ runningTasks: backlog, minTasks: worker.minTasks, errors: backlog });
  new WorkerService(name, {
    ...worker,
    stack,
    backlog,
    clusterName: "cluster",
    clusterArn: "arn:aws:ecs:ap-northeast-1:123456789012:cluster/cluster",
    bootstrapTaskDefinitionArn: "arn:aws:ecs:ap-northeast-1:123456789012:task-definition/worker:1",
    subnetIds: ["subnet-1", "subnet-2", "subnet-3"],
    securityGroupId: "sg-1",
    alarms: new DeploymentAlarms(`${name}-alarms`, { stack, service: name, rules }),
  });
}
