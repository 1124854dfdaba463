import type { Request } from "../../request";
import { shapes } from "../../shape";
import { held, mustBeJson, mustBeWithin, mustMatch, put } from "./common";

// SNS, SQS, EventBridge, DynamoDB.

const topicArn = (request: Request): string => request.arn("sns", request.text("name"));
const queueUrl = (request: Request): string =>
  `https://sqs.${request.region}.amazonaws.com/${request.account}/${request.text("name")}`;

const subscriptionArn = (request: Request): string =>
  request.kept(
    "arn",
    () => `${request.text("topic")}:${request.uuid(`${request.text("protocol")} ${request.text("endpoint")}`)}`,
  );

/** Rules of the default bus are named alone. */
function busPath(request: Request): string {
  const bus = request.text("eventBusName");
  return bus === "" || bus === "default" ? "" : `${bus}/`;
}

export const messaging = shapes({
  "aws:sns/topic:Topic": {
    id: topicArn,
    autoname: { property: "name", maxLength: 256 },
    plan: (request) => ({ policy: mustBeJson(request, "policy") }),
    // CreateTopic answers with the topic that is there when all attributes agree, and else refuses.
    unique: held({
      scope: "sns-topic",
      code: "InvalidParameter",
      words: () => "Invalid parameter: Attributes Reason: Topic already exists with different attributes",
      operation: "SNS: CreateTopic",
    }),
    outputs: (request) => ({
      arn: topicArn(request),
      owner: request.account,
      policy: JSON.stringify({ Version: "2008-10-17", Id: "__default_policy_ID", Statement: [] }),
      beginningArchiveTime: "",
      fifoThroughputScope: "",
      namePrefix: "",
      signatureVersion: 0,
      tracingConfig: "",
    }),
  },
  "aws:sns/topicPolicy:TopicPolicy": {
    ...put("arn"),
    plan: (request) => ({ policy: mustBeJson(request, "policy") }),
    outputs: (request) => ({ owner: request.account }),
  },
  "aws:sns/topicSubscription:TopicSubscription": {
    id: subscriptionArn,
    // Subscribe answers with the subscription that is there.
    put: true,
    outputs: (request) => ({
      arn: subscriptionArn(request),
      ownerId: request.account,
      filterPolicyScope: "",
      confirmationTimeoutInMinutes: 1,
      confirmationWasAuthenticated: !["email", "email-json", "http", "https"].includes(request.text("protocol")),
      pendingConfirmation: ["email", "email-json"].includes(request.text("protocol")),
    }),
  },
  "aws:sqs/queue:Queue": {
    id: queueUrl,
    autoname: { property: "name", maxLength: 80 },
    plan: (request) => ({
      name: mustMatch(request, "name", /^[\w-]{1,80}(?:\.fifo)?$/, "1 to 80 letters, digits, hyphens and underscores"),
      messageRetentionSeconds: mustBeWithin(request, "messageRetentionSeconds", 60, 1_209_600),
      visibilityTimeoutSeconds: mustBeWithin(request, "visibilityTimeoutSeconds", 0, 43_200),
      redrivePolicy: mustBeJson(request, "redrivePolicy"),
    }),
    unique: held({
      scope: "sqs-queue",
      code: "QueueAlreadyExists",
      words: () => "A queue already exists with the same name and a different value for attribute",
      operation: "SQS: CreateQueue",
    }),
    outputs: (request) => ({
      arn: request.arn("sqs", request.text("name")),
      url: queueUrl(request),
      sqsManagedSseEnabled: !request.has("kmsMasterKeyId"),
      kmsDataKeyReusePeriodSeconds: 300,
      deduplicationScope: request.flag("fifoQueue") ? "queue" : "",
      fifoThroughputLimit: request.flag("fifoQueue") ? "perQueue" : "",
      namePrefix: "",
      policy: "",
      redriveAllowPolicy: "",
      redrivePolicy: "",
      visibilityTimeoutSeconds: 30,
      messageRetentionSeconds: 345_600,
      maxMessageSize: 262_144,
    }),
  },
  "aws:sqs/queuePolicy:QueuePolicy": {
    ...put("queueUrl"),
    plan: (request) => ({ policy: mustBeJson(request, "policy") }),
  },
  "aws:sqs/redrivePolicy:RedrivePolicy": put("queueUrl"),
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": put("queueUrl"),
  "aws:cloudwatch/eventBus:EventBus": {
    id: (request) => request.text("name"),
    unique: held({
      scope: "event-bus",
      code: "ResourceAlreadyExistsException",
      words: (name) => `Event bus ${name} already exists.`,
      operation: "EventBridge: CreateEventBus",
    }),
    outputs: (request) => ({ arn: request.arn("events", `event-bus/${request.text("name")}`) }),
  },
  "aws:cloudwatch/eventRule:EventRule": {
    id: (request) => busPath(request) + request.text("name"),
    autoname: { property: "name", maxLength: 64 },
    // PutRule writes over a rule of the same name.
    put: true,
    plan: (request) => ({
      name: mustMatch(request, "name", /^[\w.-]{1,64}$/, "1 to 64 letters, digits and ._-"),
      eventPattern: mustBeJson(request, "eventPattern"),
    }),
    outputs: (request) => {
      return {
        arn: request.arn("events", `rule/${busPath(request)}${request.text("name")}`),
        namePrefix: "",
        eventBusName: "default",
        state: "ENABLED",
        isEnabled: true,
      };
    },
  },
  "aws:cloudwatch/eventTarget:EventTarget": {
    id: (request) => `${request.text("rule")}-${request.text("targetId") || `terraform-${request.hex(26)}`}`,
    put: true,
    outputs: (request) => ({
      targetId: request.kept("targetId", () => `terraform-${request.hex(26)}`),
      eventBusName: "default",
    }),
  },
  "aws:dynamodb/table:Table": {
    id: (request) => request.text("name"),
    autoname: { property: "name", maxLength: 255 },
    unique: held({
      scope: "dynamodb-table",
      code: "ResourceInUseException",
      words: (name) => `Table already exists: ${name}`,
      operation: "DynamoDB: CreateTable",
    }),
    outputs: (request) => ({
      arn: request.arn("dynamodb", `table/${request.text("name")}`),
      streamArn: request.flag("streamEnabled")
        ? request.arn("dynamodb", `table/${request.text("name")}/stream/2026-01-01T00:00:00.000`)
        : "",
      streamLabel: request.flag("streamEnabled") ? "2026-01-01T00:00:00.000" : "",
      streamViewType: "",
      billingMode: "PROVISIONED",
      readCapacity: 0,
      writeCapacity: 0,
      pointInTimeRecovery: { enabled: false },
      ttl: { enabled: false, attributeName: "" },
    }),
    refuseDelete: (request, table) => {
      if (table.state["deletionProtectionEnabled"] === true) {
        request.refuse(
          "ValidationException",
          "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.",
          "DynamoDB: DeleteTable",
        );
      }
    },
  },
});
