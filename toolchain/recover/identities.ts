// How a resource is found that was made without the state knowing of it. Sources: "Import" in each type's documentation of
// @pulumi/aws, datadog and github; for "again" the API that creates it, which writes over what is there.

type Inputs = Readonly<Record<string, unknown>>;

export interface Account {
  readonly accountId: string;
  readonly region: string;
}

export type Identity =
  /** By what the program calls it: the arguments are unique where they are. */
  | {
      readonly by: "arguments";
      readonly keys: readonly string[];
      readonly importId: (inputs: Inputs, at: Account) => string;
    }
  /** By its tags; the ARN that they lead to holds the id. */
  | { readonly by: "tags"; readonly importId: (arn: string) => string | undefined }
  /** By arguments that the service's list shows; tags cannot be asked for. */
  | { readonly by: "list"; readonly keys: readonly string[]; readonly where: string }
  /** Making it once more is the same as having made it once. */
  | { readonly by: "again" }
  /** By a person, in the place that is named. */
  | { readonly by: "hand"; readonly where: string };

const text = (value: unknown): string => (typeof value === "string" || typeof value === "number" ? String(value) : "");

/** `{role}:{name}`, with the last part of an argument that is an ARN or a path where a `/` follows: `{cluster/}`. */
function named(template: string): Identity {
  const keys = [...template.matchAll(/\{(\w+)\/?\}/g)].map(([, key = ""]) => key).filter((key) => !PLACE.has(key));
  return {
    by: "arguments",
    keys,
    importId: (inputs, { accountId, region }) =>
      template.replace(/\{(\w+)(\/?)\}/g, (_, key: string, last: string) => {
        const value = text({ accountId, region, ...inputs }[key]);
        return last === "" ? value : value.slice(value.lastIndexOf("/") + 1);
      }),
  };
}
const PLACE = new Set(["accountId", "region"]);

const tagged = (arn: RegExp, idOf = (parts: RegExpExecArray) => parts[1]): Identity => ({
  by: "tags",
  importId: (text) => {
    const parts = arn.exec(text);
    return parts === null ? undefined : idOf(parts);
  },
});
const again: Identity = { by: "again" };
const hand = (where: string): Identity => ({ by: "hand", where });
const listed = (keys: string, where: string): Identity => ({ by: "list", keys: keys.split(" "), where });

/** ARNs of EC2 end in the id. */
const ec2 = (kind: string): Identity => tagged(new RegExp(`:ec2:[^:]*:\\d*:${kind}/([^/]+)$`));
/** Elastic Load Balancing imports by the whole ARN. */
const balancing = (kind: string): Identity =>
  tagged(new RegExp(`^(arn:[^:]+:elasticloadbalancing:[^:]*:\\d*:${kind}/.+)$`));

