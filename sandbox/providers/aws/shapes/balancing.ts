import { textOf } from "../../../schema/values";
import type { Request } from "../../request";
import { shapes, type Shape } from "../../shape";
import { regionFacts } from "../zones";
import { held, mustBeWithin, mustMatch, put, refuseWhileUsed } from "./common";

const LISTENER = "aws:lb/listener:Listener";
const RULE = "aws:lb/listenerRule:ListenerRule";
const NAME = /^(?!internal-)[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,30}[a-zA-Z0-9])?$/;
const NAME_RULE = `1 to 32 letters, digits and hyphens, not at an end; it must not begin with "internal-"`;

const elb = (request: Request, resource: string): string => request.arn("elasticloadbalancing", resource);
const after = (arn: string, part: string): string => arn.slice(arn.indexOf(part) + part.length);

function balancerArn(request: Request): string {
  return request.kept("arn", () =>
    elb(request, `loadbalancer/${kind(request)}/${request.text("name")}/${request.hex(16)}`),
  );
}

function kind(request: Request): string {
  return { network: "net", gateway: "gwy" }[request.text("loadBalancerType")] ?? "app";
}

function groupArn(request: Request): string {
  return request.kept("arn", () => elb(request, `targetgroup/${request.text("name")}/${request.hex(16)}`));
}

function listenerArn(request: Request): string {
  return request.kept("arn", () =>
    elb(request, `listener/${after(request.text("loadBalancerArn"), "loadbalancer/")}/${request.hex(16)}`),
  );
}

function ruleArn(request: Request): string {
  return request.kept("arn", () =>
    elb(request, `listener-rule/${after(request.text("listenerArn"), "listener/")}/${request.hex(16)}`),
  );
}

/** Rules of one listener have priorities of their own; one without gets the next free. */
function priority(request: Request): number {
  const kept = request.old?.["priority"];
  if (typeof kept === "number") return kept;
  const taken = request.cloud
    .list(RULE)
    .filter((rule) => rule.state["listenerArn"] === request.text("listenerArn"))
    .map((rule) => rule.state["priority"])
    .filter((number) => typeof number === "number");
  return Math.max(0, ...taken) + 1;
}

const IN_USE = { code: "ResourceInUse", operation: "Elastic Load Balancing v2: DeleteTargetGroup" };

const autoscalingArn = (request: Request): string => {
  const service = `${request.text("serviceNamespace")}/${request.text("resourceId")}`;
  return request.arn(
    "autoscaling",
    `scalingPolicy:${request.uuid()}:resource/${service}:policyName/${request.text("name")}`,
  );
};

/** Ids repeat over services: the scalable target tells them apart. */
function scalable(...more: string[]): NonNullable<Shape["key"]> {
  return (state) =>
    ["serviceNamespace", "resourceId", "scalableDimension", ...more].map((key) => textOf(state[key])).join("/");
}

