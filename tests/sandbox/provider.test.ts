import { readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Cloud } from "../../sandbox/cloud/cloud";
import { duringCall, newCall } from "../../sandbox/providers/protocol";
import { UNKNOWN, isSecret, secret, textOf, type Values } from "../../sandbox/schema/values";
import { Aws, urn } from "./support/aws";
import { temporaryFolder } from "./support/folder";

const CLUSTER = "aws:rds/cluster:Cluster";
const BUCKET = "aws:s3/bucket:Bucket";
const ROLE = "aws:iam/role:Role";
const TRUST = JSON.stringify({ Version: "2012-10-17", Statement: [] });
const cluster = { clusterIdentifier: "main", engine: "aurora-mysql", masterUsername: "admin" };

afterEach(() => vi.unstubAllEnvs());

/** Somebody changes the cloud behind the stack's back. */
function edit(aws: Aws, id: string, change: (state: Values) => Values): void {
  const cloud = new Cloud(aws.folder);
  const found = cloud.all().find((resource) => resource.id === id);
  if (found === undefined) throw new Error(`no ${id}`);
  cloud.update({ ...found, state: change({ ...found.state }) });
}

describe("check", () => {
  it("fills in the region, the default tags, and a name of its own", async () => {
    const aws = new Aws(temporaryFolder(), { defaultTags: '{"tags":{"Project":"affiliate","Owner":"a"}}' });
    expect(await aws.checked(ROLE, { assumeRolePolicy: TRUST, tags: { Owner: "b" } }, "web")).toEqual({
      assumeRolePolicy: TRUST,
      name: "web-1234567",
      tags: { Project: "affiliate", Owner: "b" },
    });
    expect(await aws.checked(BUCKET, { bucket: "assets", region: "us-east-1" })).toMatchObject({ region: "us-east-1" });
    expect(await aws.checked("aws:ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16" })).toMatchObject({
      region: "ap-northeast-1",
    });
  });

  it("keeps a name that it gave before", async () => {
    const aws = new Aws(temporaryFolder());
    const olds = { name: "web-abcdef0" };
    expect(await aws.checked(ROLE, { assumeRolePolicy: TRUST }, "web", olds)).toMatchObject(olds);
  });

  it("leaves a name alone that the program gives, or its beginning", async () => {
    const aws = new Aws(temporaryFolder());
    expect(await aws.checked(ROLE, { assumeRolePolicy: TRUST, name: "web" })).toMatchObject({ name: "web" });
    expect(await aws.checked(ROLE, { assumeRolePolicy: TRUST, namePrefix: "web-" })).not.toHaveProperty("name");
    const { outs } = await aws.create(ROLE, { assumeRolePolicy: TRUST, namePrefix: "web-" });
    expect(outs["name"]).toMatch(/^web-\d{26}$/);
  });
});

describe("create", () => {
  it("answers the same at each run of the same program", async () => {
    const [one, other] = [new Aws(temporaryFolder()), new Aws(temporaryFolder())];
    const vpc = { cidrBlock: "10.0.0.0/16" };
    expect((await one.create("aws:ec2/vpc:Vpc", vpc)).outs).toEqual((await other.create("aws:ec2/vpc:Vpc", vpc)).outs);
  });

  it("gives another id to a second resource of the same URN, as in a replacement", async () => {
    const aws = new Aws(temporaryFolder());
    const first = await aws.create("aws:ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16" });
    const second = await aws.create("aws:ec2/vpc:Vpc", { cidrBlock: "10.1.0.0/16" });
    expect(first.id).toMatch(/^vpc-0[0-9a-f]{16}$/);
    expect(second.id).not.toBe(first.id);
  });

  it("numbers the revisions of a task family, and never gives a number again", async () => {
    const aws = new Aws(temporaryFolder());
    const type = "aws:ecs/taskDefinition:TaskDefinition";
    const register = async (): Promise<{ id: string; inputs: Values; outs: Values }> =>
      aws.create(type, { family: "web", containerDefinitions: '[{"name":"app"}]' });
    const first = await register();
    expect(first.outs["arn"]).toBe("arn:aws:ecs:ap-northeast-1:123456789012:task-definition/web:1");
    expect(first.outs["arnWithoutRevision"]).toBe("arn:aws:ecs:ap-northeast-1:123456789012:task-definition/web");
    await aws.delete(type, first);
    expect((await register()).outs["revision"]).toBe(2);
    expect((await register()).outs["revision"]).toBe(3);
  });

  it("keeps what skipDestroy leaves behind", async () => {
    const aws = new Aws(temporaryFolder());
    const type = "aws:ecs/taskDefinition:TaskDefinition";
    const made = await aws.create(type, { family: "web", containerDefinitions: '[{"name":"a"}]', skipDestroy: true });
    await aws.delete(type, made);
    expect((await aws.read(type, made)).id).toBe("web");
  });

  it("knows while planning what was given, and that the rest is unknown", async () => {
    const aws = new Aws(temporaryFolder());
    const inputs = await aws.checked(CLUSTER, cluster);
    const call = newCall({ preview: true });
    const made = await duringCall(call, () => aws.provider.create(urn(CLUSTER, "one"), inputs));
    expect(made.id).toBe("");
    expect(made.outs).toMatchObject({ ...cluster, region: "ap-northeast-1", endpoint: UNKNOWN, arn: UNKNOWN });
    expect(new Cloud(aws.folder).all()).toEqual([]);
  });
});

