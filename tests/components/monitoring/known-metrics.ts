/**
 * What the services publish, from their documentation's tables, apart from the program: a metric that is misspelt or renamed in a
 * component is none of these. By namespace: sets of dimensions, and names with the units that they come in.
 */
interface Namespace {
  readonly dimensions: readonly (readonly string[])[];
  readonly metrics: Readonly<Record<string, string>>;
  /** CloudFront, its firewall and health checks report in us-east-1 only. */
  readonly region?: "us-east-1";
}

export const knownMetrics: Readonly<Record<string, Namespace>> = {
  // Elastic Load Balancing user guide for Application Load Balancers, "CloudWatch metrics".
  "AWS/ApplicationELB": {
    dimensions: [["LoadBalancer"], ["LoadBalancer", "TargetGroup"]],
    metrics: {
      RequestCount: "Count",
      TargetResponseTime: "Seconds",
      HTTPCode_Target_5XX_Count: "Count",
      HTTPCode_ELB_5XX_Count: "Count",
      RejectedConnectionCount: "Count",
      TargetConnectionErrorCount: "Count",
      HealthyHostCount: "Count",
      UnHealthyHostCount: "Count",
    },
  },
  // ECS developer guide, "CloudWatch metrics".
  "AWS/ECS": {
    dimensions: [["ClusterName", "ServiceName"]],
    metrics: { CPUUtilization: "Percent", MemoryUtilization: "Percent" },
  },
  // CloudWatch user guide, "Amazon ECS Container Insights with enhanced observability metrics".
  "ECS/ContainerInsights": {
    dimensions: [["ClusterName", "ServiceName"]],
    metrics: {
      RunningTaskCount: "Count",
      PendingTaskCount: "Count",
      DesiredTaskCount: "Count",
      DeploymentCount: "Count",
    },
  },
  // Aurora user guide, "CloudWatch metrics for Amazon Aurora".
  "AWS/RDS": {
    dimensions: [["DBClusterIdentifier"], ["DBClusterIdentifier", "Role"]],
    metrics: {
      CPUUtilization: "Percent",
      DatabaseConnections: "Count",
      FreeableMemory: "Bytes",
      FreeLocalStorage: "Bytes",
      AuroraReplicaLagMaximum: "Milliseconds",
      Deadlocks: "Count/Second",
      RollbackSegmentHistoryListLength: "Count",
      CommitLatency: "Milliseconds",
      SelectLatency: "Milliseconds",
      Queries: "Count/Second",
      LoginFailures: "Count/Second",
      AuroraVolumeBytesLeftTotal: "Bytes",
    },
  },
  // ElastiCache user guide, "Metrics for Valkey and Redis OSS" and "Host-level metrics".
  "AWS/ElastiCache": {
    dimensions: [["CacheClusterId"]],
    metrics: {
      DatabaseMemoryUsagePercentage: "Percent",
      Evictions: "Count",
      EngineCPUUtilization: "Percent",
      ReplicationLag: "Seconds",
      SwapUsage: "Bytes",
      AuthenticationFailures: "Count",
      CommandAuthorizationFailures: "Count",
      NetworkBandwidthOutAllowanceExceeded: "Count",
      IsMaster: "Count",
      CacheHits: "Count",
      CacheMisses: "Count",
    },
  },
  // Lambda developer guide, "Types of metrics for Lambda functions".
  "AWS/Lambda": {
    dimensions: [["FunctionName"]],
    metrics: { Errors: "Count", Throttles: "Count", Duration: "Milliseconds" },
  },
  // VPC user guide, "NAT gateway metrics and dimensions".
  "AWS/NATGateway": {
    dimensions: [["NatGatewayId"]],
    metrics: { ErrorPortAllocation: "Count", PacketsDropCount: "Count" },
  },
  // ACM user guide, "Supported CloudWatch metrics".
  "AWS/CertificateManager": { dimensions: [["CertificateArn"]], metrics: { DaysToExpiry: "None" } },
  // S3 user guide, "Amazon S3 daily storage metrics for buckets" and "Amazon S3 request metrics".
  "AWS/S3": {
    dimensions: [
      ["BucketName", "StorageType"],
      ["BucketName", "FilterId"],
      // S3 user guide, "Using S3 Replication metrics": this one in the region of the source.
      ["DestinationBucket", "RuleId", "SourceBucket"],
    ],
    metrics: {
      NumberOfObjects: "Count",
      AllRequests: "Count",
      "4xxErrors": "Count",
      OperationsFailedReplication: "Count",
    },
  },
  // AWS Backup developer guide, "Amazon CloudWatch metrics".
  "AWS/Backup": {
    dimensions: [["BackupVaultName"]],
    metrics: {
      NumberOfBackupJobsCompleted: "Count",
      NumberOfBackupJobsFailed: "Count",
      NumberOfBackupJobsExpired: "Count",
      NumberOfBackupJobsAborted: "Count",
      NumberOfCopyJobsCompleted: "Count",
      NumberOfCopyJobsFailed: "Count",
      NumberOfRestoreJobsCompleted: "Count",
      NumberOfRestoreJobsFailed: "Count",
    },
  },
  // SQS developer guide, "Available CloudWatch metrics".
  "AWS/SQS": { dimensions: [["QueueName"]], metrics: { ApproximateNumberOfMessagesVisible: "Count" } },
  // CloudFront developer guide, "Types of metrics for CloudFront".
  "AWS/CloudFront": {
    region: "us-east-1",
    dimensions: [["DistributionId", "Region"]],
    metrics: {
      Requests: "None",
      "4xxErrorRate": "Percent",
      "5xxErrorRate": "Percent",
      "502ErrorRate": "Percent",
      "504ErrorRate": "Percent",
      OriginLatency: "Milliseconds",
      CacheHitRate: "Percent",
    },
  },
  // AWS WAF developer guide, "AWS WAF metrics and dimensions"; without Region for CloudFront.
  "AWS/WAFV2": {
    region: "us-east-1",
    dimensions: [["Rule", "WebACL"]],
    metrics: { AllowedRequests: "Count", BlockedRequests: "Count" },
  },
  // Route 53 developer guide, "Monitoring health checks using CloudWatch".
  "AWS/Route53": { region: "us-east-1", dimensions: [["HealthCheckId"]], metrics: { HealthCheckStatus: "None" } },
};
