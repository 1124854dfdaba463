import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arn } from "../../config/arn";
import type { StackFacts } from "../../config/stack";
import { type Generation, generationParts, type Generations, generationsOf } from "../../config/restore";
import { ports } from "../../config/vocabulary";
import { dailyWindowUtc, weeklyWindowUtc } from "../../config/windows";
import type { Metrics } from "../metrics";
import { policyDocument } from "../policy-document";
import { stateful } from "../stateful";
import { markGenerations } from "./generations";
import type { RedisPurpose } from "./redis-access";
import { nodeIds, type RedisMetric, redisNodeMetrics } from "./redis-metrics";
import { redisFamily, redisParameters } from "./redis-parameters";
import { zoneAt } from "./zones";

export interface RedisGroupArgs {
  readonly stack: StackFacts;
  /** What the group holds; its eviction policy follows from it. */
  readonly purpose: RedisPurpose;
  /** A Redis OSS 7 version, such as "7.1", the last one. */
  readonly engineVersion: string;
  /** Such as "cache.r6g.xlarge". */
  readonly nodeType: string;
  /** The primary and its replicas, 2 to 6. */
  readonly nodes: number;
  /** Zones by name, which the nodes go round; the first is the first primary's. */
  readonly zoneNames: readonly string[];
  readonly subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  readonly securityGroupId: pulumi.Input<string>;
  /** From `RedisUsers`. */
  readonly userGroupId: pulumi.Input<string>;
  /** Key for the data and its snapshots. Another one is another group. */
  readonly keyArn: pulumi.Input<string>;
  readonly logsKeyArn: pulumi.Input<string>;
  /** Days, of those that CloudWatch Logs takes. */
  readonly logRetentionDays: number;
  /** Daily snapshots kept, 0 (none) to 35. */
  readonly snapshotRetentionDays: number;
  /** Tokyo time, such as "03:00-05:00". */
  readonly snapshotWindow: string;
  /** Tokyo time, such as "mon 05:30-06:30". */
  readonly maintenanceWindow: string;
  /**
   * A restored generation is in use, beside those that are kept: docs/recovery.md.
   * @default generation 0, made empty
   */
  readonly restore?: Generations["restore"];
  /** @default none */
  readonly kept?: Generations["kept"];
}

/** ElastiCache's two logs: commands that took over 10 ms, and what the engine says. */
const LOG_TYPES = ["slow-log", "engine-log"] as const;

/**
 * One Redis replication group with cluster mode disabled, since Laravel's queues and Horizon need all keys on one node:
 * a primary and replicas over the zones, encrypted at rest and in transit, with named users only.
 */
export class RedisGroup extends pulumi.ComponentResource {
  /** Plain, for names and tables. */
  readonly replicationGroupId: string;
  readonly arn: pulumi.Output<string>;
  /** Follows the primary through failovers. */
  readonly primaryEndpoint: pulumi.Output<string>;
  /** Any replica. What it answers may be a moment old. */
  readonly readerEndpoint: pulumi.Output<string>;
  readonly port: number = ports.redis;
  /** Node ids in order, such as "affiliate-production-cache-001". */
  readonly nodeIds: readonly string[];
  /** One entry per node, in the order of `nodeIds`: which of them is the primary changes. */
  readonly metrics: readonly Metrics<RedisMetric>[];

