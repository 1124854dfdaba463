import { describe, expect, it } from "vitest";
import type { Values } from "../../sandbox/schema/values";
import { Aws } from "./support/aws";
import { temporaryFolder } from "./support/folder";

const TRUST = JSON.stringify({ Version: "2012-10-17", Statement: [] });

/** Names that a second resource may not have, with the code that AWS answers. */
const UNIQUE: readonly (readonly [type: string, inputs: Values, code: string])[] = [
  ["aws:s3/bucket:Bucket", { bucket: "assets-123456789012" }, "BucketAlreadyOwnedByYou"],
  ["aws:iam/role:Role", { name: "web", assumeRolePolicy: TRUST }, "EntityAlreadyExists"],
  ["aws:iam/policy:Policy", { name: "web", policy: TRUST }, "EntityAlreadyExists"],
  [
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
    { url: "https://token.actions.githubusercontent.com", clientIdLists: ["sts.amazonaws.com"] },
    "EntityAlreadyExists",
  ],
  [
    "aws:costexplorer/anomalyMonitor:AnomalyMonitor",
    { name: "services", monitorType: "DIMENSIONAL", monitorDimension: "SERVICE" },
    "ValidationException",
  ],
  ["aws:kms/alias:Alias", { name: "alias/data", targetKeyId: "k" }, "AlreadyExistsException"],
  ["aws:cloudwatch/logGroup:LogGroup", { name: "/affiliate/web" }, "ResourceAlreadyExistsException"],
  [
    "aws:cloudwatch/metricAlarm:MetricAlarm",
    { name: "cpu", comparisonOperator: "GreaterThanThreshold", evaluationPeriods: 1, metricName: "CPUUtilization" },
    "ResourceConflict",
  ],
  ["aws:secretsmanager/secret:Secret", { name: "affiliate/app-key" }, "ResourceExistsException"],
  ["aws:ssm/parameter:Parameter", { name: "/affiliate/x", type: "String", value: "1" }, "ParameterAlreadyExists"],
  ["aws:ecr/repository:Repository", { name: "affiliate" }, "RepositoryAlreadyExistsException"],
  ["aws:ecs/cluster:Cluster", { name: "affiliate" }, "ClusterAlreadyExistsException"],
  ["aws:lb/loadBalancer:LoadBalancer", { name: "web", subnets: ["subnet-1", "subnet-2"] }, "DuplicateLoadBalancerName"],
  ["aws:lb/targetGroup:TargetGroup", { name: "blue" }, "DuplicateTargetGroupName"],
  [
    "aws:rds/cluster:Cluster",
    { clusterIdentifier: "main", engine: "aurora-mysql", masterUsername: "admin", manageMasterUserPassword: true },
    "DBClusterAlreadyExistsFault",
  ],
  ["aws:rds/subnetGroup:SubnetGroup", { name: "data", subnetIds: [] }, "DBSubnetGroupAlreadyExists"],
  [
    "aws:rds/clusterParameterGroup:ClusterParameterGroup",
    { name: "data", family: "aurora-mysql8.0" },
    "DBParameterGroupAlreadyExists",
  ],
  [
    "aws:elasticache/replicationGroup:ReplicationGroup",
    { replicationGroupId: "sessions", description: "d" },
    "ReplicationGroupAlreadyExists",
  ],
  [
    "aws:elasticache/user:User",
    { userId: "app", userName: "app", engine: "redis", accessString: "off" },
    "UserAlreadyExists",
  ],
  [
    "aws:wafv2/webAcl:WebAcl",
    {
      name: "edge",
      scope: "REGIONAL",
      defaultAction: { allow: {} },
      visibilityConfig: { cloudwatchMetricsEnabled: true, metricName: "m", sampledRequestsEnabled: true },
    },
    "WAFDuplicateItemException",
  ],
  [
    "aws:cloudfront/cachePolicy:CachePolicy",
    {
      name: "static",
      parametersInCacheKeyAndForwardedToOrigin: {
        cookiesConfig: { cookieBehavior: "none" },
        headersConfig: { headerBehavior: "none" },
        queryStringsConfig: { queryStringBehavior: "none" },
      },
    },
    "CachePolicyAlreadyExists",
  ],
  [
    "aws:cloudfront/function:Function",
    { name: "headers", code: "x", runtime: "cloudfront-js-2.0" },
    "FunctionAlreadyExists",
  ],
  ["aws:sqs/queue:Queue", { name: "dead-letters" }, "QueueAlreadyExists"],
  [
    "aws:scheduler/schedule:Schedule",
    {
      name: "dump",
      scheduleExpression: "rate(1 day)",
      flexibleTimeWindow: { mode: "OFF" },
      target: { arn: "arn:aws:x", roleArn: "arn:aws:x" },
    },
    "ConflictException",
  ],
  ["aws:backup/vault:Vault", { name: "affiliate" }, "AlreadyExistsException"],
  ["aws:dynamodb/table:Table", { name: "locks" }, "ResourceInUseException"],
  ["aws:guardduty/detector:Detector", {}, "BadRequestException"],
];

