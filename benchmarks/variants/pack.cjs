// The policy pack in a process of its own, without the engine: it is started, and asked over gRPC what the engine asked it in a
// preview (BENCHMARK_QUESTIONS, see questions.cjs), one question after the other. Prints its processor time in milliseconds.
"use strict";
const { spawn } = require("node:child_process");
const { once } = require("node:events");
const { readFileSync } = require("node:fs");
const { createRequire } = require("node:module");
const { join } = require("node:path");

const pack = join(__dirname, "..", "..", "policy", "pulumi-analyzer-affiliate");
const grpc = createRequire(createRequire(pack).resolve("@pulumi/policy"))("@grpc/grpc-js");
const questions = readFileSync(process.env.BENCHMARK_QUESTIONS, "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line))
  .map(({ path, bytes }) => ({ path, bytes: Buffer.from(bytes, "base64") }));
const of = (path) => questions.filter((question) => question.path.endsWith(path));

async function main() {
  const child = spawn(process.execPath, ["--require", join(__dirname, "processor-time.cjs"), pack], {
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  const [port] = await once(child.stdout, "data");
  const client = new grpc.Client(`127.0.0.1:${String(port).trim()}`, grpc.credentials.createInsecure(), {
    "grpc.max_send_message_length": -1,
  });
  const same = (bytes) => bytes;
  const ask = ({ path, bytes }) =>
    new Promise((resolve, reject) => {
      client.makeUnaryRequest(path, same, same, bytes, (error, answer) => (error ? reject(error) : resolve(answer)));
    });
  const cpuMs = async () => {
    child.send("?");
    return (await once(child, "message"))[0];
  };
  const single = questions.filter(({ path }) => /\/(Analyze|Remediate)$/.test(path));
  try {
    const loaded = await cpuMs();
    const first = questions.slice(0, questions.indexOf(single[0]));
    for (const question of first) await ask(question);
    const began = await cpuMs();
    for (const question of single) await ask(question);
    const judged = await cpuMs();
    for (const question of of("/AnalyzeStack")) await ask(question);
    const ended = await cpuMs();
    const parts = { load: loaded, introduced: began - loaded, resources: judged - began, stack: ended - judged };
    console.log(JSON.stringify({ ...parts, total: ended, count: of("/Analyze").length }));
  } finally {
    client.close();
    child.kill();
  }
}
void main();
