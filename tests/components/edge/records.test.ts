import { describe, expect, it } from "vitest";
import { Records } from "../../../components/edge/records";
import { record } from "../../support/mocks";

const make = (overrides: { hostnames?: string[]; zoneName?: string } = {}) =>
  record(
    () =>
      new Records("records", {
        zoneId: "Z0123456789ABC",
        zoneName: "affiliate-system.com",
        hostnames: ["www.affiliate-system.com", "api.affiliate-system.com"],
        originHostname: "origin.affiliate-system.com",
        distributionDomainName: "d111111abcdef8.cloudfront.net",
        distributionZoneId: "Z2FDTNDATAQYW2",
        loadBalancerDnsName: "internal-affiliate-production-1.ap-northeast-1.elb.amazonaws.com",
        loadBalancerZoneId: "Z14GRHDCWA56QT",
        ...overrides,
      }),
  );

const RECORD = "aws:route53/record:Record";

describe("Records", () => {
  it("makes A, AAAA and CAA for each name, A and CAA for the origin, and nothing else", async () => {
    const recording = await make();
    expect(recording.counts()).toEqual({ "affiliate:edge:Records": 1, [RECORD]: 8 });
    expect(recording.ofType(RECORD).map(({ inputs }) => `${String(inputs.type)} ${String(inputs.name)}`)).toEqual([
      "A www.affiliate-system.com",
      "AAAA www.affiliate-system.com",
      "A api.affiliate-system.com",
      "AAAA api.affiliate-system.com",
      "A origin.affiliate-system.com",
      "CAA www.affiliate-system.com",
      "CAA api.affiliate-system.com",
      "CAA origin.affiliate-system.com",
    ]);
  });

  it("points viewers to the distribution and the origin's name to the load balancer, whatever their health", async () => {
    const recording = await make();
    for (const type of ["a", "aaaa"]) {
      expect(recording.one(RECORD, `records-www.affiliate-system.com-${type}`).inputs.aliases).toEqual([
        { name: "d111111abcdef8.cloudfront.net", zoneId: "Z2FDTNDATAQYW2", evaluateTargetHealth: false },
      ]);
    }
    expect(recording.one(RECORD, "records-origin.affiliate-system.com-a").inputs.aliases).toEqual([
      {
        name: "internal-affiliate-production-1.ap-northeast-1.elb.amazonaws.com",
        zoneId: "Z14GRHDCWA56QT",
        evaluateTargetHealth: false,
      },
    ]);
  });

  it("takes over no record that is there already", async () => {
    for (const { inputs } of (await make()).ofType(RECORD)) {
      expect(inputs.zoneId).toBe("Z0123456789ABC");
      expect(inputs.allowOverwrite ?? false).toBe(false);
    }
  });

  it.each(["affiliate-system.com", "Affiliate-System.com."])(
    "says nothing of certificates at the zone's own name (%s), which others share",
    async (zoneName) => {
      const recording = await make({ hostnames: ["affiliate-system.com", "api.affiliate-system.com"], zoneName });
      const caa = recording.ofType(RECORD).filter(({ inputs }) => inputs.type === "CAA");
      expect(caa.map(({ inputs }) => [inputs.name, inputs.records])).toEqual([
        ["api.affiliate-system.com", ['0 issue "amazon.com"']],
        ["origin.affiliate-system.com", ['0 issue "amazon.com"']],
      ]);
      expect(recording.ofType(RECORD)).toHaveLength(7);
    },
  );
});
