// `npm run recover` on a real stack, as far as it asks: the SDK's own clients over an emulated AWS, and where that has no such
// call, over answers of the client's own types; Datadog and GitHub over HTTP.
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { BackupClient, ListBackupSelectionsCommand } from "@aws-sdk/client-backup";
import {
  CloudFront,
  CloudFrontClient,
  ListOriginAccessControlsCommand,
  ListResponseHeadersPoliciesCommand,
  type OriginAccessControlSummary,
  type ResponseHeadersPolicySummary,
} from "@aws-sdk/client-cloudfront";
import { CloudWatchLogsClient, DescribeDeliveriesCommand } from "@aws-sdk/client-cloudwatch-logs";
import { EC2 } from "@aws-sdk/client-ec2";
import { ElasticLoadBalancingV2 } from "@aws-sdk/client-elastic-load-balancing-v2";
import { KMS } from "@aws-sdk/client-kms";
import { GetResourcesCommand, ResourceGroupsTaggingAPIClient } from "@aws-sdk/client-resource-groups-tagging-api";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { mockClient } from "aws-sdk-client-mock";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { AwsFinder } from "../../toolchain/recover/aws-finder";
import type { Wanted } from "../../toolchain/recover/finder";
import { type Emulator, EMULATOR_ACCOUNT, startEmulator } from "../support/aws-emulator";

const TOKYO = "ap-northeast-1";
const ACCOUNT = { accountId: EMULATOR_ACCOUNT, region: TOKYO };

const wanted = (type: string, inputs: Wanted["inputs"] = {}, region?: string): Wanted => ({
  urn: `urn:pulumi:production::affiliate::${type}::it`,
  type,
  inputs,
  region,
});
const finder = (env: NodeJS.ProcessEnv = {}): AwsFinder => new AwsFinder(ACCOUNT, env);

