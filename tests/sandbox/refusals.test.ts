import { describe, expect, it } from "vitest";
import type { Values } from "../../sandbox/schema/values";
import { Aws } from "./support/aws";
import { temporaryFolder } from "./support/folder";

const TRUST = JSON.stringify({ Version: "2012-10-17", Statement: [] });

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
