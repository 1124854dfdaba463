import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { services as serviceNames } from "../../../config/vocabulary";
import type { Targets } from "../../../config/targets";
import { createHandler } from "../../../functions/release-gate/handler";
import { Records } from "../../../functions/release-gate/records";
import { type Emulator, startEmulator } from "../aws-emulator";
import { type Front, startFront, type StandIn } from "../aws-front";
import { FakeEcsApi } from "./fake-ecs-api";
import type { Course, FakeService } from "./life-cycle";
import { buildPlatform, type Clients, clientsAt, facts, weighted } from "./platform";

type Key = keyof typeof serviceNames;

/**
 * A platform to release to, offline: AWS's API from an emulator, ECS's deployments from a fake before it, the real release
 * gate called by that fake, and a site that answers as what the production listener leads to.
 */
export interface ReleaseWorld {
  readonly targets: Targets;
  readonly front: Front;
  readonly fake: FakeEcsApi;
  readonly clients: Clients;
  /** What Slack was told. */
  readonly slack: string[];
  /** What a process needs in its environment. */
  readonly environment: Readonly<Record<string, string>>;
  service(key: Key): FakeService;
  /** What befalls the next deployment of a service. */
  meets(key: Key, course: Course): void;
  /** Pushes an image; its digest. */
  push(tag: string, migrations?: readonly string[]): Promise<string>;
  /** The version that the tasks of a service run. */
  running(key: Key): Promise<string>;
  weights(): Promise<number[]>;
  /** How the test listener answers, if not as the new revision should. */
  answerOnTest: string | undefined;
  stop(): Promise<void>;
}

export async function startReleaseWorld(): Promise<ReleaseWorld> {
  const emulator: Emulator = await startEmulator();
  const clients = clientsAt(emulator.endpoint);
  let standIn: StandIn = () => Promise.resolve(undefined);
  const front = await startFront(emulator, (name, body) => standIn(name, body));
  const slack: string[] = [];
  const site = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      if (request.url === "/slack") {
        slack.push((JSON.parse(body) as { text: string }).text);
        return void response.end("ok");
      }
      void running("web").then((release) => response.end(JSON.stringify({ status: "ok", release })));
    });
  });
  await new Promise<void>((ready) => site.listen(0, "127.0.0.1", ready));
  const address = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;

  const targets = await buildPlatform(clients, `${address}/slack`);
  const { arn } = targets.cluster;
  const fake = new FakeEcsApi(clients.ecs, clients.logs, { arn, logGroup: targets.tasks.migration.logGroup });
  standIn = fake.standIn;
  addServices(fake, targets);
  const service = (key: Key) => {
    const found = fake.services.get(targets.services[key].name);
    if (found === undefined) throw new Error(`no service ${key}`);
    return found;
  };
  const version = async (taskDefinition: string) => {
    const { taskDefinition: definition } = await clients.ecs.describeTaskDefinition({ taskDefinition });
    return definition?.containerDefinitions?.flatMap(({ environment = [] }) => environment)[0]?.value ?? "unknown";
  };
  /** Visitors get what runs; while both revisions do, the old one until the weights have moved. */
  async function running(key: Key): Promise<string> {
    const { tasks } = service(key);
    return version(tasks[0]?.taskDefinition ?? "");
  }
  let live = 0;
  let digests = 0;
  const world: ReleaseWorld = {
    ...{ targets, front, fake, clients, slack, service, running },
    environment: { ...front.environment, OPERATIONS_HEALTH_URL: `${address}/health` },
    answerOnTest: undefined,
    meets: (key, course) => void service(key).courses.push(course),
    push: async (tag, migrations = []) => {
      const { repositoryName, repositoryUrl } = targets.images;
      const imageManifest = manifest(++digests);
      const digest = `sha256:${createHash("sha256").update(imageManifest).digest("hex")}`;
      await clients.ecr.putImage({ repositoryName, imageTag: tag, imageManifest, imageDigest: digest });
      fake.database.images.set(`${repositoryUrl}@${digest}`, migrations);
      return digest;
    },
    weights: async () => {
      const { Rules = [] } = await clients.balancing.describeRules({
        RuleArns: [targets.loadBalancer.productionRuleArn],
      });
      return Rules[0]?.Actions?.[0]?.ForwardConfig?.TargetGroups?.map(({ Weight = 0 }) => Weight) ?? [];
    },
    stop: async () => {
      const closed = new Promise((done) => site.close(done));
      site.closeAllConnections();
      await closed;
      for (const client of Object.values(clients)) client.destroy();
      await front.stop();
      await emulator.stop();
    },
  };
  const gate = gateAt(front, targets, async () => {
    const answer = world.answerOnTest ?? (await version(service("web").taskDefinition));
    return { status: 200, body: JSON.stringify({ status: "ok", release: answer }) };
  });
  fake.around = {
    hook: gate,
    shift: async (rule, to) => {
      const { productionRuleArn, testRuleArn, targetGroupArns } = targets.loadBalancer;
      const RuleArn = rule === "production" ? productionRuleArn : testRuleArn;
      if (rule === "production") live = 1 - live;
      const TargetGroups = weighted(targetGroupArns, rule === "test" && to === "new" ? 1 - live : live);
      await clients.balancing.modifyRule({ RuleArn, Actions: [{ Type: "forward", ForwardConfig: { TargetGroups } }] });
    },
  };
  return world;
}

