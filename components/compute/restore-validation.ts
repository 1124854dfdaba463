import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arn } from "../../config/arn";
import { backupFunctionMetrics, LOOK_MINUTES, MADE_BY_TAG } from "../../config/backup-functions";
import type { StackFacts } from "../../config/stack";
import { auroraFamily } from "../data/aurora-parameters";
import { CERTIFICATE_AUTHORITY } from "../data/database-cluster";
import type { Secrets } from "../foundation/secrets";
import type { Metric, Metrics } from "../metrics";
import type { Statement } from "../policy-document";
import { functionSchedule } from "./function-schedule";
import { type FunctionPlace, vpcFunction } from "./vpc-function";

export interface RestoreValidationArgs extends FunctionPlace {
  /** Plain, for policies that are judged at preview. */
  readonly restoreTestingPlanName: string;
  readonly restoreTestingPlanArn: pulumi.Input<string>;
  /** Of the instance that a restored cluster is given. */
  readonly instanceClass: string;
  readonly database: { readonly databaseName: string; readonly port: number };
  readonly secrets: Pick<Secrets, "arns" | "readPolicyOf">;
  /**
   * Hours before the recovery point in which a row must have been written.
   * @default not asked: nobody works with the database
   */
  readonly newestWithinHours?: number | undefined;
}

export type RestoreValidationMetric =
  "validated" | "testAge" | "lostCalls" | "functionErrors" | "functionThrottles" | "functionDuration";

/** AWS Backup calls so what it restores for a test. Source: its guide, "Restore testing". */
const RESTORED = "awsbackup-restore-test-*";

/**
 * What looks into the database that AWS Backup restores each week: its clusters come without an instance, and count as good
 * until somebody says otherwise. The function gives one an instance, counts rows, looks at the newest, and tells AWS Backup.
 */
export class RestoreValidation extends pulumi.ComponentResource {
  readonly functionName: string;
  readonly functionLogGroupName: string;
  readonly metrics: Metrics<RestoreValidationMetric>;

  constructor(name: string, args: RestoreValidationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:compute:RestoreValidation", name, {}, opts);
    const { stack, secrets, newestWithinHours } = args;
    const instancePrefix = stack.name("rdsInstance", "restore-test");
    const made = vpcFunction(
      name,
      args,
      {
        part: "restore-validation",
        description: "Looks into the databases that AWS Backup restores for a test",
        memoryMiB: 256,
        // Counting takes as long as the tables are; what is not done in time is said.
        timeoutSeconds: 900,
        // Two at once would make the same step twice.
        concurrency: 1,
        environment: {
          CERTIFICATE_AUTHORITY,
          DATABASE_NAME: args.database.databaseName,
          DATABASE_PORT: String(args.database.port),
          ENVIRONMENT: stack.environment,
          INSTANCE_CLASS: args.instanceClass,
          INSTANCE_PREFIX: instancePrefix,
          ...(newestWithinHours !== undefined && { NEWEST_WITHIN_HOURS: String(newestWithinHours) }),
          RESTORE_TESTING_PLAN_ARN: args.restoreTestingPlanArn,
          RESTORE_TESTING_PLAN_NAME: args.restoreTestingPlanName,
          SECRET_ARN: secrets.arns["database-dump"],
        },
        statements: [
          ...validationStatements(stack, args.restoreTestingPlanName, instancePrefix),
          ...secrets.readPolicyOf("restoreValidation"),
        ],
      },
      this,
    );
    // The next call in five minutes goes on from what is there; a second try of the same would only hold it up.
    new aws.lambda.FunctionEventInvokeConfig(
      name,
      { functionName: made.lambda.name, maximumRetryAttempts: 0, maximumEventAgeInSeconds: LOOK_MINUTES * 60 },
      { parent: this },
    );
    const lostCalls = functionSchedule(
      name,
      {
        stack,
        function: made,
        part: "restore-validation",
        description: "The next step with a database that was restored for a test",
        everyMinutes: LOOK_MINUTES,
        retries: 3,
        patienceSeconds: LOOK_MINUTES * 60,
        keepsLost: true,
      },
      this,
    );

    const { namespace, dimension, names } = backupFunctionMetrics;
    const metric = (metricName: string, unit: string): Metric => ({
      namespace,
      metricName,
      dimensions: { [dimension]: stack.environment },
      unit,
    });
    this.functionName = made.functionName;
    this.functionLogGroupName = made.logGroupName;
    this.metrics = {
      validated: metric(names.restoreValidated, "Count"),
      testAge: metric(names.restoreTestAge, "Seconds"),
      lostCalls,
      ...made.metrics,
    };
    this.registerOutputs({ functionName: this.functionName });
  }
}

/** Adds instances of its own prefix to what was restored for a test, and deletes those, by tag too. It deletes no cluster. */
function validationStatements(stack: StackFacts, planName: string, instancePrefix: string): readonly Statement[] {
  const rds = (resource: string) => arn(stack, "rds", resource);
  const own = rds(`db:${instancePrefix}-*`);
  return [
    // AWS Backup knows no resource for these; the verdict is on a job's id, which nobody guesses.
    { sid: "Jobs", actions: ["backup:ListRestoreJobs", "backup:PutRestoreValidationResult"], resources: "*" },
    {
      sid: "Plan",
      actions: ["backup:GetRestoreTestingPlan"],
      resources: arn(stack, "backup", `restore-testing-plan:${planName}-*`),
    },
    {
      sid: "MakeInstance",
      actions: ["rds:CreateDBInstance"],
      // RDS asks for every resource that a request names or falls back to.
      resources: [
        rds(`cluster:${RESTORED}`),
        own,
        rds("og:default:aurora-mysql-*"),
        rds(`pg:default.${auroraFamily}`),
        rds(`subgrp:${stack.name("rdsSubnetGroup", "database")}`),
      ],
    },
    { sid: "TagInstance", actions: ["rds:AddTagsToResource"], resources: own },
    {
      sid: "DeleteInstance",
      actions: ["rds:DeleteDBInstance"],
      resources: own,
      conditions: { StringEquals: { [`aws:ResourceTag/${MADE_BY_TAG}`]: "restore-validation" } },
    },
    // Lists take no narrower resource.
    { sid: "FindInstances", actions: ["rds:DescribeDBInstances"], resources: rds("db:*") },
  ];
}
