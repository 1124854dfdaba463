// The policy pack without the engine: it is loaded, asked about each resource of BENCHMARK_PLAN as the engine asks, and about
// the stack. Prints the processor time of each in milliseconds, reading and writing of messages included.
"use strict";
const { readFileSync } = require("node:fs");
const { createRequire } = require("node:module");
const { join } = require("node:path");

const policy = createRequire(join(__dirname, "..", "..", "policy", "index.js"));
const library = createRequire(policy.resolve("@pulumi/policy"));
const plan = JSON.parse(readFileSync(process.env.BENCHMARK_PLAN, "utf8"));

const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

policy("../toolchain/lazy-modules.cjs");
const grpc = library("@grpc/grpc-js");
let served;
let service;
// In place of a server that listens.
grpc.Server.prototype.addService = (definition, implementation) => {
  [service, served] = [definition, implementation];
};
grpc.Server.prototype.bindAsync = () => undefined;
policy("./index.js");
const loaded = cpuMs();

const messages = library("@pulumi/pulumi/proto/analyzer_pb");
const { Struct } = library("google-protobuf/google/protobuf/struct_pb.js");
const described = (message, { type, name, inputs }) => {
  message.setType(type);
  message.setName(name);
  message.setUrn(`urn:pulumi:production::affiliate::${type}::${name}`);
  message.setOptions(new messages.AnalyzerResourceOptions());
  message.setProperties(Struct.fromJavaScript(JSON.parse(JSON.stringify(inputs))));
  return message;
};
const single = plan.map((resource) =>
  Buffer.from(described(new messages.AnalyzeRequest(), resource).serializeBinary()),
);
const whole = new messages.AnalyzeStackRequest();
whole.setResourcesList(plan.map((resource) => described(new messages.AnalyzerResource(), resource)));
const stack = Buffer.from(whole.serializeBinary());

const ask = (method, bytes) =>
  new Promise((resolve, reject) => {
    const { requestDeserialize, responseSerialize } = service[method];
    served[method]({ request: requestDeserialize(bytes) }, (error, response) => {
      if (error) return reject(error);
      responseSerialize(response);
      resolve();
    });
  });

async function main() {
  const began = cpuMs();
  for (const bytes of single) await ask("analyze", bytes);
  const analyzed = cpuMs();
  for (const bytes of single) await ask("remediate", bytes);
  const mended = cpuMs();
  await ask("analyzeStack", stack);
  const ended = cpuMs();
  const parts = { load: loaded, resources: analyzed - began, remediations: mended - analyzed, stack: ended - mended };
  console.log(JSON.stringify({ ...parts, count: plan.length }));
}
void main();
