// What makes the pack cheap (by-type, stack-once, read-once, plain-structs, light-sdk, introduced-once) must not be seen in what it answers.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const POLICY = join(__dirname, "..", "..", "policy");
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

interface Put {
  readonly type: string;
  readonly name: string;
  readonly inputs: object;
  /** The name of the one that each property takes a value from. */
  readonly links?: Readonly<Record<string, string>>;
}

const archive = {
  "4dabf18193072939515e22adb298388d": "0def7320c3a5731c473e5ecbe6d01bc7",
  assets: { "index.mjs": { "4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17", text: "//" } },
};
const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "hunter2" };
/** Good and bad, read and unread, with an asset, a secret, and what is not known yet. */
const PLAN: readonly Put[] = [
  { type: "aws:rds/cluster:Cluster", name: "database", inputs: { engine: "aurora-mysql", storageEncrypted: false } },
  {
    type: "aws:rds/clusterInstance:ClusterInstance",
    name: "database-1",
    inputs: { clusterIdentifier: UNKNOWN, availabilityZone: "ap-northeast-1a", region: "ap-northeast-1" },
    links: { clusterIdentifier: "database" },
  },
  { type: "aws:s3/bucket:Bucket", name: "uploads", inputs: { bucket: "uploads", region: "ap-northeast-1" } },
  {
    type: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    name: "uploads-private",
    inputs: { bucket: "uploads", blockPublicAcls: true },
    links: { bucket: "uploads" },
  },
  { type: "aws:lambda/function:Function", name: "gate", inputs: { code: archive, environment: secret } },
  { type: "aws:kms/key:Key", name: "data", inputs: { policy: UNKNOWN, enableKeyRotation: true } },
  { type: "affiliate:data:Database", name: "database", inputs: {} },
  { type: "datadog:index:SyntheticsTest", name: "health", inputs: { name: "health" } },
];

/** The pack's answers to what the engine asks, as bytes: introduction, settings, each resource twice, the stack. */
function answers(loaded: string, config: object = {}): readonly string[] {
  const script = `
    const { createRequire } = require("node:module");
    const library = createRequire(require.resolve("@pulumi/policy"));
    const grpc = library("@grpc/grpc-js");
    const messages = library("@pulumi/pulumi/proto/analyzer_pb");
    const { Struct } = library("google-protobuf/google/protobuf/struct_pb.js");
    const { Empty } = library("google-protobuf/google/protobuf/empty_pb.js");
    let served; let service;
    grpc.Server.prototype.addService = (...given) => { [service, served] = given; };
    grpc.Server.prototype.bindAsync = () => undefined;
    ${loaded}
    const [plan, config] = JSON.parse(process.env.ASKED);
    const urn = (name) => {
      const put = plan.find((one) => one.name === name);
      return "urn:pulumi:production::affiliate::" + put.type + "::" + name;
    };
    const described = (message, { type, name, inputs }) => {
      message.setType(type);
      message.setName(name);
      message.setUrn(urn(name));
      message.setOptions(new messages.AnalyzerResourceOptions());
      message.setProperties(Struct.fromJavaScript(inputs));
      return message;
    };
    const linked = (message, { links = {} }) => {
      for (const [property, source] of Object.entries(links)) {
        const sources = new messages.AnalyzerPropertyDependencies();
        sources.setUrnsList([urn(source)]);
        message.getPropertydependenciesMap().set(property, sources);
      }
      return message;
    };
    const settings = new messages.ConfigureAnalyzerRequest();
    for (const [rule, { enforcementLevel, ...properties }] of Object.entries(config)) {
      const set = new messages.PolicyConfig();
      set.setEnforcementlevel(messages.EnforcementLevel[enforcementLevel.toUpperCase()]);
      set.setProperties(Struct.fromJavaScript(properties));
      settings.getPolicyconfigMap().set(rule, set);
    }
    const stack = new messages.AnalyzeStackRequest();
    stack.setResourcesList(plan.map((put) => linked(described(new messages.AnalyzerResource(), put), put)));
    const questions = [["getAnalyzerInfo", new Empty()], ["getAnalyzerInfo", new Empty()], ["configure", settings]];
    for (const put of plan)
      for (const method of ["remediate", "analyze"])
        questions.push([method, described(new messages.AnalyzeRequest(), put)]);
    questions.push(["analyzeStack", stack], ["analyzeStack", stack]);
    (async () => {
      const answers = [];
      for (const [method, question] of questions) {
        const request = service[method].requestDeserialize(Buffer.from(question.serializeBinary()));
        const bytes = await new Promise((resolve, reject) =>
          served[method]({ request }, (error, response) =>
            error ? reject(error) : resolve(service[method].responseSerialize(response))));
        answers.push(method + " " + Buffer.from(bytes).toString("base64"));
      }
      console.log(JSON.stringify(answers));
    })();`;
  const env = { ...process.env, ASKED: JSON.stringify([PLAN, config]) };
  const printed = execFileSync(process.execPath, ["--eval", script], { cwd: POLICY, encoding: "utf8", env });
  return JSON.parse(printed) as string[];
}

const CHEAP = 'require("./index.js");';
/** The library by itself. */
const PLAIN = 'require(require("../toolchain/precompile.cjs").precompiled(require("node:path").resolve("pack.ts")));';

describe("the pack", () => {
  it("answers the engine to the byte as the library by itself would", () => {
    const plain = answers(PLAIN);
    // Introduced at length, and something wrong in resources and in the stack: or equality would say little.
    expect(plain[0]?.length).toBeGreaterThan(50_000);
    expect(plain.filter((answer) => answer.startsWith("analyze ") && answer.length > 500).length).toBeGreaterThan(3);
    expect(plain.at(-1)?.length).toBeGreaterThan(2_000);
    expect(answers(CHEAP)).toEqual(plain);
  });

  it("minds settings as the library does: switched off, advisory, exempt", () => {
    const exempt = { resource: "database", reason: "known until the move", owner: "platform", until: "2999-12-31" };
    const config = {
      "rds-cluster-encrypted": { enforcementLevel: "disabled" },
      "aurora-over-zones": { enforcementLevel: "advisory" },
      "rds-cluster-retention": { enforcementLevel: "mandatory", exemptions: [exempt] },
    };
    const plain = answers(PLAIN, config);
    expect(plain).not.toEqual(answers(PLAIN));
    expect(answers(CHEAP, config)).toEqual(plain);
  });
});
