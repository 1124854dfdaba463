import { SSM } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, beforeEach } from "vitest";
import type { Targets } from "../../config/targets";
import { verbs } from "../../operations/verbs";
import { EMULATOR_ACCOUNT, type Emulator, startEmulator } from "./aws-emulator";
import { type Front, type StandIn, startFront } from "./aws-front";
import { type Ran, runVerbs, stackFolder } from "./command-line";

const arn = (service: string, rest: string) => `arn:aws:${service}:ap-northeast-1:${EMULATOR_ACCOUNT}:${rest}`;
const name = (part: string) => `affiliate-production-${part}`;
const task = (part: string) => ({
  family: name(part),
  templateFamily: name(`${part}-template`),
  logGroup: `/affiliate/production/${part}`,
});
const service = (part: string) => ({ ...task(part), name: name(part) });

/** What the program publishes, as far as the verbs read it. */
export const targets: Targets = {
  environment: "production",
  region: "ap-northeast-1",
  accountId: EMULATOR_ACCOUNT,
  hostnames: ["www.affiliate.example"],
  network: {
    vpcId: "vpc-1",
    privateSubnetIds: ["subnet-1", "subnet-2"],
    dataSubnetIds: ["subnet-3"],
    taskSecurityGroupId: "sg-task",
  },
  database: {
    clusterIdentifier: name("database"),
    writerEndpoint: "writer.example",
    readerEndpoint: "reader.example",
    name: "affiliate_production",
    masterSecretArn: arn("secretsmanager", "secret:rds!cluster-1"),
  },
  images: {
    repositoryName: name("app"),
    repositoryUrl: `${EMULATOR_ACCOUNT}.dkr.ecr.ap-northeast-1.amazonaws.com/${name("app")}`,
  },
  cluster: { name: "affiliate-production", arn: arn("ecs", "cluster/affiliate-production") },
  services: { web: service("web"), worker: service("worker"), scheduler: service("scheduler") },
  tasks: { migration: task("migration"), console: task("console") },
  loadBalancer: {
    arn: arn("elasticloadbalancing", "loadbalancer/app/web/1"),
    dnsName: "internal-web.example",
    productionListenerArn: arn("elasticloadbalancing", "listener/app/web/1/2"),
    testListenerArn: arn("elasticloadbalancing", "listener/app/web/1/3"),
    productionRuleArn: arn("elasticloadbalancing", "listener-rule/app/web/1/2/4"),
    testRuleArn: arn("elasticloadbalancing", "listener-rule/app/web/1/3/5"),
    targetGroupArns: [arn("elasticloadbalancing", "targetgroup/a/1"), arn("elasticloadbalancing", "targetgroup/b/2")],
  },
  deploymentAlarms: { web: [], worker: [] },
  releaseGate: { functionName: name("release-gate"), tableName: name("release-gate") },
  maintenance: {
    storeArn: `arn:aws:cloudfront::${EMULATOR_ACCOUNT}:key-value-store/0a1b2c3d-0000-4000-8000-000000000001`,
  },
};

export const PRODUCTION = ["--stack", "production"] as const;
export const YES = [...PRODUCTION, "--yes", "production"] as const;
export const IMAGE = `${targets.images.repositoryUrl}@sha256:${"a".repeat(64)}`;

/**
 * The verbs against the emulator, with the targets published; to be called once at the top of a test file.
 * @param standIn - answers what the emulator does not know
 */
export function operatorWorld(standIn?: StandIn) {
  const root = stackFolder();
  let emulator: Emulator;
  let front: Front;
  beforeAll(async () => {
    emulator = await startEmulator();
    front = await startFront(emulator, standIn);
    Object.assign(process.env, front.environment);
  }, 180_000);
  afterAll(async () => {
    await front.stop();
    await emulator.stop();
  });
  beforeEach(async () => {
    await front.reset();
    const ssm = new SSM({ endpoint: emulator.endpoint, region: "ap-northeast-1" });
    await ssm.putParameter({
      Name: "/affiliate/production/operations/targets",
      Value: JSON.stringify(targets),
      Type: "String",
    });
    ssm.destroy();
    // The first call loads the SDK.
  }, 60_000);
  return {
    /** Where the stack files are. */
    root,
    front: () => front,
    endpoint: () => emulator.endpoint,
    run: (...argv: string[]): Promise<Ran> => runVerbs(verbs, argv, root),
    /** The web service runs a release. Written: moto's services echo neither their deployment nor their revision. */
    releaseRuns: () => {
      front.write("DescribeServices", () => ({
        services: [{ taskDefinition: arn("ecs", `task-definition/${name("web")}:7`) }],
      }));
      front.write("DescribeTaskDefinition", () => ({
        taskDefinition: {
          taskDefinitionArn: arn("ecs", `task-definition/${name("web")}:7`),
          containerDefinitions: [
            { name: "nginx", image: IMAGE },
            { name: "app", image: IMAGE, environment: [{ name: "RELEASE", value: "v1.2.3" }] },
          ],
        },
      }));
    },
  };
}
