import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { RESOURCE_TAG } from "../../config/resource-tag";
import { plannedOf } from "../../policy/framework/state";
import { identityOf } from "../../toolchain/recover/identities";
import { CANARY, captured, copyOfLanded, type Landed, landed, landedHome, type LandedStack } from "../support/landed";

const STACKS: readonly LandedStack[] = ["production", "staging"];
const ENGINE = 300_000;
const found = new Map<LandedStack, Landed>();

beforeAll(async () => {
  for (const stack of STACKS) found.set(stack, await landed(stack));
}, 2 * ENGINE);

function of(stack: LandedStack): Landed {
  const one = found.get(stack);
  if (!one) throw new Error(`${stack} is not landed`);
  return one;
}

describe.each(STACKS)("%s, brought up through the real engine", (stack) => {
  it("has every component, and over 180 resources", () => {
    const resources = of(stack).state.deployment.resources ?? [];
    expect(resources.filter(({ custom }) => custom === true).length).toBeGreaterThan(180);
    const components = new Set(resources.map(({ type }) => type).filter((type) => type.startsWith("affiliate:")));
    for (const component of [
      "foundation:Keys",
      "network:Network",
      "data:Database",
      "compute:WebService",
      "edge:Distribution",
    ]) {
      expect(components).toContain(`affiliate:${component}`);
    }
    for (const component of components) expect(of(stack).printed).toContain(component);
  });

  it("is over three zones, with nothing in the data subnets that leads out", () => {
    const plan = plannedOf(of(stack).state);
    const zones = plan
      .filter(({ type }) => type === "aws:ec2/subnet:Subnet")
      .map(({ props }) => props["availabilityZone"]);
    expect(new Set(zones).size).toBe(3);
    const gateways = plan.filter(({ type }) => type === "aws:ec2/natGateway:NatGateway");
    expect(gateways).toHaveLength(stack === "production" ? 3 : 1);
  });

  it(
    "changes nothing when it is brought up again",
    async () => {
      const again = await captured(await copyOfLanded(`again-${stack}`)).update("up", stack, ["--expect-no-changes"]);
      expect(again.stdout + again.stderr).toContain("unchanged");
      expect(again.exitCode).toBe(0);
      expect(Object.keys(again.events.changes ?? {})).toEqual(["same"]);
    },
    ENGINE,
  );

  it("can be found again without the state: each type says how, and each tag is one resource's", () => {
    const plan = plannedOf(of(stack).state).filter(({ type }) => !type.startsWith("pulumi:"));
    expect([...new Set(plan.map(({ type }) => type))].filter((type) => identityOf(type).by === "hand")).toEqual([]);
    const tags = plan.flatMap(
      ({ props }) => (props["tags"] as Record<string, string> | undefined)?.[RESOURCE_TAG] ?? [],
    );
    expect(tags.length).toBeGreaterThan(200);
    expect(new Set(tags).size).toBe(tags.length);
  });

  it("makes containers of secrets and never a value", () => {
    const types = plannedOf(of(stack).state).map(({ type }) => type);
    expect(types.filter((type) => type === "aws:secretsmanager/secret:Secret").length).toBeGreaterThanOrEqual(9);
    expect(types.filter((type) => /secretVersion|iam\/accessKey|randomPassword/i.test(type))).toEqual([]);
  });
});

describe("the stacks together", () => {
  it("leave the root's stack files as they were, without salt or secret", () => {
    for (const stack of STACKS) {
      const file = readFileSync(join(__dirname, "..", "..", `Pulumi.${stack}.yaml`), "utf8");
      expect(createHash("sha256").update(file).digest("hex")).toBe(of(stack).stackFileBefore);
      expect(file).not.toMatch(/secure:|encryptionsalt|secretsprovider/);
    }
  });

  it("share no name that AWS keeps unique in an account", () => {
    const names = STACKS.flatMap((stack) =>
      plannedOf(of(stack).state)
        .filter(({ type }) => type === "aws:s3/bucket:Bucket" || type === "aws:iam/role:Role")
        .map(({ type, props }) => `${type} ${String(props["bucket"] ?? props["name"])}`),
    );
    expect(new Set(names).size).toBe(names.length);
  });

  it("write no secret of their surroundings into state, cloud or copies", () => {
    const files = readdirSync(landedHome(), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const hits = files
      .filter((entry) => /\.(json|jsonl|yaml)$/.test(entry.name))
      .filter((entry) => {
        const text = readFileSync(join(entry.parentPath, entry.name), "utf8");
        return text.includes(CANARY);
      });
    expect(files.length).toBeGreaterThan(300);
    expect(hits.map((entry) => entry.name)).toEqual([]);
  });
});
