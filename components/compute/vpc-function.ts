import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { arn } from "../../config/arn";
import type { StackFacts } from "../../config/stack";
import { ARCHITECTURE, bundle, type FunctionName, HANDLER, RUNTIME } from "../../functions/bundle";
import type { Metrics } from "../metrics";
import { policyDocument, serviceTrust, type Statement } from "../policy-document";

/** Where functions in the VPC stand, and what their log is kept with. */
export interface FunctionPlace {
  readonly stack: StackFacts;
  readonly subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  readonly securityGroupId: pulumi.Input<string>;
  /** Key of the log group, and of the function's environment. */
  readonly logKeyArn: pulumi.Input<string>;
  /** Days, one of those that CloudWatch Logs takes. */
  readonly logRetentionDays: number;
}

export interface VpcFunctionArgs {
  /** The folder of its code, and the part of all its names. */
  readonly part: FunctionName;
  readonly description: string;
  readonly memoryMiB: number;
  readonly timeoutSeconds: number;
  /** @default not limited: as many as the account has left */
  readonly concurrency?: number;
  readonly environment: Readonly<Record<string, pulumi.Input<string>>>;
  /** What its code may do in AWS, besides its log. */
  readonly statements: readonly Statement[];
}

export interface VpcFunction {
  readonly lambda: aws.lambda.Function;
  readonly functionName: string;
  /** Plain, for policies that are judged at preview. */
  readonly plainArn: string;
  readonly logGroupName: string;
  readonly metrics: Metrics<"functionErrors" | "functionThrottles" | "functionDuration">;
}

/** Log group, role and function of a folder of functions/, as children of a component and under its name. */
export function vpcFunction(
  name: string,
  place: FunctionPlace,
  args: VpcFunctionArgs,
  parent: pulumi.ComponentResource,
): VpcFunction {
  const { stack, logKeyArn } = place;
  const functionName = stack.name("lambda", args.part);
  const logGroupName = stack.name("logGroup", args.part);
  const plainArn = arn(stack, "lambda", `function:${functionName}`);

  const logGroup = new aws.cloudwatch.LogGroup(
    name,
    { name: logGroupName, kmsKeyId: logKeyArn, retentionInDays: place.logRetentionDays },
    { parent },
  );
  const role = new aws.iam.Role(
    name,
    { name: stack.name("iamRole", args.part), assumeRolePolicy: serviceTrust("lambda.amazonaws.com") },
    { parent },
  );
  const policy = new aws.iam.RolePolicy(
    name,
    {
      role: role.name,
      policy: policyDocument([...functionStatements(stack, logGroupName, plainArn, logKeyArn), ...args.statements]),
    },
    { parent },
  );
  const lambda = new aws.lambda.Function(
    name,
    {
      name: functionName,
      description: args.description,
      runtime: RUNTIME,
      architectures: [ARCHITECTURE],
      handler: HANDLER,
      code: bundle(args.part),
      role: role.arn,
      memorySize: args.memoryMiB,
      timeout: args.timeoutSeconds,
      ...(args.concurrency !== undefined && { reservedConcurrentExecutions: args.concurrency }),
      vpcConfig: { subnetIds: place.subnetIds, securityGroupIds: [place.securityGroupId] },
      // Nothing in it is secret; the key keeps host names and ARNs from who may only list functions.
      kmsKeyArn: logKeyArn,
      environment: { variables: args.environment },
      loggingConfig: {
        logFormat: "JSON",
        applicationLogLevel: "INFO",
        // START, END and REPORT of each call are noise.
        systemLogLevel: "WARN",
        logGroup: logGroup.name,
      },
    },
    // Lambda tries the role's network permissions when it makes the function.
    { parent, dependsOn: [policy] },
  );

  const metric = (metricName: string, unit: string) => ({
    namespace: "AWS/Lambda",
    metricName,
    dimensions: { FunctionName: functionName },
    unit,
  });
  return {
    lambda,
    functionName,
    plainArn,
    logGroupName,
    metrics: {
      functionErrors: metric("Errors", "Count"),
      functionThrottles: metric("Throttles", "Count"),
      functionDuration: metric("Duration", "Milliseconds"),
    },
  };
}

/**
 * What Lambda does in the role of a function in a VPC: the actions of AWS's AWSLambdaVPCAccessExecutionRole, whose
 * network half is allowed on `*` only. The code itself is denied them (Lambda's guide on functions in a VPC).
 */
function functionStatements(
  stack: StackFacts,
  logGroupName: string,
  functionArn: string,
  keyArn: pulumi.Input<string>,
): readonly Statement[] {
  return [
    {
      sid: "Logs",
      actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
      resources: arn(stack, "logs", `log-group:${logGroupName}:*`),
    },
    { sid: "Network", actions: NETWORK_INTERFACES, resources: "*" },
    {
      sid: "NetworkNotByCode",
      effect: "Deny",
      actions: NETWORK_INTERFACES,
      resources: "*",
      conditions: { ArnEquals: { "lambda:SourceFunctionArn": functionArn } },
    },
    { sid: "Environment", actions: ["kms:Decrypt"], resources: keyArn },
  ];
}

const NETWORK_INTERFACES = [
  "ec2:AssignPrivateIpAddresses",
  "ec2:CreateNetworkInterface",
  "ec2:DeleteNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "ec2:UnassignPrivateIpAddresses",
] as const;
