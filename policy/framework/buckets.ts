import type { PlannedOf, StackView } from "./planned";

type Bucket = PlannedOf<"aws:s3/bucket:Bucket">;

/** Buckets that load balancers or other buckets write their access logs to: those cannot take a key of our own. */
export function isLogTarget(stack: StackView, bucket: Bucket): boolean {
  const ofLoadBalancers = stack.linkedTo("aws:lb/loadBalancer:LoadBalancer", "accessLogs", bucket);
  const ofBuckets = stack.linkedTo("aws:s3/bucketLogging:BucketLogging", "targetBucket", bucket);
  return ofLoadBalancers.length > 0 || ofBuckets.length > 0;
}
