import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arn } from "../../config/arn";
import { GLOBAL_REGION, type StackFacts } from "../../config/stack";
import { ARCHITECTURE, bundle, HANDLER, RUNTIME } from "../../functions/bundle";
import type { Metrics } from "../metrics";
import { policyDocument, serviceTrust, type Statement } from "../policy-document";
import type { Place, Topics } from "./topics";

export interface PagerArgs {
  readonly stack: StackFacts;
  readonly place: Place;
  readonly topics: Pick<Topics, "arns" | "region">;
  /** Name of the secret `pager`, the same in both regions. */
  readonly secretName: string;
  /** Lets the function read the secret `pager`, or its copy in us-east-1. */
  readonly secretStatements: readonly Statement[];
  /** Key of that region for the log group, and for the function's environment. */
  readonly logKeyArn: pulumi.Input<string>;
  /** Days, one of those that CloudWatch Logs takes. */
  readonly logRetentionDays: number;
}

/**
 * What wakes people, in one region: a function that hands critical notifications to PagerDuty, and heartbeats to a watcher
 * outside AWS (docs/decisions/0009-pager-function.md). It is in no VPC: a page about the network must not need it.
 */
export class Pager extends pulumi.ComponentResource {
  readonly functionName: string;
  readonly metrics: Metrics<"errors">;

  constructor(name: string, args: PagerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:monitoring:Pager", name, {}, opts);
    const { stack, place, topics } = args;
    const { region } = topics;
    const parent = { parent: this };
    // Roles are the whole account's; all else has the same name in both regions.
    const part = place === "home" ? ["pager"] : ["pager", "global"];
    this.functionName = stack.name("lambda", "pager");
    const logGroupName = stack.name("logGroup", "pager");

    const logGroup = new aws.cloudwatch.LogGroup(
      name,
      { name: logGroupName, region, kmsKeyId: args.logKeyArn, retentionInDays: args.logRetentionDays },
      parent,
    );
    const role = new aws.iam.Role(
      name,
      { name: stack.name("iamRole", ...part), assumeRolePolicy: serviceTrust("lambda.amazonaws.com") },
      parent,
    );
    const policy = new aws.iam.RolePolicy(
      name,
      {
        role: role.name,
        policy: policyDocument([
          {
            sid: "Logs",
            actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
            resources: arn(stack, "logs", `log-group:${logGroupName}:*`, { region }),
          },
          { sid: "Environment", actions: ["kms:Decrypt"], resources: args.logKeyArn },
          ...args.secretStatements,
        ]),
      },
      parent,
    );
    const lambda = new aws.lambda.Function(
      name,
      {
        name: this.functionName,
        region,
        description: "Hands critical alarms to PagerDuty, and heartbeats to the watcher outside",
        runtime: RUNTIME,
        architectures: [ARCHITECTURE],
        handler: HANDLER,
        code: bundle("pager"),
        role: role.arn,
        memorySize: 256,
        // Three tries of five seconds, the pauses between them, and a cold start.
        timeout: 30,
        kmsKeyArn: args.logKeyArn,
        environment: {
          variables: {
            ENVIRONMENT: stack.environment,
            HEARTBEAT_KEY: place === "home" ? "heartbeat_url" : "heartbeat_url_global",
            HEARTBEAT_TOPIC_ARN: topics.arns.heartbeat,
            SECRET_ID: args.secretName,
          },
        },
        loggingConfig: {
          logFormat: "JSON",
          applicationLogLevel: "INFO",
          systemLogLevel: "WARN",
          logGroup: logGroup.name,
        },
      },
      // Without the policy its first page would fail.
      { ...parent, dependsOn: [policy] },
    );
    new aws.lambda.FunctionEventInvokeConfig(
      name,
      {
        functionName: lambda.name,
        region,
        maximumRetryAttempts: 2,
        // A page that is an hour old tells of a fault that somebody has found otherwise, or that is over.
        maximumEventAgeInSeconds: 3600,
      },
      parent,
    );
    for (const subject of ["critical", "heartbeat"] as const) {
      const permission = new aws.lambda.Permission(
        `${name}-${subject}`,
        {
          statementId: subject,
          region,
          action: "lambda:InvokeFunction",
          function: lambda.name,
          principal: "sns.amazonaws.com",
          sourceArn: topics.arns[subject],
        },
        parent,
      );
      new aws.sns.TopicSubscription(
        `${name}-${subject}`,
        { topic: topics.arns[subject], region, protocol: "lambda", endpoint: lambda.arn },
        // SNS would deliver to a function that refuses it.
        { ...parent, dependsOn: [permission] },
      );
    }

    this.metrics = {
      errors: {
        namespace: "AWS/Lambda",
        metricName: "Errors",
        dimensions: { FunctionName: this.functionName },
        unit: "Count",
        ...(region === stack.region ? {} : { region: GLOBAL_REGION }),
      },
    };
    this.registerOutputs({ functionName: this.functionName });
  }
}
