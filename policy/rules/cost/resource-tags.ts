import { unless } from "../../framework/checks";
import type { JudgedType } from "../../framework/judged";
import type { Finding, ResourceRule } from "../../framework/rule";
import { resourceRule } from "../../framework/rule";

/** Tags by which costs are told apart and an owner is found. */
const WANTED = ["Project", "Environment", "ManagedBy"] as const;

/** What costs money or holds data, of the types that take tags. */
const TAGGED = [
  "aws:cloudfront/distribution:Distribution",
  "aws:cloudwatch/logGroup:LogGroup",
  "aws:ec2/natGateway:NatGateway",
  "aws:ec2/vpc:Vpc",
  "aws:ecr/repository:Repository",
  "aws:ecs/cluster:Cluster",
  "aws:ecs/service:Service",
  "aws:elasticache/replicationGroup:ReplicationGroup",
  "aws:kms/key:Key",
  "aws:lambda/function:Function",
  "aws:lb/loadBalancer:LoadBalancer",
  "aws:rds/cluster:Cluster",
  "aws:rds/clusterInstance:ClusterInstance",
  "aws:s3/bucket:Bucket",
  "aws:secretsmanager/secret:Secret",
  "aws:wafv2/webAcl:WebAcl",
] as const satisfies readonly JudgedType[];

function* judge({ tags }: { readonly tags?: Readonly<Record<string, string>> }): Generator<Finding> {
  for (const name of WANTED) {
    const found = tags?.[name];
    yield* unless(found !== undefined && found !== "", { path: `tags.${name}`, found, required: "a value" });
  }
}

function forEach<V>(value: V): { readonly [T in (typeof TAGGED)[number]]: V } {
  return Object.fromEntries(TAGGED.map((type) => [type, value])) as { readonly [T in (typeof TAGGED)[number]]: V };
}

export const resourceTags: ResourceRule = resourceRule({
  name: "resource-tags",
  group: "cost",
  description: "What costs money says whose it is: project, environment and who manages it.",
  severity: "low",
  controls: [],
  mend: "Leave the tags to aws:defaultTags of the stack file, and write none of these names on a resource.",
  claims: forEach(
    WANTED.map((name) => ({ path: `tags.${name}`, bad: [""], harmless: { other: "another value is a value" } })),
  ),
  judges: forEach(judge),
});
