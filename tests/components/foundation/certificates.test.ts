import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  Certificates,
  type CertificatesArgs,
  validationDomains,
  validationOption,
} from "../../../components/foundation/certificates";
import { record, valueOf } from "../../support/mocks";
import { testStack } from "../../support/stack";

const CERTIFICATE = "aws:acm/certificate:Certificate";
const VALIDATION = "aws:acm/certificateValidation:CertificateValidation";
const RECORD = "aws:route53/record:Record";
const make = (args: Partial<CertificatesArgs> = {}) =>
  record(
    () =>
      new Certificates("certificates", {
        stack: testStack(),
        zoneId: "Z0123456789ABCDEFGHIJ",
        hostnames: ["api.affiliate-system.com", "affiliate-system.com"],
        originHostname: "origin.affiliate-system.com",
        ...args,
      }),
  );

describe("Certificates", () => {
  it("makes two certificates, a validation for each and a record for each name", async () => {
    expect((await make()).counts()).toEqual({
      "affiliate:foundation:Certificates": 1,
      [CERTIFICATE]: 2,
      [VALIDATION]: 2,
      [RECORD]: 3,
    });
  });

  it("puts the origin's name on the regional certificate only", async () => {
    const certificates = await make();
    expect(certificates.one(CERTIFICATE, "certificates-regional").inputs).toEqual({
      region: "ap-northeast-1",
      validationMethod: "DNS",
      domainName: "affiliate-system.com",
      subjectAlternativeNames: ["api.affiliate-system.com", "origin.affiliate-system.com"],
    });
    expect(certificates.one(CERTIFICATE, "certificates-global").inputs).toEqual({
      region: "us-east-1",
      validationMethod: "DNS",
      domainName: "affiliate-system.com",
      subjectAlternativeNames: ["api.affiliate-system.com"],
    });
  });

  it("are the same before and after a name that was waited for has come", async () => {
    const production = ["affiliate-system.com", "www.affiliate-system.com"];
    const recovery = ["recovery.affiliate-system.com"];
    const before = await make({ hostnames: recovery, standbyFor: production });
    const after = await make({ hostnames: production, standbyFor: recovery });
    const inputs = (of: typeof before) => of.ofType(CERTIFICATE).map((certificate) => certificate.inputs);
    expect(inputs(after)).toEqual(inputs(before));
    expect(before.one(CERTIFICATE, "certificates-global").inputs).toMatchObject({
      domainName: "affiliate-system.com",
      subjectAlternativeNames: ["recovery.affiliate-system.com", "www.affiliate-system.com"],
    });
  });

  it("writes each name's own record, whatever the order ACM gives them in", async () => {
    const records = (await make()).ofType(RECORD);
    expect(records.map(({ name }) => name).sort()).toEqual([
      "certificates-validation-affiliate-system.com",
      "certificates-validation-api.affiliate-system.com",
      "certificates-validation-origin.affiliate-system.com",
    ]);
    for (const { name, inputs } of records) {
      const domain = name.replace("certificates-validation-", "");
      expect(inputs).toMatchObject({ zoneId: "Z0123456789ABCDEFGHIJ", type: "CNAME", ttl: 300, allowOverwrite: true });
      expect(inputs.name).toMatch(new RegExp(`^_[0-9a-f]{32}\\.${domain.replaceAll(".", "\\.")}\\.$`));
    }
  });

  it("leaves records behind: certificates of other stacks renew by them", async () => {
    for (const { options } of (await make()).ofType(RECORD)) expect(options.retainOnDelete).toBe(true);
  });

  it("waits for each certificate in its region, by the records of its names", async () => {
    const certificates = await make();
    const fqdn = (domain: string) =>
      String(certificates.one(RECORD, `certificates-validation-${domain}`).inputs.name).replace(/\.$/, "");
    const regional = certificates.one(VALIDATION, "certificates-regional-validation");
    const global = certificates.one(VALIDATION, "certificates-global-validation");
    expect(regional.inputs).toMatchObject({
      region: "ap-northeast-1",
      validationRecordFqdns: [
        fqdn("affiliate-system.com"),
        fqdn("api.affiliate-system.com"),
        fqdn("origin.affiliate-system.com"),
      ],
    });
    expect(global.inputs).toMatchObject({
      region: "us-east-1",
      validationRecordFqdns: [fqdn("affiliate-system.com"), fqdn("api.affiliate-system.com")],
    });
    for (const { options } of [regional, global]) expect(options.customTimeouts).toEqual({ create: "30m" });
  });

  it("hands out the ARNs behind the validations: whoever takes one waits until it is issued", async () => {
    const taken = await record(() => {
      const certificates = new Certificates("certificates", {
        stack: testStack(),
        zoneId: "Z0123456789ABCDEFGHIJ",
        hostnames: ["api.affiliate-system.com"],
        originHostname: "origin.affiliate-system.com",
      });
      const take = (name: string, value: pulumi.Input<string>) =>
        new aws.ssm.Parameter(name, { type: "String", value });
      take("regional", certificates.regionalCertificateArn);
      take("global", certificates.globalCertificateArn);
    });
    for (const [scope, region] of [
      ["regional", "ap-northeast-1"],
      ["global", "us-east-1"],
    ] as const) {
      const parameter = taken.one("aws:ssm/parameter:Parameter", scope);
      expect(parameter.inputs.value).toMatch(new RegExp(`^arn:aws:acm:${region}:`));
      expect(parameter.options.dependencies).toContain(taken.one(VALIDATION, `certificates-${scope}-validation`).urn);
    }
  });

  it("tells how long each certificate has, in its region", async () => {
    const { regionalDaysToExpiry, globalDaysToExpiry } = (await make()).result.metrics;
    expect(regionalDaysToExpiry).toMatchObject({ namespace: "AWS/CertificateManager", metricName: "DaysToExpiry" });
    expect(regionalDaysToExpiry.region).toBeUndefined();
    expect(globalDaysToExpiry.region).toBe("us-east-1");
    expect(await valueOf(regionalDaysToExpiry.dimensions.CertificateArn ?? "")).toMatch(/^arn:aws:acm:ap-northeast-1:/);
    expect(await valueOf(globalDaysToExpiry.dimensions.CertificateArn ?? "")).toMatch(/^arn:aws:acm:us-east-1:/);
  });

  it("asks for one record for a wildcard and the name it stands on", async () => {
    const certificates = await make({ hostnames: ["affiliate-system.com", "*.affiliate-system.com"] });
    expect(certificates.ofType(RECORD).map(({ name }) => name)).toEqual([
      "certificates-validation-affiliate-system.com",
      "certificates-validation-origin.affiliate-system.com",
    ]);
  });

  it("refuses to ask for a certificate of nothing", async () => {
    await expect(make({ hostnames: [] })).rejects.toThrow("at least one host name");
  });
});

