import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { StackFacts } from "../../config/stack";
import { type MetricMath, scalingSpecification } from "./metric-math";

/** A metric and the value at which to hold it by adding and removing tasks. */
export interface ScalingRule {
  /** Part of the policy's name. */
  readonly key: string;
  readonly target: number;
  /** "cpu" is ECS's own mean of the service; anything else is metric math. */
  readonly metric: "cpu" | MetricMath;
  /** Seconds after adding tasks before adding more. @default 60 */
  readonly scaleOutCooldown?: number;
  /** Seconds after removing tasks before removing more. @default 300 */
  readonly scaleInCooldown?: number;
}

export interface ServiceScalingArgs {
  readonly stack: StackFacts;
  readonly service: string;
  readonly clusterName: string;
  /** Of the service resource: a target cannot be registered before it. */
  readonly serviceName: pulumi.Input<string>;
  readonly minTasks: number;
  readonly maxTasks: number;
  readonly rules: readonly ScalingRule[];
}

/**
 * Target tracking of a service's task count. With several rules the largest count wins. While a deployment runs,
 * Application Auto Scaling adds tasks but takes none away, so counting blue and green together does no harm. A metric
 * without data scales nothing: a broken gauge leaves the service as large as it is.
 */
export class ServiceScaling extends pulumi.ComponentResource {
  constructor(name: string, args: ServiceScalingArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:compute:ServiceScaling", name, {}, opts);
    const { stack, service, clusterName, serviceName, minTasks, maxTasks, rules } = args;

    const target = new aws.appautoscaling.Target(
      name,
      {
        serviceNamespace: "ecs",
        scalableDimension: "ecs:service:DesiredCount",
        resourceId: pulumi.interpolate`service/${clusterName}/${serviceName}`,
        minCapacity: minTasks,
        maxCapacity: maxTasks,
      },
      { parent: this },
    );
    for (const rule of rules) {
      new aws.appautoscaling.Policy(
        `${name}-${rule.key}`,
        {
          name: stack.name("scalingPolicy", service, rule.key),
          policyType: "TargetTrackingScaling",
          serviceNamespace: target.serviceNamespace,
          scalableDimension: target.scalableDimension,
          resourceId: target.resourceId,
          targetTrackingScalingPolicyConfiguration: {
            targetValue: rule.target,
            scaleOutCooldown: rule.scaleOutCooldown ?? 60,
            scaleInCooldown: rule.scaleInCooldown ?? 300,
            ...(rule.metric === "cpu"
              ? { predefinedMetricSpecification: { predefinedMetricType: "ECSServiceAverageCPUUtilization" } }
              : { customizedMetricSpecification: scalingSpecification(rule.metric) }),
          },
        },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}
