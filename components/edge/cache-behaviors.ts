import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Route, Target } from "./routes";

/** Policies that AWS keeps; the same ids in every account. Source: CloudFront developer guide, "Managed … policies". */
export const managedPolicies = {
  cachingDisabled: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
  cachingOptimized: "658327ea-f89d-4fab-a63d-7e88639e58f6",
  allViewer: "216adef6-5c7f-47e4-b989-5492eafa07d3",
} as const;

type Behavior = Omit<aws.types.input.cloudfront.DistributionOrderedCacheBehavior, "pathPattern">;
type ErrorResponse = aws.types.input.cloudfront.DistributionCustomErrorResponse;

/**
 * The default behaviour and the ordered ones. Caching hangs on the target alone: no list of paths can change that. So does
 * maintenance: the assets stay, for those who are let through and for pages that are open.
 */
export function cacheBehaviors(
  routes: readonly Route[],
  responseHeadersPolicyId: pulumi.Input<string>,
  maintenanceArn: pulumi.Input<string>,
) {
  const to = (target: Target): Behavior => ({
    ...behaviors[target],
    targetOriginId: target,
    viewerProtocolPolicy: "redirect-to-https",
    responseHeadersPolicyId,
    ...(target === "application" && {
      functionAssociations: [{ eventType: "viewer-request", functionArn: maintenanceArn }],
    }),
  });
  return {
    defaultCacheBehavior: to("application"),
    orderedCacheBehaviors: routes.map(({ pathPattern, target }) => ({ pathPattern, ...to(target) })),
  };
}

const behaviors = {
  application: {
    allowedMethods: ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"],
    cachedMethods: ["GET", "HEAD"],
    cachePolicyId: managedPolicies.cachingDisabled,
    // The viewer's Host among them: Laravel builds its URLs from it, and the load balancer's certificate covers it.
    originRequestPolicyId: managedPolicies.allViewer,
    // CloudFront compresses only what it may cache; nginx does it for the application.
    compress: false,
  },
  assets: {
    allowedMethods: ["GET", "HEAD", "OPTIONS"],
    cachedMethods: ["GET", "HEAD"],
    // No cookie, query or header reaches the bucket, so none can vary what is cached.
    cachePolicyId: managedPolicies.cachingOptimized,
    compress: true,
  },
} as const satisfies Record<Target, Partial<Behavior>>;

/** Codes whose pages are ours: CloudFront or the load balancer made the answer, the application did not. */
export const ERROR_PAGE_CODES = [502, 504] as const;

/** The other codes that CloudFront keeps. Source: CloudFront developer guide, "HTTP 4xx and 5xx … that CloudFront caches". */
const PASSED_CODES = [400, 403, 404, 405, 414, 500, 501, 503];

/**
 * CloudFront keeps errors for 10 seconds whatever the cache policy says, by URL alone: one user's 404 page, name and
 * menu included, would be another's. So errors pass through with their bodies (the API's JSON, the maintenance page)
 * and are kept for 0 seconds; our two pages hold nothing personal and for 1 second spare an origin that is down.
 */
export function errorResponses(pagePath: (code: number) => string): ErrorResponse[] {
  return [
    ...PASSED_CODES.map((errorCode) => ({ errorCode, errorCachingMinTtl: 0 })),
    ...ERROR_PAGE_CODES.map((errorCode) => ({
      errorCode,
      responseCode: errorCode,
      responsePagePath: pagePath(errorCode),
      errorCachingMinTtl: 1,
    })),
  ].sort((a, b) => a.errorCode - b.errorCode);
}
