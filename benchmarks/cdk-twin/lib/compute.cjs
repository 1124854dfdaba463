// The cluster, task definitions, the load balancer, services and functions.
"use strict";
const { Duration, RemovalPolicy } = require("aws-cdk-lib");
const acm = require("aws-cdk-lib/aws-certificatemanager");
const cloudwatch = require("aws-cdk-lib/aws-cloudwatch");
const dynamodb = require("aws-cdk-lib/aws-dynamodb");
const ec2 = require("aws-cdk-lib/aws-ec2");
const ecr = require("aws-cdk-lib/aws-ecr");
const ecs = require("aws-cdk-lib/aws-ecs");
const elbv2 = require("aws-cdk-lib/aws-elasticloadbalancingv2");
const iam = require("aws-cdk-lib/aws-iam");
const lambda = require("aws-cdk-lib/aws-lambda");
const route53 = require("aws-cdk-lib/aws-route53");
const scheduler = require("aws-cdk-lib/aws-scheduler");

const HOSTNAMES = ["affiliate-system.com", "www.affiliate-system.com", "api.affiliate-system.com"];
const TASKS = {
  web: [1024, 2048],
  worker: [512, 1024],
  scheduler: [256, 1024],
  migration: [512, 1024],
  task: [512, 1024],
};

