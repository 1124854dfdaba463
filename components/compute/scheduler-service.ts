import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { StackFacts } from "../../config/stack";
import { services } from "../../config/vocabulary";
import { serviceMetrics, type ServiceMetrics } from "./service-metrics";

export interface SchedulerServiceArgs {
  readonly stack: StackFacts;
  readonly clusterName: string;
  readonly clusterArn: pulumi.Input<string>;
  readonly bootstrapTaskDefinitionArn: pulumi.Input<string>;
  readonly subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  readonly securityGroupId: pulumi.Input<string>;
}

/**
 * Laravel's scheduler: exactly one task. Two would run each entry twice (payments among them), so a deployment stops
 * the old one before it starts the new one, and Laravel is without a scheduler for about a minute. What must not be
 * missed then says so in the schedule: it runs at its next turn.
 */
export class SchedulerService extends pulumi.ComponentResource {
  readonly serviceName: string;
  readonly serviceArn: pulumi.Output<string>;
  readonly metrics: ServiceMetrics;

  constructor(name: string, args: SchedulerServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:compute:SchedulerService", name, {}, opts);
    const { stack } = args;
    this.serviceName = stack.name("ecsService", services.scheduler);
    this.metrics = serviceMetrics(args.clusterName, this.serviceName);

    const service = new aws.ecs.Service(
      name,
      {
        name: this.serviceName,
        cluster: args.clusterArn,
        launchType: "FARGATE",
        platformVersion: "LATEST",
        taskDefinition: args.bootstrapTaskDefinitionArn,
        desiredCount: 1,
        deploymentController: { type: "ECS" },
        deploymentConfiguration: { strategy: "ROLLING" },
        deploymentMinimumHealthyPercent: 0,
        deploymentMaximumPercent: 100,
        deploymentCircuitBreaker: { enable: true, rollback: true },
        networkConfiguration: {
          subnets: args.subnetIds,
          securityGroups: [args.securityGroupId],
          assignPublicIp: false,
        },
        // It starts a second task before it stops the first.
        availabilityZoneRebalancing: "DISABLED",
        enableExecuteCommand: false,
        enableEcsManagedTags: true,
        propagateTags: "SERVICE",
        waitForSteadyState: true,
        // The policy pack wants two tasks of every service that does not say this.
        tags: { Singleton: "true" },
      },
      {
        parent: this,
        // taskDefinition: releases write it. The count is this program's: one.
        ignoreChanges: ["taskDefinition"],
        customTimeouts: { create: "20m", update: "20m", delete: "20m" },
      },
    );

    this.serviceArn = service.arn;
    this.registerOutputs({ serviceName: this.serviceName, serviceArn: this.serviceArn });
  }
}
