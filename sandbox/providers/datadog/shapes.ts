import { LOWER, type Request } from "../request";
import { shapes, type Shape } from "../shape";
import { mustBeJson } from "../aws/shapes/common";

/** Datadog has no unique names: everything gets an id of its own. */
function numbered(digits: number): Shape {
  return {
    id: (request) => request.kept("id", () => String(1 + (Number.parseInt(request.hex(12), 16) % 10 ** digits))),
    autoname: false,
  };
}

/** "sv7-gyh-kas" */
const short = (request: Request): string => [0, 1, 2].map((part) => request.code(3, LOWER, String(part))).join("-");
const uuid: Shape = { id: (request) => request.uuid(), autoname: false };

const dashboard: Shape = {
  id: short,
  autoname: false,
  outputs: (request) => ({ url: `/dashboard/${short(request)}` }),
};

export const DATADOG_SHAPES = shapes({
  "datadog:index/monitor:Monitor": {
    ...numbered(9),
    plan: (request) => ({ monitorThresholds: threshold(request) }),
    outputs: () => ({ evaluationDelay: 0 }),
  },
  "datadog:index/monitorJson:MonitorJson": {
    ...numbered(9),
    plan: (request) => ({ monitor: mustBeJson(request, "monitor") }),
  },
  "datadog:index/monitorConfigPolicy:MonitorConfigPolicy": uuid,
  "datadog:index/monitorNotificationRule:MonitorNotificationRule": uuid,
  "datadog:index/dashboard:Dashboard": dashboard,
  "datadog:index/dashboardJson:DashboardJson": {
    ...dashboard,
    plan: (request) => ({ dashboard: mustBeJson(request, "dashboard") }),
  },
  "datadog:index/dashboardList:DashboardList": numbered(6),
  "datadog:index/downtimeSchedule:DowntimeSchedule": uuid,
  "datadog:index/logsArchive:LogsArchive": { id: (request) => request.code(22, LOWER), autoname: false },
  "datadog:index/logsCustomPipeline:LogsCustomPipeline": { id: (request) => request.code(22, LOWER), autoname: false },
  "datadog:index/logsIndex:LogsIndex": { id: (request) => request.text("name"), autoname: false },
  "datadog:index/logsMetric:LogsMetric": { id: (request) => request.text("name"), autoname: false },
  "datadog:index/metricMetadata:MetricMetadata": {
    id: (request) => request.text("metric"),
    autoname: false,
    put: true,
  },
  "datadog:index/metricTagConfiguration:MetricTagConfiguration": {
    id: (request) => request.text("metricName"),
    autoname: false,
  },
  "datadog:index/serviceLevelObjective:ServiceLevelObjective": {
    id: (request) => request.hex(32),
    autoname: false,
    outputs: (request) => {
      const [first] = request.maps("thresholds");
      return {
        timeframe: first?.["timeframe"] ?? "",
        targetThreshold: first?.["target"] ?? 0,
        warningThreshold: first?.["warning"] ?? 0,
      };
    },
  },
  "datadog:index/syntheticsTest:SyntheticsTest": {
    id: short,
    autoname: false,
    outputs: (request) => ({ monitorId: Number.parseInt(request.hex(7), 16) }),
  },
  "datadog:index/syntheticsGlobalVariable:SyntheticsGlobalVariable": uuid,
  "datadog:index/syntheticsPrivateLocation:SyntheticsPrivateLocation": {
    id: (request) => `pl:${request.text("name")}-${request.hex(32)}`,
    autoname: false,
    outputs: (request) => ({
      config: "{}",
      restrictionPolicyResourceId: `synthetics-private-location:pl:${request.text("name")}`,
    }),
  },
  "datadog:index/softwareCatalog:SoftwareCatalog": uuid,
  "datadog:index/team:Team": { ...uuid, outputs: () => ({ linkCount: 0, userCount: 0, summary: "" }) },
  "datadog:index/webhook:Webhook": {
    id: (request) => request.text("name"),
    autoname: false,
    outputs: () => ({ encodeAs: "json", payload: "" }),
  },
  "datadog:aws/integrationAccount:IntegrationAccount": {
    ...uuid,
    unique: (request) => [
      {
        scope: "datadog-aws-account",
        name: request.text("awsAccountId"),
        within: "world",
        code: "409 Conflict",
        message: `An AWS account integration for ${request.text("awsAccountId")} already exists`,
        operation: "Datadog: CreateAWSAccount",
        status: 409,
      },
    ],
  },
  "datadog:aws/integrationExternalId:IntegrationExternalId": { id: (request) => request.hex(32), autoname: false },
  "datadog:aws/integrationEventBridge:IntegrationEventBridge": {
    id: (request) => `${request.text("eventGeneratorName")}-${request.hex(8)}`,
    autoname: false,
  },
  "datadog:pagerduty/integration:Integration": {
    id: (request) => request.text("subdomain"),
    autoname: false,
    put: true,
  },
  "datadog:pagerduty/serviceObject:ServiceObject": { id: (request) => request.text("serviceName"), autoname: false },
  "datadog:slack/channel:Channel": {
    id: (request) => `${request.text("accountName")}:${request.text("channelName")}`,
    autoname: false,
  },
});

/** Datadog refuses a monitor whose critical threshold is another number than its query's. */
function threshold(request: Request): string | false {
  const critical = request.map("monitorThresholds")["critical"];
  const asked = /(?:>=|<=|>|<)\s*(-?[\d.]+(?:e-?\d+)?)\s*$/.exec(request.text("query"))?.[1];
  if (typeof critical !== "string" || asked === undefined) return false;
  return (
    Number(critical) !== Number(asked) &&
    `Alert threshold (${critical}) does not match that used in the query (${asked})`
  );
}