describe("shapes of what the platform reads", () => {
  it("endpoints of Aurora share one account's code, and the writer's and readers' differ", async () => {
    const aws = new Aws(temporaryFolder());
    const { outs } = await aws.create(CLUSTER, { ...cluster, manageMasterUserPassword: true });
    const [, code = ""] =
      /^main\.cluster-(\w{12})\.ap-northeast-1\.rds\.amazonaws\.com$/.exec(textOf(outs["endpoint"] ?? "")) ?? [];
    expect(outs["readerEndpoint"]).toBe(`main.cluster-ro-${code}.ap-northeast-1.rds.amazonaws.com`);
    expect(outs["masterUserSecrets"]).toEqual([
      expect.objectContaining({
        secretArn: expect.stringMatching(/:secret:rds!cluster-[0-9a-f-]{36}-\w{6}$/) as string,
      }),
    ]);
    const instance = { clusterIdentifier: "main", engine: "aurora-mysql", instanceClass: "db.r6g.large" };
    const type = "aws:rds/clusterInstance:ClusterInstance";
    const writer = await aws.create(type, { ...instance, identifier: "main-1" }, "one");
    const reader = await aws.create(type, { ...instance, identifier: "main-2" }, "two");
    expect(writer.outs).toMatchObject({ writer: true, endpoint: `main-1.${code}.ap-northeast-1.rds.amazonaws.com` });
    expect(reader.outs).toMatchObject({ writer: false });
    expect(reader.outs["availabilityZone"]).not.toBe(writer.outs["availabilityZone"]);
  });

  it("Redis with TLS is reached by master and replica", async () => {
    const { outs } = await new Aws(temporaryFolder()).create("aws:elasticache/replicationGroup:ReplicationGroup", {
      replicationGroupId: "sessions",
      description: "d",
      transitEncryptionEnabled: true,
      numCacheClusters: 3,
    });
    expect(outs["primaryEndpointAddress"]).toMatch(/^master\.sessions\.[a-z0-9]{6}\.apne1\.cache\.amazonaws\.com$/);
    expect(outs["readerEndpointAddress"]).toMatch(/^replica\.sessions\.[a-z0-9]{6}\.apne1\.cache\.amazonaws\.com$/);
    expect(outs["memberClusters"]).toEqual(["sessions-001", "sessions-002", "sessions-003"]);
  });

  it("a certificate has one record per name, the same for a wildcard and its parent", async () => {
    const { outs } = await new Aws(temporaryFolder()).create("aws:acm/certificate:Certificate", {
      domainName: "example.com",
      subjectAlternativeNames: ["*.example.com", "api.example.com"],
      validationMethod: "DNS",
    });
    const options = outs["domainValidationOptions"] as unknown as Record<string, string>[];
    expect(options.map(({ domainName }) => domainName)).toEqual(["example.com", "*.example.com", "api.example.com"]);
    for (const option of options) {
      expect(option).toMatchObject({
        resourceRecordName: expect.stringMatching(/^_[0-9a-f]{32}\.(api\.)?example\.com\.$/) as string,
        resourceRecordType: "CNAME",
        resourceRecordValue: expect.stringMatching(/^_[0-9a-f]{32}\.[a-z]{10}\.acm-validations\.aws\.$/) as string,
      });
    }
    expect(options[0]?.["resourceRecordName"]).toBe(options[1]?.["resourceRecordName"]);
  });

  it("a load balancer's suffix and its groups' are what CloudWatch's dimensions take", async () => {
    const aws = new Aws(temporaryFolder());
    const balancer = await aws.create("aws:lb/loadBalancer:LoadBalancer", {
      name: "web",
      internal: true,
      subnets: ["a", "b"],
    });
    expect(balancer.outs["arnSuffix"]).toMatch(/^app\/web\/[0-9a-f]{16}$/);
    expect(balancer.outs["dnsName"]).toMatch(/^internal-web-\d+\.ap-northeast-1\.elb\.amazonaws\.com$/);
    const group = await aws.create("aws:lb/targetGroup:TargetGroup", { name: "blue" });
    expect(group.outs["arnSuffix"]).toMatch(/^targetgroup\/blue\/[0-9a-f]{16}$/);
  });

  it("a key for several regions has an id that says so", async () => {
    const aws = new Aws(temporaryFolder());
    const key = await aws.create("aws:kms/key:Key", { multiRegion: true });
    expect(key.id).toMatch(/^mrk-[0-9a-f]{32}$/);
    const replica = await aws.create("aws:kms/replicaKey:ReplicaKey", {
      primaryKeyArn: key.outs["arn"] ?? "",
      region: "ap-northeast-3",
    });
    expect(replica.outs["arn"]).toBe(`arn:aws:kms:ap-northeast-3:123456789012:key/${key.id}`);
  });
});

