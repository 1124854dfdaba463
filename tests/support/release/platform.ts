// What `pulumi up` leaves, as far as releases need it, made in the emulator by its API; names are the program's own.
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { EC2 } from "@aws-sdk/client-ec2";
import { ECR } from "@aws-sdk/client-ecr";
import { ECS } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2 } from "@aws-sdk/client-elastic-load-balancing-v2";
import { RDS } from "@aws-sdk/client-rds";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { SSM } from "@aws-sdk/client-ssm";
import { createStackFacts } from "../../../config/stack";
import { type Targets, targetsParameter, targetsText } from "../../../config/targets";
import { EMULATOR_ACCOUNT } from "../aws-emulator";

export const REGION = "ap-northeast-1";
export const facts = createStackFacts({
  ...{ environment: "production", accountId: EMULATOR_ACCOUNT, region: REGION, protect: true },
});

export function clientsAt(endpoint: string) {
  const place = { endpoint, region: REGION, credentials: { accessKeyId: "testing", secretAccessKey: "testing" } };
  return {
    ecs: new ECS(place),
    ecr: new ECR(place),
    ec2: new EC2(place),
    rds: new RDS(place),
    ssm: new SSM(place),
    logs: new CloudWatchLogs(place),
    alarms: new CloudWatch(place),
    secrets: new SecretsManager(place),
    tables: new DynamoDB(place),
    balancing: new ElasticLoadBalancingV2(place),
  };
}
export type Clients = ReturnType<typeof clientsAt>;

const task = (party: string) => ({
  family: facts.name("taskFamily", party),
  templateFamily: facts.name("taskFamily", party, "template"),
  logGroup: facts.name("logGroup", party),
});
const service = (party: string) => ({ name: facts.name("ecsService", party), ...task(party) });

async function network({ ec2 }: Clients) {
  const { Vpc } = await ec2.createVpc({ CidrBlock: "10.0.0.0/16" });
  const vpcId = Vpc?.VpcId ?? "";
  const subnets = await Promise.all(
    ["a", "c"].map((zone, at) =>
      ec2.createSubnet({ VpcId: vpcId, CidrBlock: `10.0.${at}.0/24`, AvailabilityZone: `${REGION}${zone}` }),
    ),
  );
  const privateSubnetIds = subnets.map(({ Subnet }) => Subnet?.SubnetId ?? "");
  return { vpcId, privateSubnetIds, dataSubnetIds: privateSubnetIds, taskSecurityGroupId: "sg-0task" };
}

/** Over http: the emulator's certificates would be one more thing that nobody asks here. */
async function loadBalancer(
  { balancing }: Clients,
  vpcId: string,
  subnets: string[],
): Promise<Targets["loadBalancer"]> {
  const { LoadBalancers = [] } = await balancing.createLoadBalancer({
    Name: "web",
    Subnets: subnets,
    Scheme: "internal",
  });
  const groups = await Promise.all(
    ["blue", "green"].map((Name) => balancing.createTargetGroup({ Name, Protocol: "HTTP", Port: 8080, VpcId: vpcId })),
  );
  const targetGroupArns = groups.map(({ TargetGroups = [] }) => TargetGroups[0]?.TargetGroupArn ?? "");
  const arn = LoadBalancers[0]?.LoadBalancerArn ?? "";
  const rules = await Promise.all(
    [443, 8443].map(async (Port) => {
      const DefaultActions = [{ Type: "fixed-response" as const, FixedResponseConfig: { StatusCode: "404" } }];
      const { Listeners = [] } = await balancing.createListener({
        LoadBalancerArn: arn,
        Protocol: "HTTP",
        Port,
        DefaultActions,
      });
      const { Rules = [] } = await balancing.createRule({
        ListenerArn: Listeners[0]?.ListenerArn,
        Priority: 100,
        Conditions: [{ Field: "path-pattern", Values: ["/*"] }],
        Actions: [{ Type: "forward", ForwardConfig: { TargetGroups: weighted(targetGroupArns, 0) } }],
      });
      return { listener: Listeners[0]?.ListenerArn ?? "", rule: Rules[0]?.RuleArn ?? "" };
    }),
  );
  const [production, test] = rules;
  return {
    ...{ arn, dnsName: LoadBalancers[0]?.DNSName ?? "", targetGroupArns },
    ...{ productionListenerArn: production?.listener ?? "", productionRuleArn: production?.rule ?? "" },
    ...{ testListenerArn: test?.listener ?? "", testRuleArn: test?.rule ?? "" },
  };
}

/** All visitors to one of the two target groups. */
export const weighted = (arns: readonly string[], to: number) =>
  arns.map((TargetGroupArn, at) => ({ TargetGroupArn, Weight: at === to ? 100 : 0 }));

