import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createNamer, type NameKind, nameRules } from "../../config/naming";

const name = createNamer({ project: "affiliate", environment: "production", accountId: "123456789012" });
const kinds = Object.keys(nameRules) as NameKind[];
const kind = fc.constantFrom(...kinds);
const part = fc.stringMatching(/^[a-z][a-z0-9]{0,11}(-[a-z][a-z0-9]{0,11})?$/);
const parts = fc.array(part, { minLength: 1, maxLength: 4 });

/** The name, or the error in its place. */
function attempt(act: () => string): { name?: string; error?: string } {
  try {
    return { name: act() };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

describe("names", () => {
  it("are what the runbook's readers expect", () => {
    const names: Partial<Record<NameKind, string>> = {
      ecsService: "affiliate-production-web",
      bucket: "affiliate-production-web-123456789012",
      secret: "affiliate/production/web",
      logGroup: "/affiliate/production/web",
      ssmParameter: "/affiliate/production/web",
      kmsAlias: "alias/affiliate-production-web",
      wafLogGroup: "aws-waf-logs-affiliate-production-web",
      repository: "affiliate-production-web",
    };
    for (const [of, expected] of Object.entries(names)) expect(name(of as NameKind, "web")).toBe(expected);
  });

  it("need no part where a stack has one of a kind", () => {
    expect(name("ecsCluster")).toBe("affiliate-production");
    expect(name("wafLogGroup")).toBe("aws-waf-logs-affiliate-production");
  });

  it("of staging and production never meet", () => {
    const staging = createNamer({ project: "affiliate", environment: "staging", accountId: "123456789012" });
    fc.assert(
      fc.property(kind, parts, parts, (of, one, other) => {
        const [a, b] = [attempt(() => staging(of, ...one)), attempt(() => name(of, ...other))];
        return a.name === undefined || a.name !== b.name;
      }),
    );
  });

  it("are never longer than AWS takes, nor in other letters", () => {
    fc.assert(
      fc.property(kind, parts, (of, list) => {
        const { name: made, error } = attempt(() => name(of, ...list));
        if (made === undefined) return error !== undefined;
        return made.length <= nameRules[of].limit && nameRules[of].pattern.test(made);
      }),
    );
  });

  it("are the same each time", () => {
    fc.assert(
      fc.property(kind, parts, (of, list) => {
        expect(attempt(() => name(of, ...list))).toEqual(attempt(() => name(of, ...list)));
      }),
    );
  });

  it("differ when their parts differ in more than how they are split", () => {
    fc.assert(
      fc.property(kind, parts, parts, (of, one, other) => {
        fc.pre(one.join("-") !== other.join("-"));
        const [a, b] = [attempt(() => name(of, ...one)), attempt(() => name(of, ...other))];
        return a.name === undefined || a.name !== b.name;
      }),
    );
  });

  it("hold every part", () => {
    fc.assert(
      fc.property(kind, parts, (of, list) => {
        const { name: made } = attempt(() => name(of, ...list));
        return made === undefined || list.every((each) => made.includes(each));
      }),
    );
  });
});

describe("a name that cannot be", () => {
  it("is refused when it is too long, with name, length, limit, kind and the way out", () => {
    const long = "a-very-long-purpose-indeed";
    expect(() => name("loadBalancer", long)).toThrow(
      'The name "affiliate-production-a-very-long-purpose-indeed" is 47 characters long; AWS takes 32 for a ' +
        "loadBalancer (ELBv2 CreateLoadBalancer). Shorten its parts (a-very-long-purpose-indeed) by 15.",
    );
  });

  it.each(["", "-web", "web-", "we b", "a/b", "ウェブ"])("is refused for the part %j", (bad) => {
    expect(() => name("ecsService", bad)).toThrow(`"${bad}" cannot be a part of a name (ecsService)`);
  });

  it.each([
    ["bucket", "Uploads"],
    ["rdsCluster", "a--b"],
    ["rdsCluster", "A"],
    ["replicationGroup", "a.b"],
    ["ecsService", "a.b"],
  ] as const)("is refused for a %s with the part %j", (of, bad) => {
    expect(() => name(of, bad)).toThrow(`is not one for a ${of}: AWS takes ${nameRules[of].alphabet}`);
  });

  it("is refused when a secret's name ends like a secret's ARN", () => {
    expect(() => name("secret", "database-tokens")).toThrow("not ending in a hyphen and six characters");
  });

  it("is refused for a kind that nobody knows", () => {
    // @ts-expect-error "targetGroup" is no kind: AWS swaps target groups, so they have no fixed names.
    expect(() => name("targetGroup", "web")).toThrow('"targetGroup" is not a kind of name. Known: bucket, iamRole');
    // @ts-expect-error Nor is what every object has.
    expect(() => name("toString")).toThrow("is not a kind of name");
  });
});
