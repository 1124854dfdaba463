import { unless } from "../../framework/checks";
import { resourceRule } from "../../framework/rule";

/** AWS's managed policy CachingDisabled. */
const CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";

export const cloudfrontSessionsUncached = resourceRule({
  name: "cloudfront-sessions-uncached",
  group: "exposure",
  description: "What may carry a session is never cached, so nobody is shown another's page.",
  severity: "critical",
  controls: [],
  mend: "Give the behaviour the cache policy CachingDisabled; only behaviours for files (GET, HEAD, OPTIONS) may cache (components/edge).",
  claims: {
    "aws:cloudfront/distribution:Distribution": [
      "defaultCacheBehavior.cachePolicyId",
      {
        path: "orderedCacheBehaviors[].cachePolicyId",
        bad: ["658327ea-f89d-4fab-a63d-7e88639e58f6"],
        harmless: { drop: "AWS refuses a behaviour without a policy", other: "AWS refuses what is no policy" },
      },
    ],
  },
  judges: {
    *"aws:cloudfront/distribution:Distribution"({ defaultCacheBehavior, orderedCacheBehaviors }) {
      const behaviours = [defaultCacheBehavior, ...(orderedCacheBehaviors ?? [])];
      for (const [index, { cachePolicyId, originRequestPolicyId, allowedMethods }] of behaviours.entries()) {
        const path = index === 0 ? "defaultCacheBehavior" : `orderedCacheBehaviors[${index - 1}]`;
        // A behaviour that writes, or that hands cookies to its origin, can answer with somebody's session.
        const session = index === 0 || originRequestPolicyId !== undefined || allowedMethods.includes("POST");
        yield* unless(!session || cachePolicyId === CACHING_DISABLED, {
          path: `${path}.cachePolicyId`,
          found: cachePolicyId,
          required: `${CACHING_DISABLED} (CachingDisabled)`,
        });
      }
    },
  },
});
