import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { StackFacts } from "../../config/stack";
import { services } from "../../config/vocabulary";
import type { Metric } from "../metrics";
import type { DeploymentAlarms } from "./deployment-alarms";
import { serviceMetrics, type ServiceMetrics } from "./service-metrics";
import { ServiceScaling } from "./service-scaling";

export interface WorkerServiceArgs {
  readonly stack: StackFacts;
  readonly clusterName: string;
  readonly clusterArn: pulumi.Input<string>;
  readonly bootstrapTaskDefinitionArn: pulumi.Input<string>;
  readonly subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  readonly securityGroupId: pulumi.Input<string>;
  readonly minTasks: number;
  readonly maxTasks: number;
  /** Waiting jobs per running task to hold. */
  readonly backlogPerTask: number;
  /** Jobs that wait in all queues. */
  readonly backlog: Metric;
  readonly alarms: DeploymentAlarms;
}

/**
 * The queue workers. Rolling, not blue/green: nobody connects to a worker, and both revisions may take jobs side by
 * side, since a release's jobs have to be readable by the one before it anyway.
 */
export class WorkerService extends pulumi.ComponentResource {
  readonly serviceName: string;
  readonly serviceArn: pulumi.Output<string>;
  readonly metrics: ServiceMetrics;

  constructor(name: string, args: WorkerServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:compute:WorkerService", name, {}, opts);
    const { stack, alarms } = args;
    this.serviceName = stack.name("ecsService", services.worker);
    this.metrics = serviceMetrics(args.clusterName, this.serviceName);

    const service = new aws.ecs.Service(
      name,
      {
        name: this.serviceName,
        cluster: args.clusterArn,
        launchType: "FARGATE",
        platformVersion: "LATEST",
        taskDefinition: args.bootstrapTaskDefinitionArn,
        desiredCount: args.minTasks,
        deploymentController: { type: "ECS" },
        deploymentConfiguration: { strategy: "ROLLING" },
        deploymentMinimumHealthyPercent: 100,
        deploymentMaximumPercent: 200,
        deploymentCircuitBreaker: { enable: true, rollback: true },
        alarms: { enable: true, rollback: true, alarmNames: alarms.alarmNames },
        networkConfiguration: {
          subnets: args.subnetIds,
          securityGroups: [args.securityGroupId],
          assignPublicIp: false,
        },
        availabilityZoneRebalancing: "ENABLED",
        enableExecuteCommand: false,
        enableEcsManagedTags: true,
        propagateTags: "SERVICE",
        waitForSteadyState: true,
      },
      {
        parent: this,
        // taskDefinition: releases write it. desiredCount: Application Auto Scaling writes it.
        ignoreChanges: ["taskDefinition", "desiredCount"],
        // An old worker may take two minutes to finish its job, and there may be many.
        customTimeouts: { create: "30m", update: "45m", delete: "30m" },
      },
    );

    new ServiceScaling(
      `${name}-scaling`,
      {
        stack,
        service: services.worker,
        clusterName: args.clusterName,
        serviceName: service.name,
        minTasks: args.minTasks,
        maxTasks: args.maxTasks,
        rules: [
          {
            key: "backlog",
            target: args.backlogPerTask,
            metric: {
              label: "Waiting jobs per running task",
              expression: "backlog / FILL(running, REPEAT)",
              metrics: {
                backlog: { metric: args.backlog, stat: "Average" },
                running: { metric: this.metrics.runningTasks, stat: "Average" },
              },
            },
          },
        ],
      },
      { parent: this },
    );

    this.serviceArn = service.arn;
    this.registerOutputs({ serviceName: this.serviceName, serviceArn: this.serviceArn });
  }
}
