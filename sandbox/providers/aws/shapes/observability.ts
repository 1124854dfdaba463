import { textOf } from "../../../schema/values";
import type { Request } from "../../request";
import { shapes, type Shape } from "../../shape";
import { held, mustBeJson, mustMatch, put, timestamp } from "./common";

// CloudWatch alarms, dashboards and logs; CloudTrail.

const RETENTIONS = [
  0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const groupArn = (request: Request): string => request.arn("logs", `log-group:${request.text("name")}`);
const alarmArn = (request: Request, property: string): string =>
  request.arn("cloudwatch", `alarm:${request.text(property)}`);

/** A named part of a log group, written over by PUT. */
function part(group: string): Shape {
  return {
    id: (request) => request.text("name"),
    key: (state) => `${textOf(state[group])}:${textOf(state["name"])}`,
    put: true,
  };
}

function delivery(kind: string): Shape {
  return {
    id: (request) => request.text("name"),
    autoname: { property: "name", maxLength: 60 },
    put: true,
    outputs: (request) => ({
      arn: request.arn("logs", `${kind}:${request.text("name")}`),
      ...(kind === "delivery-source" ? { service: serviceOf(request) } : { deliveryDestinationType: "S3" }),
    }),
  };
}

function serviceOf(request: Request): string {
  return request.text("resourceArn").split(":")[2] ?? "";
}

const deliveryId = (request: Request): string => request.kept("id", () => request.hex(16));

export const observability = shapes({
  "aws:cloudwatch/logGroup:LogGroup": {
    id: (request) => request.text("name"),
    autoname: { property: "name", maxLength: 512 },
    plan: (request) => {
      const days = request.number("retentionInDays");
      return {
        name: mustMatch(request, "name", /^[.\w/#-]{1,512}$/, "1 to 512 letters, digits and ._-/#"),
        retentionInDays:
          days !== undefined &&
          !RETENTIONS.includes(days) &&
          `expected retentionInDays to be one of ${RETENTIONS.join(", ")}, got ${days}`,
      };
    },
    unique: held({
      scope: "log-group",
      code: "ResourceAlreadyExistsException",
      words: () => "The specified log group already exists",
      operation: "CloudWatch Logs: CreateLogGroup",
    }),
    outputs: (request) => ({ arn: groupArn(request), namePrefix: "", logGroupClass: "STANDARD", retentionInDays: 0 }),
  },
  "aws:cloudwatch/logStream:LogStream": {
    ...part("logGroupName"),
    outputs: (request) => ({
      arn: request.arn("logs", `log-group:${request.text("logGroupName")}:log-stream:${request.text("name")}`),
    }),
  },
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": part("logGroupName"),
  "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter": {
    ...part("logGroup"),
    outputs: () => ({ roleArn: "" }),
  },
  "aws:cloudwatch/logDataProtectionPolicy:LogDataProtectionPolicy": {
    ...put("logGroupName"),
    plan: (request) => ({ policyDocument: mustBeJson(request, "policyDocument") }),
  },
  "aws:cloudwatch/logIndexPolicy:LogIndexPolicy": put("logGroupName"),
  "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": {
    ...put("policyName"),
    id: (request) => request.text("policyName") || request.text("resourceArn"),
    plan: (request) => ({ policyDocument: mustBeJson(request, "policyDocument") }),
    outputs: (request) => ({ policyScope: request.has("resourceArn") ? "RESOURCE" : "ACCOUNT", revisionId: "" }),
  },
  "aws:cloudwatch/logAccountPolicy:LogAccountPolicy": put("policyName", "policyType"),
  "aws:cloudwatch/logDeliverySource:LogDeliverySource": delivery("delivery-source"),
  "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination": delivery("delivery-destination"),
  "aws:cloudwatch/logDeliveryDestinationPolicy:LogDeliveryDestinationPolicy": put("deliveryDestinationName"),
  "aws:cloudwatch/logDelivery:LogDelivery": {
    id: deliveryId,
    unique: (request) => [
      {
        scope: "log-delivery",
        name: `${request.text("deliverySourceName")}/${request.text("deliveryDestinationArn")}`,
        code: "ConflictException",
        message: "A delivery already exists for this source and destination.",
        operation: "CloudWatch Logs: CreateDelivery",
      },
    ],
    outputs: (request) => ({ arn: request.arn("logs", `delivery:${deliveryId(request)}`), fieldDelimiter: "" }),
  },
  "aws:cloudwatch/logAnomalyDetector:LogAnomalyDetector": {
    id: (request) => request.kept("arn", () => request.arn("logs", `anomaly-detector:${request.uuid()}`)),
    outputs: (request) => ({
      arn: request.kept("arn", () => request.arn("logs", `anomaly-detector:${request.uuid()}`)),
      anomalyVisibilityTime: 7,
    }),
  },
  "aws:cloudwatch/queryDefinition:QueryDefinition": {
    id: (request) => request.uuid(),
    outputs: (request) => ({
      queryDefinitionId: request.uuid(),
      arn: request.arn("logs", `query-definition:${request.uuid()}`),
    }),
  },
  // PutMetricAlarm writes over an alarm of the same name; the provider cannot tell, so the second one is refused here.
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    id: (request) => request.text("name"),
    autoname: { property: "name", maxLength: 255 },
    plan: (request) => ({ "": alarmKinds(request) }),
    unique: alarm("name"),
    outputs: (request) => ({
      arn: alarmArn(request, "name"),
      evaluateLowSampleCountPercentiles: "",
      actionsEnabled: true,
      treatMissingData: "missing",
    }),
  },
  "aws:cloudwatch/compositeAlarm:CompositeAlarm": {
    id: (request) => request.text("alarmName"),
    unique: alarm("alarmName"),
    refuse: (request) => {
      const named = [
        ...request.text("alarmRule").matchAll(/(?:ALARM|OK|INSUFFICIENT_DATA)\(["']?([^"')]+)["']?\)/g),
      ].map((match) => match[1] ?? "");
      const known = ["aws:cloudwatch/metricAlarm:MetricAlarm", "aws:cloudwatch/compositeAlarm:CompositeAlarm"].flatMap(
        (type) => request.cloud.list(type),
      );
      for (const name of named) {
        if (!known.some((found) => found.id === name || found.state["arn"] === name)) {
          request.refuse(
            "ValidationError",
            `The alarm rule names an alarm that does not exist: ${name}`,
            "CloudWatch: PutCompositeAlarm",
          );
        }
      }
    },
    outputs: (request) => ({ arn: alarmArn(request, "alarmName") }),
  },
  "aws:cloudwatch/dashboard:Dashboard": {
    id: (request) => request.text("dashboardName"),
    put: true,
    plan: (request) => ({ dashboardBody: mustBeJson(request, "dashboardBody") }),
    outputs: (request) => ({
      dashboardArn: request.arn("cloudwatch", `dashboard/${request.text("dashboardName")}`, { region: "" }),
    }),
  },
  "aws:cloudwatch/metricStream:MetricStream": {
    id: (request) => request.text("name"),
    put: true,
    outputs: (request) => ({
      arn: request.arn("cloudwatch", `metric-stream/${request.text("name")}`),
      creationDate: timestamp(request, "creationDate"),
      lastUpdateDate: timestamp(request, "creationDate"),
      namePrefix: "",
      state: "running",
    }),
  },
  "aws:cloudtrail/trail:Trail": {
    id: (request) => request.arn("cloudtrail", `trail/${request.text("name")}`),
    autoname: { property: "name", maxLength: 128 },
    unique: held({
      scope: "cloudtrail-trail",
      code: "TrailAlreadyExistsException",
      words: (name, request) => `Trail ${name} already exists for customer: ${request.account}`,
      operation: "CloudTrail: CreateTrail",
    }),
    outputs: (request) => ({
      arn: request.arn("cloudtrail", `trail/${request.text("name")}`),
      homeRegion: request.region,
      snsTopicArn: "",
      enableLogging: true,
    }),
  },
  "aws:cloudtrail/eventDataStore:EventDataStore": {
    id: (request) => request.arn("cloudtrail", `eventdatastore/${request.uuid()}`),
    outputs: (request) => ({ arn: request.arn("cloudtrail", `eventdatastore/${request.uuid()}`) }),
  },
});

/** Metric and composite alarms share one space of names. */
function alarm(property: string): NonNullable<Shape["unique"]> {
  return held({
    scope: "cloudwatch-alarm",
    property,
    code: "ResourceConflict",
    words: (name) => `An alarm with the name ${name} exists already, and PutMetricAlarm would write over it`,
    operation: "CloudWatch: PutMetricAlarm",
  });
}

function alarmKinds(request: Request): string | false {
  const single = request.has("metricName");
  const queries = request.maps("metricQueries");
  if (single === queries.length > 0) return "exactly one of metricName and metricQueries is needed";
  const returned = queries.filter((query) => query["returnData"] === true).length;
  // A band and the metric that it is around are both returned.
  const wanted = request.has("thresholdMetricId") ? 2 : 1;
  return (
    queries.length > 0 &&
    returned !== wanted &&
    `exactly ${wanted} metric queries must have returnData, found ${returned}`
  );
}