describe("update and delete", () => {
  it("keep what the cloud made, and take over what the program says", async () => {
    const aws = new Aws(temporaryFolder());
    const made = await aws.create("aws:secretsmanager/secret:Secret", { name: "a" });
    const outs = await aws.update("aws:secretsmanager/secret:Secret", made, { name: "a", description: "new" });
    expect(outs).toMatchObject({ arn: made.outs["arn"], description: "new" });
    expect((await aws.read("aws:secretsmanager/secret:Secret", made)).props).toMatchObject({ description: "new" });
  });

  it("report what is not there any more", async () => {
    const aws = new Aws(temporaryFolder());
    const made = await aws.create(BUCKET, { bucket: "assets" });
    rmSync(join(aws.folder, "resources"), { recursive: true });
    await expect(aws.update(BUCKET, made, { bucket: "assets", forceDestroy: true })).rejects.toThrow("does not exist");
    await aws.delete(BUCKET, made);
  });
});

describe("read", () => {
  it("finds nothing changed after a creation", async () => {
    const aws = new Aws(temporaryFolder());
    const made = await aws.create(CLUSTER, { ...cluster, masterPassword: secret("canary"), tags: { a: "b" } });
    const found = await aws.read(CLUSTER, made);
    expect(found.inputs).toEqual(made.inputs);
    expect(found.props).toEqual(made.outs);
  });

  it("sees what somebody changed, and what somebody added to what the program leaves out", async () => {
    const aws = new Aws(temporaryFolder());
    const made = await aws.create(ROLE, { name: "web", assumeRolePolicy: TRUST, maxSessionDuration: 3600 });
    edit(aws, "web", (state) => ({
      ...state,
      maxSessionDuration: 7200,
      permissionsBoundary: "arn:aws:iam::aws:policy/X",
    }));
    const { inputs, props } = await aws.read(ROLE, made);
    expect(inputs).toEqual({
      ...made.inputs,
      maxSessionDuration: 7200,
      permissionsBoundary: "arn:aws:iam::aws:policy/X",
    });
    expect(props["maxSessionDuration"]).toBe(7200);
  });

  it("sees tags in both places", async () => {
    const aws = new Aws(temporaryFolder());
    const made = await aws.create(BUCKET, { bucket: "assets", tags: { a: "b" } });
    edit(aws, "assets", (state) => ({ ...state, tags: { a: "c" } }));
    expect((await aws.read(BUCKET, made)).props).toMatchObject({ tags: { a: "c" }, tagsAll: { a: "c" } });
  });

  it("says when a resource is gone", async () => {
    const aws = new Aws(temporaryFolder());
    const made = await aws.create(BUCKET, { bucket: "assets" });
    rmSync(join(aws.folder, "resources", "aws", "s3~bucket"), { recursive: true });
    expect((await aws.read(BUCKET, made)).id).toBe("");
  });

  it("finds a resource to import by its id alone", async () => {
    const aws = new Aws(temporaryFolder());
    await aws.create(BUCKET, { bucket: "assets", forceDestroy: true });
    const found = await aws.read(BUCKET, { id: "assets", inputs: {}, outs: {} });
    expect(found.id).toBe("assets");
    expect(found.inputs).toEqual({ bucket: "assets", forceDestroy: true, region: "ap-northeast-1" });
  });
});

