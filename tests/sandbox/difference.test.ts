import { describe, expect, it } from "vitest";
import { REPLACEMENTS } from "../../sandbox/providers/aws/replacements";
import { AWS_SHAPES } from "../../sandbox/providers/aws/shapes";
import { duringCall, newCall } from "../../sandbox/providers/protocol";
import { Schema } from "../../sandbox/schema/schema";
import { UNKNOWN, type Values } from "../../sandbox/schema/values";
import { Aws, urn } from "./support/aws";
import { temporaryFolder } from "./support/folder";

const schemas = new Schema("aws");
const TRUST = JSON.stringify({ Version: "2012-10-17", Statement: [] });

describe("the table of replacements", () => {
  it.each(Object.entries(REPLACEMENTS))("%s names arguments that there are", (type, rules) => {
    expect(AWS_SHAPES).toHaveProperty([type]);
    const known = Object.keys(schemas.resource(type)?.inputs ?? {});
    for (const path of [...rules.always, ...(rules.never ?? [])]) {
      if (path !== "*") expect(known).toContain(path.split(".")[0]);
    }
  });
});

/** Of each: a change that updates in place, and one that makes a new resource. */
const CASES: readonly (readonly [type: string, base: Values, inPlace: Values, replacing: Values])[] = [
  [
    "aws:rds/cluster:Cluster",
    { engine: "aurora-mysql", clusterIdentifier: "a" },
    { backupRetentionPeriod: 30 },
    { clusterIdentifier: "b" },
  ],
  ["aws:rds/cluster:Cluster", { engine: "aurora-mysql" }, { deletionProtection: true }, { storageEncrypted: true }],
  [
    "aws:rds/cluster:Cluster",
    { engine: "aurora-mysql" },
    { preferredBackupWindow: "18:00-19:00" },
    { kmsKeyId: "arn:aws:kms:x" },
  ],
  [
    "aws:rds/cluster:Cluster",
    { engine: "aurora-mysql" },
    { engineVersion: "8.0.mysql_aurora.3.10.4" },
    { masterUsername: "other" },
  ],
  [
    "aws:rds/cluster:Cluster",
    { engine: "aurora-mysql" },
    { dbClusterParameterGroupName: "p" },
    { dbSubnetGroupName: "g" },
  ],
  [
    "aws:rds/clusterInstance:ClusterInstance",
    { engine: "aurora-mysql", clusterIdentifier: "a", instanceClass: "db.r6g.large" },
    { instanceClass: "db.r6g.xlarge" },
    { availabilityZone: "ap-northeast-1a" },
  ],
  [
    "aws:elasticache/replicationGroup:ReplicationGroup",
    { description: "d", replicationGroupId: "a" },
    { numCacheClusters: 3 },
    { atRestEncryptionEnabled: true },
  ],
  [
    "aws:elasticache/replicationGroup:ReplicationGroup",
    { description: "d", replicationGroupId: "a" },
    { nodeType: "cache.r6g.large" },
    { subnetGroupName: "g" },
  ],
  ["aws:s3/bucket:Bucket", { bucket: "assets" }, { forceDestroy: true }, { bucket: "other" }],
  [
    "aws:ec2/subnet:Subnet",
    { vpcId: "v", cidrBlock: "10.0.0.0/24" },
    { mapPublicIpOnLaunch: true },
    { cidrBlock: "10.0.1.0/24" },
  ],
  ["aws:ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16" }, { enableDnsHostnames: true }, { cidrBlock: "10.1.0.0/16" }],
  [
    "aws:ec2/securityGroup:SecurityGroup",
    { name: "web", vpcId: "v" },
    { revokeRulesOnDelete: true },
    { description: "other" },
  ],
  ["aws:lb/loadBalancer:LoadBalancer", { name: "web" }, { subnets: ["a", "b"] }, { internal: true }],
  ["aws:lb/targetGroup:TargetGroup", { name: "blue", port: 80 }, { deregistrationDelay: 30 }, { port: 8080 }],
  [
    "aws:ecs/service:Service",
    { name: "web", cluster: "c" },
    { desiredCount: 3, forceNewDeployment: true },
    { launchType: "FARGATE" },
  ],
  [
    "aws:ecs/taskDefinition:TaskDefinition",
    { family: "web", containerDefinitions: "[]" },
    { skipDestroy: true },
    { cpu: "256" },
  ],
  ["aws:kms/key:Key", {}, { enableKeyRotation: true }, { multiRegion: true }],
  ["aws:secretsmanager/secret:Secret", { name: "a" }, { description: "d" }, { name: "b" }],
  ["aws:cloudwatch/logGroup:LogGroup", { name: "a" }, { retentionInDays: 30 }, { name: "b" }],
  ["aws:iam/role:Role", { name: "a", assumeRolePolicy: TRUST }, { maxSessionDuration: 7200 }, { path: "/x/" }],
  [
    "aws:acm/certificate:Certificate",
    { domainName: "a.example.com" },
    { tags: { a: "b" } },
    { domainName: "b.example.com" },
  ],
  ["aws:cloudfront/distribution:Distribution", { comment: "a" }, { comment: "b" }, { staging: true }],
];

const NEEDED: Readonly<Record<string, Values>> = {
  "aws:cloudfront/distribution:Distribution": {
    enabled: true,
    origins: [{ originId: "o", domainName: "o.example.com" }],
    defaultCacheBehavior: {
      targetOriginId: "o",
      viewerProtocolPolicy: "https-only",
      allowedMethods: ["GET"],
      cachedMethods: ["GET"],
    },
    restrictions: { geoRestriction: { restrictionType: "none" } },
    viewerCertificate: { cloudfrontDefaultCertificate: true },
  },
};

