import type { Metrics } from "../metrics";

export type ServiceMetrics = Metrics<
  "cpu" | "memory" | "runningTasks" | "pendingTasks" | "desiredTasks" | "deployments"
>;

/** What ECS and Container Insights report of a service, by names that are plain: no service has to exist for it. */
export function serviceMetrics(clusterName: string, serviceName: string): ServiceMetrics {
  const dimensions = { ClusterName: clusterName, ServiceName: serviceName };
  const insight = (metricName: string) =>
    ({ namespace: "ECS/ContainerInsights", metricName, dimensions, unit: "Count" }) as const;
  return {
    cpu: { namespace: "AWS/ECS", metricName: "CPUUtilization", dimensions, unit: "Percent" },
    memory: { namespace: "AWS/ECS", metricName: "MemoryUtilization", dimensions, unit: "Percent" },
    runningTasks: insight("RunningTaskCount"),
    pendingTasks: insight("PendingTaskCount"),
    desiredTasks: insight("DesiredTaskCount"),
    /** 1 at rest, 2 and more while a release is under way. */
    deployments: insight("DeploymentCount"),
  };
}
