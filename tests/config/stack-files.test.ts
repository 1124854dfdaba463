import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { isMap, isScalar, isSeq, parse, parseDocument, type Node, type YAMLMap } from "yaml";
import { ROOT, settingsOfStack, stackFileText, type StackName } from "./stack-files";

const stacks: StackName[] = ["production", "staging", "recovery"];
const production = settingsOfStack("production");
const staging = settingsOfStack("staging");

describe.each(stacks)("Pulumi.%s.yaml", (stack) => {
  it("is valid", () => expect(settingsOfStack(stack).environment).toBe(stack));

  it("holds no secret and names no secrets provider", () => {
    const text = stackFileText(stack);
    expect(text).not.toMatch(/^\s*-?\s*secure:/m);
    expect(Object.keys(parse(text) as object)).toEqual(["config"]);
  });

  it("has no tab, no trailing space, no key twice", () => {
    expect(stackFileText(stack)).not.toMatch(/\t| $/m);
    expect(parseDocument(stackFileText(stack)).errors).toEqual([]);
  });
});

describe("production", () => {
  it("has the runbook's numbers", () => {
    expect(production).toMatchObject({
      accountId: "123456789012",
      region: "ap-northeast-1",
      network: {
        cidr: "10.0.0.0/16",
        zones: [{ name: "ap-northeast-1a" }, { name: "ap-northeast-1c" }, { name: "ap-northeast-1d" }],
        privateCidrs: ["10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24"],
        publicCidrs: ["10.0.101.0/24", "10.0.102.0/24", "10.0.103.0/24"],
        natGateways: "OnePerAz",
      },
      database: { name: "affiliate_production", backupRetentionDays: 30, backupWindow: "03:00-04:00" },
      redis: {
        sessions: { nodeType: "cache.r6g.xlarge", nodes: 3 },
        snapshotRetentionDays: 5,
        snapshotWindow: "03:00-05:00",
      },
      compute: { web: { minTasks: 3, maxTasks: 20, cpuPercent: 70 } },
      storage: { backupDays: 30 },
    });
    expect(production.domain.hostnames).toContain("api.affiliate-system.com");
  });

  it("has the writer, three readers, and one of them fit to take over", () => {
    const [writer, ...readers] = production.database.instances;
    expect(writer).toEqual({ class: "db.r6g.2xlarge", promotionTier: 0 });
    expect(readers.map((reader) => reader.class)).toEqual(["db.r6g.2xlarge", "db.r6g.xlarge", "db.r6g.xlarge"]);
    expect(readers.filter((reader) => reader.promotionTier === 0)).toHaveLength(1);
  });
});

describe("staging", () => {
  it("shares no account, address, host name or schema with production", () => {
    expect(staging.accountId).not.toBe(production.accountId);
    expect(staging.network.cidr).not.toBe(production.network.cidr);
    expect(staging.domain.zoneId).not.toBe(production.domain.zoneId);
    expect(staging.domain.hostnames.filter((name) => production.domain.hostnames.includes(name))).toEqual([]);
    expect(staging.database.name).not.toBe(production.database.name);
  });

  it("runs production's versions, processor and image", () => {
    expect(staging.database.engineVersion).toBe(production.database.engineVersion);
    expect(staging.redis.engineVersion).toBe(production.redis.engineVersion);
    expect(staging.compute.cpuArchitecture).toBe(production.compute.cpuArchitecture);
    expect(staging.compute.bootstrapImage).toBe(production.compute.bootstrapImage);
  });

  it("has production's keys, all of them", () => {
    const keys = (stack: StackName) => [...leaves(configMap(stack))].map(([key]) => key).sort();
    expect(keys("staging")).toEqual(keys("production"));
  });

  const wanted = new Map(leaves(configMap("production")).map(([key, { text }]) => [key, text]));
  const differences = leaves(configMap("staging")).filter(([key, { text }]) => wanted.get(key) !== text);

  it("differs", () => expect(differences.length).toBeGreaterThan(20));

  it.each(differences)("says why %s differs", (_, { reason }) => expect(reason).toMatch(/\w+ \w+/));
});

describe("recovery", () => {
  const recovery = settingsOfStack("recovery");

  it("stands by for production, name by name, and is as large", () => {
    expect(recovery.domain.standbyFor).toEqual(production.domain.hostnames);
    expect(recovery.recovery.copiesOf).toBe("production");
    expect(production.recovery.copyRegion).toBe(recovery.region);
    expect(recovery.accountId).toBe(production.accountId);
    const { restore, ...database } = recovery.database;
    expect(restore?.from).toContain(`:rds:${recovery.region}:`);
    expect(database).toEqual(production.database);
    expect(recovery.redis).toEqual(production.redis);
    expect(recovery.compute).toEqual(production.compute);
    expect(recovery.edge).toEqual(production.edge);
  });

  it("has the targets that the drill is held to, as production has", () => {
    expect(recovery.recovery.inRegion).toEqual({ rpoMinutes: 5, rtoMinutes: 60 });
    expect(recovery.recovery.acrossRegions).toEqual({ rpoHours: 24, rtoHours: 4 });
    const { inRegion, acrossRegions } = production.recovery;
    expect({ inRegion, acrossRegions }).toEqual({
      inRegion: recovery.recovery.inRegion,
      acrossRegions: recovery.recovery.acrossRegions,
    });
  });
});

describe("Pulumi.yaml", () => {
  const project = parse(readFileSync(path.join(ROOT, "Pulumi.yaml"), "utf8")) as Record<string, unknown>;

  it("has no config keys: the CLI would stop at the first that is missing", () => {
    expect(Object.keys(project).sort()).toEqual(["description", "main", "name", "runtime"]);
  });

  it("starts the compiled program and never type-checks at run time", () => {
    expect(project["runtime"]).toEqual({
      name: "nodejs",
      options: { typescript: false },
    });
  });

  it("has a stack file for each stack and no other", () => {
    const files = readdirSync(ROOT).filter((file) => /^Pulumi\..+\.yaml$/.test(file));
    expect(files).toEqual(expect.arrayContaining(stacks.map((stack) => `Pulumi.${stack}.yaml`)));
  });
});

interface Leaf {
  readonly text: string;
  /** The comment at the key or behind its value. */
  readonly reason: string;
}

function configMap(stack: StackName): YAMLMap {
  return parseDocument(stackFileText(stack)).get("config") as YAMLMap;
}

/** Keys whose values are no maps: a list is one value, with one reason. */
function leaves(map: YAMLMap, prefix = ""): [string, Leaf][] {
  return map.items.flatMap((item, index): [string, Leaf][] => {
    const { key, value } = item as { key: Node; value: Node };
    const name = `${prefix}${isScalar(key) ? String(key.value) : ""}`;
    if (isMap(value) && !value.flow) return leaves(value, `${name}.`);
    // The parser gives a comment before a map's first key to the map.
    const first = index === 0 ? (map.commentBefore ?? "") : "";
    const comments = [first, key.commentBefore, value.comment, isSeq(value) ? value.commentBefore : ""];
    return [[name, { text: JSON.stringify(value.toJSON()), reason: comments.filter(Boolean).join(" ") }]];
  });
}
