import type { StackFacts } from "./stack";

/** Services whose ARNs name no region, because what they name is global. */
const GLOBAL_SERVICES: ReadonlySet<string> = new Set(["iam", "cloudfront", "sts", "organizations", "budgets"]);
/** Services whose ARNs name neither region nor account: the name after them is unique in the world. */
const ANONYMOUS_SERVICES: ReadonlySet<string> = new Set(["s3", "route53"]);

export interface ArnPlace {
  /** @default the stack's region */
  region?: string;
  /** @default the stack's account; `aws` names a managed policy */
  accountId?: string;
}

/**
 * An ARN from plain parts, so that a policy document is known, and judged, at preview:
 * `arn(stack, "logs", "log-group:/affiliate/production/web:*")`.
 */
export function arn(stack: StackFacts, service: string, resource: string, where: ArnPlace = {}): string {
  const anonymous = ANONYMOUS_SERVICES.has(service);
  const region = anonymous || GLOBAL_SERVICES.has(service) ? "" : (where.region ?? stack.region);
  const accountId = anonymous ? "" : (where.accountId ?? stack.accountId);
  return `arn:aws:${service}:${region}:${accountId}:${resource}`;
}
