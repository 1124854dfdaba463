import { describe, expect, it } from "vitest";
import { namedBy, resourceTag } from "../../config/resource-tag";
import { faultRule } from "../../sandbox/cli/fault-flags";
import { AWS_SHAPES } from "../../sandbox/providers/aws/shapes";
import { GITHUB_SHAPES } from "../../sandbox/providers/github/shapes";
import { answersOf } from "../../toolchain/recover/answers";
import type { Finder } from "../../toolchain/recover/finder";
import { identityOf } from "../../toolchain/recover/identities";
import { holderOf, lockInWords, locksIn } from "../../toolchain/recover/locks";
import { foreign, search } from "../../toolchain/recover/search";
import { adopted, resourcesOf, type StackState, type StateResource } from "../../toolchain/recover/state";

const urn = (type: string, name: string): string =>
  `urn:pulumi:production::affiliate::affiliate:data:Database$${type}::${name}`;
const VPC = "aws:ec2/vpc:Vpc";
const CLUSTER = "aws:rds/cluster:Cluster";
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

function resource(type: string, name: string, more: Partial<StateResource> = {}): StateResource {
  return { urn: urn(type, name), type, custom: true, ...more };
}

function stateOf(resources: readonly StateResource[], creating: readonly StateResource[] = []): StackState {
  const pending_operations = creating.map((one) => ({ resource: one, type: "creating" }));
  return { version: 3, deployment: { resources, pending_operations } };
}

/** A cloud that answers the same to everything. */
function cloudWith(ids: readonly string[] | undefined): Finder {
  const answer = () => Promise.resolve(ids);
  return { byTags: answer, byArguments: answer, byList: answer };
}

const NOBODY = { adopt: new Map<string, string>(), forget: new Set<string>() };
const TAGGED = { inputs: { tags: { Resource: `affiliate/production/${VPC}/network` } } };

describe("what a killed run may have left", () => {
  const pending = resource(VPC, "network", TAGGED);

  it("is taken over where it is found once", async () => {
    const [finding] = await search(stateOf([], [pending]), [], cloudWith(["vpc-1"]), NOBODY);
    expect(finding).toMatchObject({ kind: "there", id: "vpc-1", pending: true, certain: true });
  });

  it("is free to be made where nothing is found", async () => {
    expect(await search(stateOf([], [pending]), [], cloudWith([]), NOBODY)).toMatchObject([{ kind: "free" }]);
  });

  it("is left to a person where it is found twice, or cannot be asked for", async () => {
    for (const ids of [["vpc-1", "vpc-2"], undefined]) {
      expect(await search(stateOf([], [pending]), [], cloudWith(ids), NOBODY)).toMatchObject([{ kind: "open" }]);
    }
    const strange = resource("aws:ec2/strange:Strange", "one");
    expect(await search(stateOf([], [strange]), [], cloudWith(["x"]), NOBODY)).toMatchObject([{ kind: "open" }]);
  });

  it("is not what the state has already", async () => {
    const held = resource(VPC, "other", { id: "vpc-1" });
    expect(await search(stateOf([held], [pending]), [], cloudWith(["vpc-1"]), NOBODY)).toMatchObject([
      { kind: "free" },
    ]);
  });

  it("is not what the state has in another region under the same name", async () => {
    const provider = resource("pulumi:providers:aws", "default", { id: "1", inputs: { region: "ap-northeast-1" } });
    const REPOSITORY = "aws:ecr/repository:Repository";
    const at = { provider: `${provider.urn}::1` };
    const here = resource(REPOSITORY, "images", { ...at, id: "app", outputs: { region: "ap-northeast-1" } });
    const copies = resource(REPOSITORY, "copies", { ...at, inputs: { name: "app", region: "ap-northeast-3" } });
    const found = await search(stateOf([provider, here], [copies]), [], cloudWith(["app"]), NOBODY);
    expect(found).toMatchObject([{ kind: "there", id: "app" }]);
    const second = resource(REPOSITORY, "second", { ...at, inputs: { name: "app" } });
    const taken = await search(stateOf([provider, here], [second]), [], cloudWith(["app"]), NOBODY);
    expect(taken).toMatchObject([{ kind: "free" }]);
  });

  it("is what a person says it is", async () => {
    const adopt = { ...NOBODY, adopt: new Map([[pending.urn, "vpc-9"]]) };
    expect(await search(stateOf([], [pending]), [], cloudWith(["vpc-1"]), adopt)).toMatchObject([{ id: "vpc-9" }]);
    const forget = { ...NOBODY, forget: new Set([pending.urn]) };
    expect(await search(stateOf([], [pending]), [], cloudWith(["vpc-1"]), forget)).toMatchObject([{ kind: "free" }]);
  });

  it("is looked for among what the program still plans, but not by names that are not known yet", async () => {
    const planned = resource("aws:iam/rolePolicy:RolePolicy", "web", { inputs: { role: UNKNOWN, name: "web" } });
    expect(await search(stateOf([]), [planned], cloudWith(["web:web"]), NOBODY)).toMatchObject([{ kind: "free" }]);
    const known = { ...planned, inputs: { role: "web", name: "web" } };
    const [finding] = await search(stateOf([]), [known], cloudWith(["web:web"]), NOBODY);
    expect(finding).toMatchObject({ kind: "there", id: "web:web", pending: false, certain: false });
  });

  it("keeps no secret and no unknown of a plan", async () => {
    const inputs = { clusterIdentifier: "main", masterPassword: "[secret]", kmsKeyId: UNKNOWN };
    const [finding] = await search(
      stateOf([]),
      [resource(CLUSTER, "database", { inputs })],
      cloudWith(["main"]),
      NOBODY,
    );
    expect(finding?.resource.inputs).toEqual({ clusterIdentifier: "main" });
  });

  it("is somebody else's where it has another tag, or none", () => {
    const adoption = { resource: pending, id: "vpc-1" };
    const read = (tagsAll: object) => stateOf([{ ...pending, id: "vpc-1", outputs: { tagsAll } }]);
    expect(foreign([adoption], read({ Resource: `affiliate/production/${VPC}/network` }))).toEqual([]);
    expect(foreign([adoption], read({ Resource: "another" }))).toEqual([adoption]);
    expect(foreign([adoption], read({}))).toEqual([adoption]);
    // Not found at all: it was never made.
    expect(foreign([adoption], stateOf([]))).toEqual([]);
  });
});

