import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { StackFacts } from "../../config/stack";
import type { ReplicaScaling } from "./database-plan";

export interface ReaderScalingArgs extends ReplicaScaling {
  readonly stack: StackFacts;
  readonly purpose: string;
  readonly clusterIdentifier: pulumi.Input<string>;
  /** The declared ones, all of which there must be first. */
  readonly instances: readonly aws.rds.ClusterInstance[];
}

/**
 * Readers on top of the declared ones. Aurora gives them the writer's class and tier 15. They are no part of the program:
 * take them away (max = the declared readers) before the cluster is destroyed, which RDS refuses while they are there.
 */
export class ReaderScaling extends pulumi.ComponentResource {
  constructor(name: string, args: ReaderScalingArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:data:ReaderScaling", name, {}, opts);
    const { stack, purpose } = args;
    const parent = { parent: this };

    const target = new aws.appautoscaling.Target(
      name,
      {
        serviceNamespace: "rds",
        scalableDimension: "rds:cluster:ReadReplicaCount",
        resourceId: pulumi.interpolate`cluster:${args.clusterIdentifier}`,
        minCapacity: args.min,
        maxCapacity: args.max,
      },
      // Aurora takes only a cluster that has a reader. And scaling that is there before the readers, or after them, adds
      // some of its own in their place; RDS destroys no cluster that has one.
      { ...parent, dependsOn: [...args.instances] },
    );
    new aws.appautoscaling.Policy(
      `${name}-cpu`,
      {
        name: stack.name("scalingPolicy", purpose, "readers-cpu"),
        policyType: "TargetTrackingScaling",
        serviceNamespace: target.serviceNamespace,
        scalableDimension: target.scalableDimension,
        resourceId: target.resourceId,
        targetTrackingScalingPolicyConfiguration: {
          predefinedMetricSpecification: { predefinedMetricType: "RDSReaderAverageCPUUtilization" },
          targetValue: args.cpuPercent,
          // A reader takes about ten minutes to come, and is worth keeping through the lull after a peak.
          scaleOutCooldown: 300,
          scaleInCooldown: 900,
        },
      },
      parent,
    );
    this.registerOutputs({});
  }
}
