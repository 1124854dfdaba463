import { readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Cloud } from "../../sandbox/cloud/cloud";
import { Engine } from "./support/engine";

const MINUTES = 60_000;
const ZONES = ["ap-northeast-1a", "ap-northeast-1c", "ap-northeast-1d"];
const ranges = (third: number): string[] => ZONES.map((_, index) => `10.0.${third + index}.0/24`);

const NETWORK = {
  cidrBlock: "10.0.0.0/16",
  availabilityZoneNames: ZONES,
  enableDnsHostnames: true,
  subnetStrategy: "Auto",
  subnetSpecs: [
    { type: "Public", name: "public", cidrBlocks: ranges(101) },
    { type: "Private", name: "private", cidrBlocks: ranges(1) },
    { type: "Isolated", name: "data", cidrBlocks: ranges(201) },
  ],
  natGateways: { strategy: "OnePerAz" },
};

/** "aws:ec2/subnet:Subnet network-public-1" */
function short(urn: string): string {
  const [, , types = "", name = ""] = urn.split("::");
  return `${types.split("$").pop() ?? ""} ${name}`;
}

describe("awsx.ec2.Vpc", { timeout: 5 * MINUTES }, () => {
  it("is made of the children that the real component makes, and goes away again", async () => {
    const engine = await new Engine().configure({ network: NETWORK }).init();
    const preview = await engine.run("preview");
    expect(preview.stdout + preview.stderr).toContain("simulated cloud: no AWS account is touched");
    expect(preview.events.changes).toEqual({ create: 43 });
    expect((await engine.run("up")).exitCode).toBe(0);

    const resources = await engine.state();
    const children = resources.filter(({ type }) => type.startsWith("aws:ec2/"));
    const counts: Record<string, number> = {};
    for (const { type } of children) counts[type.split(":")[2] ?? ""] = (counts[type.split(":")[2] ?? ""] ?? 0) + 1;
    expect(counts).toEqual({
      Vpc: 1,
      InternetGateway: 1,
      Subnet: 9,
      RouteTable: 9,
      RouteTableAssociation: 9,
      Route: 6,
      Eip: 3,
      NatGateway: 3,
    });
    const parents = Object.fromEntries(children.map(({ urn, parent = "" }) => [short(urn), short(parent)]));
    expect(parents).toMatchObject({
      "aws:ec2/vpc:Vpc network": "awsx:ec2:Vpc network",
      "aws:ec2/internetGateway:InternetGateway network": "aws:ec2/vpc:Vpc network",
      "aws:ec2/subnet:Subnet network-private-2": "aws:ec2/vpc:Vpc network",
      "aws:ec2/routeTable:RouteTable network-data-3": "aws:ec2/subnet:Subnet network-data-3",
      "aws:ec2/routeTableAssociation:RouteTableAssociation network-data-3":
        "aws:ec2/routeTable:RouteTable network-data-3",
      "aws:ec2/route:Route network-public-1": "aws:ec2/routeTable:RouteTable network-public-1",
      "aws:ec2/eip:Eip network-1": "aws:ec2/subnet:Subnet network-public-1",
      "aws:ec2/natGateway:NatGateway network-3": "aws:ec2/subnet:Subnet network-public-3",
    });
    const inputs = new Map(children.map((child) => [short(child.urn), child.inputs ?? {}]));
    expect(inputs.get("aws:ec2/subnet:Subnet network-public-2")).toMatchObject({
      availabilityZone: "ap-northeast-1c",
      cidrBlock: "10.0.102.0/24",
      mapPublicIpOnLaunch: true,
      assignIpv6AddressOnCreation: false,
      tags: { Name: "network-public-2", SubnetType: "Public", Team: "platform" },
    });
    expect(inputs.get("aws:ec2/subnet:Subnet network-data-1")).toMatchObject({ mapPublicIpOnLaunch: false });
    const ids = new Map(children.map((child) => [short(child.urn), child.id]));
    for (const zone of [1, 2, 3]) {
      expect(inputs.get(`aws:ec2/route:Route network-private-${zone}`)).toMatchObject({
        destinationCidrBlock: "0.0.0.0/0",
        natGatewayId: ids.get(`aws:ec2/natGateway:NatGateway network-${zone}`),
      });
    }

    const outputs = await engine.outputs();
    expect(outputs["vpcId"]).toBe(ids.get("aws:ec2/vpc:Vpc network"));
    expect(outputs["isolated"]).toEqual([1, 2, 3].map((zone) => ids.get(`aws:ec2/subnet:Subnet network-data-${zone}`)));
    expect(outputs["gateways"]).toHaveLength(3);

    expect((await engine.run("up")).events.changes).toEqual({ same: 43 });
    expect((await engine.run("refresh")).events.changes).toEqual({ same: 43 });
    const destroyed = await engine.run("destroy");
    expect(destroyed.stderr).toBe("");
    expect(destroyed.exitCode).toBe(0);
    expect(new Cloud(engine.cloud).all()).toEqual([]);
  });

  it("has one NAT gateway, or none, when it is told so", async () => {
    const engine = await new Engine()
      .configure({ network: { ...NETWORK, natGateways: { strategy: "Single" } } })
      .init();
    expect((await engine.run("preview")).events.changes).toEqual({ create: 39 });
    engine.configure({ network: { ...NETWORK, natGateways: { strategy: "None" } } });
    // Private subnets have no way out, and no route that says so.
    expect((await engine.run("preview")).events.changes).toEqual({ create: 34 });
  });

  it.each([
    [{ availabilityZoneNames: [] }, /availabilityZoneNames.*without zone names the component asks AWS/],
    [{ availabilityZoneNames: ZONES.slice(1) }, /one range per zone is needed: 2 zones, found 3/],
    [{ subnetStrategy: "auto" }, /subnetStrategy.*"auto" is none of "Legacy", "Auto"/],
  ])("refuses %j", async (over, words) => {
    const engine = await new Engine().configure({ network: { ...NETWORK, ...over } }).init();
    const { exitCode, stdout, stderr } = await engine.run("preview");
    expect(exitCode).not.toBe(0);
    expect((stdout + stderr).replace(/\s+/g, " ")).toMatch(words);
  });
});