describe("a name that must be unique", () => {
  it.each(UNIQUE)("%s is refused the second time, over all stacks", async (type, inputs, code) => {
    const folder = temporaryFolder();
    await new Aws(folder, {}, "production").create(type, inputs);
    const staging = new Aws(folder, {}, "staging");
    const message = await staging.refusal(() => staging.create(type, inputs, "other"));
    expect(message).toMatch(
      new RegExp(`^creating ${type} \\(other\\): operation error .*StatusCode: \\d{3}.* ${code}: `),
    );
  });

  it("is free in another region where the service is regional, and not where it is one for the world", async () => {
    const folder = temporaryFolder();
    const tokyo = new Aws(folder);
    const osaka = new Aws(folder, { region: "ap-northeast-3" });
    await tokyo.create("aws:cloudwatch/logGroup:LogGroup", { name: "web" });
    await osaka.create("aws:cloudwatch/logGroup:LogGroup", { name: "web" });
    await tokyo.create("aws:s3/bucket:Bucket", { bucket: "assets" });
    await expect(osaka.create("aws:s3/bucket:Bucket", { bucket: "assets" })).rejects.toThrow("BucketAlreadyOwnedByYou");
    await tokyo.create("aws:iam/role:Role", { name: "web", assumeRolePolicy: TRUST });
    await expect(osaka.create("aws:iam/role:Role", { name: "web", assumeRolePolicy: TRUST })).rejects.toThrow(
      "EntityAlreadyExists",
    );
  });

  it("belongs to another account in the world's one space of bucket names", async () => {
    const folder = temporaryFolder();
    await new Aws(folder).create("aws:s3/bucket:Bucket", { bucket: "assets" });
    const other = new Aws(folder, { allowedAccountIds: '["210987654321"]' });
    await expect(other.create("aws:s3/bucket:Bucket", { bucket: "assets" })).rejects.toThrow("BucketAlreadyExists: ");
  });

  it("is an ECS service's only within its cluster", async () => {
    const aws = new Aws(temporaryFolder());
    const cluster = (await aws.create("aws:ecs/cluster:Cluster", { name: "a" })).id;
    const second = (await aws.create("aws:ecs/cluster:Cluster", { name: "b" }, "two")).id;
    await aws.create("aws:ecs/service:Service", { name: "web", cluster });
    await aws.create("aws:ecs/service:Service", { name: "web", cluster: second });
    await expect(aws.create("aws:ecs/service:Service", { name: "web", cluster })).rejects.toThrow("not idempotent");
  });

  it("is not free while a deleted secret can be recovered", async () => {
    const aws = new Aws(temporaryFolder());
    const held = await aws.create("aws:secretsmanager/secret:Secret", { name: "a", recoveryWindowInDays: 7 });
    await aws.delete("aws:secretsmanager/secret:Secret", held);
    await expect(aws.create("aws:secretsmanager/secret:Secret", { name: "a" })).rejects.toThrow(
      "already scheduled for deletion",
    );
    const gone = await aws.create("aws:secretsmanager/secret:Secret", { name: "b", recoveryWindowInDays: 0 });
    await aws.delete("aws:secretsmanager/secret:Secret", gone);
    await aws.create("aws:secretsmanager/secret:Secret", { name: "b" });
  });

  it("of a distribution's alias may move with an update", async () => {
    const aws = new Aws(temporaryFolder());
    const behavior = {
      targetOriginId: "o",
      viewerProtocolPolicy: "https-only",
      allowedMethods: ["GET"],
      cachedMethods: ["GET"],
    };
    const inputs = (aliases: string[]): Values => ({
      aliases,
      enabled: true,
      defaultCacheBehavior: behavior,
      origins: [{ originId: "o", domainName: "o.example.com" }],
      restrictions: { geoRestriction: { restrictionType: "none" } },
      viewerCertificate: { acmCertificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/x" },
    });
    const type = "aws:cloudfront/distribution:Distribution";
    const first = await aws.create(type, inputs(["a.example.com"]));
    await expect(aws.create(type, inputs(["a.example.com"]), "two")).rejects.toThrow("CNAMEAlreadyExists");
    await aws.update(type, first, inputs(["b.example.com"]));
    await aws.create(type, inputs(["a.example.com"]), "two");
  });
});

describe("arguments that the provider refuses while it plans", () => {
  it.each<[string, Values, RegExp]>([
    [
      "aws:ec2/securityGroup:SecurityGroup",
      { name: "sg-web" },
      /^name: invalid value for name \(cannot begin with sg-\)/,
    ],
    ["aws:s3/bucket:Bucket", { bucket: "Assets" }, /^bucket: "Assets" is not valid: 3 to 63 lower case/],
    ["aws:lb/loadBalancer:LoadBalancer", { name: "internal-web" }, /^name: .*must not begin with "internal-"/],
    ["aws:iam/role:Role", { name: "x".repeat(65), assumeRolePolicy: TRUST }, /^name: /],
    ["aws:iam/role:Role", { name: "web", assumeRolePolicy: "{" }, /^assumeRolePolicy: contains an invalid JSON/],
    ["aws:rds/cluster:Cluster", { engine: "aurora-mysql", clusterIdentifier: "a--b" }, /^clusterIdentifier: /],
    [
      "aws:rds/cluster:Cluster",
      { engine: "aurora-mysql", backupRetentionPeriod: 36 },
      /^backupRetentionPeriod: .*\(0 - 35\)/,
    ],
    ["aws:cloudwatch/logGroup:LogGroup", { retentionInDays: 31 }, /^retentionInDays: expected .* one of 0, 1, 3/],
    ["aws:ec2/vpc:Vpc", { cidrBlock: "10.0.0.1/16" }, /^cidrBlock: .*beyond its prefix/],
    [
      "aws:ec2/subnet:Subnet",
      { vpcId: "v", cidrBlock: "10.0.0.0/24", availabilityZone: "ap-northeast-1b" },
      /^availabilityZone: .*has no zone/,
    ],
    [
      "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
      { securityGroupId: "s", ipProtocol: "tcp" },
      /exactly one of cidrIpv4/,
    ],
    [
      "aws:wafv2/ipSet:IpSet",
      { name: "x", scope: "CLOUDFRONT", ipAddressVersion: "IPV4" },
      /^region: a scope of CLOUDFRONT needs region us-east-1/,
    ],
    [
      "aws:backup/restoreTestingPlan:RestoreTestingPlan",
      {
        name: "a-b",
        scheduleExpression: "cron(0 1 ? * 2 *)",
        recoveryPointSelection: {
          algorithm: "LATEST_WITHIN_WINDOW",
          includeVaults: ["*"],
          recoveryPointTypes: ["SNAPSHOT"],
        },
      },
      /^name: .*no hyphens/,
    ],
    [
      "aws:secretsmanager/secret:Secret",
      { name: "x", recoveryWindowInDays: 3 },
      /^recoveryWindowInDays: expected 0 or 7 to 30/,
    ],
  ])("%s %j", async (type, inputs, reason) => {
    const [fault] = await new Aws(temporaryFolder()).faults(type, inputs);
    expect(fault).toMatch(reason);
  });

  it("names that leave no room for the provider's own ending", async () => {
    const faults = await new Aws(temporaryFolder()).faults("aws:lb/loadBalancer:LoadBalancer", {}, "x".repeat(30));
    expect(faults[0]).toMatch(/longer than maximum length 32/);
  });
});

describe("what AWS refuses when it is asked", () => {
  const cluster = { clusterIdentifier: "main", engine: "aurora-mysql", masterUsername: "admin" };

  it.each<[string, Values, string]>([
    ["aws:rds/cluster:Cluster", { engine: "aurora-mysql" }, "MasterUsername must be provided"],
    [
      "aws:rds/cluster:Cluster",
      { ...cluster, preferredBackupWindow: "18:00-19:00", preferredMaintenanceWindow: "sun:18:30-sun:19:30" },
      "must not overlap",
    ],
    ["aws:rds/cluster:Cluster", { ...cluster, databaseInsightsMode: "advanced" }, "at least 465 days"],
    [
      "aws:rds/clusterInstance:ClusterInstance",
      { clusterIdentifier: "none", engine: "aurora-mysql", instanceClass: "db.r6g.large" },
      "DBClusterNotFoundFault",
    ],
    [
      "aws:ecs/taskDefinition:TaskDefinition",
      {
        family: "web",
        cpu: "256",
        memory: "4096",
        requiresCompatibilities: ["FARGATE"],
        networkMode: "awsvpc",
        containerDefinitions: '[{"name":"a"}]',
      },
      "No Fargate configuration exists",
    ],
    ["aws:ecs/service:Service", { name: "web", cluster: "none" }, "ClusterNotFoundException"],
    [
      "aws:appautoscaling/policy:Policy",
      { resourceId: "x", scalableDimension: "y", serviceNamespace: "ecs", policyType: "TargetTrackingScaling" },
      "No scalable target registered",
    ],
    ["aws:elasticache/userGroup:UserGroup", { userGroupId: "g", engine: "redis", userIds: [] }, "DefaultUserRequired"],
    [
      "aws:elasticache/replicationGroup:ReplicationGroup",
      { description: "d", multiAzEnabled: true },
      "automatic_failover_enabled must be true",
    ],
    [
      "aws:acm/certificateValidation:CertificateValidation",
      { certificateArn: "arn:aws:x" },
      "ResourceNotFoundException",
    ],
    [
      "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
      { bucket: "b", role: "r", rules: [{ status: "Enabled", destination: { bucket: "c" } }] },
      "Versioning must be 'Enabled'",
    ],
    [
      "aws:lambda/function:Function",
      { role: "arn:aws:iam::123456789012:role/none", imageUri: "x" },
      "cannot be assumed by Lambda",
    ],
    [
      "aws:cloudwatch/compositeAlarm:CompositeAlarm",
      { alarmName: "any", alarmRule: 'ALARM("none")' },
      "does not exist: none",
    ],
    [
      "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
      { resourceArn: "arn:aws:x", logDestinationConfigs: ["arn:aws:logs:us-east-1:1:log-group:waf"] },
      "LOG_DESTINATION",
    ],
  ])("%s %j", async (type, inputs, words) => {
    await expect(new Aws(temporaryFolder()).create(type, inputs)).rejects.toThrow(words);
  });

  it("a cluster that is protected, has instances, or whose last snapshot has no name or a taken one", async () => {
    const aws = new Aws(temporaryFolder());
    const type = "aws:rds/cluster:Cluster";
    const made = await aws.create(type, { ...cluster, deletionProtection: true, finalSnapshotIdentifier: "last" });
    await expect(aws.delete(type, made)).rejects.toThrow("Cannot delete protected Cluster");
    await aws.update(type, made, { ...cluster, finalSnapshotIdentifier: "last" });
    const instance = await aws.create("aws:rds/clusterInstance:ClusterInstance", {
      clusterIdentifier: "main",
      engine: "aurora-mysql",
      instanceClass: "db.r6g.large",
      identifier: "main-1",
    });
    await expect(aws.delete(type, made)).rejects.toThrow("still contains DB instances in non-deleting state: main-1");
    await aws.delete("aws:rds/clusterInstance:ClusterInstance", instance);
    await aws.delete(type, made);
    const again = await aws.create(type, { ...cluster, finalSnapshotIdentifier: "last" });
    await expect(aws.delete(type, again)).rejects.toThrow("DBClusterSnapshotAlreadyExistsFault");
    const nameless = await aws.create(type, { ...cluster, clusterIdentifier: "second" }, "second");
    await expect(aws.delete(type, nameless)).rejects.toThrow("final_snapshot_identifier is required");
  });

  it("a bucket with objects, unless it was told to empty itself", async () => {
    const aws = new Aws(temporaryFolder());
    const full = await aws.create("aws:s3/bucket:Bucket", { bucket: "full" });
    const forced = await aws.create("aws:s3/bucket:Bucket", { bucket: "forced", forceDestroy: true }, "two");
    for (const bucket of ["full", "forced"])
      await aws.create("aws:s3/bucketObjectv2:BucketObjectv2", { bucket, key: "a" }, bucket);
    await expect(aws.delete("aws:s3/bucket:Bucket", full)).rejects.toThrow("BucketNotEmpty");
    await aws.delete("aws:s3/bucket:Bucket", forced);
  });

  it("what something else still uses", async () => {
    const aws = new Aws(temporaryFolder());
    const vpc = await aws.create("aws:ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16" });
    const group = await aws.create("aws:ec2/securityGroup:SecurityGroup", { name: "web", vpcId: vpc.id });
    const rule = await aws.create("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", {
      securityGroupId: "sg-0",
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
      referencedSecurityGroupId: group.id,
    });
    await expect(aws.delete("aws:ec2/vpc:Vpc", vpc)).rejects.toThrow("DependencyViolation");
    await expect(aws.delete("aws:ec2/securityGroup:SecurityGroup", group)).rejects.toThrow("has a dependent object");
    await aws.delete("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", rule);
    await aws.delete("aws:ec2/securityGroup:SecurityGroup", group);
    await aws.delete("aws:ec2/vpc:Vpc", vpc);
  });

  it("a load balancer under deletion protection", async () => {
    const aws = new Aws(temporaryFolder());
    const type = "aws:lb/loadBalancer:LoadBalancer";
    const made = await aws.create(type, { name: "web", subnets: ["a", "b"], enableDeletionProtection: true });
    await expect(aws.delete(type, made)).rejects.toThrow("OperationNotPermitted");
  });
});

describe("what is not known", () => {
  it("is refused: a type, a type without a shape, a setting", async () => {
    const aws = new Aws(temporaryFolder());
    expect(await aws.faults("aws:rds/cluser:Cluser", {})).toEqual([
      expect.stringContaining("unknown resource type aws:rds/cluser:Cluser"),
    ]);
    expect(await aws.faults("aws:rds/proxy:Proxy", {})).toEqual([
      ": the simulated cloud does not know how aws:rds/proxy:Proxy answers yet (sandbox/providers/aws/shapes: add an entry for aws:rds/proxy:Proxy)",
    ]);
    expect(() => new Aws(temporaryFolder(), { regoin: "x" })).toThrow('aws:regoin: unknown argument "regoin"');
    expect(() => new Aws(temporaryFolder(), { region: "" })).toThrow("aws:region is not set");
    expect(() => new Aws(temporaryFolder(), { skipMetadataApiCheck: "perhaps" })).toThrow("skipMetadataApiCheck");
  });
});