const AWS: Readonly<Record<string, Identity>> = {
  "acm/certificate:Certificate": tagged(/^(arn:[^:]+:acm:.+)$/),
  "acm/certificateValidation:CertificateValidation": again,
  "appautoscaling/policy:Policy": again,
  "appautoscaling/target:Target": again,
  "backup/plan:Plan": tagged(/:backup-plan:(.+)$/),
  "backup/restoreTestingPlan:RestoreTestingPlan": named("{name}"),
  "backup/restoreTestingSelection:RestoreTestingSelection": named("{name}:{restoreTestingPlanName}"),
  "backup/selection:Selection": listed(
    "planId name",
    "aws backup list-backup-selections; the id is <plan id>|<selection id>",
  ),
  "backup/vault:Vault": named("{name}"),
  "backup/vaultLockConfiguration:VaultLockConfiguration": again,
  "backup/vaultNotifications:VaultNotifications": again,
  "backup/vaultPolicy:VaultPolicy": again,
  "chatbot/slackChannelConfiguration:SlackChannelConfiguration": named(
    "arn:aws:chatbot::{accountId}:chat-configuration/slack-channel/{configurationName}",
  ),
  "cloudfront/distribution:Distribution": tagged(/:distribution\/(.+)$/),
  "cloudfront/function:Function": named("{name}"),
  "cloudfront/keyValueStore:KeyValueStore": named("{name}"),
  "cloudfront/monitoringSubscription:MonitoringSubscription": named("{distributionId}"),
  "cloudfront/originAccessControl:OriginAccessControl": listed("name", "aws cloudfront list-origin-access-controls"),
  "cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": listed(
    "name",
    "aws cloudfront list-response-headers-policies --type custom",
  ),
  "cloudfront/vpcOrigin:VpcOrigin": tagged(/:vpcorigin\/(.+)$/),
  "cloudwatch/compositeAlarm:CompositeAlarm": named("{alarmName}"),
  "cloudwatch/dashboard:Dashboard": again,
  "cloudwatch/logDelivery:LogDelivery": listed(
    "deliverySourceName deliveryDestinationArn",
    "aws logs describe-deliveries --region us-east-1",
  ),
  "cloudwatch/logDeliveryDestination:LogDeliveryDestination": again,
  "cloudwatch/logDeliverySource:LogDeliverySource": again,
  "cloudwatch/logGroup:LogGroup": named("{name}"),
  "cloudwatch/logMetricFilter:LogMetricFilter": again,
  "cloudwatch/logResourcePolicy:LogResourcePolicy": again,
  // PutMetricAlarm would write over another stack's alarm of that name: what is there is read, and its tag looked at.
  "cloudwatch/metricAlarm:MetricAlarm": named("{name}"),
  "dynamodb/table:Table": named("{name}"),
  "ec2/defaultSecurityGroup:DefaultSecurityGroup": again,
  "ec2/eip:Eip": ec2("elastic-ip"),
  "ec2/flowLog:FlowLog": ec2("vpc-flow-log"),
  "ec2/internetGateway:InternetGateway": ec2("internet-gateway"),
  "ec2/natGateway:NatGateway": ec2("natgateway"),
  "ec2/route:Route": named("{routeTableId}_{destinationCidrBlock}"),
  "ec2/routeTable:RouteTable": ec2("route-table"),
  "ec2/routeTableAssociation:RouteTableAssociation": named("{subnetId}/{routeTableId}"),
  "ec2/securityGroup:SecurityGroup": ec2("security-group"),
  "ec2/subnet:Subnet": ec2("subnet"),
  "ec2/vpc:Vpc": ec2("vpc"),
  "ec2/vpcEndpoint:VpcEndpoint": ec2("vpc-endpoint"),
  "ecr/lifecyclePolicy:LifecyclePolicy": again,
  "ecr/repository:Repository": named("{name}"),
  "ecs/cluster:Cluster": named("{name}"),
  "ecs/clusterCapacityProviders:ClusterCapacityProviders": again,
  "ecs/service:Service": named("{cluster/}/{name}"),
  // A second revision of a family changes nothing: releases take the newest template.
  "ecs/taskDefinition:TaskDefinition": again,
  "elasticache/parameterGroup:ParameterGroup": named("{name}"),
  "elasticache/replicationGroup:ReplicationGroup": named("{replicationGroupId}"),
  "elasticache/subnetGroup:SubnetGroup": named("{name}"),
  "elasticache/user:User": named("{userId}"),
  "elasticache/userGroup:UserGroup": named("{userGroupId}"),
  "iam/role:Role": named("{name}"),
  "iam/rolePolicy:RolePolicy": named("{role}:{name}"),
  "iam/rolePolicyAttachment:RolePolicyAttachment": again,
  "kms/alias:Alias": named("{name}"),
  "kms/key:Key": tagged(/:key\/(.+)$/),
  "lambda/function:Function": named("{name}"),
  "lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": again,
  "lambda/permission:Permission": named("{function}/{statementId}"),
  "lb/listener:Listener": balancing("listener"),
  "lb/listenerRule:ListenerRule": balancing("listener-rule"),
  "lb/loadBalancer:LoadBalancer": balancing("loadbalancer"),
  "lb/targetGroup:TargetGroup": balancing("targetgroup"),
  "rds/cluster:Cluster": named("{clusterIdentifier}"),
  "rds/clusterInstance:ClusterInstance": named("{identifier}"),
  "rds/clusterParameterGroup:ClusterParameterGroup": named("{name}"),
  "rds/parameterGroup:ParameterGroup": named("{name}"),
  "rds/subnetGroup:SubnetGroup": named("{name}"),
  "route53/healthCheck:HealthCheck": tagged(/:healthcheck\/(.+)$/),
  "route53/record:Record": named("{zoneId}_{name}_{type}"),
  "s3/bucket:Bucket": named("{bucket}"),
  "s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": again,
  "s3/bucketLogging:BucketLogging": again,
  "s3/bucketMetric:BucketMetric": again,
  "s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": again,
  "s3/bucketObjectv2:BucketObjectv2": again,
  "s3/bucketOwnershipControls:BucketOwnershipControls": again,
  "s3/bucketPolicy:BucketPolicy": again,
  "s3/bucketPublicAccessBlock:BucketPublicAccessBlock": again,
  "s3/bucketReplicationConfig:BucketReplicationConfig": again,
  "s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": again,
  "s3/bucketVersioning:BucketVersioning": again,
  "scheduler/schedule:Schedule": {
    by: "arguments",
    keys: ["name"],
    importId: ({ groupName, name }) => `${text(groupName) || "default"}/${text(name)}`,
  },
  "secretsmanager/secret:Secret": tagged(/^(arn:[^:]+:secretsmanager:.+)$/),
  "sns/topic:Topic": named("arn:aws:sns:{region}:{accountId}:{name}"),
  "sns/topicPolicy:TopicPolicy": again,
  "sns/topicSubscription:TopicSubscription": again,
  "sqs/queue:Queue": named("https://sqs.{region}.amazonaws.com/{accountId}/{name}"),
  "ssm/parameter:Parameter": named("{name}"),
  "vpc/securityGroupEgressRule:SecurityGroupEgressRule": ec2("security-group-rule"),
  "vpc/securityGroupIngressRule:SecurityGroupIngressRule": ec2("security-group-rule"),
  "wafv2/webAcl:WebAcl": tagged(
    /:(regional|global)\/webacl\/([^/]+)\/([^/]+)$/,
    ([, scope, name, id]) => `${id ?? ""}/${name ?? ""}/${scope === "global" ? "CLOUDFRONT" : "REGIONAL"}`,
  ),
  "wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": again,
};