export const balancing = shapes({
  "aws:lb/loadBalancer:LoadBalancer": {
    id: balancerArn,
    autoname: { property: "name", maxLength: 32 },
    plan: (request) => ({ name: mustMatch(request, "name", NAME, NAME_RULE) }),
    unique: held({
      scope: "load-balancer",
      code: "DuplicateLoadBalancerName",
      words: (name) => `A load balancer with the same name '${name}' exists, but with different settings`,
      operation: "Elastic Load Balancing v2: CreateLoadBalancer",
    }),
    refuse: (request) => {
      if (kind(request) === "app" && request.texts("subnets").length + request.list("subnetMappings").length < 2) {
        request.refuse(
          "ValidationError",
          "At least two subnets in two different Availability Zones must be specified",
          "Elastic Load Balancing v2: CreateLoadBalancer",
        );
      }
    },
    outputs: (request) => {
      const internal = request.flag("internal") ? "internal-" : "";
      const number = Number.parseInt(request.hex(8, "dns"), 16);
      const subnets = request.cloud.list("aws:ec2/subnet:Subnet");
      return {
        arn: balancerArn(request),
        arnSuffix: after(balancerArn(request), "loadbalancer/"),
        dnsName: `${internal}${request.text("name")}-${number}.${request.region}.elb.amazonaws.com`,
        zoneId: regionFacts(request.region).loadBalancerZone,
        vpcId: subnets.find((subnet) => request.texts("subnets").includes(subnet.id))?.state["vpcId"] ?? "",
        ipAddressType: "ipv4",
        namePrefix: "",
        internal: false,
        enforceSecurityGroupInboundRulesOnPrivateLinkTraffic: "",
        enablePrefixForIpv6SourceNat: "",
        subnetMappings: request.texts("subnets").map((subnetId) => ({ subnetId })),
        subnets: [],
        securityGroups: [],
      };
    },
    refuseDelete: (request, found) => {
      if (found.state["enableDeletionProtection"] === true) {
        request.refuse(
          "OperationNotPermitted",
          `Load balancer '${found.id}' cannot be deleted because deletion protection is enabled`,
          "Elastic Load Balancing v2: DeleteLoadBalancer",
        );
      }
    },
  },
  "aws:lb/targetGroup:TargetGroup": {
    id: groupArn,
    autoname: { property: "name", maxLength: 32 },
    plan: (request) => ({
      name: mustMatch(
        request,
        "name",
        /^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,30}[a-zA-Z0-9])?$/,
        "1 to 32 letters, digits and hyphens, not at an end",
      ),
      deregistrationDelay: mustBeWithin(request, "deregistrationDelay", 0, 3600),
    }),
    unique: held({
      scope: "target-group",
      code: "DuplicateTargetGroupName",
      words: (name) => `A target group with the same name '${name}' exists, but with different settings`,
      operation: "Elastic Load Balancing v2: CreateTargetGroup",
    }),
    outputs: (request) => ({
      arn: groupArn(request),
      arnSuffix: groupArn(request).slice(groupArn(request).indexOf("targetgroup/")),
      namePrefix: "",
      healthCheck: {
        enabled: true,
        path: "/",
        protocol: "HTTP",
        port: "traffic-port",
        interval: 30,
        timeout: 5,
        healthyThreshold: 5,
        unhealthyThreshold: 2,
        matcher: "200",
      },
      ipAddressType: "ipv4",
      loadBalancerArns: [],
      loadBalancingAlgorithmType: "round_robin",
      loadBalancingAnomalyMitigation: "off",
      loadBalancingCrossZoneEnabled: "use_load_balancer_configuration",
      preserveClientIp: "",
      protocolVersion: "HTTP1",
      stickiness: { enabled: false, type: "lb_cookie", cookieDuration: 86400, cookieName: "" },
      targetGroupHealth: { dnsFailover: { minimumHealthyTargetsCount: "1", minimumHealthyTargetsPercentage: "off" } },
      deregistrationDelay: 300,
      slowStart: 0,
      targetType: "instance",
    }),
    refuseDelete: (request, group) =>
      refuseWhileUsed(
        [
          [LISTENER, "defaultActions"],
          [RULE, "actions"],
        ],
        { ...IN_USE, words: (id) => `Target group '${id}' is currently in use by a listener or a rule` },
      )(request, group),
  },
  [LISTENER]: {
    id: listenerArn,
    unique: (request) => [
      {
        scope: "listener",
        name: `${request.text("loadBalancerArn")}:${request.text("port")}`,
        code: "DuplicateListener",
        message: `A listener already exists on this port for this load balancer '${request.text("loadBalancerArn")}'`,
        operation: "Elastic Load Balancing v2: CreateListener",
      },
    ],
    refuse: (request) => {
      if (request.text("protocol") === "HTTPS" && !request.has("certificateArn")) {
        request.refuse(
          "ValidationError",
          "A certificate must be specified for HTTPS listeners",
          "Elastic Load Balancing v2: CreateListener",
        );
      }
    },
    outputs: (request) => ({
      arn: listenerArn(request),
      protocol: "HTTP",
      sslPolicy: request.text("protocol") === "HTTPS" ? "ELBSecurityPolicy-2016-08" : "",
      mutualAuthentication: { mode: "off", ignoreClientCertificateExpiry: false, trustStoreArn: "" },
      tcpIdleTimeoutSeconds: 350,
    }),
  },
  [RULE]: {
    id: ruleArn,
    plan: (request) => ({ priority: mustBeWithin(request, "priority", 1, 50_000) }),
    unique: (request) =>
      request.has("priority")
        ? [
            {
              scope: "listener-rule",
              name: `${request.text("listenerArn")}:${request.text("priority")}`,
              code: "PriorityInUse",
              message: `Priority '${request.text("priority")}' is currently in use`,
              operation: "Elastic Load Balancing v2: CreateRule",
            },
          ]
        : [],
    outputs: (request) => ({ arn: ruleArn(request), priority: priority(request) }),
  },
  "aws:lb/listenerCertificate:ListenerCertificate": {
    ...put("listenerArn", "certificateArn"),
    id: (request) => `${request.text("listenerArn")}_${request.text("certificateArn")}`,
  },
  "aws:lb/targetGroupAttachment:TargetGroupAttachment": {
    id: (request) => `${request.text("targetGroupArn")}-${request.hex(26)}`,
    put: true,
  },
  "aws:appautoscaling/target:Target": {
    id: (request) => request.text("resourceId"),
    put: true,
    key: scalable(),
    refuse: (request) => {
      if ((request.number("minCapacity") ?? 0) > (request.number("maxCapacity") ?? 0)) {
        request.refuse(
          "ValidationException",
          "Maximum capacity cannot be less than minimum capacity",
          "Application Auto Scaling: RegisterScalableTarget",
        );
      }
    },
    outputs: (request) => ({
      arn: request.arn("application-autoscaling", `scalable-target/${request.hex(36)}`),
      roleArn: request.arn("iam", serviceRole(request.text("serviceNamespace")), { region: "" }),
      suspendedState: {
        dynamicScalingInSuspended: false,
        dynamicScalingOutSuspended: false,
        scheduledScalingSuspended: false,
      },
    }),
  },
  "aws:appautoscaling/policy:Policy": {
    id: (request) => request.text("name"),
    put: true,
    key: scalable("name"),
    refuse: (request) => {
      const target = request.cloud
        .list("aws:appautoscaling/target:Target")
        .some((found) => found.id === request.text("resourceId") && found.region === request.region);
      if (!target) {
        request.refuse(
          "ObjectNotFoundException",
          `No scalable target registered for service namespace: ${request.text("serviceNamespace")}, resource ID: ${request.text("resourceId")}, scalable dimension: ${request.text("scalableDimension")}`,
          "Application Auto Scaling: PutScalingPolicy",
        );
      }
    },
    outputs: (request) => ({
      arn: request.kept("arn", () => autoscalingArn(request)),
      alarmArns: ["AlarmHigh", "AlarmLow"].map((alarm) =>
        request.arn("cloudwatch", `alarm:TargetTracking-${request.text("resourceId")}-${alarm}-${request.uuid(alarm)}`),
      ),
    }),
  },
  "aws:appautoscaling/scheduledAction:ScheduledAction": {
    id: (request) => `${request.text("name")}-${request.text("serviceNamespace")}-${request.text("resourceId")}`,
    put: true,
    key: scalable("name"),
    outputs: (request) => ({
      arn: request.arn(
        "autoscaling",
        `scheduledAction:${request.uuid()}:resource/${request.text("serviceNamespace")}/${request.text("resourceId")}:scheduledActionName/${request.text("name")}`,
      ),
    }),
  },
});

function serviceRole(namespace: string): string {
  const role = { ecs: "ECSService", rds: "RDSCluster", elasticache: "ElastiCacheRG" }[namespace] ?? "CustomResource";
  return `role/aws-service-role/${namespace}.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_${role}`;
}
