// The pack where it counts: in the real engine, on a plan that breaks a rule.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { Sandbox } from "../../sandbox/cli/sandbox";
import { parseRequest, updateEnvironment } from "../../toolchain/update";
import { rules } from "../../policy/rules";
import { landed, scratch } from "../support/landed";

const ENGINE = 300_000;

function resourcesIn(home: string): string[] {
  const folder = join(home, ".cloud", "resources");
  return existsSync(folder) ? readdirSync(folder, { recursive: true }).map(String) : [];
}

describe("a plan that breaks a rule", () => {
  const cases = [
    ["rds-cluster-encrypted", "aws:rds/cluster:Cluster", "storageEncrypted", false, "storageEncrypted = false"],
    ["rds-cluster-retention", "aws:rds/cluster:Cluster", "backupRetentionPeriod", 1, "at least 30 days"],
    [
      "aurora-over-zones",
      "aws:rds/clusterInstance:ClusterInstance",
      "availabilityZone",
      "ap-northeast-1a",
      "at least 2 zones",
    ],
    [
      "iam-roles-bounded",
      "aws:iam/role:Role",
      "permissionsBoundary",
      "arn:aws:iam::aws:policy/AdministratorAccess",
      "the deploy boundary of the account project",
    ],
  ] as const;

  it.each(cases)(
    "%s: is refused, and nothing is made",
    async (rule, type, property, value, message) => {
      const home = scratch(`altered-${rule}`);
      const env = { ...process.env, ALTERED: JSON.stringify([type, property, value]) };
      const project = join(__dirname, "altered", "Pulumi.yaml");
      const { exitCode, stdout, stderr } = await new Sandbox({ home, env, project, output: "capture" }).update(
        "up",
        "production",
      );
      const printed = stdout + stderr;
      expect(exitCode, printed).not.toBe(0);
      expect(printed).toContain(`[mandatory]`);
      expect(printed).toContain(rule);
      expect(printed.replace(/\s+/g, " ")).toContain(message);
      expect(resourcesIn(home)).toEqual([]);
    },
    ENGINE,
  );
});

describe("what is not known at preview", () => {
  let printed = "";
  beforeAll(async () => {
    printed = (await landed("production")).printed;
  }, 2 * ENGINE);

  it("is said to be judged at update, and never concerns encryption, backups or Multi-AZ", () => {
    const postponed = new Set([...printed.matchAll(/can't run policy '([\w-]+)'/g)].map(([, name]) => name));
    expect(postponed.size).toBeGreaterThan(0);
    const core = rules
      .filter(({ group }) => ["encryption", "backup", "resilience"].includes(group))
      .map(({ name }) => name);
    expect(core.filter((name) => postponed.has(name))).toEqual([]);
  });
});

describe("npm run up and npm run preview", () => {
  it("set the pack, whatever the caller's environment says", () => {
    const careless = {
      PULUMI_OPTION_POLICY_PACK: "",
      PULUMI_OPTION_POLICY_PACK_CONFIG: "/tmp/mine.json",
      HOME: "/home/op",
    };
    const env = updateEnvironment(careless, { PATH: "/cli" }, "staging");
    expect(env["PULUMI_OPTION_POLICY_PACK"]).toMatch(/policy\/pulumi-analyzer-affiliate$/);
    expect(existsSync(env["PULUMI_OPTION_POLICY_PACK"] ?? "")).toBe(true);
    expect(env["PULUMI_OPTION_POLICY_PACK_CONFIG"]).toMatch(/policy\/stacks\/staging\.json$/);
    expect(env["HOME"]).toBe("/home/op");
    // An account has thresholds of its own, in staging production's.
    const account = updateEnvironment({}, {}, "staging", "account")["PULUMI_OPTION_POLICY_PACK_CONFIG"];
    expect(account).toMatch(/policy\/stacks\/account\/staging\.json$/);
  });

  it("take no other pack, no other stack, and no run without one", () => {
    for (const flag of ["--policy-pack", "--policy-pack=other", "--policy-pack-config=x", "--stack", "-s"]) {
      expect(() => parseRequest(["up", "production", flag])).toThrow(/not yours to set/);
    }
    expect(() => parseRequest(["destroy", "production"])).toThrow(/unknown operation/);
    expect(() => parseRequest(["up"])).toThrow(/a stack is wanted/);
    expect(() => parseRequest(["up", "production", "--project", "acount"])).toThrow(
      /unknown project acount; known: account/,
    );
    expect(parseRequest(["up", "production", "--project", "account", "--diff"])).toEqual({
      operation: "up",
      stack: "production",
      flags: ["--diff"],
      project: "account",
    });
    expect(parseRequest(["up", "production", "--diff"])).toEqual({
      operation: "up",
      stack: "production",
      flags: ["--diff"],
    });
  });
});