describe("secrets", () => {
  it("stay secret in what the engine stores, also where the program forgot, and are no text in the cloud", async () => {
    const aws = new Aws(temporaryFolder());
    const { outs } = await aws.create(CLUSTER, { ...cluster, masterPassword: "canary-1" });
    expect(isSecret(outs["masterPassword"])).toBe(true);
    const type = "aws:elasticache/user:User";
    const user = { userId: "app", userName: "app", engine: "redis", accessString: "off" };
    const made = await aws.create(type, {
      ...user,
      passwords: secret(["canary-2"]),
      authenticationMode: secret({ type: "password" }),
    });
    expect(isSecret(made.outs["passwords"])).toBe(true);
    expect(isSecret(made.outs["authenticationMode"])).toBe(true);
    const files = readdirSync(aws.folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
    const text = files.map((file) => readFileSync(join(file.parentPath, file.name), "utf8")).join();
    expect(text).toContain("app");
    expect(text.match(/canary-\d/)).toBeNull();
  });

  it("that change outside show as changed, without their value", async () => {
    const aws = new Aws(temporaryFolder());
    const made = await aws.create(CLUSTER, { ...cluster, masterPassword: secret("canary-1") });
    edit(aws, "main", (state) => ({ ...state, masterPassword: { $secret: "000000000000" } }));
    const { inputs } = await aws.read(CLUSTER, made);
    expect(isSecret(inputs["masterPassword"])).toBe(true);
    expect(inputs["masterPassword"]).not.toEqual(made.inputs["masterPassword"]);
  });
});

describe("plan mode", () => {
  it("refuses every call that would ask the cloud", async () => {
    vi.stubEnv("SANDBOX_PLAN", "1");
    const aws = new Aws(temporaryFolder());
    const invoke = (): Promise<unknown> => aws.provider.invoke("aws:index/getCallerIdentity:getCallerIdentity", {});
    expect(await aws.refusal(invoke)).toMatch(/getCallerIdentity was refused: the plan needs no cloud/);
    expect(await aws.refusal(() => aws.provider.read("web", urn(ROLE, "web"), {}))).toMatch(/the plan needs no cloud/);
  });

  it("is off else: known calls answer, others are refused", async () => {
    const aws = new Aws(temporaryFolder());
    const ask = async (token: string): Promise<Values> => (await aws.provider.invoke(token, {})).outputs as Values;
    expect(await ask("aws:index/getCallerIdentity:getCallerIdentity")).toMatchObject({ accountId: "123456789012" });
    expect(await ask("aws:index/getRegion:getRegion")).toMatchObject({ region: "ap-northeast-1" });
    expect(await ask("aws:index/getPartition:getPartition")).toMatchObject({
      partition: "aws",
      dnsSuffix: "amazonaws.com",
    });
    expect(await ask("aws:index/getAvailabilityZones:getAvailabilityZones")).toMatchObject({
      names: ["ap-northeast-1a", "ap-northeast-1c", "ap-northeast-1d"],
      zoneIds: ["apne1-az4", "apne1-az1", "apne1-az2"],
    });
    expect(await aws.refusal(() => ask("aws:ec2/getVpc:getVpc"))).toMatch(
      /answers no aws:ec2\/getVpc:getVpc; known are/,
    );
  });
});
