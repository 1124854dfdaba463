import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { instanceFaults, planInstances } from "../../../components/data/database-plan";
import { testStack } from "../../support/stack";
import { zoneNames } from "./fixtures";

const large = (promotionTier: number) => ({ class: "db.r6g.2xlarge", promotionTier });
const small = (promotionTier: number) => ({ class: "db.r6g.xlarge", promotionTier });
const scaling = { min: 3, max: 6, cpuPercent: 70 };
const plan = (count: number, zones = zoneNames) =>
  planInstances(
    testStack().name,
    "database",
    Array.from({ length: count }, (_, tier) => small(tier)),
    zones,
  );

describe("planInstances", () => {
  it("numbers instances from 1 and goes round the zones", () => {
    expect(plan(4).map(({ identifier, zoneName, number }) => [number, identifier, zoneName])).toEqual([
      [1, "affiliate-production-database-1", "ap-northeast-1a"],
      [2, "affiliate-production-database-2", "ap-northeast-1c"],
      [3, "affiliate-production-database-3", "ap-northeast-1d"],
      [4, "affiliate-production-database-4", "ap-northeast-1a"],
    ]);
  });

  it("leaves no zone empty before another has two, whatever the numbers", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 16 }), fc.integer({ min: 1, max: 3 }), (count, zones) => {
        const planned = plan(count, zoneNames.slice(0, zones));
        const perZone = zoneNames
          .slice(0, zones)
          .map((zone) => planned.filter((each) => each.zoneName === zone).length);
        expect(Math.max(...perZone) - Math.min(...perZone)).toBeLessThanOrEqual(1);
        expect(new Set(planned.map(({ identifier }) => identifier)).size).toBe(count);
      }),
    );
  });

  it("says so when there is no zone", () => {
    expect(() => plan(1, [])).toThrow("no zone");
  });

  it("keeps what is there when an instance is added at the end", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 15 }), (count) => {
        expect(plan(count + 1).slice(0, count)).toEqual(plan(count));
      }),
    );
  });
});

describe("instanceFaults", () => {
  it("finds none in production's shape, nor in a lone instance", () => {
    expect(instanceFaults([large(0), large(0), small(1), small(1)], scaling)).toEqual([]);
    expect(instanceFaults([small(0)], { min: 0, max: 0, cpuPercent: 70 })).toEqual([]);
  });

  it("wants a writer", () => {
    expect(instanceFaults([], scaling)).toEqual(["there is no instance; a cluster needs a writer"]);
  });

  it("refuses a failover to a smaller instance", () => {
    const halved = instanceFaults([large(0), small(0), small(1), large(1)], scaling);
    expect(halved).toHaveLength(1);
    expect(halved[0]).toContain("a reader of db.r6g.xlarge has the lowest tier of the readers, 0");
    // Of the readers: what tier the writer has says nothing.
    expect(instanceFaults([large(0), small(1), large(2), small(2)], scaling)).toHaveLength(1);
    expect(instanceFaults([large(15), large(1), small(2), small(2)], scaling)).toEqual([]);
  });

  it("counts declared readers in the capacity", () => {
    const readers = [large(0), large(0), small(1), small(1)];
    expect(instanceFaults(readers, { ...scaling, min: 2 })).toEqual([
      "replicaScaling.min is 2, but 3 readers are declared: they count, and none of them is ever removed; say at least 3",
    ]);
    expect(instanceFaults(readers, { ...scaling, max: 2 })).toEqual([
      "replicaScaling.max is 2, less than its min of 3",
    ]);
    expect(instanceFaults([small(0)], { min: 0, max: 2, cpuPercent: 70 })).toHaveLength(1);
  });
});
