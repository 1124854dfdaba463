import * as pulumi from "@pulumi/pulumi";
import { arn } from "../../config/arn";
import { MADE_BY_TAG } from "../../config/backup-functions";
import type { StackFacts } from "../../config/stack";
import { auroraFamily } from "../data/aurora-parameters";
import { CERTIFICATE_AUTHORITY } from "../data/database-cluster";
import type { Secrets } from "../foundation/secrets";
import type { Metrics } from "../metrics";
import type { Statement } from "../policy-document";
import { backupFunctionMetric, stepwiseFunction } from "./stepwise-function";
import type { FunctionPlace } from "./vpc-function";

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
    const made = stepwiseFunction(
      name,
      args,
      {
        part: "restore-validation",
        description: "Looks into the databases that AWS Backup restores for a test",
        step: "The next step with a database that was restored for a test",
        // Counting takes as long as the tables are; what is not done in time is said.
        timeoutSeconds: 900,
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

    this.functionName = made.functionName;
    this.functionLogGroupName = made.logGroupName;
    this.metrics = {
      validated: backupFunctionMetric(stack, "restoreValidated", "Count"),
      testAge: backupFunctionMetric(stack, "restoreTestAge", "Seconds"),
      lostCalls: made.lostCalls,
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
