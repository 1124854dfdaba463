// Preloaded into every node process of a preview: the policy pack's writes each question of the engine, as it came, to the file
// named by BENCHMARK_QUESTIONS. The pack is then asked the same without the engine (pack.cjs).
"use strict";
const { appendFileSync } = require("node:fs");
const { createRequire } = require("node:module");
const { join } = require("node:path");

const file = process.env.BENCHMARK_QUESTIONS;
if (file !== undefined && process.argv[1]?.endsWith("pulumi-analyzer-affiliate")) {
  const policy = createRequire(join(__dirname, "..", "..", "policy", "index.js"));
  const { Server } = createRequire(policy.resolve("@pulumi/policy"))("@grpc/grpc-js");
  const { addService } = Server.prototype;
  Server.prototype.addService = function (service, implementation) {
    const written = { ...service };
    for (const name of Object.keys(implementation)) {
      const { path, requestDeserialize } = service[name];
      written[name] = {
        ...service[name],
        requestDeserialize: (bytes) => {
          appendFileSync(file, `${JSON.stringify({ path, bytes: bytes.toString("base64") })}\n`);
          return requestDeserialize(bytes);
        },
      };
    }
    return addService.call(this, written, implementation);
  };
}
