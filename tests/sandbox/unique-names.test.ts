import { afterEach, describe, expect, it, vi } from "vitest";
import { Cloud } from "../../sandbox/cloud/cloud";
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

describe("what the service takes for the same", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it.each([
    ["aws:acm/certificateValidation:CertificateValidation", "certificateArn"],
    ["aws:sns/topicSubscription:TopicSubscription", "topic"],
  ])("%s, made again later, is one", async (type, property) => {
    const folder = temporaryFolder();
    const aws = new Aws(folder);
    const certificate = await aws.create("aws:acm/certificate:Certificate", { domainName: "a.example.com" });
    const arn = property === "topic" ? "arn:aws:sns:ap-northeast-1:123456789012:alarms" : certificate.id;
    const inputs = { [property]: arn, ...(property === "topic" && { protocol: "email", endpoint: "a@example.com" }) };
    vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-11-27T10:00:00Z") });
    await aws.create(type, inputs);
    vi.setSystemTime(new Date("2026-11-27T11:00:00Z"));
    await aws.create(type, inputs);
    expect(new Cloud(folder).list(type)).toHaveLength(1);
  });
});
