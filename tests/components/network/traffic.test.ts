import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { securityGroupRules, type Traffic, traffic, trafficMatrix } from "../../../components/network/traffic";
import { parties, ports } from "../../../config/vocabulary";

const isParty = (side: string) => (parties as readonly string[]).includes(side);
const lines = (rows: readonly Traffic[]) =>
  rows.map(({ from, to, port, protocol }) => `${from} ${to} ${port} ${protocol}`);
const application = ["web", "worker", "scheduler", "task"];

describe("the traffic table", () => {
  it("is this and nothing else", () => {
    expect(lines(traffic).sort()).toEqual(
      [
        "cloudFront loadBalancer 443 tcp",
        "databaseAgent database 3306 tcp",
        "databaseAgent endpoints 443 tcp",
        "databaseAgent internet 443 tcp",
        "releaseGate loadBalancer 8443 tcp",
        "loadBalancer web 8080 tcp",
        ...application.flatMap((party) => [
          `${party} database 3306 tcp`,
          `${party} redis 6379 tcp`,
          `${party} endpoints 443 tcp`,
          `${party} s3 443 tcp`,
          `${party} internet 443 tcp`,
        ]),
        "queueMetrics redis 6379 tcp",
        "queueMetrics endpoints 443 tcp",
        "queueMetrics internet 443 tcp",
        "releaseGate endpoints 443 tcp",
        "releaseGate internet 443 tcp",
        "databaseUsers database 3306 tcp",
        "databaseUsers endpoints 443 tcp",
        "backupFunctions endpoints 443 tcp",
        "backupFunctions s3 443 tcp",
        "backupFunctions internet 443 tcp",
        "dump databaseClone 3306 tcp",
        "dump endpoints 443 tcp",
        "dump s3 443 tcp",
        "restoreValidation databaseClone 3306 tcp",
        "restoreValidation endpoints 443 tcp",
        "restoreValidation internet 443 tcp",
      ].sort(),
    );
  });

  it("has no line twice, and none to oneself", () => {
    expect(new Set(lines(traffic)).size).toBe(traffic.length);
    for (const { from, to } of traffic) expect(from).not.toBe(to);
  });

  it("names each party at least once", () => {
    const named = new Set(traffic.flatMap(({ from, to }) => [from, to]));
    for (const party of parties) expect(named).toContain(party);
  });

  it("lets the data tier answer and never call", () => {
    for (const { from } of traffic) expect(["database", "redis", "endpoints"]).not.toContain(from);
  });

  it("lets only the release gate reach the test listener", () => {
    const gate = traffic.filter(({ port }) => port === ports.testHttps);
    expect(gate.map(({ from }) => from)).toEqual(["releaseGate"]);
  });

  it("has reasons that AWS takes as descriptions", () => {
    for (const { reason } of traffic) expect(reason).toMatch(/^[A-Za-z0-9 ._:/()#,@[\]+=&;{}!$*-]{1,255}$/);
  });

  it("stays within 60 rules in each direction of a group; CloudFront's prefix list counts as 55", () => {
    const weights = new Map<string, number>();
    for (const { party, direction, peer } of securityGroupRules()) {
      const group = `${party} ${direction}`;
      weights.set(group, (weights.get(group) ?? 0) + (peer === "cloudFront" ? 55 : 1));
    }
    for (const weight of weights.values()) expect(weight).toBeLessThanOrEqual(60);
    expect(weights.get("loadBalancer ingress")).toBe(56);
  });
});

const row: fc.Arbitrary<Traffic> = fc.record({
  from: fc.constantFrom<Traffic["from"]>("cloudFront", ...parties),
  to: fc.constantFrom<Traffic["to"]>("s3", "internet", ...parties),
  port: fc.integer({ min: 1, max: 65535 }),
  protocol: fc.constantFrom("tcp" as const, "udp" as const),
  reason: fc.constantFrom("a", "b"),
});
const rows = fc.uniqueArray(row, { selector: (each) => lines([each])[0], maxLength: 30 });

describe("securityGroupRules", () => {
  it("writes two rules for a line between parties, and one where one side is outside", () => {
    expect(securityGroupRules().length).toBe(
      traffic.reduce((sum, { from, to }) => sum + Number(isParty(from)) + Number(isParty(to)), 0),
    );
    fc.assert(
      fc.property(row, (each) => {
        const rules = securityGroupRules([each]);
        expect(rules.filter(({ direction }) => direction === "egress")).toHaveLength(isParty(each.from) ? 1 : 0);
        expect(rules.filter(({ direction }) => direction === "ingress")).toHaveLength(isParty(each.to) ? 1 : 0);
        for (const { port, protocol, description } of rules) {
          expect({ port, protocol, description }).toEqual({
            port: each.port,
            protocol: each.protocol,
            description: each.reason,
          });
        }
      }),
    );
  });

  it("gives each rule a name of its own, and can be read back into the table", () => {
    fc.assert(
      fc.property(rows, (table) => {
        const rules = securityGroupRules(table);
        expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
        const back = new Set(
          rules.map(({ direction, party, peer, port, protocol }) => {
            const [from, to] = direction === "egress" ? [party, peer] : [peer, party];
            return `${from} ${to} ${port} ${protocol}`;
          }),
        );
        const seen = table.filter(({ from, to }) => isParty(from) || isParty(to));
        expect([...back].sort()).toEqual(lines(seen).sort());
      }),
    );
  });
});

describe("trafficMatrix", () => {
  it("shows each open port where source and target meet", () => {
    const { targets, rows: grid } = trafficMatrix();
    const cell = (from: string, to: string) =>
      grid.find((each) => each.from === from)?.cells[targets.findIndex((target) => target === to)];
    expect(cell("cloudFront", "loadBalancer")).toBe("443");
    expect(cell("web", "database")).toBe("3306");
    expect(cell("releaseGate", "database")).toBe("");
    expect(grid.map(({ from }) => from)).toEqual([
      "cloudFront",
      "loadBalancer",
      "web",
      "worker",
      "scheduler",
      "task",
      "queueMetrics",
      "releaseGate",
      "databaseAgent",
      "databaseUsers",
      "backupFunctions",
      "dump",
      "restoreValidation",
    ]);
    expect(targets).toEqual([
      "loadBalancer",
      "web",
      "databaseClone",
      "database",
      "redis",
      "endpoints",
      "s3",
      "internet",
    ]);
  });

  it("holds every port of the table, in order, and no other", () => {
    fc.assert(
      fc.property(rows, (table) => {
        const { targets, rows: grid } = trafficMatrix(table);
        const open = grid.flatMap(({ from, cells }) =>
          cells.flatMap((cell, at) =>
            cell === ""
              ? []
              : cell.split(", ").map((port) => {
                  const [number, protocol = "tcp"] = port.split("/");
                  return `${from} ${targets[at]} ${number} ${protocol}`;
                }),
          ),
        );
        expect(open.sort()).toEqual(lines(table).sort());
      }),
    );
    const both = trafficMatrix([
      { from: "web", to: "redis", port: 2, protocol: "tcp", reason: "" },
      { from: "web", to: "redis", port: 1, protocol: "udp", reason: "" },
    ]);
    expect(both.rows[0]?.cells).toEqual(["1/udp, 2"]);
  });
});
