/**
 * Every physical name comes from here. Once a stack is up, a name is the identity of something that holds data:
 * a rule below is never edited, a new kind is added beside it.
 */

interface Rule {
  /** The longest name AWS takes, in characters. */
  readonly limit: number;
  /** What AWS accepts, the whole name. */
  readonly pattern: RegExp;
  /** The same in words, for the error. */
  readonly alphabet: string;
  readonly form: Form;
  /** The AWS API reference that states limit and alphabet. */
  readonly source: string;
}

type Form = keyof typeof forms;

interface NameFacts {
  readonly project: string;
  readonly environment: string;
  readonly accountId: string;
}

const forms = {
  dashed: (facts: NameFacts, parts: string[]) => [facts.project, facts.environment, ...parts].join("-"),
  /** Bucket names are shared by all AWS accounts of the world: the account id keeps them ours. */
  bucket: (facts: NameFacts, parts: string[]) =>
    [facts.project, facts.environment, ...parts, facts.accountId].join("-"),
  path: (facts: NameFacts, parts: string[]) => [facts.project, facts.environment, ...parts].join("/"),
  rooted: (facts: NameFacts, parts: string[]) => ["", facts.project, facts.environment, ...parts].join("/"),
  alias: (facts: NameFacts, parts: string[]) => `alias/${[facts.project, facts.environment, ...parts].join("-")}`,
  /** AWS WAF delivers to destinations with this prefix only. */
  wafLogs: (facts: NameFacts, parts: string[]) =>
    ["aws-waf-logs", facts.project, facts.environment, ...parts].join("-"),
} as const;

