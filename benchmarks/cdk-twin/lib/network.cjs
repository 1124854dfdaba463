// Keys, the log archive, secrets, the VPC, its endpoints and security groups.
"use strict";
const { Duration, RemovalPolicy } = require("aws-cdk-lib");
const ec2 = require("aws-cdk-lib/aws-ec2");
const iam = require("aws-cdk-lib/aws-iam");
const kms = require("aws-cdk-lib/aws-kms");
const logs = require("aws-cdk-lib/aws-logs");
const s3 = require("aws-cdk-lib/aws-s3");
const secretsmanager = require("aws-cdk-lib/aws-secretsmanager");

const SECRETS = [
  "app",
  "app-key",
  "datadog",
  "pager",
  "slack",
  "status-page",
  "redis-app",
  "redis-cache",
  "redis-metrics",
  "database-app",
  "database-dump",
];

/** Who may talk to whom: source, target, port. */
const TRAFFIC = [
  ["loadBalancer", "web", 80],
  ["web", "database", 3306],
  ["web", "redis", 6379],
  ["worker", "database", 3306],
  ["worker", "redis", 6379],
  ["scheduler", "database", 3306],
  ["scheduler", "redis", 6379],
  ["task", "database", 3306],
  ["task", "redis", 6379],
  ["queueMetrics", "redis", 6379],
  ["databaseUsers", "database", 3306],
  ["databaseAgent", "database", 3306],
  ["releaseGate", "loadBalancer", 8443],
  ...["web", "worker", "scheduler", "task", "queueMetrics", "databaseUsers", "databaseAgent", "releaseGate"].map(
    (group) => [group, "endpoints", 443],
  ),
];

exports.network = function network(stack) {
  const keys = Object.fromEntries(
    ["data", "storage", "logs", "secrets", "images", "notifications"].map((purpose) => [
      purpose,
      new kms.Key(stack, `key-${purpose}`, {
        alias: `affiliate-production-${purpose}`,
        enableKeyRotation: true,
        removalPolicy: RemovalPolicy.RETAIN,
      }),
    ]),
  );
  const region = stack.region;
  keys.logs.grantEncryptDecrypt(new iam.ServicePrincipal(`logs.${region}.amazonaws.com`));

  const archive = new s3.Bucket(stack, "log-archive", {
    encryption: s3.BucketEncryption.S3_MANAGED,
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    versioned: true,
    objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
    lifecycleRules: [{ expiration: Duration.days(365), abortIncompleteMultipartUploadAfter: Duration.days(7) }],
  });
  const secrets = Object.fromEntries(
    SECRETS.map((name) => [
      name,
      new secretsmanager.Secret(stack, `secret-${name}`, {
        secretName: `affiliate/production/${name}`,
        encryptionKey: keys.secrets,
      }),
    ]),
  );
  const logGroup = (name, encryptionKey = keys.logs) =>
    new logs.LogGroup(stack, `logs-${name}`, { encryptionKey, retention: logs.RetentionDays.THREE_MONTHS });

  const vpc = new ec2.Vpc(stack, "vpc", {
    ipAddresses: ec2.IpAddresses.cidr("10.0.0.0/16"),
    availabilityZones: ["ap-northeast-1a", "ap-northeast-1c", "ap-northeast-1d"],
    natGateways: 3,
    restrictDefaultSecurityGroup: false,
    subnetConfiguration: [
      { name: "public", subnetType: ec2.SubnetType.PUBLIC, cidrMask: 24 },
      { name: "private", subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 24 },
      { name: "data", subnetType: ec2.SubnetType.PRIVATE_ISOLATED, cidrMask: 24 },
    ],
    gatewayEndpoints: { s3: { service: ec2.GatewayVpcEndpointAwsService.S3 } },
  });
  vpc.addFlowLog("flow-logs", { destination: ec2.FlowLogDestination.toCloudWatchLogs(logGroup("flow")) });

  const groups = Object.fromEntries(
    [...new Set(TRAFFIC.flatMap(([from, to]) => [from, to]))].map((name) => [
      name,
      new ec2.SecurityGroup(stack, `sg-${name}`, { vpc, allowAllOutbound: false, description: name }),
    ]),
  );
  for (const [from, to, port] of TRAFFIC) {
    groups[to].addIngressRule(groups[from], ec2.Port.tcp(port), `from ${from}`);
    groups[from].addEgressRule(groups[to], ec2.Port.tcp(port), `to ${to}`);
  }
  for (const name of ["ECR", "ECR_DOCKER", "CLOUDWATCH_LOGS", "SECRETS_MANAGER", "SSM", "SSM_MESSAGES", "KMS"]) {
    vpc.addInterfaceEndpoint(`endpoint-${name}`, {
      service: ec2.InterfaceVpcEndpointAwsService[name],
      securityGroups: [groups.endpoints],
      open: false,
    });
  }
  return { keys, archive, secrets, logGroup, vpc, groups };
};
