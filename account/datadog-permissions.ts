// What Datadog's role may do, as a table: the part of Datadog's list that the platform's services need, each action with the
// resources that AWS knows for it. Source: Datadog, "AWS Integration IAM Policy" (the core permissions, and those of the
// namespaces below); Service Authorization Reference for the resources.

export interface Permission {
  /** `"*"` where AWS knows no resource for the action. */
  readonly resource: "*" | { readonly service: string; readonly resource: string };
  readonly actions: readonly string[];
}

/** CloudWatch namespaces whose metrics Datadog collects: the platform's, no others. */
export const namespaces = [
  "AWS/ApplicationELB",
  "AWS/CloudFront",
  "AWS/ECS",
  "AWS/ElastiCache",
  "AWS/Lambda",
  "AWS/NATGateway",
  "AWS/RDS",
  "AWS/S3",
  "AWS/SNS",
  "AWS/WAFV2",
  "Affiliate/Queue",
] as const;

const on = (service: string, resource: string): Permission["resource"] => ({ service, resource });

export const permissions: readonly Permission[] = [
  // Metrics, and the tags by which they are told apart.
  { resource: "*", actions: ["cloudwatch:GetMetricData", "cloudwatch:ListMetrics"] },
  { resource: "*", actions: ["tag:GetResources", "tag:GetTagKeys", "tag:GetTagValues"] },
  { resource: on("cloudwatch", "alarm:*"), actions: ["cloudwatch:DescribeAlarms"] },
  // Load balancers and NAT gateways.
  {
    resource: "*",
    actions: [
      "ec2:DescribeNatGateways",
      "ec2:DescribeRegions",
      "ec2:DescribeVpcs",
      "elasticloadbalancing:DescribeLoadBalancers",
      "elasticloadbalancing:DescribeTags",
      "elasticloadbalancing:DescribeTargetGroups",
      "elasticloadbalancing:DescribeTargetHealth",
    ],
  },
  // Tasks.
  { resource: "*", actions: ["ecs:ListClusters"] },
  { resource: on("ecs", "cluster/*"), actions: ["ecs:DescribeClusters", "ecs:ListContainerInstances"] },
  { resource: on("ecs", "service/*"), actions: ["ecs:DescribeServices"] },
  // Databases.
  {
    resource: on("rds", "*"),
    actions: ["rds:DescribeDBClusters", "rds:DescribeDBInstances", "rds:ListTagsForResource"],
  },
  {
    resource: on("elasticache", "*"),
    actions: [
      "elasticache:DescribeCacheClusters",
      "elasticache:DescribeReplicationGroups",
      "elasticache:ListTagsForResource",
    ],
  },
  // Functions, distributions, buckets.
  { resource: "*", actions: ["lambda:ListFunctions"] },
  { resource: on("lambda", "function:*"), actions: ["lambda:ListTags"] },
  { resource: "*", actions: ["cloudfront:ListDistributions"] },
  { resource: on("cloudfront", "distribution/*"), actions: ["cloudfront:ListTagsForResource"] },
  { resource: "*", actions: ["s3:ListAllMyBuckets"] },
  { resource: on("s3", "*"), actions: ["s3:GetBucketLocation", "s3:GetBucketTagging"] },
];