const OTHERS: Readonly<Record<string, Identity>> = {
  "datadog:index/dashboard:Dashboard": listed("title", "Datadog, Dashboards"),
  "datadog:index/monitor:Monitor": listed("name", "Datadog, Monitors"),
  "datadog:index/serviceLevelObjective:ServiceLevelObjective": listed("name", "Datadog, SLOs"),
  "datadog:index/syntheticsTest:SyntheticsTest": listed("name", "Datadog, Synthetic Monitoring"),
  "datadog:slack/channel:Channel": named("{accountName}:{channelName}"),
  "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable": named(
    "{repository}:{environment}:{variableName}",
  ),
  "github:index/actionsVariable:ActionsVariable": named("{repository}:{variableName}"),
  // GitHub writes over an environment of that name.
  "github:index/repositoryEnvironment:RepositoryEnvironment": again,
  "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy": listed(
    "repository environment branchPattern tagPattern",
    "gh api repos/<owner>/<repository>/environments/<environment>/deployment-branch-policies; the id is <repository>:<environment>:<id>",
  ),
};

/** What this page does not know is never guessed. */
export function identityOf(type: string): Identity {
  const known = type.startsWith("aws:") ? AWS[type.slice("aws:".length)] : OTHERS[type];
  return known ?? hand("this type is not in toolchain/recover/identities.ts yet");
}