function addServices(fake: FakeEcsApi, targets: Targets): void {
  const bootstrap = (key: Key) =>
    `arn:aws:ecs:${targets.region}:${targets.accountId}:task-definition/${facts.name("taskFamily", key, "bootstrap")}:1`;
  const gate = {
    hookTargetArn: `arn:aws:lambda:${targets.region}:${targets.accountId}:function:${targets.releaseGate.functionName}`,
  };
  fake.addService(targets.services.web.name, bootstrap("web"), 3, {
    strategy: "BLUE_GREEN",
    bakeTimeInMinutes: 10,
    lifecycleHooks: [{ ...gate, lifecycleStages: ["PRE_SCALE_UP", "POST_TEST_TRAFFIC_SHIFT"] }],
  });
  fake.addService(targets.services.worker.name, bootstrap("worker"), 2, { strategy: "ROLLING" });
  fake.addService(targets.services.scheduler.name, bootstrap("scheduler"), 1, { strategy: "ROLLING" });
}

/** The real handler, with clients that reach the emulator and the fake; time between its tries passes at once. */
function gateAt(front: Front, targets: Targets, ask: () => Promise<{ status: number; body: string }>) {
  const { ecs, rds, logs, tables } = clientsAt(front.endpoint);
  const { migration } = targets.tasks;
  const records = new Records(
    DynamoDBDocumentClient.from(tables, { marshallOptions: { removeUndefinedValues: true } }),
    targets.releaseGate.tableName,
  );
  const settings = {
    environment: targets.environment,
    cluster: targets.cluster.name,
    serviceArn: `${targets.cluster.arn.replace(":cluster/", ":service/")}/${targets.services.web.name}`,
    bootstrapFamily: facts.name("taskFamily", "web", "bootstrap"),
    repositoryUrl: targets.images.repositoryUrl,
    ...{ migrationFamily: migration.family, migrationTemplateFamily: migration.templateFamily },
    ...{ migrationContainer: "migration", migrationLogGroup: migration.logGroup },
    ...{ subnetIds: targets.network.privateSubnetIds, taskSecurityGroupId: targets.network.taskSecurityGroupId },
    ...{ databaseCluster: targets.database.clusterIdentifier, snapshotPrefix: facts.name("rdsSnapshot", "release") },
    ...{ snapshotsKept: 20, table: targets.releaseGate.tableName, testHost: "unused", testHostname: "unused" },
  };
  return createHandler(
    (_context, say) => ({
      ...{ settings, ecs, rds, logs, records, ask, say },
      now: () => new Date(),
      pause: () => Promise.resolve(),
      secondsLeft: () => 300,
    }),
    () => undefined,
  );
}

const manifest = (serial: number): string =>
  JSON.stringify({
    schemaVersion: 2,
    mediaType: "application/vnd.docker.distribution.manifest.v2+json",
    config: {
      mediaType: "application/vnd.docker.container.image.v1+json",
      size: serial,
      digest: `sha256:${"0".repeat(64)}`,
    },
    layers: [],
  });