const words = (pattern: RegExp, alphabet: string) => ({ pattern, alphabet });
const LOWER_DNS = words(/^[a-z0-9](-?[a-z0-9])*$/, "lower-case letters, digits and single hyphens inside");
const IDENTIFIER = words(
  /^[a-z](-?[a-z0-9])*$/,
  "lower-case letters, digits and single hyphens, beginning with a letter",
);
const HYPHENS_UNDERSCORES = words(/^[A-Za-z0-9_-]+$/, "letters, digits, hyphens and underscores");
const DOTS = words(/^[A-Za-z0-9._-]+$/, "letters, digits, dots, hyphens and underscores");
const IAM = words(/^[A-Za-z0-9+=,.@_-]+$/, "letters, digits and + = , . @ _ -");
const LOG_GROUP = words(/^[A-Za-z0-9._/#-]+$/, "letters, digits and . _ / # -");

/** AWS's names for things, each with its limit. */
const rules = {
  bucket: { limit: 63, ...LOWER_DNS, form: "bucket", source: "S3 bucket naming rules" },
  iamRole: { limit: 64, ...IAM, form: "dashed", source: "IAM CreateRole" },
  iamPolicy: { limit: 128, ...IAM, form: "dashed", source: "IAM CreatePolicy" },
  securityGroup: {
    limit: 255,
    pattern: /^(?!sg-)[A-Za-z0-9 ._:/()#,@+=&;{}!$*[\]-]+$/,
    alphabet: "letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*, not beginning with sg-",
    form: "dashed",
    source: "EC2 CreateSecurityGroup",
  },
  loadBalancer: {
    limit: 32,
    pattern: /^(?!internal-)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/,
    alphabet: "letters, digits and hyphens inside, not beginning with internal-",
    form: "dashed",
    source: "ELBv2 CreateLoadBalancer",
  },
  ecsCluster: { limit: 255, ...HYPHENS_UNDERSCORES, form: "dashed", source: "ECS CreateCluster" },
  ecsService: { limit: 255, ...HYPHENS_UNDERSCORES, form: "dashed", source: "ECS CreateService" },
  taskFamily: { limit: 255, ...HYPHENS_UNDERSCORES, form: "dashed", source: "ECS RegisterTaskDefinition" },
  scalingPolicy: { limit: 256, ...DOTS, form: "dashed", source: "Application Auto Scaling PutScalingPolicy" },
  rdsCluster: { limit: 63, ...IDENTIFIER, form: "dashed", source: "RDS CreateDBCluster" },
  rdsInstance: { limit: 63, ...IDENTIFIER, form: "dashed", source: "RDS CreateDBInstance" },
  rdsSnapshot: { limit: 255, ...IDENTIFIER, form: "dashed", source: "RDS CreateDBClusterSnapshot" },
  rdsParameterGroup: { limit: 255, ...IDENTIFIER, form: "dashed", source: "RDS CreateDBClusterParameterGroup" },
  rdsSubnetGroup: { limit: 255, ...IDENTIFIER, form: "dashed", source: "RDS CreateDBSubnetGroup" },
  replicationGroup: { limit: 40, ...IDENTIFIER, form: "dashed", source: "ElastiCache CreateReplicationGroup" },
  cacheParameterGroup: { limit: 255, ...IDENTIFIER, form: "dashed", source: "ElastiCache CreateCacheParameterGroup" },
  cacheSubnetGroup: { limit: 255, ...IDENTIFIER, form: "dashed", source: "ElastiCache CreateCacheSubnetGroup" },
  cacheUser: { limit: 40, ...IDENTIFIER, form: "dashed", source: "ElastiCache CreateUser" },
  cacheUserGroup: { limit: 40, ...IDENTIFIER, form: "dashed", source: "ElastiCache CreateUserGroup" },
  repository: { limit: 256, ...LOWER_DNS, form: "dashed", source: "ECR CreateRepository" },
  lambda: { limit: 64, ...HYPHENS_UNDERSCORES, form: "dashed", source: "Lambda CreateFunction" },
  logGroup: { limit: 512, ...LOG_GROUP, form: "rooted", source: "CloudWatch Logs CreateLogGroup" },
  metricFilter: { limit: 512, ...DOTS, form: "dashed", source: "CloudWatch Logs PutMetricFilter" },
  logDelivery: { limit: 60, ...HYPHENS_UNDERSCORES, form: "dashed", source: "CloudWatch Logs PutDeliverySource" },
  kmsAlias: {
    limit: 256,
    pattern: /^alias\/(?!aws\/)[A-Za-z0-9/_-]+$/,
    alphabet: "alias/ and letters, digits, / _ -, not alias/aws/",
    form: "alias",
    source: "KMS CreateAlias",
  },
  secret: {
    limit: 512,
    // AWS tells a partial ARN from a whole one by a hyphen and six characters at its end.
    pattern: /^(?!.*-[A-Za-z0-9]{6}$)[A-Za-z0-9/_+=.@-]+$/,
    alphabet: "letters, digits and / _ + = . @ -, not ending in a hyphen and six characters",
    form: "path",
    source: "Secrets Manager CreateSecret",
  },
  dynamodbTable: {
    limit: 255,
    pattern: /^[A-Za-z0-9._-]{3,}$/,
    alphabet: "at least 3 letters, digits, dots, hyphens and underscores",
    form: "dashed",
    source: "DynamoDB CreateTable",
  },
  webAcl: { limit: 128, ...HYPHENS_UNDERSCORES, form: "dashed", source: "WAFV2 CreateWebACL" },
  wafLogGroup: { limit: 512, ...LOG_GROUP, form: "wafLogs", source: "WAFV2 PutLoggingConfiguration" },
  cloudFrontPolicy: { limit: 128, ...HYPHENS_UNDERSCORES, form: "dashed", source: "CloudFront CreateCachePolicy" },
  cloudFrontFunction: { limit: 64, ...HYPHENS_UNDERSCORES, form: "dashed", source: "CloudFront CreateFunction" },
  cloudFrontStore: { limit: 64, ...HYPHENS_UNDERSCORES, form: "dashed", source: "CloudFront CreateKeyValueStore" },
  originAccessControl: {
    limit: 64,
    ...HYPHENS_UNDERSCORES,
    form: "dashed",
    source: "CloudFront CreateOriginAccessControl",
  },
  vpcOrigin: { limit: 64, ...HYPHENS_UNDERSCORES, form: "dashed", source: "CloudFront CreateVpcOrigin" },
  alarm: { limit: 255, ...DOTS, form: "dashed", source: "CloudWatch PutMetricAlarm" },
  dashboard: { limit: 255, ...HYPHENS_UNDERSCORES, form: "dashed", source: "CloudWatch PutDashboard" },
  snsTopic: { limit: 256, ...HYPHENS_UNDERSCORES, form: "dashed", source: "SNS CreateTopic" },
  chatConfiguration: {
    limit: 128,
    ...HYPHENS_UNDERSCORES,
    form: "dashed",
    source: "Chatbot CreateSlackChannelConfiguration",
  },
  sqsQueue: { limit: 80, ...HYPHENS_UNDERSCORES, form: "dashed", source: "SQS CreateQueue" },
  schedule: { limit: 64, ...DOTS, form: "dashed", source: "EventBridge Scheduler CreateSchedule" },
  scheduleGroup: { limit: 64, ...DOTS, form: "dashed", source: "EventBridge Scheduler CreateScheduleGroup" },
  eventRule: { limit: 64, ...DOTS, form: "dashed", source: "EventBridge PutRule" },
  backupVault: { limit: 50, ...HYPHENS_UNDERSCORES, form: "dashed", source: "Backup CreateBackupVault" },
  backupPlan: { limit: 50, ...HYPHENS_UNDERSCORES, form: "dashed", source: "Backup CreateBackupPlan" },
  backupSelection: { limit: 50, ...HYPHENS_UNDERSCORES, form: "dashed", source: "Backup CreateBackupSelection" },
  trail: {
    limit: 128,
    pattern: /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])$/,
    alphabet: "letters, digits and . _ - inside",
    form: "dashed",
    source: "CloudTrail CreateTrail",
  },
  analyzer: { limit: 255, ...DOTS, form: "dashed", source: "Access Analyzer CreateAnalyzer" },
  budget: {
    limit: 100,
    pattern: /^[^:\\/]+$/,
    alphabet: "anything but : \\ and /",
    form: "dashed",
    source: "Budgets CreateBudget",
  },
  anomalyMonitor: { limit: 1024, ...DOTS, form: "dashed", source: "Cost Explorer CreateAnomalyMonitor" },
  ssmParameter: {
    limit: 1011,
    pattern: /^\/(?!aws|ssm)[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+){0,14}$/,
    alphabet: "letters, digits and . _ - in at most 15 levels, not beginning with /aws or /ssm",
    form: "rooted",
    source: "Systems Manager PutParameter",
  },
} as const satisfies Record<string, Rule>;

export type NameKind = keyof typeof rules;
export type Namer = (kind: NameKind, ...parts: string[]) => string;

/** Limit and alphabet of each kind, read-only: tests and error messages use it. */
export const nameRules: Readonly<Record<NameKind, Rule>> = rules;

/** Slashes separate, and would let two different lists of parts come to one name. */
const PART = /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/;

/**
 * `name("ecsService", "web")` is `affiliate-production-web`; `name("secret", "app-key")` is
 * `affiliate/production/app-key`. Throws rather than shorten: a hash at the end of a name helps nobody at 3 a.m.
 */
export function createNamer(facts: NameFacts): Namer {
  return (kind, ...parts) => {
    if (!Object.hasOwn(nameRules, kind)) {
      throw new Error(`"${String(kind)}" is not a kind of name. Known: ${Object.keys(nameRules).join(", ")}.`);
    }
    const bad = parts.find((part) => !PART.test(part));
    if (bad !== undefined) {
      throw new Error(
        `"${bad}" cannot be a part of a name (${kind}): a part holds letters, digits and . _ - and begins and ends ` +
          `with a letter or digit, such as "web".`,
      );
    }
    const rule = nameRules[kind];
    const name = forms[rule.form](facts, parts);
    if (name.length > rule.limit) {
      throw new Error(
        `The name "${name}" is ${name.length} characters long; AWS takes ${rule.limit} for a ${kind} (${rule.source}). ` +
          `Shorten its parts (${parts.join(", ")}) by ${name.length - rule.limit}.`,
      );
    }
    if (!rule.pattern.test(name)) {
      throw new Error(
        `The name "${name}" is not one for a ${kind}: AWS takes ${rule.alphabet} (${rule.source}). ` +
          `Change its parts (${parts.join(", ")}).`,
      );
    }
    return name;
  };
}