describe("by the tag that one resource alone has", () => {
  let emulator: Emulator;
  beforeAll(async () => {
    emulator = await startEmulator();
  }, 120_000);
  afterAll(() => emulator.stop());
  beforeEach(async () => {
    for (const [name, value] of Object.entries(emulator.environment)) vi.stubEnv(name, value);
    await emulator.reset();
  });
  afterEach(() => vi.unstubAllEnvs());

  const mine = { Resource: "affiliate/production/it" };
  const tagsOf = (tags: Readonly<Record<string, string>>) =>
    Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const ec2Tags = (ResourceType: "vpc" | "subnet", tags: Readonly<Record<string, string>> = mine) => [
    { ResourceType, Tags: tagsOf(tags) },
  ];

  it("a VPC is found by its id, and neither its neighbour nor what else has the tag", async () => {
    const ec2 = new EC2({ region: TOKYO });
    const { Vpc: vpc } = await ec2.createVpc({ CidrBlock: "10.0.0.0/16", TagSpecifications: ec2Tags("vpc") });
    const other = { Resource: "affiliate/staging/it" };
    await ec2.createVpc({ CidrBlock: "10.1.0.0/16", TagSpecifications: ec2Tags("vpc", other) });
    await ec2.createSubnet({ VpcId: vpc?.VpcId, CidrBlock: "10.0.0.0/24", TagSpecifications: ec2Tags("subnet") });
    expect(await finder().byTags(wanted("aws:ec2/vpc:Vpc"), mine)).toEqual([vpc?.VpcId]);
    expect(await finder().byTags(wanted("aws:ec2/subnet:Subnet"), mine)).toEqual([expect.stringMatching(/^subnet-/)]);
    expect(await finder().byTags(wanted("aws:ec2/vpc:Vpc"), { Resource: "affiliate/production/no" })).toEqual([]);
  });

  it("a child of awsx is found by all of its tags together", async () => {
    const ec2 = new EC2({ region: TOKYO });
    const name = { Name: "network", Project: "affiliate" };
    const { Vpc: vpc } = await ec2.createVpc({
      CidrBlock: "10.0.0.0/16",
      TagSpecifications: ec2Tags("vpc", { ...mine, ...name }),
    });
    await ec2.createVpc({ CidrBlock: "10.1.0.0/16", TagSpecifications: ec2Tags("vpc", { ...name, Project: "else" }) });
    expect(await finder().byTags(wanted("aws:ec2/vpc:Vpc"), name)).toEqual([vpc?.VpcId]);
  });

  it("two of one tag are both told, for a person to choose", async () => {
    const ec2 = new EC2({ region: TOKYO });
    for (const CidrBlock of ["10.0.0.0/16", "10.1.0.0/16"])
      await ec2.createVpc({ CidrBlock, TagSpecifications: ec2Tags("vpc") });
    expect(await finder().byTags(wanted("aws:ec2/vpc:Vpc"), mine)).toHaveLength(2);
  });

  it("a key is found by its id, a target group and a secret by their ARNs", async () => {
    const { KeyMetadata: key } = await new KMS({ region: TOKYO }).createKey({
      Tags: Object.entries(mine).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
    });
    expect(await finder().byTags(wanted("aws:kms/key:Key"), mine)).toEqual([key?.KeyId]);

    const { Vpc: vpc } = await new EC2({ region: TOKYO }).createVpc({ CidrBlock: "10.0.0.0/16" });
    const { TargetGroups: groups } = await new ElasticLoadBalancingV2({ region: TOKYO }).createTargetGroup({
      Name: "web",
      Protocol: "HTTPS",
      Port: 443,
      VpcId: vpc?.VpcId,
      Tags: tagsOf(mine),
    });
    expect(await finder().byTags(wanted("aws:lb/targetGroup:TargetGroup"), mine)).toEqual([
      groups?.[0]?.TargetGroupArn,
    ]);

    const { ARN: secret } = await new SecretsManager({ region: TOKYO }).createSecret({
      Name: "app",
      SecretString: "{}",
      Tags: tagsOf(mine),
    });
    expect(await finder().byTags(wanted("aws:secretsmanager/secret:Secret"), mine)).toEqual([secret]);
  });

  it("is asked for in the region that the resource is in", async () => {
    const { KeyMetadata: key } = await new KMS({ region: "ap-northeast-3" }).createKey({
      Tags: Object.entries(mine).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
    });
    expect(await finder().byTags(wanted("aws:kms/key:Key"), mine)).toEqual([]);
    expect(await finder().byTags(wanted("aws:kms/key:Key", {}, "ap-northeast-3"), mine)).toEqual([key?.KeyId]);
  });

  it("an origin access control is found in CloudFront's list, by its name", async () => {
    const cloudFront = new CloudFront({ region: "us-east-1" });
    const made = async (Name: string) => {
      const settings = {
        OriginAccessControlOriginType: "s3",
        SigningBehavior: "always",
        SigningProtocol: "sigv4",
      } as const;
      const { OriginAccessControl: one } = await cloudFront.createOriginAccessControl({
        OriginAccessControlConfig: { Name, ...settings },
      });
      return one?.Id;
    };
    await made("assets-staging");
    const id = await made("assets-production");
    const asked = wanted("aws:cloudfront/originAccessControl:OriginAccessControl", { name: "assets-production" });
    expect(await finder().byList(asked)).toEqual([id]);
  });
});

