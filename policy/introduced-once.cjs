// Keeps what the pack says of itself: each rule's text, level and schema, for which the engine asks before it starts the program. To
// write that into a message costs as much as loading the pack, and it is the same until the pack changes: kept beside the compiled
// pack, by all that it is made from.
"use strict";
const { createHash } = require("node:crypto");
const { readFileSync } = require("node:fs");
const { createRequire } = require("node:module");
const { writeWhole } = require("../toolchain/precompile.cjs");

const library = createRequire(require.resolve("@pulumi/policy"));
const { AnalyzerService } = library("@pulumi/pulumi/proto/analyzer_grpc_pb");
const { version: libraryVersion } = library("./package.json");
const protoutil = library("./protoutil");

const { makeAnalyzerInfo } = protoutil;
if (typeof makeAnalyzerInfo !== "function")
  throw new Error("@pulumi/policy has no makeAnalyzerInfo: see policy/introduced-once.cjs");

/** @param {string} compiled the pack's compiled file, which another text gets another name */
exports.keepBeside = function keepBeside(compiled) {
  const { responseSerialize } = AnalyzerService.getAnalyzerInfo;
  let message;
  protoutil.makeAnalyzerInfo = (name, version, level, pack, initialConfig) => {
    const from = JSON.stringify([libraryVersion, name, version, level, initialConfig]);
    const file = `${compiled}.${createHash("sha256").update(from).digest("hex").slice(0, 12)}.introduction`;
    message = before(file);
    if (message === undefined) {
      message = responseSerialize(makeAnalyzerInfo(name, version, level, pack, initialConfig));
      writeWhole(file, message);
    }
    return message;
  };
  AnalyzerService.getAnalyzerInfo = { ...AnalyzerService.getAnalyzerInfo, responseSerialize: () => message };
};

function before(file) {
  try {
    return readFileSync(file);
  } catch (error) {
    // Not asked since the pack was compiled.
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}
