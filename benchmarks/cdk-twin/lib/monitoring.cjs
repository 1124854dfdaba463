// Topics, alarms, a dashboard. The alarms' number is that of the platform: a hundred and six.
"use strict";
const { Duration } = require("aws-cdk-lib");
const cloudwatch = require("aws-cdk-lib/aws-cloudwatch");
const actions = require("aws-cdk-lib/aws-cloudwatch-actions");
const sns = require("aws-cdk-lib/aws-sns");
const subscriptions = require("aws-cdk-lib/aws-sns-subscriptions");

/** Metrics of each service that alarms watch: namespace, dimension, its value, names. */
const WATCHED = [
  [
    "AWS/ECS",
    "ServiceName",
    "web",
    ["CPUUtilization", "MemoryUtilization", "RunningTaskCount", "PendingTaskCount", "DeploymentCount"],
  ],
  [
    "AWS/ECS",
    "ServiceName",
    "worker",
    ["CPUUtilization", "MemoryUtilization", "RunningTaskCount", "PendingTaskCount", "DeploymentCount"],
  ],
  ["AWS/ECS", "ServiceName", "scheduler", ["CPUUtilization", "MemoryUtilization", "RunningTaskCount"]],
  [
    "AWS/ApplicationELB",
    "LoadBalancer",
    "app",
    [
      "HTTPCode_ELB_5XX_Count",
      "HTTPCode_Target_5XX_Count",
      "TargetResponseTime",
      "RejectedConnectionCount",
      "TargetConnectionErrorCount",
      "UnHealthyHostCount",
      "ClientTLSNegotiationErrorCount",
    ],
  ],
  [
    "AWS/RDS",
    "DBClusterIdentifier",
    "affiliate",
    [
      "CPUUtilization",
      "FreeableMemory",
      "DatabaseConnections",
      "AuroraReplicaLag",
      "Deadlocks",
      "FreeLocalStorage",
      "VolumeBytesUsed",
      "CommitLatency",
      "SelectLatency",
      "DMLLatency",
      "BufferCacheHitRatio",
      "ActiveTransactions",
    ],
  ],
  ...["sessions", "cache"].map((group) => [
    "AWS/ElastiCache",
    "ReplicationGroupId",
    group,
    [
      "EngineCPUUtilization",
      "DatabaseMemoryUsagePercentage",
      "Evictions",
      "CurrConnections",
      "ReplicationLag",
      "NetworkBandwidthInAllowanceExceeded",
      "NetworkBandwidthOutAllowanceExceeded",
      "AuthenticationFailures",
    ],
  ]),
  ...["a", "c", "d"].map((zone) => [
    "AWS/NATGateway",
    "NatGatewayId",
    zone,
    ["ErrorPortAllocation", "PacketsDropCount", "IdleTimeoutCount"],
  ]),
  ...["release-gate", "queue-metrics", "database-users", "pager"].map((name) => [
    "AWS/Lambda",
    "FunctionName",
    name,
    ["Errors", "Throttles", "Duration", "ConcurrentExecutions"],
  ]),
  ...["uploads", "assets", "backups"].map((name) => [
    "AWS/S3",
    "BucketName",
    name,
    ["4xxErrors", "5xxErrors", "FirstByteLatency"],
  ]),
  ["Affiliate/Queues", "Queue", "all", ["WaitingJobs", "OldestJobAge", "FailedJobs"]],
  ["AWS/CertificateManager", "CertificateArn", "regional", ["DaysToExpiry"]],
];
const GLOBAL = [
  [
    "AWS/CloudFront",
    "DistributionId",
    "affiliate",
    ["5xxErrorRate", "4xxErrorRate", "OriginLatency", "CacheHitRate", "Requests", "FunctionExecutionErrors"],
  ],
  ["AWS/WAFV2", "WebACL", "affiliate", ["BlockedRequests", "AllowedRequests", "CountedRequests"]],
  ["AWS/CertificateManager", "CertificateArn", "global", ["DaysToExpiry"]],
  ["AWS/Route53", "HealthCheckId", "www", ["HealthCheckStatus", "TimeToFirstByte"]],
];
const ALARMS = 106;

exports.monitoring = function monitoring(stack, global, { keys }) {
  const topic = (at, name, masterKey) => {
    const made = new sns.Topic(at, `topic-${name}`, { masterKey, enforceSSL: true });
    made.addSubscription(new subscriptions.EmailSubscription("on-call@affiliate-system.com"));
    return made;
  };
  const topics = ["incidents", "on-call", "engineering"].map((name) => topic(stack, name, keys.notifications));
  const globalTopics = ["incidents", "on-call", "engineering"].map((name) => topic(global, `global-${name}`));
  const alarm =
    (at, to) =>
    ([namespace, dimension, value, metricName], threshold, severity) => {
      const made = new cloudwatch.Metric({
        namespace,
        metricName,
        dimensionsMap: { [dimension]: value },
        period: Duration.minutes(1),
        statistic: severity === 0 ? "Maximum" : "Average",
      }).createAlarm(at, `alarm-${namespace.split("/")[1]}-${value}-${metricName}-${severity}`, {
        alarmDescription: `${metricName} of ${value}`,
        threshold,
        evaluationPeriods: 5,
        datapointsToAlarm: 3,
        treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
      });
      made.addAlarmAction(new actions.SnsAction(to[severity]));
      made.addOkAction(new actions.SnsAction(to[severity]));
      return made;
    };
  const metricsOf = (watched) =>
    watched.flatMap(([space, dimension, value, names]) => names.map((name) => [space, dimension, value, name]));
  const outside = metricsOf(GLOBAL).map((metric) => alarm(global, globalTopics)(metric, 1, 1));
  const wanted = metricsOf(WATCHED).flatMap((metric) => [
    [metric, 80, 1],
    [metric, 95, 0],
  ]);
  const inside = wanted
    .slice(0, ALARMS - outside.length)
    .map(([metric, ...how]) => alarm(stack, topics)(metric, ...how));
  for (const name of ["database", "redis", "web", "worker", "edge", "network"]) {
    new cloudwatch.CompositeAlarm(stack, `composite-${name}`, {
      alarmRule: cloudwatch.AlarmRule.anyOf(
        ...inside.slice(0, 5).map((one) => cloudwatch.AlarmRule.fromAlarm(one, cloudwatch.AlarmState.ALARM)),
      ),
    });
  }
  new cloudwatch.Dashboard(stack, "dashboard").addWidgets(
    ...inside.slice(0, 40).map((one) => new cloudwatch.GraphWidget({ left: [one.metric], title: one.node.id })),
  );
};