exports.compute = function compute(stack, foundation, { database, redis, buckets }) {
  const { keys, archive, secrets, logGroup, vpc, groups } = foundation;
  new ecr.Repository(stack, "images", {
    encryption: ecr.RepositoryEncryption.KMS,
    encryptionKey: keys.images,
    imageScanOnPush: true,
    imageTagMutability: ecr.TagMutability.IMMUTABLE,
    lifecycleRules: [{ maxImageCount: 100 }],
  });
  const cluster = new ecs.Cluster(stack, "cluster", {
    vpc,
    containerInsightsV2: ecs.ContainerInsights.ENHANCED,
    enableFargateCapacityProviders: true,
    executeCommandConfiguration: {
      kmsKey: keys.logs,
      logConfiguration: { cloudWatchLogGroup: logGroup("exec"), cloudWatchEncryptionEnabled: true },
      logging: ecs.ExecuteCommandLogging.OVERRIDE,
    },
  });
  const environment = {
    APP_ENV: "production",
    DB_HOST: database.clusterEndpoint.hostname,
    DB_READ_HOST: database.clusterReadEndpoint.hostname,
    DB_PORT: "3306",
    DB_DATABASE: "affiliate_production",
    REDIS_HOST: redis.sessions.attrPrimaryEndPointAddress,
    REDIS_CACHE_HOST: redis.cache.attrPrimaryEndPointAddress,
    AWS_BUCKET: buckets.uploads.bucketName,
  };
  const image = ecs.ContainerImage.fromRegistry(
    "public.ecr.aws/docker/library/busybox@sha256:9db7b59979c38555a39def84a31fb98b5296952f9e3afd4f6f11f05b07adfab0",
  );
  const definition = (name, [cpu, memoryLimitMiB]) => {
    const task = new ecs.FargateTaskDefinition(stack, `task-${name}`, {
      cpu,
      memoryLimitMiB,
      runtimePlatform: {
        cpuArchitecture: ecs.CpuArchitecture.ARM64,
        operatingSystemFamily: ecs.OperatingSystemFamily.LINUX,
      },
    });
    const logging = ecs.LogDrivers.awsLogs({ logGroup: logGroup(`task-${name}`), streamPrefix: name });
    const container = task.addContainer("php", {
      image,
      environment,
      logging,
      readonlyRootFilesystem: true,
      secrets: {
        APP_KEY: ecs.Secret.fromSecretsManager(secrets["app-key"]),
        DB_PASSWORD: ecs.Secret.fromSecretsManager(secrets["database-app"], "password"),
        REDIS_PASSWORD: ecs.Secret.fromSecretsManager(secrets["redis-app"], "password"),
      },
    });
    if (name === "web") {
      const nginx = task.addContainer("nginx", { image, logging, portMappings: [{ containerPort: 80 }] });
      nginx.addContainerDependencies({ container, condition: ecs.ContainerDependencyCondition.START });
      task.defaultContainer = nginx;
    }
    task.addContainer("datadog", {
      image,
      logging,
      essential: false,
      secrets: { DD_API_KEY: ecs.Secret.fromSecretsManager(secrets.datadog) },
    });
    buckets.uploads.grantReadWrite(task.taskRole);
    return task;
  };
  const tasks = Object.fromEntries(Object.entries(TASKS).map(([name, size]) => [name, definition(name, size)]));

  const zone = route53.HostedZone.fromHostedZoneAttributes(stack, "zone", {
    hostedZoneId: "Z0123456789EXAMPLE12",
    zoneName: "affiliate-system.com",
  });
  const certificate = new acm.Certificate(stack, "certificate", {
    domainName: "origin.affiliate-system.com",
    subjectAlternativeNames: HOSTNAMES,
    validation: acm.CertificateValidation.fromDns(zone),
  });
  const balancer = new elbv2.ApplicationLoadBalancer(stack, "load-balancer", {
    vpc,
    internetFacing: false,
    securityGroup: groups.loadBalancer,
    deletionProtection: true,
    dropInvalidHeaderFields: true,
  });
  balancer.logAccessLogs(archive, "alb");
  const target = (name) =>
    new elbv2.ApplicationTargetGroup(stack, `target-${name}`, {
      vpc,
      port: 80,
      targetType: elbv2.TargetType.IP,
      deregistrationDelay: Duration.seconds(30),
      healthCheck: { path: "/health", interval: Duration.seconds(10) },
    });
  const targets = [target("blue"), target("green")];
  const listener = (name, port) =>
    balancer.addListener(name, {
      port,
      protocol: elbv2.ApplicationProtocol.HTTPS,
      certificates: [certificate],
      sslPolicy: elbv2.SslPolicy.TLS13_13,
      open: false,
      defaultAction: elbv2.ListenerAction.fixedResponse(404),
    });
  for (const [index, current] of [listener("production", 443), listener("test", 8443)].entries()) {
    current.addTargetGroups("hosts", {
      priority: 10,
      conditions: [elbv2.ListenerCondition.hostHeaders([...HOSTNAMES, "origin.affiliate-system.com"])],
      targetGroups: [targets[index]],
    });
  }
  const service = (name, desiredCount) =>
    new ecs.FargateService(stack, `service-${name}`, {
      cluster,
      taskDefinition: tasks[name],
      desiredCount,
      securityGroups: [groups[name]],
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      enableExecuteCommand: true,
      circuitBreaker: { rollback: true },
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
    });
  const services = { web: service("web", 3), worker: service("worker", 2), scheduler: service("scheduler", 1) };
  services.web.attachToApplicationTargetGroup(targets[0]);
  const web = services.web.autoScaleTaskCount({ minCapacity: 3, maxCapacity: 20 });
  web.scaleOnCpuUtilization("cpu", { targetUtilizationPercent: 70 });
  web.scaleOnRequestCount("requests", { requestsPerTarget: 1000, targetGroup: targets[0] });
  services.worker.autoScaleTaskCount({ minCapacity: 2, maxCapacity: 10 }).scaleToTrackCustomMetric("backlog", {
    metric: new cloudwatch.Metric({ namespace: "Affiliate/Queues", metricName: "WaitingJobs" }),
    targetValue: 100,
  });

  const functions = Object.fromEntries(
    ["release-gate", "queue-metrics", "database-users", "pager"].map((name) => {
      const made = new lambda.Function(stack, `function-${name}`, {
        runtime: lambda.Runtime.NODEJS_22_X,
        architecture: lambda.Architecture.ARM_64,
        handler: "index.handler",
        code: lambda.Code.fromInline("exports.handler = async () => undefined;"),
        timeout: Duration.seconds(60),
        logGroup: logGroup(`function-${name}`),
        ...(name !== "pager" && {
          vpc,
          vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
          securityGroups: [
            groups[
              { "release-gate": "releaseGate", "queue-metrics": "queueMetrics", "database-users": "databaseUsers" }[
                name
              ]
            ],
          ],
        }),
      });
      return [name, made];
    }),
  );
  functions["release-gate"].addToRolePolicy(
    new iam.PolicyStatement({ actions: ["ecs:RunTask"], resources: [tasks.migration.taskDefinitionArn] }),
  );
  secrets["redis-metrics"].grantRead(functions["queue-metrics"]);
  secrets["database-app"].grantRead(functions["database-users"]);
  secrets.pager.grantRead(functions.pager);
  const releases = new dynamodb.Table(stack, "releases", {
    partitionKey: { name: "id", type: dynamodb.AttributeType.STRING },
    billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
    encryption: dynamodb.TableEncryption.CUSTOMER_MANAGED,
    encryptionKey: keys.data,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    removalPolicy: RemovalPolicy.RETAIN,
  });
  releases.grantReadWriteData(functions["release-gate"]);
  const role = new iam.Role(stack, "schedule-role", { assumedBy: new iam.ServicePrincipal("scheduler.amazonaws.com") });
  functions["queue-metrics"].grantInvoke(role);
  new scheduler.CfnSchedule(stack, "queue-metrics-schedule", {
    flexibleTimeWindow: { mode: "OFF" },
    scheduleExpression: "rate(1 minute)",
    target: { arn: functions["queue-metrics"].functionArn, roleArn: role.roleArn },
  });
  return { cluster, services, balancer, targets, functions, zone, hostnames: HOSTNAMES };
};
