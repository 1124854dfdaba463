import { textOf } from "../../../schema/values";
import { LOWER, type Request } from "../../request";
import { shapes } from "../../shape";
import { held, lastOf, mustBeJson, mustBeWithin, mustMatch, put, timestamp } from "./common";

// Lambda and EventBridge Scheduler.

const functionArn = (request: Request): string => request.arn("lambda", `function:${request.text("name")}`);

function gateway(request: Request, arn: string, version = "2015-03-31", end = "invocations"): string {
  return request.arn("apigateway", `path/${version}/functions/${arn}/${end}`, { account: "lambda" });
}

function refuseFunction(request: Request): void {
  const operation = "Lambda: CreateFunction";
  const role = request.text("role");
  const known = request.cloud.list("aws:iam/role:Role").some((found) => found.state["arn"] === role);
  if (role !== "" && !known) {
    request.refuse(
      "InvalidParameterValueException",
      "The role defined for the function cannot be assumed by Lambda.",
      operation,
    );
  }
  const sources = ["code", "s3Bucket", "imageUri"].filter((key) => request.has(key));
  if (sources.length !== 1)
    throw new Error(`one of filename, image_uri or s3_bucket must be specified, found ${sources.join(", ") || "none"}`);
}

export const functions = shapes({
  "aws:lambda/function:Function": {
    id: (request) => request.text("name"),
    autoname: { property: "name", maxLength: 64 },
    plan: (request) => ({
      name: mustMatch(request, "name", /^[a-zA-Z0-9-_]{1,64}$/, "1 to 64 letters, digits, hyphens and underscores"),
      timeout: mustBeWithin(request, "timeout", 1, 900),
      memorySize: mustBeWithin(request, "memorySize", 128, 32_768),
    }),
    unique: held({
      scope: "lambda-function",
      code: "ResourceConflictException",
      words: (name) => `Function already exist: ${name}`,
      operation: "Lambda: CreateFunction",
      status: 409,
    }),
    refuse: refuseFunction,
    outputs: (request) => {
      const arn = functionArn(request);
      const number = request.flag("publish") ? String(request.cloud.next(`lambda/${arn}`)) : "$LATEST";
      const digest = Buffer.from(request.hex(64, JSON.stringify(request.inputs["code"] ?? "")), "hex").toString(
        "base64",
      );
      return {
        arn,
        invokeArn: gateway(request, arn),
        responseStreamingInvokeArn: gateway(request, arn, "2021-11-15", "response-streaming-invocations"),
        qualifiedArn: `${arn}:${number}`,
        qualifiedInvokeArn: gateway(request, `${arn}:${number}`),
        version: number,
        codeSha256: digest,
        sourceCodeHash: digest,
        sourceCodeSize: 1024,
        lastModified: timestamp(request, "lastModified"),
        ephemeralStorage: { size: 512 },
        loggingConfig: {
          logFormat: "Text",
          logGroup: `/aws/lambda/${request.text("name")}`,
          applicationLogLevel: "",
          systemLogLevel: "",
        },
        tracingConfig: { mode: "PassThrough" },
        architectures: ["x86_64"],
        memorySize: 128,
        timeout: 3,
        reservedConcurrentExecutions: -1,
        packageType: "Zip",
        signingJobArn: "",
        signingProfileVersionArn: "",
      };
    },
  },
  "aws:lambda/alias:Alias": {
    id: (request) =>
      request.arn("lambda", `function:${lastOf(request.text("functionName"), ":")}:${request.text("name")}`),
    outputs: (request) => {
      const arn = request.arn(
        "lambda",
        `function:${lastOf(request.text("functionName"), ":")}:${request.text("name")}`,
      );
      return { arn, invokeArn: gateway(request, arn) };
    },
  },
  "aws:lambda/permission:Permission": {
    id: (request) => request.text("statementId"),
    key: (state) => `${textOf(state["function"])}/${textOf(state["statementId"])}`,
    autoname: { property: "statementId", maxLength: 100 },
    unique: (request) => [
      {
        scope: `lambda-permission/${request.text("function")}`,
        name: request.text("statementId"),
        code: "ResourceConflictException",
        message: `The statement id (${request.text("statementId")}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
        operation: "Lambda: AddPermission",
        status: 409,
      },
    ],
    outputs: () => ({ statementIdPrefix: "" }),
  },
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": {
    ...put("functionName"),
    id: (request) => [request.text("functionName"), request.text("qualifier")].filter((part) => part !== "").join(":"),
  },
  "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig": put("functionName", "qualifier"),
  "aws:lambda/runtimeManagementConfig:RuntimeManagementConfig": {
    ...put("functionName"),
    outputs: (request) => ({ functionArn: request.arn("lambda", `function:${request.text("functionName")}`) }),
  },
  "aws:lambda/eventSourceMapping:EventSourceMapping": {
    id: (request) => request.kept("uuid", () => request.uuid()),
    outputs: (request) => {
      const uuid = request.kept("uuid", () => request.uuid());
      return {
        uuid,
        arn: request.arn("lambda", `event-source-mapping:${uuid}`),
        functionArn: request.arn("lambda", `function:${lastOf(request.text("functionName"), ":")}`),
        lastModified: timestamp(request, "lastModified"),
        lastProcessingResult: "No records processed",
        state: "Enabled",
        stateTransitionReason: "USER_INITIATED",
        maximumRecordAgeInSeconds: 0,
        maximumRetryAttempts: 0,
        parallelizationFactor: 1,
      };
    },
  },
  "aws:lambda/functionUrl:FunctionUrl": {
    ...put("functionName"),
    outputs: (request) => {
      const id = request.code(32, LOWER);
      return {
        functionArn: request.arn("lambda", `function:${request.text("functionName")}`),
        urlId: id,
        functionUrl: `https://${id}.lambda-url.${request.region}.on.aws/`,
      };
    },
  },
  "aws:scheduler/scheduleGroup:ScheduleGroup": {
    id: (request) => request.text("name"),
    autoname: { property: "name", maxLength: 64 },
    unique: held({
      scope: "schedule-group",
      code: "ConflictException",
      words: (name) => `Schedule group ${name} already exists.`,
      operation: "Scheduler: CreateScheduleGroup",
      status: 409,
    }),
    outputs: (request) => ({
      arn: request.arn("scheduler", `schedule-group/${request.text("name")}`),
      creationDate: timestamp(request, "creationDate"),
      lastModificationDate: timestamp(request, "creationDate"),
      namePrefix: "",
      state: "ACTIVE",
    }),
  },
  "aws:scheduler/schedule:Schedule": {
    id: (request) => `${request.text("groupName") || "default"}/${request.text("name")}`,
    autoname: { property: "name", maxLength: 64 },
    plan: (request) => ({
      name: mustMatch(request, "name", /^[\w.-]{1,64}$/, "1 to 64 letters, digits and ._-"),
      scheduleExpression: mustMatch(
        request,
        "scheduleExpression",
        /^(?:cron|rate|at)\(.+\)$/,
        "cron(…), rate(…) or at(…)",
      ),
    }),
    unique: (request) => [
      {
        scope: `schedule/${request.text("groupName") || "default"}`,
        name: request.text("name"),
        code: "ConflictException",
        message: `Schedule ${request.text("name")} already exists.`,
        operation: "Scheduler: CreateSchedule",
        status: 409,
      },
    ],
    outputs: (request) => ({
      arn: request.arn("scheduler", `schedule/${request.text("groupName") || "default"}/${request.text("name")}`),
      groupName: "default",
      namePrefix: "",
      actionAfterCompletion: "NONE",
      scheduleExpressionTimezone: "UTC",
      state: "ENABLED",
    }),
  },
  "aws:sfn/stateMachine:StateMachine": {
    id: (request) => request.arn("states", `stateMachine:${request.text("name")}`),
    plan: (request) => ({ definition: mustBeJson(request, "definition") }),
    unique: held({
      scope: "state-machine",
      code: "StateMachineAlreadyExists",
      words: (name) => `State Machine Already Exists: '${name}'`,
      operation: "SFN: CreateStateMachine",
    }),
    outputs: (request) => ({
      arn: request.arn("states", `stateMachine:${request.text("name")}`),
      creationDate: timestamp(request, "creationDate"),
      status: "ACTIVE",
      revisionId: "",
      stateMachineVersionArn: "",
      versionDescription: "",
      description: "",
      namePrefix: "",
    }),
  },
});
