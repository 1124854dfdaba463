import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  capacity,
  countableRules,
  countOnlyFaults,
  INCLUDED_CAPACITY,
  planRules,
  webAclRules,
  type ManagedGroup,
} from "../../../components/edge/web-acl-rules";

const groups = webAclRules.filter((rule): rule is ManagedGroup => rule.kind === "managed");

/** What a planned rule does, in words. */
function effects(countOnlyRules: readonly string[]): Record<string, "blocks" | "counts"> {
  const found: Record<string, "blocks" | "counts"> = {};
  for (const rule of planRules({ rateLimit: 2000, countOnlyRules })) {
    const planned = rule as {
      name: string;
      action?: Record<string, unknown>;
      overrideAction?: Record<string, unknown>;
    };
    const counts = "count" in (planned.action ?? planned.overrideAction ?? {});
    found[planned.name] = counts ? "counts" : "blocks";
    const { statement } = rule as {
      statement: { managedRuleGroupStatement?: { ruleActionOverrides: { name: string; actionToUse: object }[] } };
    };
    const inside = groups.find((group) => group.name === planned.name)?.rules ?? [];
    for (const name of inside) found[name] = "blocks";
    for (const override of statement.managedRuleGroupStatement?.ruleActionOverrides ?? []) {
      expect(override.actionToUse).toEqual({ count: {} });
      found[override.name] = "counts";
    }
  }
  return found;
}

describe("the table of rules", () => {
  it("costs 1,252 capacity units, within what the price of the web ACL includes", () => {
    // 25 + 200 + 700 + 200 + 100 for the groups; 2 and 2 + 3 + 20 for the rates.
    expect(capacity()).toBe(1252);
    expect(capacity()).toBeLessThanOrEqual(INCLUDED_CAPACITY);
  });

  it("holds the groups that an application in PHP over MySQL needs, in AWS's names and capacities", () => {
    expect(Object.fromEntries(groups.map(({ name, capacity: wcu }) => [name, wcu]))).toEqual({
      AWSManagedRulesAmazonIpReputationList: 25,
      AWSManagedRulesKnownBadInputsRuleSet: 200,
      AWSManagedRulesCommonRuleSet: 700,
      AWSManagedRulesSQLiRuleSet: 200,
      AWSManagedRulesPHPRuleSet: 100,
    });
  });

  it("names each rule once, in the alphabet of metric names, clear of AWS's own", () => {
    const names = countableRules();
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^(?!All$|ALL$|Default_Action$)[A-Za-z0-9_-]{1,128}$/);
  });

  it("gives a reason for each rule that only ever counts, and counts no rule that is not there", () => {
    for (const { counted = {}, rules } of groups) {
      for (const [rule, reason] of Object.entries(counted)) {
        expect(rules).toContain(rule);
        expect(reason.length).toBeGreaterThan(20);
      }
    }
  });
});

describe("planRules", () => {
  it("evaluates addresses first, then floods, then content", () => {
    const plan = planRules({ rateLimit: 2000, countOnlyRules: [] });
    expect(plan.map(({ name, priority }) => [priority, name])).toEqual([
      [10, "AWSManagedRulesAmazonIpReputationList"],
      [20, "rate-limit"],
      [30, "rate-limit-sign-in"],
      [40, "AWSManagedRulesKnownBadInputsRuleSet"],
      [50, "AWSManagedRulesCommonRuleSet"],
      [60, "AWSManagedRulesSQLiRuleSet"],
      [70, "AWSManagedRulesPHPRuleSet"],
    ]);
  });

  it("blocks all but the two rules that uploads and postbacks would trip", () => {
    const counting = Object.entries(effects([])).filter(([, effect]) => effect === "counts");
    expect(counting.map(([name]) => name)).toEqual(["NoUserAgent_HEADER", "SizeRestrictions_BODY"]);
  });

  it("counts exactly the named groups, rules and rate limits, whichever they are", () => {
    const always = groups.flatMap(({ counted = {} }) => Object.keys(counted));
    fc.assert(
      fc.property(fc.subarray([...countableRules()]), (countOnlyRules) => {
        for (const [name, effect] of Object.entries(effects(countOnlyRules))) {
          const expected = countOnlyRules.includes(name) || always.includes(name) ? "counts" : "blocks";
          expect(`${name} ${effect}`).toBe(`${name} ${expected}`);
        }
      }),
      { numRuns: 50 },
    );
  });

  it("limits each address to what is configured in 5 minutes, and answers 429 above it", () => {
    const rule = planRules({ rateLimit: 1234, countOnlyRules: [] })[1];
    expect(rule).toMatchObject({
      action: { block: { customResponse: { responseCode: 429 } } },
      statement: { rateBasedStatement: { aggregateKeyType: "IP", evaluationWindowSec: 300, limit: 1234 } },
    });
    expect(JSON.stringify(rule)).not.toContain("scopeDown");
  });

  it("limits sign-ins more strictly, however the path is written", () => {
    const rule = planRules({ rateLimit: 2000, countOnlyRules: [] })[2];
    expect(rule).toMatchObject({
      action: { block: { customResponse: { responseCode: 429 } } },
      statement: {
        rateBasedStatement: {
          limit: 200,
          scopeDownStatement: {
            regexMatchStatement: {
              fieldToMatch: { uriPath: {} },
              textTransformations: [
                { priority: 0, type: "URL_DECODE" },
                { priority: 1, type: "NORMALIZE_PATH" },
              ],
            },
          },
        },
      },
    });
  });

  it.each([
    ["/login", true],
    ["/login/", true],
    ["/api/login", true],
    ["/api/v1/forgot-password", true],
    ["/reset-password", true],
    ["/blog/login", false],
    ["/login-help", false],
    ["/api/v1/clicks", false],
  ])("takes %s for a sign-in: %s", (path, expected) => {
    const signIn = webAclRules.find((rule) => rule.name === "rate-limit-sign-in");
    expect(signIn?.kind === "rate" && new RegExp(signIn.paths ?? "").test(path)).toBe(expected);
  });

  it("refuses a misspelt rule and says which was meant", () => {
    expect(() => planRules({ rateLimit: 2000, countOnlyRules: ["SizeRestriction_BODY", "rate-limit"] })).toThrow(
      'The web ACL cannot be built: "SizeRestriction_BODY" is no rule of the web ACL; ' +
        'did you mean "SizeRestrictions_BODY"?.',
    );
    expect(countOnlyFaults(["rate-limit", "SQLi_BODY", "rate-limit"])).toEqual(['"rate-limit" is there twice']);
    expect(countOnlyFaults(countableRules())).toEqual([]);
  });

  it.each([9, 0, -1, 10.5, Number.NaN, 2_000_000_001])("refuses a rate limit of %d", (rateLimit) => {
    expect(() => planRules({ rateLimit, countOnlyRules: [] })).toThrow("AWS takes 10 to 2000000000");
  });
});