describe("validationDomains", () => {
  const label = fc.stringMatching(/^[a-z]{1,4}$/);
  const name = fc.tuple(fc.boolean(), label, label).map(([star, a, b]) => `${star ? "*." : ""}${a}.${b}`);

  it("has each name once, without stars, in an order that does not depend on the input's", () => {
    fc.assert(
      fc.property(fc.array(name), (names) => {
        const domains = validationDomains(names);
        expect(new Set(domains).size).toBe(domains.length);
        expect(domains.some((domain) => domain.startsWith("*"))).toBe(false);
        for (const each of names) expect(domains).toContain(each.replace("*.", ""));
        expect(validationDomains([...names].reverse())).toEqual(domains);
      }),
    );
  });
});

describe("validationOption", () => {
  const options = [{ domainName: "*.b.test" }, { domainName: "a.test" }];

  it("finds a name wherever it stands", () => {
    expect(validationOption(options, "a.test")).toBe(options[1]);
    expect(validationOption(options, "b.test")).toBe(options[0]);
  });

  it("says what there is when it finds none", () => {
    expect(() => validationOption(options, "c.test")).toThrow(
      "ACM offers no validation record for c.test; it offers: *.b.test, a.test.",
    );
    expect(() => validationOption([], "c.test")).toThrow("it offers: none.");
  });
});
