// What the report reads out of a graph, each on a graph of its own.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { needsOf, withoutDetours } from "../../../report/html/dependencies";
import { rounded } from "../../../report/html/drawing";
import { flowsOf } from "../../../report/html/flows";
import { html, say, spoken, words } from "../../../report/html/markup";
import { placesOf } from "../../../report/html/places";
import { parseResources } from "../../../report/html/sources";
import { timelineOf } from "../../../report/html/timeline";
import { graphOf, type Made, raw, urnOf } from "./world";

const GROUP = "aws:ec2/securityGroup:SecurityGroup";
const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const group = (name: string): Made => ({ name, type: GROUP });
const rule = (type: string, of: string, inputs: Record<string, unknown>, peer?: string): Made => ({
  name: `${of}-${type.slice(-6)}-${peer ?? JSON.stringify(inputs)}`,
  type,
  inputs: { ipProtocol: "tcp", fromPort: 443, toPort: 443, description: "because", ...inputs },
  links: {
    securityGroupId: [urnOf(GROUP, of)],
    ...(peer !== undefined && { referencedSecurityGroupId: [urnOf(GROUP, peer)] }),
  },
});

describe("who may talk to whom", () => {
  const told = (...made: Made[]) =>
    flowsOf(graphOf(...made)).map(
      ({ from, to, port, halfOpen }) => `${from.label}>${to.label} ${port}${halfOpen ? "!" : ""}`,
    );

  it("is one way out of two rules, and half open with one", () => {
    const both = [group("a"), group("b"), rule(EGRESS, "a", {}, "b"), rule(INGRESS, "b", {}, "a")];
    expect(told(...both)).toEqual(["a>b 443"]);
    expect(told(...both.slice(0, 3))).toEqual(["a>b 443!"]);
    expect(told(...both.slice(0, 2), both[3] ?? group("c"))).toEqual(["a>b 443!"]);
  });

  it("knows who stands outside, and ports in every spelling", () => {
    const endpoint: Made = { name: "s3", type: "aws:ec2/vpcEndpoint:VpcEndpoint", outputs: { prefixListId: "pl-1" } };
    expect(
      told(
        group("a"),
        endpoint,
        rule(EGRESS, "a", { cidrIpv4: "0.0.0.0/0" }),
        rule(EGRESS, "a", { prefixListId: "pl-1", fromPort: 1, toPort: 9 }),
        rule(INGRESS, "a", { prefixListId: "pl-2", ipProtocol: "udp" }),
        rule(INGRESS, "a", { cidrIpv4: "10.0.0.0/8", ipProtocol: "-1" }),
      ),
    ).toEqual(["CloudFront>a 443/udp", "a>internet 443", "a>S3 1-9", "10.0.0.0/8>a all"]);
  });
});

describe("zones and subnets", () => {
  it("holds instances by their zone, nodes by their list, and services by their subnets", () => {
    const subnet = (tier: string, number: number): Made => ({
      name: `network-${tier}-${number}`,
      type: "aws:ec2/subnet:Subnet",
      inputs: { availabilityZone: `zone-${number}`, cidrBlock: `10.0.${number}.0/24` },
    });
    const subnets = [subnet("private", 1), subnet("data", 1), subnet("data", 2)];
    const urns = subnets.map(({ type, name }) => urnOf(type, name));
    const [rds, redis] = ["aws:rds/subnetGroup:SubnetGroup", "aws:elasticache/subnetGroup:SubnetGroup"];
    const graph = graphOf(
      ...subnets,
      { name: "groups", type: rds, links: { subnetIds: urns.slice(1) } },
      { name: "groups", type: redis, links: { subnetIds: urns.slice(1) } },
      {
        name: "database-1",
        type: "aws:rds/clusterInstance:ClusterInstance",
        inputs: { availabilityZone: "zone-2", instanceClass: "db.r6g.large" },
        links: { dbSubnetGroupName: [urnOf(rds, "groups")] },
      },
      {
        name: "cache",
        type: "aws:elasticache/replicationGroup:ReplicationGroup",
        inputs: { preferredCacheClusterAzs: ["zone-1", "zone-2"], nodeType: "cache.r6g.large" },
        links: { subnetGroupName: [urnOf(redis, "groups")] },
      },
      { name: "web", type: "aws:ecs/service:Service", links: { networkConfiguration: urns.slice(0, 1) } },
    );
    const places = placesOf(graph);
    expect(places.tiers).toEqual(["private", "data"]);
    expect(
      places.places.map(
        ({ tier, zone, tenants }) => `${tier} ${zone}: ${tenants.map(({ label }) => label).join(", ")}`,
      ),
    ).toEqual([
      "data zone-1: cache-001 · cache.r6g.large",
      "data zone-2: cache-002 · cache.r6g.large, database-1 · db.r6g.large",
      "private zone-1: web",
    ]);
  });
});