export async function buildPlatform(clients: Clients, webhook: string): Promise<Targets> {
  const { ecs, ecr, rds, ssm, logs, alarms, secrets, tables } = clients;
  const net = await network(clients);
  const cluster = facts.name("ecsCluster");
  const [balancer, { repository }, { cluster: made }] = await Promise.all([
    loadBalancer(clients, net.vpcId, net.privateSubnetIds),
    ecr.createRepository({ repositoryName: facts.name("repository", "app"), imageTagMutability: "IMMUTABLE" }),
    ecs.createCluster({ clusterName: cluster }),
  ]);
  const targets: Targets = {
    ...{
      environment: facts.environment,
      region: REGION,
      accountId: facts.accountId,
      hostnames: ["api.affiliate.example"],
    },
    network: net,
    database: {
      clusterIdentifier: facts.name("rdsCluster", "database"),
      ...{
        writerEndpoint: "writer.example",
        readerEndpoint: "reader.example",
        name: "affiliate",
        masterSecretArn: "arn:none",
      },
    },
    images: { repositoryName: repository?.repositoryName ?? "", repositoryUrl: repository?.repositoryUri ?? "" },
    cluster: { name: cluster, arn: made?.clusterArn ?? "" },
    services: { web: service("web"), worker: service("worker"), scheduler: service("scheduler") },
    tasks: { migration: task("migration"), console: task("console") },
    loadBalancer: balancer,
    deploymentAlarms: { web: [facts.name("alarm", "web", "deployment", "errors")], worker: [] },
    releaseGate: {
      functionName: facts.name("lambda", "release-gate"),
      tableName: facts.name("dynamodbTable", "release-gate"),
    },
    maintenance: { storeArn: `arn:aws:cloudfront::${facts.accountId}:key-value-store/0a1b2c3d` },
  };
  await Promise.all([
    ...(["web", "worker", "scheduler", "migration"] as const).map((party) => registerTemplate(ecs, targets, party)),
    ...(["web", "worker", "scheduler"] as const).map((party) => registerBootstrap(ecs, party)),
    ...["web", "worker", "scheduler", "migration"].map((party) =>
      logs.createLogGroup({ logGroupName: facts.name("logGroup", party) }),
    ),
    rds.createDBCluster({
      ...{ DBClusterIdentifier: targets.database.clusterIdentifier, Engine: "aurora-mysql" },
      ...{ MasterUsername: "affiliate", MasterUserPassword: "only-in-the-emulator" },
    }),
    tables.createTable({
      TableName: targets.releaseGate.tableName,
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [
        { AttributeName: "kind", KeyType: "HASH" },
        { AttributeName: "id", KeyType: "RANGE" },
      ],
      AttributeDefinitions: ["kind", "id"].map((AttributeName) => ({ AttributeName, AttributeType: "S" as const })),
    }),
    alarms.putMetricAlarm({
      ...{ AlarmName: targets.deploymentAlarms.web[0], MetricName: "errors", Namespace: "test", Statistic: "Sum" },
      ...{ Period: 60, EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: "GreaterThanThreshold" },
    }),
    secrets.createSecret({
      Name: facts.name("secret", "slack"),
      SecretString: JSON.stringify({ webhook_url: webhook }),
    }),
    ssm.putParameter({
      ...{ Name: facts.name("ssmParameter", ...targetsParameter), Type: "String", Value: targetsText(targets) },
    }),
  ]);
  return targets;
}

/** Containers of a party; the image and RELEASE are the template's placeholders. */
function containersOf(party: string, image: string, release: string) {
  const environment = [{ name: "RELEASE", value: release }];
  const application = { name: party === "web" ? "app" : party, image, environment, memory: 512, essential: true };
  return party === "web" ? [application, { ...application, name: "nginx", environment: [] }] : [application];
}

async function registerTemplate(ecs: ECS, targets: Targets, party: "web" | "worker" | "scheduler" | "migration") {
  const { templateFamily } = party === "migration" ? targets.tasks.migration : targets.services[party];
  await ecs.registerTaskDefinition({
    family: templateFamily,
    containerDefinitions: containersOf(party, `${targets.images.repositoryUrl}:unreleased`, "unreleased"),
    ...{ cpu: "1024", memory: "2048", networkMode: "awsvpc", requiresCompatibilities: ["FARGATE"] },
  });
}

async function registerBootstrap(ecs: ECS, party: string) {
  await ecs.registerTaskDefinition({
    family: facts.name("taskFamily", party, "bootstrap"),
    containerDefinitions: containersOf(party, "public.ecr.aws/docker/library/busybox@sha256:0", "waiting"),
  });
}