describe("a state with what was found", () => {
  it("has each resource after what it needs, and no pending create of it", () => {
    const vpc = resource(VPC, "network");
    const subnet = resource("aws:ec2/subnet:Subnet", "one", { id: "subnet-1", dependencies: [vpc.urn] });
    const next = adopted(stateOf([subnet], [vpc]), [{ resource: vpc, id: "vpc-1" }], new Set());
    expect(resourcesOf(next).map(({ id }) => id)).toEqual(["vpc-1", "subnet-1"]);
    expect(next.deployment.pending_operations).toEqual([]);
  });

  it("deletes later what the found one replaces, and drops what was deleted for it", () => {
    const found = resource(VPC, "network");
    const old = resource(VPC, "network", { id: "vpc-0" });
    const beside = adopted(stateOf([old], [found]), [{ resource: found, id: "vpc-1" }], new Set());
    expect(resourcesOf(beside).map((one) => [one.id, one.delete ?? false])).toEqual([
      ["vpc-0", true],
      ["vpc-1", false],
    ]);
    const gone = { ...old, pendingReplacement: true };
    const instead = adopted(stateOf([gone], [found]), [{ resource: found, id: "vpc-1" }], new Set());
    expect(resourcesOf(instead).map(({ id }) => id)).toEqual(["vpc-1"]);
  });

  it("keeps pending what nobody could tell", () => {
    const vpc = resource(VPC, "network");
    expect(adopted(stateOf([], [vpc]), [], new Set()).deployment.pending_operations).toHaveLength(1);
    expect(adopted(stateOf([], [vpc]), [], new Set([vpc.urn])).deployment.pending_operations).toEqual([]);
  });
});

describe("a lock", () => {
  const refusal =
    "error: the stack is currently locked by 1 lock(s). Either wait …\n" +
    "  s3://state/.pulumi/locks/organization/affiliate/production/5f3.json: created by deploy@runner-1 (pid 4711) at 2026-11-27T10:40:00+09:00";

  it("says whose it is and how old", () => {
    const [lock] = locksIn(refusal);
    if (lock === undefined) throw new Error("no lock");
    expect(lockInWords(lock, new Date("2026-11-27T11:20:00+09:00"))).toBe("deploy@runner-1 (process 4711), 40 min old");
    expect(holderOf(lock, "laptop")).toBe("elsewhere");
    expect(holderOf(lock, "runner-1", () => true)).toBe("at work");
    expect(holderOf(lock, "runner-1", () => false)).toBe("gone");
    expect(locksIn("error: passphrase must be set")).toEqual([]);
  });
});

