import { describe, expect, it } from "vitest";
import { criticalPath, edgesOf, orderedOnPurpose, schedule, type StateResource } from "../../benchmarks/makespan";

const urn = (name: string) => `urn:pulumi:production::affiliate::t::${name}`;
const INSTANCE = "aws:rds/clusterInstance:ClusterInstance"; // 600 s
const CLUSTER = "aws:rds/cluster:Cluster"; // 60 s

function resource(
  name: string,
  type: string,
  more: { parent?: string; after?: string[]; takes?: Record<string, string[]> } = {},
): StateResource {
  const takes = Object.entries(more.takes ?? {}).map(([property, names]) => [property, names.map(urn)] as const);
  return {
    urn: urn(name),
    type,
    custom: !type.startsWith("affiliate:"),
    parent: more.parent === undefined ? undefined : urn(more.parent),
    dependencies: [...(more.after ?? []).map(urn), ...takes.flatMap(([, sources]) => sources)],
    propertyDependencies: Object.fromEntries(takes),
  };
}

const STATE = [
  resource("database", "affiliate:data:Database"),
  resource("cluster", CLUSTER, { parent: "database" }),
  ...["a", "b", "c"].map((name) =>
    resource(name, INSTANCE, { parent: "database", takes: { clusterIdentifier: ["cluster"] } }),
  ),
  resource("last", CLUSTER, { after: ["database"] }),
];

describe("makespan", () => {
  it("is the longest chain where everything may be created at once", () => {
    expect(schedule(STATE, Infinity).seconds).toBe(720);
    expect(criticalPath(schedule(STATE, Infinity)).map((step) => step.urn)).toEqual(
      ["database", "cluster", "c", "last"].map(urn),
    );
  });

  it("is longer where fewer may", () => {
    expect(schedule(STATE, 2).seconds).toBe(60 + 600 + 600 + 60);
    expect(schedule(STATE, 1).seconds).toBe(60 + 3 * 600 + 60);
  });

  it("doubles with the table's times", () => {
    expect(schedule(STATE, Infinity, 2).seconds).toBe(1440);
  });

  it("knows why each waits: a value, an order, or the component it is in", () => {
    const edges = edgesOf(STATE);
    expect(edges.get(urn("a"))).toContainEqual({
      from: urn("cluster"),
      properties: ["clusterIdentifier"],
      kind: "data",
    });
    expect(edges.get(urn("cluster"))).toEqual([{ from: urn("database"), properties: [], kind: "parent" }]);
    // Who waits for a component waits for all that is in it.
    expect(edges.get(urn("last"))?.map(({ from }) => from)).toEqual(["database", "cluster", "a", "b", "c"].map(urn));
  });

  it("lists the orders that nothing else gives", () => {
    const given = resource("given", CLUSTER, { after: ["cluster"], takes: { source: ["a"] } });
    expect(orderedOnPurpose([...STATE, given]).map(({ urn: of, edge }) => [of, edge.from])).toEqual(
      ["a", "b", "c"].map((name) => [urn("last"), urn(name)]),
    );
  });

  it("refuses resources that wait for each other", () => {
    const circle = [resource("x", CLUSTER, { after: ["y"] }), resource("y", CLUSTER, { after: ["x"] })];
    expect(() => schedule(circle, 8)).toThrow("2 resources wait for each other");
  });
});