describe("the real engine over the simulated cloud", { timeout: 5 * MINUTES }, () => {
  it("refuses what the typings do not know, before anything is made", async () => {
    const engine = await new Engine().configure({ bucket: { bucket: "assets", forceDestory: true } }).init();
    const { exitCode, stdout } = await engine.run("up");
    // The SDK's own class drops arguments that it does not know; what it hands over is checked.
    expect(exitCode).toBe(0);
    engine.configure({
      task: { family: "web", containerDefinitions: "[]", runtimePlatform: { cpuArchitektur: "ARM64" } },
    });
    const refused = await engine.run("preview");
    expect(refused.exitCode).not.toBe(0);
    expect(refused.stdout).toContain('did you mean "cpuArchitecture"?');
    expect(stdout).not.toContain("error");
  });

  it("sees drift, and puts it right; makes anew what was deleted", async () => {
    const engine = await new Engine().configure({ bucket: { bucket: "assets", tags: { a: "b" } } }).init();
    await engine.run("up");
    const cloud = new Cloud(engine.cloud);
    const [bucket] = cloud.list("aws:s3/bucket:Bucket");
    if (bucket === undefined) throw new Error("no bucket");
    cloud.update({ ...bucket, state: { ...bucket.state, forceDestroy: true, tags: { a: "other" } } });
    expect((await engine.run("refresh")).events.changes).toEqual({ update: 1, same: 1 });
    expect((await engine.run("up")).events.changes).toEqual({ update: 1, same: 1 });
    expect(cloud.list("aws:s3/bucket:Bucket")[0]?.state["tags"]).toEqual({ a: "b" });

    rmSync(join(engine.cloud, "resources"), { recursive: true });
    rmSync(join(engine.cloud, "names"), { recursive: true });
    expect((await engine.run("refresh")).events.changes).toMatchObject({ delete: 1 });
    expect((await engine.run("up")).events.changes).toEqual({ create: 1, same: 1 });
  });

  it("replaces: a fixed name is deleted first, a made-up one is made beside it, an old cluster's name is in the way", async () => {
    const task = { family: "web", containerDefinitions: '[{"name":"app","image":"a"}]' };
    const cluster = {
      clusterIdentifier: "main",
      engine: "aurora-mysql",
      masterUsername: "admin",
      skipFinalSnapshot: true,
    };
    const engine = await new Engine().configure({ bucket: { bucket: "assets" }, task, cluster }).init();
    await engine.run("up");
    engine.configure({
      bucket: { bucket: "assets", objectLockEnabled: true },
      task: { ...task, containerDefinitions: '[{"name":"app","image":"b"}]' },
      cluster,
    });
    const { events } = await engine.run("up");
    expect(events.changes).toMatchObject({ replace: 2, same: 2 });
    const order = (name: string): string[] =>
      events.steps.filter(({ urn }) => urn.endsWith(`::${name}`)).map(({ op }) => op);
    expect(order("assets").indexOf("delete-replaced")).toBeLessThan(order("assets").indexOf("create-replacement"));
    expect(order("task")).toContain("create-replacement");

    engine.configure({
      bucket: { bucket: "assets", objectLockEnabled: true },
      task,
      cluster: { ...cluster, storageEncrypted: true },
    });
    const refused = await engine.run("up");
    expect(refused.exitCode).not.toBe(0);
    expect(refused.stdout).toContain("DBClusterAlreadyExistsFault: DB Cluster already exists");
  });

  it("keeps secrets out of state and cloud", async () => {
    const password = "canary-1a2b3c4d5e6f7890";
    const user = { userId: "app", userName: "app", engine: "redis", accessString: "on ~* +@all" };
    const engine = await new Engine().configure({ user }).init();
    await engine.pulumi(["config", "set", "--stack", "test", "--secret", "password", password]);
    const { exitCode } = await engine.run("up");
    expect(exitCode).toBe(0);
    const [found] = (await engine.state()).filter(({ type }) => type === "aws:elasticache/user:User");
    expect(JSON.stringify(found)).toContain('"ciphertext"');
    const files = readdirSync(engine.folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
    expect(files.length).toBeGreaterThan(5);
    for (const file of files) expect(readFileSync(join(file.parentPath, file.name), "utf8")).not.toContain(password);
  });

  it("answers a known call, and refuses it in plan mode", async () => {
    const engine = await new Engine().configure({ invoke: true }).init();
    await engine.run("up");
    expect(await engine.outputs()).toEqual({ identity: "123456789012" });
    const refused = await engine.run("preview", { SANDBOX_PLAN: "1" });
    expect(refused.exitCode).not.toBe(0);
    expect(refused.stdout).toContain("the plan needs no cloud");
    expect(refused.stdout).not.toContain("at async");
  });

  it("goes on after a provider died with its work done: the name is taken, and an import takes it over", async () => {
    const engine = await new Engine().configure({ bucket: { bucket: "assets" }, queues: ["jobs"] }).init();
    const rule = { type: "aws:s3/bucket:Bucket", call: "create", action: "crash" };
    writeFileSync(join(engine.cloud, "faults.json"), JSON.stringify([rule]));
    expect((await engine.run("up")).exitCode).not.toBe(0);
    rmSync(join(engine.cloud, "faults.json"));
    expect(new Cloud(engine.cloud).list("aws:s3/bucket:Bucket")).toHaveLength(1);
    const again = await engine.run("up");
    expect(again.exitCode).not.toBe(0);
    expect(again.stdout + again.stderr).toMatch(/BucketAlreadyOwnedByYou|pending operations|interrupted/);
  });

  it("knows a half-made resource as one, and mends it with the next run", async () => {
    const engine = await new Engine().configure({ queues: ["jobs"] }).init();
    const rule = { type: "aws:sqs/queue:Queue", call: "create", action: "partial", nth: 1 };
    writeFileSync(join(engine.cloud, "faults.json"), JSON.stringify([rule]));
    const first = await engine.run("up");
    expect(first.exitCode).not.toBe(0);
    expect(first.stdout).toContain("did not finish");
    expect((await engine.run("up")).exitCode).toBe(0);
    expect(new Cloud(engine.cloud).list("aws:sqs/queue:Queue")).toHaveLength(1);
  });
});