describe("over all pages of an answer", () => {
  afterEach(() => vi.unstubAllEnvs());

  it("tags, where CloudFront's are asked for in us-east-1", async () => {
    const api = mockClient(ResourceGroupsTaggingAPIClient);
    const arn = (kind: string, id: string) => ({
      ResourceARN: `arn:aws:cloudfront::${EMULATOR_ACCOUNT}:${kind}/${id}`,
    });
    const regions: string[] = [];
    api.on(GetResourcesCommand).callsFake(async (input: { PaginationToken?: string }, getClient) => {
      regions.push(String(await (getClient() as ResourceGroupsTaggingAPIClient).config.region()));
      if (input.PaginationToken !== "2")
        return { ResourceTagMappingList: [arn("vpcorigin", "vo_1")], PaginationToken: "2" };
      return { ResourceTagMappingList: [arn("distribution", "E1")], PaginationToken: "" };
    });
    const ids = await finder().byTags(wanted("aws:cloudfront/distribution:Distribution"), { Resource: "a/b/c" });
    expect(ids).toEqual(["E1"]);
    expect(regions).toEqual(["us-east-1", "us-east-1"]);
    expect(api.commandCalls(GetResourcesCommand)[0]?.args[0].input.TagFilters).toEqual([
      { Key: "Resource", Values: ["a/b/c"] },
    ]);
    api.restore();
  });

  it("the lists of CloudFront and of log deliveries", async () => {
    const cloudFront = mockClient(CloudFrontClient);
    const control = (Name: string, Id: string) => ({ Name, Id }) as OriginAccessControlSummary;
    const policy = (Name: string, Id: string) =>
      ({ ResponseHeadersPolicy: { Id, ResponseHeadersPolicyConfig: { Name } } }) as ResponseHeadersPolicySummary;
    const page = { MaxItems: 1, Quantity: 1 };
    const first = { ...page, IsTruncated: true, NextMarker: "m" };
    cloudFront
      .on(ListOriginAccessControlsCommand)
      .resolves({ OriginAccessControlList: { ...first, Marker: "", Items: [control("other", "E0")] } })
      .on(ListOriginAccessControlsCommand, { Marker: "m" })
      .resolves({
        OriginAccessControlList: { ...page, IsTruncated: false, Marker: "m", Items: [control("mine", "E1")] },
      })
      .on(ListResponseHeadersPoliciesCommand, { Type: "custom" })
      .resolves({ ResponseHeadersPolicyList: { ...first, Items: [policy("mine", "p0")] } })
      .on(ListResponseHeadersPoliciesCommand, { Type: "custom", Marker: "m" })
      .resolves({ ResponseHeadersPolicyList: { ...page, Items: [policy("other", "p1")] } });
    const list = (type: string) => finder().byList(wanted(`aws:cloudfront/${type}`, { name: "mine" }));
    expect(await list("originAccessControl:OriginAccessControl")).toEqual(["E1"]);
    expect(await list("responseHeadersPolicy:ResponseHeadersPolicy")).toEqual(["p0"]);
    cloudFront.restore();

    const logs = mockClient(CloudWatchLogsClient);
    const delivery = (id: string, deliverySourceName: string) => ({
      id,
      deliverySourceName,
      deliveryDestinationArn: "arn:d",
    });
    logs
      .on(DescribeDeliveriesCommand)
      .resolves({ deliveries: [delivery("one", "waf")], nextToken: "n" })
      .on(DescribeDeliveriesCommand, { nextToken: "n" })
      .resolves({ deliveries: [delivery("two", "distribution")] });
    const asked = { deliverySourceName: "distribution", deliveryDestinationArn: "arn:d" };
    expect(await finder().byList(wanted("aws:cloudwatch/logDelivery:LogDelivery", asked))).toEqual(["two"]);
    const elsewhere = { ...asked, deliveryDestinationArn: "arn:e" };
    expect(await finder().byList(wanted("aws:cloudwatch/logDelivery:LogDelivery", elsewhere))).toEqual([]);
    logs.restore();
  });

  it("the selections of a backup plan, which are imported by plan and selection", async () => {
    const backup = mockClient(BackupClient);
    const selection = (SelectionName: string, SelectionId: string) => ({ SelectionName, SelectionId });
    backup
      .on(ListBackupSelectionsCommand, { BackupPlanId: "plan" })
      .resolves({ BackupSelectionsList: [selection("other", "s0")], NextToken: "n" })
      .on(ListBackupSelectionsCommand, { BackupPlanId: "plan", NextToken: "n" })
      .resolves({ BackupSelectionsList: [selection("stores", "s1")] });
    const asked = wanted("aws:backup/selection:Selection", { planId: "plan", name: "stores" });
    expect(await finder().byList(asked)).toEqual(["plan|s1"]);
    backup.restore();
  });
});

describe("by what the program calls it", () => {
  const byArguments = (type: string, inputs: Wanted["inputs"]) => finder().byArguments(wanted(type, inputs));

  it.each([
    ["aws:s3/bucket:Bucket", { bucket: "uploads" }, "uploads"],
    ["aws:iam/rolePolicy:RolePolicy", { role: "web", name: "own" }, "web:own"],
    ["aws:ecs/service:Service", { cluster: `arn:aws:ecs:${TOKYO}:1:cluster/main`, name: "web" }, "main/web"],
    ["aws:sqs/queue:Queue", { name: "jobs" }, `https://sqs.${TOKYO}.amazonaws.com/${EMULATOR_ACCOUNT}/jobs`],
    ["aws:sns/topic:Topic", { name: "pages", region: "us-east-1" }, `arn:aws:sns:us-east-1:${EMULATOR_ACCOUNT}:pages`],
    ["aws:ec2/route:Route", { routeTableId: "rtb-1", destinationCidrBlock: "0.0.0.0/0" }, "rtb-1_0.0.0.0/0"],
  ])("%s", async (type, inputs, id) => {
    expect(await byArguments(type, inputs)).toEqual([id]);
  });

  it("what is known by its tags or lists alone is not asked for by its arguments, nor the other way about", async () => {
    expect(await byArguments("aws:ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16" })).toBeUndefined();
    expect(await finder().byTags(wanted("aws:s3/bucket:Bucket"), { Resource: "a/b/c" })).toBeUndefined();
  });
});