  constructor(name: string, args: RedisGroupArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:data:RedisGroup", name, {}, opts);
    const { stack, purpose, nodes } = args;
    const parent = { parent: this };
    const [current, ...kept] = generationsOf(args);
    this.replicationGroupId = groupId(stack, purpose, current);
    this.nodeIds = nodeIds(this.replicationGroupId, nodes);
    this.metrics = this.nodeIds.map(redisNodeMetrics);

    const parameters = new aws.elasticache.ParameterGroup(
      `${name}-parameters`,
      {
        // With the family in its name: the group of a next family is made beside this one, which stays in use until then.
        name: stack.name("cacheParameterGroup", purpose, redisFamily),
        family: redisFamily,
        description: `Redis for ${purpose}`,
        parameters: redisParameters[purpose].map(({ name: parameter, value }) => ({ name: parameter, value })),
      },
      parent,
    );
    const subnets = new aws.elasticache.SubnetGroup(
      `${name}-subnets`,
      {
        name: stack.name("cacheSubnetGroup", purpose),
        description: `Redis for ${purpose}`,
        subnetIds: args.subnetIds,
      },
      parent,
    );
    const logGroups = LOG_TYPES.map((logType) => ({
      logType,
      group: new aws.cloudwatch.LogGroup(
        `${name}-${logType}`,
        {
          name: stack.name("logGroup", "redis", purpose, logType),
          retentionInDays: args.logRetentionDays,
          kmsKeyId: args.logsKeyArn,
        },
        parent,
      ),
    }));
    // Without one of ours, AWS adds the log groups to a policy of its own that all services share, and that has an end.
    const delivery = new aws.cloudwatch.LogResourcePolicy(
      `${name}-log-delivery`,
      {
        policyName: stack.name("logDelivery", "redis", purpose),
        policyDocument: policyDocument([
          {
            sid: "LogDelivery",
            principals: { Service: "delivery.logs.amazonaws.com" },
            actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
            resources: LOG_TYPES.map((logType) =>
              arn(stack, "logs", `log-group:${stack.name("logGroup", "redis", purpose, logType)}:log-stream:*`),
            ),
            conditions: {
              StringEquals: { "aws:SourceAccount": stack.accountId },
              ArnLike: { "aws:SourceArn": arn(stack, "logs", "*") },
            },
          },
        ]),
      },
      parent,
    );

    const make = (generation: Generation) => {
      const protect = stack.protect && generation.release !== true;
      const replicationGroupId = groupId(stack, purpose, generation);
      return new aws.elasticache.ReplicationGroup(
        [name, ...generationParts(generation.generation)].join("-"),
        {
          replicationGroupId,
          ...restoredFrom(generation),
          description: `Redis for ${purpose}`,
          engine: "redis",
          engineVersion: args.engineVersion,
          // 7.1 is the last Redis OSS, so this brings patches only and no version that the plan does not know.
          autoMinorVersionUpgrade: true,
          parameterGroupName: parameters.name,
          port: this.port,
          nodeType: args.nodeType,
          clusterMode: "disabled",
          numCacheClusters: nodes,
          // Said node by node: left to ElastiCache, three nodes may share two zones.
          preferredCacheClusterAzs: nodeIds(replicationGroupId, nodes).map((_, index) => zoneAt(index, args.zoneNames)),
          automaticFailoverEnabled: true,
          multiAzEnabled: true,
          subnetGroupName: subnets.name,
          securityGroupIds: [args.securityGroupId],
          userGroupIds: [args.userGroupId],
          atRestEncryptionEnabled: true,
          kmsKeyId: args.keyArn,
          transitEncryptionEnabled: true,
          transitEncryptionMode: "required",
          snapshotRetentionLimit: args.snapshotRetentionDays,
          snapshotWindow: dailyWindowUtc(args.snapshotWindow),
          maintenanceWindow: weeklyWindowUtc(args.maintenanceWindow),
          // A second destroy of a group of this name fails on the snapshot of the first, rather than lose either.
          finalSnapshotIdentifier: stack.protect ? `${replicationGroupId}-final` : undefined,
          logDeliveryConfigurations: logGroups.map(({ logType, group: logGroup }) => ({
            logType,
            logFormat: "json",
            destinationType: "cloudwatch-logs",
            destination: logGroup.name,
          })),
          applyImmediately: false,
        },
        // ElastiCache tries the log groups when the group is made, and leaves its logs off when it may not write.
        { ...stateful({ protect }, parent), dependsOn: [delivery] },
      );
    };
    const group = make(current);
    kept.forEach(make);
    markGenerations(this, name, current.generation);

    this.arn = group.arn;
    this.primaryEndpoint = group.primaryEndpointAddress;
    this.readerEndpoint = group.readerEndpointAddress;
    this.registerOutputs({
      replicationGroupId: this.replicationGroupId,
      arn: this.arn,
      primaryEndpoint: this.primaryEndpoint,
      readerEndpoint: this.readerEndpoint,
      port: this.port,
    });
  }
}

const groupId = (stack: StackFacts, purpose: RedisPurpose, { generation }: Generation): string =>
  stack.name("replicationGroup", purpose, ...generationParts(generation));

/** A snapshot by its name, or an exported one in a bucket of the same region. */
function restoredFrom({
  from,
}: Generation): Pick<aws.elasticache.ReplicationGroupArgs, "snapshotArns" | "snapshotName"> {
  if (from === undefined) return {};
  return from.startsWith("arn:aws:s3:") ? { snapshotArns: [from] } : { snapshotName: from };
}