describe("a change", () => {
  it.each(CASES)("of %s %j: %j in place, %j anew", async (type, base, inPlace, replacing) => {
    const aws = new Aws(temporaryFolder());
    const olds = { ...NEEDED[type], ...base };
    expect(await aws.changes(type, olds, olds)).toEqual([]);
    const updates = await aws.changes(type, olds, { ...olds, ...inPlace });
    expect(updates.length).toBeGreaterThan(0);
    expect(updates.filter((path) => path.endsWith("!"))).toEqual([]);
    const anew = await aws.changes(type, olds, { ...olds, ...replacing });
    expect(anew).toEqual(Object.keys(replacing).map((key) => `${key}!`));
  });

  it("of tags is never one that makes anew, even where every argument is", async () => {
    const aws = new Aws(temporaryFolder());
    const log = { vpcId: "vpc-1", logDestination: "arn:aws:logs:x" };
    expect(await aws.changes("aws:ec2/flowLog:FlowLog", log, { ...log, tags: { a: "b" } })).toEqual(["tags"]);
    expect(await aws.changes("aws:ec2/flowLog:FlowLog", log, { ...log, vpcId: "vpc-2" })).toEqual(["vpcId!"]);
  });

  it("of the region moves nothing: it makes a new resource", async () => {
    const aws = new Aws(temporaryFolder());
    const changes = await aws.changes("aws:sns/topic:Topic", { name: "a" }, { name: "a", region: "us-east-1" });
    expect(changes).toEqual(["region!"]);
  });

  it("is named by its path", async () => {
    const aws = new Aws(temporaryFolder());
    const type = "aws:ecs/service:Service";
    const olds = { name: "web", networkConfiguration: { subnets: ["a", "b"] }, tags: { "my key": "x" } };
    const news = { name: "web", networkConfiguration: { subnets: ["a", "c"], assignPublicIp: true }, tags: {} };
    expect((await aws.changes(type, olds, news)).sort()).toEqual([
      "networkConfiguration.assignPublicIp",
      "networkConfiguration.subnets[1]",
      'tags["my key"]',
    ]);
  });

  it("to what is not known yet counts", async () => {
    const aws = new Aws(temporaryFolder());
    expect(
      await aws.changes(
        "aws:kms/alias:Alias",
        { name: "alias/a", targetKeyId: "k" },
        { name: "alias/a", targetKeyId: UNKNOWN },
      ),
    ).toEqual(["targetKeyId"]);
  });

  it("of a JSON document is one of what it says, not of how it is written", async () => {
    const aws = new Aws(temporaryFolder());
    const policy = (text: string): Values => ({ name: "a", assumeRolePolicy: text });
    const role = "aws:iam/role:Role";
    expect(
      await aws.changes(role, policy('{"Version":"1","Statement":[]}'), policy('{ "Statement": [], "Version": "1" }')),
    ).toEqual([]);
    expect(await aws.changes(role, policy('{"Statement":["a","b"]}'), policy('{"Statement":["b","a"]}'))).toEqual([
      "assumeRolePolicy",
    ]);
  });

  it("that leaves an argument to the cloud again is none where the cloud has a value of its own", async () => {
    const aws = new Aws(temporaryFolder());
    const type = "aws:rds/cluster:Cluster";
    const olds = { engine: "aurora-mysql", preferredBackupWindow: "18:00-19:00", deletionProtection: true };
    expect(await aws.changes(type, olds, { engine: "aurora-mysql" })).toEqual(["deletionProtection"]);
  });
});

describe("a replacement", () => {
  const order = async (type: string, olds: Values, news: Values, name = "one"): Promise<boolean | undefined> => {
    const aws = new Aws(temporaryFolder());
    const call = newCall({ oldInputs: await aws.checked(type, olds, name) });
    const checked = await aws.checked(type, news, name);
    return (await duringCall(call, () => aws.provider.diff("id", urn(type, name), {}, checked))).deleteBeforeReplace;
  };

  it("deletes first where the program's own name stays", async () => {
    expect(await order("aws:lb/targetGroup:TargetGroup", { name: "blue", port: 80 }, { name: "blue", port: 81 })).toBe(
      true,
    );
    expect(await order("aws:lb/targetGroup:TargetGroup", { name: "blue", port: 80 }, { name: "green", port: 81 })).toBe(
      false,
    );
  });

  it("creates first where the provider makes the name", async () => {
    expect(await order("aws:lb/targetGroup:TargetGroup", { port: 80 }, { port: 81 })).toBe(false);
  });

  it("creates first where the name is in an argument that the provider never fills in", async () => {
    const aurora = { engine: "aurora-mysql", clusterIdentifier: "main" };
    expect(await order("aws:rds/cluster:Cluster", aurora, { ...aurora, storageEncrypted: true })).toBe(false);
  });

  it("deletes first where only one can be", async () => {
    const type = "aws:ecr/lifecyclePolicy:LifecyclePolicy";
    expect(
      await order(type, { repository: "a", policy: '{"rules":[]}' }, { repository: "a", policy: '{"rules":[1]}' }),
    ).toBe(true);
  });

  it("is none without a change", async () => {
    expect(await order("aws:lb/targetGroup:TargetGroup", { name: "a" }, { name: "a" })).toBe(false);
  });
});
