import type { Kind, Properties, ResourceSchema } from "../../../sandbox/schema/kinds";
import type { Value, Values } from "../../../sandbox/schema/values";

const ARCHIVE: Value = { "4dabf18193072939515e22adb298388d": "0def7320c3a5731c473e5ecbe6d01bc7", assets: {} };

/** Arguments that a type's own rules ask for, where what the kinds suggest would be refused. */
const GIVEN: Readonly<Record<string, Values>> = {
  "aws:backup/vaultLockConfiguration:VaultLockConfiguration": { changeableForDays: 3 },
  "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": { policyName: "dns" },
  "aws:cloudwatch/metricAlarm:MetricAlarm": { metricName: "CPUUtilization", namespace: "AWS/ECS" },
  "aws:ec2/vpc:Vpc": { cidrBlock: "10.0.0.0/16" },
  "aws:ec2/subnet:Subnet": { cidrBlock: "10.0.1.0/24", availabilityZone: "ap-northeast-1a" },
  "aws:ecs/service:Service": { cluster: "arn:aws:ecs:ap-northeast-1:123456789012:cluster/web" },
  "aws:kms/alias:Alias": { name: "alias/data" },
  "aws:lambda/function:Function": { code: ARCHIVE },
  "aws:lb/listener:Listener": {
    loadBalancerArn: "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:loadbalancer/app/web/0123456789abcdef",
  },
  "aws:lb/listenerRule:ListenerRule": {
    listenerArn:
      "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:listener/app/web/0123456789abcdef/0123456789abcdef",
    priority: 1,
  },
  "aws:lambda/permission:Permission": { statementId: "invoke" },
  "aws:elasticache/replicationGroup:ReplicationGroup": { replicationGroupId: "sessions" },
  "aws:s3/bucket:Bucket": { bucket: "assets-123456789012" },
  "aws:s3/bucketObject:BucketObject": { key: "index.html" },
  "aws:s3/bucketObjectv2:BucketObjectv2": { key: "index.html" },
  "aws:secretsmanager/secretVersion:SecretVersion": {
    secretId: "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:app-key-AbCdEf",
  },
  "aws:rds/cluster:Cluster": { masterUsername: "admin", manageMasterUserPassword: true, engine: "aurora-mysql" },
  "aws:scheduler/schedule:Schedule": { scheduleExpression: "rate(1 hour)" },
  "aws:sns/topicSubscription:TopicSubscription": { topic: "arn:aws:sns:ap-northeast-1:123456789012:alarms" },
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": { cidrIpv4: "0.0.0.0/0" },
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": { cidrIpv4: "0.0.0.0/0" },
  "aws:wafv2/ipSet:IpSet": { scope: "REGIONAL" },
  "aws:wafv2/regexPatternSet:RegexPatternSet": { scope: "REGIONAL" },
  "aws:wafv2/ruleGroup:RuleGroup": { scope: "REGIONAL" },
  "aws:wafv2/webAcl:WebAcl": { scope: "REGIONAL" },
  "datadog:index/monitor:Monitor": { query: "avg(last_5m):avg:system.cpu.user{*} > 80" },
};

/** The fewest arguments that a resource type takes. */
export function minimal(schema: ResourceSchema): Values {
  return { ...required(schema, schema.inputs), ...GIVEN[schema.token] };
}

function required(schema: ResourceSchema, properties: Properties): Values {
  const needed = Object.entries(properties).filter(([, property]) => property.required);
  return Object.fromEntries(needed.map(([key, property]) => [key, value(schema, property.kind, key)]));
}

function value(schema: ResourceSchema, kind: Kind, key: string): Value {
  if (kind === "string") return text(key);
  if (kind === "number") return 1;
  if (kind === "boolean") return true;
  if (kind === "any") return {};
  if (kind === "asset" || kind === "archive") return ARCHIVE;
  if ("list" in kind) return [value(schema, kind.list, key)];
  if ("map" in kind) return {};
  if ("object" in kind) return required(schema, schema.objects[kind.object] ?? {});
  if ("values" in kind) return kind.values[0] ?? "";
  return value(schema, kind.oneOf[0] ?? "string", key);
}

function text(key: string): string {
  if (/polic|document|definition|pattern|body|dashboard|^monitor$/i.test(key) && !/name|arn/i.test(key)) return "{}";
  if (/arn$/i.test(key)) return `arn:aws:kms:ap-northeast-1:123456789012:key/${key.toLowerCase()}`;
  if (/url$/i.test(key)) return "https://example.com";
  if (/^type$/.test(key)) return "A";
  return `${key.toLowerCase()}1`;
}