describe("at Datadog and GitHub", () => {
  let server: Server;
  let host: string;
  let asked: { readonly url: string; readonly headers: IncomingMessage["headers"] }[] = [];
  let answer: { readonly status: number; readonly body: unknown } = { status: 200, body: [] };
  beforeAll(async () => {
    server = createServer(({ url = "", headers }, response) => {
      asked.push({ url, headers });
      response.writeHead(answer.status, { "content-type": "application/json" }).end(JSON.stringify(answer.body));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  beforeEach(() => (asked = []));
  afterEach(() => vi.unstubAllGlobals());

  const datadog = () => ({ DATADOG_API_KEY: "key", DATADOG_APP_KEY: "application", DATADOG_HOST: host });
  const name = "5xx > 1 % & rising";

  it.each([
    [
      "monitor:Monitor",
      { name },
      [
        { name, id: 7 },
        { name: `${name}!`, id: 8 },
      ],
      "7",
      `/api/v1/monitor?name=${encodeURIComponent(name)}`,
    ],
    ["dashboard:Dashboard", { title: name }, { dashboards: [{ title: name, id: "abc" }] }, "abc", "/api/v1/dashboard"],
    [
      "serviceLevelObjective:ServiceLevelObjective",
      { name },
      { data: [{ name, id: "slo" }] },
      "slo",
      `/api/v1/slo?query=${encodeURIComponent(name)}`,
    ],
    [
      "syntheticsTest:SyntheticsTest",
      { name },
      { tests: [{ name, public_id: "t-1" }] },
      "t-1",
      "/api/v1/synthetics/tests",
    ],
  ])("%s is found by its exact name", async (type, inputs, body, id, url) => {
    answer = { status: 200, body };
    expect(await finder(datadog()).byList(wanted(`datadog:index/${type}`, inputs))).toEqual([id]);
    expect(asked).toMatchObject([{ url, headers: { "dd-api-key": "key", "dd-application-key": "application" } }]);
  });

  it("a refusal is an error that says who refused, and no answer", async () => {
    answer = { status: 403, body: { errors: ["Forbidden"] } };
    await expect(finder(datadog()).byList(wanted("datadog:index/monitor:Monitor", { name }))).rejects.toThrow(
      /127\.0\.0\.1:\d+\/api\/v1\/monitor answered 403 Forbidden/,
    );
  });

  it("without credentials nobody is asked", async () => {
    const monitor = wanted("datadog:index/monitor:Monitor", { name });
    expect(await finder({ DATADOG_API_KEY: "key" }).byList(monitor)).toBeUndefined();
    const policy = wanted("github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy");
    expect(await finder({ GITHUB_TOKEN: "token" }).byList(policy)).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it("a deployment policy is found by its pattern, and imported by repository, environment and id", async () => {
    answer = {
      status: 200,
      body: {
        branch_policies: [
          { id: 1, name: "release/*" },
          { id: 2, name: "main" },
        ],
      },
    };
    const { fetch } = globalThis;
    // The address of GitHub is fixed: it is sent to the server here.
    vi.stubGlobal("fetch", (address: URL, init: RequestInit) => {
      expect(address.origin).toBe("https://api.github.com");
      return fetch(new URL(`${address.pathname}${address.search}`, host), init);
    });
    const inputs = { repository: "app", environment: "production/tokyo", branchPattern: "main" };
    const policy = "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy";
    const env = { GITHUB_TOKEN: "token", GITHUB_OWNER: "owner" };
    expect(await finder(env).byList(wanted(policy, inputs))).toEqual(["app:production/tokyo:2"]);
    const url = "/repos/owner/app/environments/production%2Ftokyo/deployment-branch-policies?per_page=100";
    expect(asked).toMatchObject([{ url, headers: { authorization: "Bearer token" } }]);
  });
});
