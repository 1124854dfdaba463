// Makes @pulumi/policy ask only those rules of a resource that judge its type, and read no resource for remediations, of which
// the pack has none. Its server asks every policy of every resource, and has the engine's message read anew for remediations:
// that was most of what the pack cost. The engine still gets each rule by name, with its own message and settings.
"use strict";
const { createRequire } = require("node:module");

const library = createRequire(require.resolve("@pulumi/policy"));
const grpc = library("@grpc/grpc-js");
const { AnalyzerService } = library("@pulumi/pulumi/proto/analyzer_grpc_pb");
const { AnalyzeRequest, RemediateResponse } = library("@pulumi/pulumi/proto/analyzer_pb");
const server = library("./server");

const { serve, makeAnalyzeRpcFun } = server;
if (typeof serve !== "function" || typeof makeAnalyzeRpcFun !== "function")
  throw new Error("@pulumi/policy has no serve or makeAnalyzeRpcFun: see policy/by-type.cjs");

/** A policy with `types` (framework/policies.ts) is asked of resources of those only; one without, of all. */
function analyzer(name, version, level, policies) {
  const byType = new Map();
  return (call, callback) => {
    const type = call.request.getType();
    let analyze = byType.get(type);
    if (analyze === undefined) {
      const concerned = policies.filter(({ types }) => types === undefined || types.includes(type));
      analyze = makeAnalyzeRpcFun(name, version, level, concerned);
      byType.set(type, analyze);
    }
    return analyze(call, callback);
  };
}

/** Answers that nothing is to be changed, and does not read of what. */
function mendsNothing() {
  const request = new AnalyzeRequest();
  AnalyzerService.remediate = { ...AnalyzerService.remediate, requestDeserialize: () => request };
  return (_, callback) => callback(null, new RemediateResponse());
}

server.serve = (name, version, level, pack, config) => {
  const { policies = [] } = pack;
  const mends = policies.some(({ remediateResource }) => remediateResource !== undefined);
  const own = { analyze: analyzer(name, version, level, policies), ...(!mends && { remediate: mendsNothing() }) };
  // The library offers no other place: it makes its server itself, once.
  const { addService } = grpc.Server.prototype;
  grpc.Server.prototype.addService = function (service, implementation) {
    grpc.Server.prototype.addService = addService;
    return addService.call(this, service, { ...implementation, ...own });
  };
  return serve(name, version, level, pack, config);
};
