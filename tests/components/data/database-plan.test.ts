import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planInstances, readerCapacity } from "../../../components/data/database-plan";
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

describe("readerCapacity", () => {
  const four = [large(0), large(0), small(1), small(1)];

  it("goes from the declared readers, which count, to the most", () => {
    expect(readerCapacity(four, scaling)).toEqual({ min: 3, max: 6 });
    expect(readerCapacity(four, { ...scaling, min: 4 })).toEqual({ min: 4, max: 6 });
    expect(readerCapacity(four, { ...scaling, min: 0 })).toEqual({ min: 3, max: 6 });
  });

  it("is none where there is no room over the declared readers", () => {
    expect(readerCapacity(four, { ...scaling, max: 3 })).toBeUndefined();
    expect(readerCapacity([small(0)], { min: 0, max: 0, cpuPercent: 70 })).toBeUndefined();
  });

  it("refuses what Aurora refuses", () => {
    expect(() => readerCapacity([], scaling)).toThrow("needs an instance");
    expect(() => readerCapacity([small(0)], scaling)).toThrow("declare a reader");
  });
});