describe("the timeline", () => {
  const cluster: Made = { name: "c", type: "aws:rds/cluster:Cluster" };
  const instance: Made = {
    name: "i",
    type: "aws:rds/clusterInstance:ClusterInstance",
    links: { clusterIdentifier: [urnOf(cluster.type, "c")] },
  };
  const topic: Made = { name: "t", type: "aws:sns/topic:Topic" };

  it("waits for dependencies, and names what decides the end", () => {
    const { total, sum, critical, spans } = timelineOf(graphOf(cluster, instance, topic));
    expect(total).toBe(660);
    expect(sum).toBe(660.5);
    expect(critical.map(({ resource }) => resource.name)).toEqual(["c", "i"]);
    expect(spans.find(({ resource }) => resource.name === "t")).toMatchObject({
      begins: 0,
      ends: 0.5,
      critical: false,
    });
  });

  it("waits for what is inside a component that is depended on, but not for the component one is inside of", () => {
    const type = "affiliate:data:Database";
    const component: Made = { name: "database", type, custom: false };
    const inside = { ...cluster, parent: urnOf(type, "database") };
    const waiting = { ...topic, dependencies: [urnOf(type, "database")] };
    const begins = (made: Made) =>
      timelineOf(graphOf(component, inside, made)).spans.find(({ resource }) => resource.name === made.name)?.begins;
    expect(begins(waiting)).toBe(60);
    expect(begins({ ...waiting, parent: urnOf(type, "database") })).toBe(0);
  });

  it("refuses a circle", () => {
    const other: Made = { ...topic, links: { x: [urnOf(cluster.type, "c")] } };
    expect(() => timelineOf(graphOf({ ...cluster, links: { x: [urnOf(topic.type, "t")] } }, other))).toThrow(
      "depends on itself",
    );
  });
});

describe("dependencies of components", () => {
  it("leaves out what follows from others, and never what is reached by nothing else", () => {
    const edges = fc.uniqueArray(
      fc.tuple(fc.nat(7), fc.nat(7)).filter(([a, b]) => a < b),
      { selector: (edge) => edge.join() },
    );
    const reach = (all: readonly (readonly [number, number])[]) => {
      const found = new Set<string>();
      const walk = (from: number, at: number): void =>
        all.forEach(([a, b]) => {
          if (a !== at || found.has(`${from} ${b}`)) return;
          found.add(`${from} ${b}`);
          walk(from, b);
        });
      for (let from = 0; from < 8; from++) walk(from, from);
      return found;
    };
    fc.assert(
      fc.property(edges, (all) => {
        const kept = withoutDetours(all.map(([a, b]) => ({ from: String(a), to: String(b), count: 1 })));
        const pairs = kept.map(({ from, to }) => [Number(from), Number(to)] as const);
        expect(reach(pairs)).toEqual(reach(all));
        for (const pair of pairs) expect(reach(pairs.filter((other) => other !== pair))).not.toEqual(reach(all));
      }),
    );
  });

  it("counts resources, not components", () => {
    const parent = (name: string): Made => ({ name, type: "affiliate:data:Database", custom: false });
    const inside = (name: string, of: string, needs: string[] = []): Made => ({
      name,
      type: "aws:sns/topic:Topic",
      parent: urnOf("affiliate:data:Database", of),
      dependencies: needs.map((need) => urnOf("aws:sns/topic:Topic", need)),
    });
    const graph = graphOf(
      parent("a"),
      parent("b"),
      inside("x", "a"),
      inside("y", "b", ["x"]),
      inside("z", "b", ["x", "y"]),
    );
    expect(needsOf(graph)).toEqual([
      { from: urnOf("affiliate:data:Database", "b"), to: urnOf("affiliate:data:Database", "a"), count: 2 },
    ]);
  });
});

describe("markup", () => {
  it("lets nothing of a plan become a tag or leave an attribute", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const { text: page } = html`<p title="${text}">${text}</p>`;
        expect(page.match(/[<>]/g)).toEqual(["<", ">", "<", ">"]);
        expect(page.match(/"/g)).toHaveLength(2);
      }),
    );
    expect(spoken("title", words('"><script>', "'")).text).not.toContain("<script>");
    expect(say("<b>", "&").text).toBe('<span lang="en">&lt;b&gt;</span><span lang="ja">&amp;</span>');
  });

  it("joins lists, and leaves out what is nothing", () => {
    expect(html`${[1, html`<i></i>`]}${false}${undefined}${0}`.text).toBe("1<i></i>0");
  });
});

describe("sources", () => {
  const cluster = raw({ name: "c", type: "aws:rds/cluster:Cluster" });

  it("reads a plan, an export and a file backend's state, after whatever was printed before", () => {
    const plan = {
      steps: [
        { op: "create", newState: cluster },
        { op: "delete", newState: raw({ name: "d", type: "x" }) },
        { op: "delete" },
      ],
    };
    for (const json of [
      plan,
      { deployment: { resources: [cluster] } },
      { checkpoint: { latest: { resources: [cluster] } } },
    ]) {
      expect(parseResources(`a banner\n${JSON.stringify(json)}`, "file")).toEqual([cluster]);
    }
  });

  it("says what is wanted where there is none", () => {
    expect(() => parseResources("nothing", "plan.json")).toThrow(/plan.json holds no JSON. Wanted: .*npm run preview/);
    expect(() => parseResources("{}", "plan.json")).toThrow("plan.json holds no resource of a stack");
    expect(() => parseResources('{"steps":[]}', "plan.json")).toThrow("plan.json holds no resource of a stack");
  });
});

it("rounds a corner, and leaves a straight line alone", () => {
  expect(
    rounded([
      { x: 0, y: 0 },
      { x: 40, y: 0 },
    ]),
  ).toBe("M0 0L40 0");
  expect(
    rounded([
      { x: 0, y: 0 },
      { x: 40, y: 0 },
      { x: 40, y: 40 },
    ]),
  ).toBe("M0 0L34 0Q40 0 40 6L40 40");
});
