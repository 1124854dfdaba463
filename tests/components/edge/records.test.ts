import { describe, expect, it } from "vitest";
import { Records, type RecordsArgs } from "../../../components/edge/records";
import { record } from "../../support/mocks";
import { testStack } from "../../support/stack";

const make = (overrides: Partial<RecordsArgs> = {}) =>
  record(
    () =>
      new Records("records", {
        stack: testStack(),
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

  it("overwrites what is there where it takes over, and leaves names behind that went to another stack", async () => {
    for (const { inputs, options } of (await make({ takesOver: true })).ofType(RECORD)) {
      if (inputs.name === "origin.affiliate-system.com" && inputs.type === "A") continue;
      expect(inputs.allowOverwrite).toBe(true);
      expect(options.retainOnDelete).toBe(true);
    }
    const staging = await make({ stack: testStack({ environment: "staging", protect: false }) });
    for (const { options } of staging.ofType(RECORD)) expect(options.retainOnDelete ?? false).toBe(false);
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
