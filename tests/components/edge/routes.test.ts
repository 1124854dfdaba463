import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cacheBehaviors, managedPolicies } from "../../../components/edge/cache-behaviors";
import { matches, patternsOverlap, planRoutes, routeFaults, type Paths } from "../../../components/edge/routes";

const production: Paths = {
  staticPaths: ["/build/*", "/images/*", "/favicon.ico", "/robots.txt"],
  uncachedPaths: ["/click/*", "/r/*", "/api/*"],
};

/** Small alphabet, so that patterns meet often. */
const text = fc.string({ unit: fc.constantFrom("a", "b", "/", "."), maxLength: 6 });
const pattern = fc.string({ unit: fc.constantFrom("a", "b", "/", ".", "*", "?"), maxLength: 6 });
const rooted = (arbitrary: fc.Arbitrary<string>) => arbitrary.map((rest) => `/${rest}`);
const paths = fc.record({
  staticPaths: fc.uniqueArray(rooted(pattern), { maxLength: 4 }),
  uncachedPaths: fc.uniqueArray(rooted(pattern), { maxLength: 4 }),
});
const planned = paths.filter((lists) => routeFaults(lists).length === 0);

/** As CloudFront does it: the first behaviour whose pattern matches, else the default one. */
function behaviorFor(lists: Paths, path: string) {
  const { defaultCacheBehavior, orderedCacheBehaviors } = cacheBehaviors(planRoutes(lists), "policy", "function");
  return orderedCacheBehaviors.find((behavior) => matches(behavior.pathPattern, path)) ?? defaultCacheBehavior;
}

describe("planRoutes", () => {
  it("puts the error pages first, then what is never cached, then what lies in the bucket", () => {
    expect(planRoutes(production).map(({ pathPattern, target }) => `${pathPattern} ${target}`)).toEqual([
      "/errors/* assets",
      "/click/* application",
      "/r/* application",
      "/api/* application",
      "/build/* assets",
      "/images/* assets",
      "/favicon.ico assets",
      "/robots.txt assets",
    ]);
  });

  it("caches only what comes from the bucket, for any lists of paths", () => {
    fc.assert(
      fc.property(planned, (lists) => {
        const { defaultCacheBehavior, orderedCacheBehaviors } = cacheBehaviors(planRoutes(lists), "policy", "function");
        for (const behavior of [defaultCacheBehavior, ...orderedCacheBehaviors]) {
          const cached = behavior.cachePolicyId !== managedPolicies.cachingDisabled;
          expect(cached).toBe(behavior.targetOriginId === "assets");
        }
      }),
    );
  });

  it("never caches a click, nor any path that is not static, for any lists of paths", () => {
    fc.assert(
      fc.property(planned, rooted(text), (lists, path) => {
        const isStatic = lists.staticPaths.some((listed) => matches(listed, path)) || matches("/errors/*", path);
        const behavior = behaviorFor(lists, path);
        expect(behavior.targetOriginId).toBe(isStatic ? "assets" : "application");
        if (lists.uncachedPaths.some((listed) => matches(listed, path))) {
          expect(behavior.cachePolicyId).toBe(managedPolicies.cachingDisabled);
          expect(behavior.targetOriginId).toBe("application");
        }
      }),
      { numRuns: 500 },
    );
  });

  it("means the same whatever the order of the lists", () => {
    fc.assert(
      fc.property(planned, rooted(text), ({ staticPaths, uncachedPaths }, path) => {
        const reversed = { staticPaths: [...staticPaths].reverse(), uncachedPaths: [...uncachedPaths].reverse() };
        expect(behaviorFor(reversed, path).targetOriginId).toBe(
          behaviorFor({ staticPaths, uncachedPaths }, path).targetOriginId,
        );
      }),
    );
  });

  it.each<[string, Partial<Paths>, string]>([
    [
      "a click that is also static",
      { staticPaths: ["/click/*.png"] },
      'both "/click/*", never cached, and "/click/*.png"',
    ],
    ["a click that a broad pattern takes in", { staticPaths: ["/*.html"] }, 'never cached, and "/*.html", cached'],
    ["a pattern in both lists", { staticPaths: ["/r/*"] }, '"/r/*" is there twice'],
    ["a pattern listed twice", { staticPaths: ["/build/*", "/build/*"] }, '"/build/*" is there twice'],
    ["uncached error pages", { uncachedPaths: ["/errors/502.html"] }, 'never cached, and "/errors/*", cached'],
    ["everything static", { staticPaths: ["/*"], uncachedPaths: [] }, '"/*" would send "/", the application\'s'],
    ["a static health check", { staticPaths: ["/he*"] }, '"/he*" would send "/health", the application\'s'],
    ["no leading slash", { staticPaths: ["build/*"] }, '"build/*" is no path pattern'],
    ["a character that CloudFront refuses", { staticPaths: ["/画像/*"] }, '"/画像/*" is no path pattern'],
    ["256 characters", { staticPaths: [`/${"a".repeat(255)}`] }, "at most 255 in all"],
  ])("refuses %s", (_, wrong, message) => {
    expect(() => planRoutes({ ...production, ...wrong })).toThrow(message);
  });

  it("takes 73 listed paths, with the error pages and the default 75 behaviours, and no more", () => {
    const listed = (count: number) => Array.from({ length: count }, (_, at) => `/static-${at}/*`);
    expect(routeFaults({ staticPaths: listed(73), uncachedPaths: [] })).toEqual([]);
    expect(routeFaults({ staticPaths: listed(74), uncachedPaths: [] })).toEqual([
      "there are 76 cache behaviours; CloudFront takes 75",
    ]);
  });

  it("reports all faults at once", () => {
    expect(routeFaults({ staticPaths: ["build/*", "/*"], uncachedPaths: ["/r/*"] })).toHaveLength(4);
  });
});

describe("patternsOverlap", () => {
  it.each([
    ["/a/*", "/a/b", true],
    ["/a/*", "/a/", true],
    ["/a/*", "/b/*", false],
    ["/*.png", "/click/*", true],
    ["/?", "/", false],
    ["/?", "/a", true],
    ["/a?c", "/*b*", true],
    ["/a", "/A", false],
  ])("%s and %s: %s", (a, b, expected) => {
    expect(patternsOverlap(a, b)).toBe(expected);
    expect(patternsOverlap(b, a)).toBe(expected);
  });

  it("is true wherever one path matches both", () => {
    fc.assert(
      fc.property(pattern, pattern, text, (a, b, path) => {
        if (matches(a, path) && matches(b, path)) expect(patternsOverlap(a, b)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it("is false wherever no path of up to four characters matches both short patterns", () => {
    const alphabet = ["a", "b"];
    const all = [""];
    for (let length = 0, from = 0; length < 4; length++) {
      const until = all.length;
      for (; from < until; from++) all.push(...alphabet.map((letter) => (all[from] ?? "") + letter));
    }
    const short = fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), maxLength: 2 });
    fc.assert(
      fc.property(short, short, (a, b) => {
        expect(patternsOverlap(a, b)).toBe(all.some((path) => matches(a, path) && matches(b, path)));
      }),
      { numRuns: 500 },
    );
  });
});

describe("matches", () => {
  it.each([
    ["/a.c", "/a.c", true],
    ["/a.c", "/abc", false],
    ["/(a)+", "/(a)+", true],
    ["/a$", "/a$", true],
    ["/a*", "/a/b\nc", true],
  ])("%s takes %s: %s", (listed, path, expected) => {
    expect(matches(listed, path)).toBe(expected);
  });
});
