import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arn } from "../../config/arn";
import type { StackFacts } from "../../config/stack";
import { containers, services } from "../../config/vocabulary";
import { BACKUP_TAG } from "../data/backups";
import type { Metrics } from "../metrics";
import { policyDocument, serviceTrust } from "../policy-document";
import { stateful } from "../stateful";
import { gateStatements } from "./release-gate-permissions";
import type { TaskTemplate } from "./task-template";
import { type FunctionPlace, vpcFunction } from "./vpc-function";
import type { LifecycleHook } from "./web-service";

export interface ReleaseGateArgs extends FunctionPlace {
  readonly clusterName: string;
  readonly bootstrapFamily: string;
  readonly repositoryUrl: pulumi.Input<string>;
  readonly migration: TaskTemplate;
  /** Of the migration task, in the function's own subnets. */
  readonly taskSecurityGroupId: pulumi.Input<string>;
  readonly databaseCluster: string;
  /** Key of the table. */
  readonly dataKeyArn: pulumi.Input<string>;
  /** The load balancer's own name. */
  readonly testHost: pulumi.Input<string>;
  /** A host name that the certificate covers and the test listener's rule takes. */
  readonly testHostname: string;
}

/**
 * Snapshots that the gate keeps of its own, the newest: production releases a few times a week, and Aurora's
 * point-in-time recovery covers a month. An account has 100 manual ones in a region, by default.
 */
const SNAPSHOTS_KEPT = 20;

/**
 * The gate that each deployment of the web service passes: before its tasks start, the database is migrated behind a
 * snapshot and a lock; before it takes traffic, it is tried on the test listener (docs/decisions/0011-release-gate.md).
 */
export class ReleaseGate extends pulumi.ComponentResource {
  readonly functionName: string;
  readonly logGroupName: string;
  readonly tableName: string;
  /** For the web service. */
  readonly hook: LifecycleHook;
  readonly metrics: Metrics<"functionErrors" | "functionThrottles" | "functionDuration">;

  constructor(name: string, args: ReleaseGateArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:compute:ReleaseGate", name, {}, opts);
    const { stack, clusterName, migration } = args;
    this.tableName = stack.name("dynamodbTable", "release-gate");
    // Plain: the service itself comes after the gate, since even its first deployment asks it.
    const serviceArn = arn(stack, "ecs", `service/${clusterName}/${stack.name("ecsService", services.web)}`);
    const snapshotPrefix = stack.name("rdsSnapshot", "release");

    const table = this.table(name, args);
    const gate = vpcFunction(
      name,
      args,
      {
        part: "release-gate",
        description: "Migrates the database before a release starts, and tries the release before it takes traffic",
        memoryMiB: 512,
        // The smoke test needs two and a half minutes; the rest goes on over many calls.
        timeoutSeconds: 300,
        environment: {
          BOOTSTRAP_FAMILY: args.bootstrapFamily,
          CLUSTER: clusterName,
          DATABASE_CLUSTER: args.databaseCluster,
          ENVIRONMENT: stack.environment,
          MIGRATION_CONTAINER: containers.migration,
          MIGRATION_FAMILY: migration.family,
          MIGRATION_LOG_GROUP: migration.logGroupName,
          MIGRATION_TEMPLATE_FAMILY: migration.templateFamily,
          REPOSITORY_URL: args.repositoryUrl,
          SERVICE_ARN: serviceArn,
          SNAPSHOTS_KEPT: String(SNAPSHOTS_KEPT),
          SNAPSHOT_PREFIX: snapshotPrefix,
          SUBNET_IDS: pulumi.output(args.subnetIds).apply((ids) => ids.join(",")),
          TABLE: table.name,
          TASK_SECURITY_GROUP_ID: args.taskSecurityGroupId,
          TEST_HOST: args.testHost,
          TEST_HOSTNAME: args.testHostname,
        },
        statements: gateStatements({
          stack,
          clusterName,
          serviceName: stack.name("ecsService", services.web),
          migrationFamily: migration.family,
          migrationRoleArns: migration.plainRoleArns,
          migrationLogGroup: migration.logGroupName,
          databaseCluster: args.databaseCluster,
          snapshotPrefix,
          tableName: this.tableName,
        }),
      },
      this,
    );

    this.functionName = gate.functionName;
    this.logGroupName = gate.logGroupName;
    this.metrics = gate.metrics;
    this.hook = {
      functionArn: gate.lambda.arn,
      roleArn: this.invocationRoleArn(name, stack, gate.plainArn),
      stages: ["PRE_SCALE_UP", "POST_TEST_TRAFFIC_SHIFT"],
    };
    this.registerOutputs({ functionName: this.functionName, tableName: this.tableName });
  }

  /** What the gate remembers: releases, the schema's lock, and for good what was done to the schema. */
  private table(name: string, { stack, dataKeyArn }: ReleaseGateArgs): aws.dynamodb.Table {
    return new aws.dynamodb.Table(
      name,
      {
        name: this.tableName,
        // A few writes a release.
        billingMode: "PAY_PER_REQUEST",
        hashKey: "kind",
        rangeKey: "id",
        attributes: [
          { name: "kind", type: "S" },
          { name: "id", type: "S" },
        ],
        ttl: { attributeName: "expires", enabled: true },
        serverSideEncryption: { enabled: true, kmsKeyArn: dataKeyArn },
        pointInTimeRecovery: { enabled: true, recoveryPeriodInDays: 35 },
        deletionProtectionEnabled: stack.protect,
        tags: { [BACKUP_TAG.key]: BACKUP_TAG.value },
      },
      stateful(stack, { parent: this }),
    );
  }

  /**
   * The role in which ECS calls the function. Trusted without a condition, as AWS documents it: a source account is
   * nowhere said to be sent, and a condition on what is not sent would stop every deployment. Nobody outside the
   * account could have ECS use it: a role is named in a service of its own account only, by who may pass it.
   */
  private invocationRoleArn(name: string, stack: StackFacts, functionArn: string): pulumi.Output<string> {
    const role = new aws.iam.Role(
      `${name}-invocation`,
      {
        name: stack.name("iamRole", "release-gate", "invocation"),
        assumeRolePolicy: serviceTrust("ecs.amazonaws.com"),
      },
      { parent: this },
    );
    const policy = new aws.iam.RolePolicy(
      `${name}-invocation`,
      {
        role: role.name,
        policy: policyDocument([{ sid: "Invoke", actions: ["lambda:InvokeFunction"], resources: functionArn }]),
      },
      { parent: this },
    );
    // Once the policy is there: the service's first deployment calls at once.
    return pulumi.all([role.arn, policy.id]).apply(([roleArn]) => roleArn);
  }
}