describe("ids to import by", () => {
  const at = { accountId: "123456789012", region: "ap-northeast-1" };
  it.each([
    ["aws:iam/rolePolicy:RolePolicy", { role: "web", name: "web" }, "web:web"],
    ["aws:ecs/service:Service", { cluster: "arn:aws:ecs:ap-northeast-1:1:cluster/main", name: "web" }, "main/web"],
    ["aws:sns/topic:Topic", { name: "info" }, "arn:aws:sns:ap-northeast-1:123456789012:info"],
    ["aws:route53/record:Record", { zoneId: "Z1", name: "www.example.com", type: "A" }, "Z1_www.example.com_A"],
    ["aws:scheduler/schedule:Schedule", { name: "queue" }, "default/queue"],
  ])("%s", (type, inputs, id) => {
    const identity = identityOf(type);
    expect(identity.by === "arguments" && identity.importId(inputs, at)).toBe(id);
  });

  it.each([
    ["aws:kms/key:Key", "arn:aws:kms:ap-northeast-1:1:key/1b2c", "1b2c"],
    ["aws:ec2/subnet:Subnet", "arn:aws:ec2:ap-northeast-1:1:subnet/subnet-1", "subnet-1"],
    ["aws:ec2/subnet:Subnet", "arn:aws:ec2:ap-northeast-1:1:vpc/vpc-1", undefined],
    ["aws:wafv2/webAcl:WebAcl", "arn:aws:wafv2:us-east-1:1:global/webacl/edge/1b2c", "1b2c/edge/CLOUDFRONT"],
  ])("%s of %s", (type, arn, id) => {
    const identity = identityOf(type);
    expect(identity.by === "tags" && identity.importId(arn)).toBe(id);
  });
});

describe("what is made again after a kill, without a look at whether it is there", () => {
  const again = Object.entries({ ...AWS_SHAPES, ...GITHUB_SHAPES }).filter(([type]) => identityOf(type).by === "again");

  it.each(again)("%s is written over by the service", (type, shape) => {
    // A task definition gets a further revision.
    if (type !== "aws:ecs/taskDefinition:TaskDefinition") expect(shape).toMatchObject({ put: true });
    expect(shape.unique).toBeUndefined();
  });
});

describe("the tag of a resource", () => {
  it("says project, stack, type and name, and nothing of its parents", () => {
    expect(resourceTag(namedBy(urn(CLUSTER, "database")))).toBe(`affiliate/production/${CLUSTER}/database`);
  });

  it("refuses what AWS would", () => {
    const named = { project: "affiliate", stack: "production", type: CLUSTER };
    expect(() => resourceTag({ ...named, name: "x".repeat(250) })).toThrow(/takes 256: shorten the name/);
    expect(() => resourceTag({ ...named, name: "a*b" })).toThrow(/holds "\*"/);
  });
});

describe("words on the command line", () => {
  it("are refused where they are not understood", () => {
    expect(() => answersOf({ adopt: ["database=main"], forget: [] })).toThrow(/not a URN/);
    expect(() => answersOf({ adopt: [urn(VPC, "network")], forget: [] })).toThrow(/the id is missing/);
    expect([...answersOf({ adopt: [`${urn(VPC, "network")}=a=b`], forget: [] }).adopt.values()]).toEqual(["a=b"]);
    expect(() => faultRule("partial create", "1")).toThrow(/the type is ""/);
    expect(() => faultRule("burn create *", "1")).toThrow(/Allowed: fail, throttle/);
    expect(() => faultRule("fail create * nth=0", "1")).toThrow(/"nth=0" is not understood/);
    expect(faultRule("late create aws:s3/bucket:Bucket nth=2 reads=3", "1")).toEqual({
      action: "late",
      call: "create",
      type: "aws:s3/bucket:Bucket",
      nth: 2,
      reads: 3,
      run: "1",
    });
  });
});
