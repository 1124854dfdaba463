import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aligned, contains, firstFree, overlap, prefixLength, range, usableAddresses } from "../../config/cidr";
import { networkPlan } from "../../config/network-plan";
import { settingsOfStack } from "./stack-files";

const octet = fc.integer({ min: 0, max: 255 });
const cidr = fc
  .tuple(octet, octet, octet, octet, fc.integer({ min: 8, max: 32 }))
  .map(([a, b, c, d, prefix]) => aligned(`${a}.${b}.${c}.${d}/${prefix}`));

describe("blocks of addresses", () => {
  it("know where they begin", () => {
    expect(aligned("10.0.1.7/24")).toBe("10.0.1.0/24");
    expect(aligned("10.0.130.0/17")).toBe("10.0.128.0/17");
  });

  it("are aligned once and for all", () => fc.assert(fc.property(cidr, (block) => aligned(block) === block)));

  it("hold as many addresses as their prefix says", () => {
    fc.assert(
      fc.property(cidr, (block) => range(block).last - range(block).first + 1 === 2 ** (32 - prefixLength(block))),
    );
  });

  it("overlap exactly when one contains the other", () => {
    fc.assert(fc.property(cidr, cidr, (a, b) => overlap(a, b) === (contains(a, b) || contains(b, a))));
  });

  it("give 251 addresses of a /24, and 11 of a /28", () => {
    expect([usableAddresses("10.0.1.0/24"), usableAddresses("10.0.1.0/28")]).toEqual([251, 11]);
  });

  it("find room that nobody has", () => {
    const prefix = fc.integer({ min: 18, max: 26 });
    const inside = fc.tuple(octet, octet, prefix).map(([c, d, size]) => aligned(`10.0.${c}.${d}/${size}`));
    fc.assert(
      fc.property(fc.array(inside, { maxLength: 12 }), prefix, (taken, size) => {
        const block = firstFree("10.0.0.0/16", size, taken);
        if (block === undefined) return taken.length > 0;
        return (
          aligned(block) === block && contains("10.0.0.0/16", block) && !taken.some((each) => overlap(each, block))
        );
      }),
    );
    expect(firstFree("10.0.0.0/24", 25, ["10.0.0.0/25", "10.0.0.128/25"])).toBeUndefined();
  });
});

describe.each(["production", "staging"] as const)("the network plan of %s", (stack) => {
  const { network } = settingsOfStack(stack);
  const plan = networkPlan(network);

  it("has a block for each zone in each tier, and blocks on every tier", () => {
    expect(plan.subnetSpecs.map(({ type, name }) => [type, name])).toEqual([
      ["Public", "public"],
      ["Private", "private"],
      ["Isolated", "data"],
    ]);
    for (const { cidrBlocks } of plan.subnetSpecs) expect(cidrBlocks).toHaveLength(plan.zoneNames.length);
  });

  it("lies inside the VPC and shares nothing", () => {
    const all = plan.subnetSpecs.flatMap(({ cidrBlocks }) => cidrBlocks);
    expect(all.every((block) => contains(plan.cidrBlock, block))).toBe(true);
    expect(all.filter((a, i) => all.some((b, j) => j < i && overlap(a, b)))).toEqual([]);
  });

  it("counts its NAT gateways", () => expect(plan.natGatewayCount).toBe(stack === "production" ? 3 : 1));
});
