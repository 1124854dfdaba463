import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { StackFacts } from "../../config/stack";
import { ports, services } from "../../config/vocabulary";
import { serviceTrust } from "../policy-document";
import { WEB_CONTAINER } from "./containers";
import type { DeploymentAlarms } from "./deployment-alarms";
import type { LoadBalancer } from "./load-balancer";
import { sumOf } from "./metric-math";
import { serviceMetrics, type ServiceMetrics } from "./service-metrics";
import { ServiceScaling } from "./service-scaling";

/** A function that ECS asks at a stage of a deployment, and that can stop it. */
export interface LifecycleHook {
  readonly functionArn: pulumi.Input<string>;
  /** Trusted by ECS; may invoke the function. */
  readonly roleArn: pulumi.Input<string>;
  readonly stages: readonly (
    "PRE_SCALE_UP" | "POST_SCALE_UP" | "POST_TEST_TRAFFIC_SHIFT" | "POST_PRODUCTION_TRAFFIC_SHIFT"
  )[];
  /** JSON handed to the function. @default none */
  readonly details?: pulumi.Input<string>;
}

export interface WebServiceArgs {
  readonly stack: StackFacts;
  readonly clusterName: string;
  readonly clusterArn: pulumi.Input<string>;
  readonly bootstrapTaskDefinitionArn: pulumi.Input<string>;
  readonly loadBalancer: LoadBalancer;
  readonly subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  readonly securityGroupId: pulumi.Input<string>;
  readonly minTasks: number;
  readonly maxTasks: number;
  /** Mean CPU to hold, percent. */
  readonly cpuPercent: number;
  /** Requests per minute and task to hold. */
  readonly requestsPerTarget: number;
  /** Minutes that both revisions run after traffic has moved, while an alarm still moves it back. */
  readonly bakeMinutes: number;
  readonly alarms: DeploymentAlarms;
  /** @default none */
  readonly lifecycleHooks?: readonly LifecycleHook[];
}

/**
 * The web service, deployed blue/green by ECS itself. This program makes it and its surroundings; from the first
 * release on, what runs is the releases' (docs/decisions/0003-one-writer.md).
 */
export class WebService extends pulumi.ComponentResource {
  readonly serviceName: string;
  readonly serviceArn: pulumi.Output<string>;
  readonly metrics: ServiceMetrics;

  constructor(name: string, args: WebServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:compute:WebService", name, {}, opts);
    const { stack, loadBalancer, alarms, lifecycleHooks = [] } = args;
    checkBakeTime(args);
    this.serviceName = stack.name("ecsService", services.web);
    this.metrics = serviceMetrics(args.clusterName, this.serviceName);

    const infrastructure = this.infrastructureRole(`${name}-infrastructure`, stack);
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
        deploymentConfiguration: {
          strategy: "BLUE_GREEN",
          bakeTimeInMinutes: String(args.bakeMinutes),
          lifecycleHooks: lifecycleHooks.map(({ functionArn, roleArn, stages, details }) => ({
            hookTargetArn: functionArn,
            roleArn,
            lifecycleStages: [...stages],
            hookDetails: details,
          })),
        },
        // The breaker ends a deployment whose tasks never come up; the alarms one whose tasks do, and fail.
        deploymentCircuitBreaker: { enable: true, rollback: true },
        alarms: { enable: true, rollback: true, alarmNames: alarms.alarmNames },
        loadBalancers: [
          {
            targetGroupArn: loadBalancer.blue.arn,
            containerName: WEB_CONTAINER,
            containerPort: ports.web,
            advancedConfiguration: {
              alternateTargetGroupArn: loadBalancer.green.arn,
              productionListenerRule: loadBalancer.productionRuleArn,
              testListenerRule: loadBalancer.testRuleArn,
              roleArn: infrastructure.role.arn,
            },
          },
        ],
        networkConfiguration: {
          subnets: args.subnetIds,
          securityGroups: [args.securityGroupId],
          assignPublicIp: false,
        },
        // php-fpm has a minute to warm up, then nginx starts; the load balancer has to see both.
        healthCheckGracePeriodSeconds: 120,
        availabilityZoneRebalancing: "ENABLED",
        enableExecuteCommand: false,
        enableEcsManagedTags: true,
        propagateTags: "SERVICE",
        // So that an update which redeploys the tasks ends when they run, or fails with them.
        waitForSteadyState: true,
      },
      {
        parent: this,
        // - taskDefinition: releases write it; this program's is the bootstrap container of the first day.
        // - desiredCount: Application Auto Scaling writes it.
        // - loadBalancers: ECS swaps the two target groups in each deployment; resending the first pair stops the
        //   alternation (terraform-provider-aws#45678).
        ignoreChanges: ["taskDefinition", "desiredCount", "loadBalancers"],
        // Tasks come up twice over, and the bake time; the provider would give up after 20 minutes.
        customTimeouts: { create: "60m", update: `${60 + args.bakeMinutes}m`, delete: "30m" },
        // With the policy gone first, ECS could not take the targets out, and the service would drain for ever.
        dependsOn: [infrastructure.policy],
      },
    );

    new ServiceScaling(
      `${name}-scaling`,
      {
        stack,
        service: services.web,
        clusterName: args.clusterName,
        serviceName: service.name,
        minTasks: args.minTasks,
        maxTasks: args.maxTasks,
        rules: [
          { key: "cpu", metric: "cpu", target: args.cpuPercent },
          // Not ALBRequestCountPerTarget: it looks at one target group, the silent one every other release
          // (containers-roadmap#1681).
          {
            key: "requests",
            target: args.requestsPerTarget,
            metric: {
              label: "Requests per minute and task",
              expression: `${sumOf("blue", "green")} / FILL(running, REPEAT)`,
              metrics: {
                blue: { metric: loadBalancer.blue.metrics.requests, stat: "Sum" },
                green: { metric: loadBalancer.green.metrics.requests, stat: "Sum" },
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

  /** What ECS does to the load balancer's rules and target groups, it does in this role. */
  private infrastructureRole(name: string, stack: StackFacts) {
    const role = new aws.iam.Role(
      name,
      {
        name: stack.name("iamRole", services.web, "infrastructure"),
        // As AWS documents it: a condition on a source account that ECS does not send would stop every deployment.
        assumeRolePolicy: serviceTrust("ecs.amazonaws.com"),
      },
      { parent: this },
    );
    const policy = new aws.iam.RolePolicyAttachment(
      name,
      { role: role.name, policyArn: "arn:aws:iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers" },
      { parent: this },
    );
    return { role, policy };
  }
}

/** An alarm that needs longer than the bake time rings when the old revision is gone. */
function checkBakeTime({ stack, bakeMinutes, alarms }: WebServiceArgs): void {
  if (bakeMinutes > alarms.minutes) return;
  throw new pulumi.RunError(
    `affiliate:compute.web.bakeMinutes of ${stack.environment} is ${bakeMinutes}; the slowest deployment alarm needs ` +
      `${alarms.minutes} minutes to ring, and can take a release back only while it bakes. Allowed: ` +
      `${alarms.minutes + 1} to 1440, such as 10.`,
  );
}
