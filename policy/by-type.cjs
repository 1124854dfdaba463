// Makes @pulumi/policy ask only those rules of a resource that judge its type, read no resource that none judges, and none for
// remediations, of which the pack has none. Its server asks every policy of every resource, and has the engine's message read anew
// for remediations: that was most of what the pack cost. The engine still gets each rule by name, with its own message and settings.
"use strict";
const { createRequire } = require("node:module");
const { stackAnalyzer } = require("./stack-once.cjs");

const library = createRequire(require.resolve("@pulumi/policy"));
const grpc = library("@grpc/grpc-js");
const { AnalyzerService } = library("@pulumi/pulumi/proto/analyzer_grpc_pb");
const { AnalyzeRequest, AnalyzeResponse, RemediateResponse } = library("@pulumi/pulumi/proto/analyzer_pb");
const { BinaryReader } = library("google-protobuf");
const server = library("./server");

const { serve, makeAnalyzeRpcFun } = server;
if (typeof serve !== "function" || typeof makeAnalyzeRpcFun !== "function")
  throw new Error("@pulumi/policy has no serve or makeAnalyzeRpcFun: see policy/by-type.cjs");

/** A policy with `types` (framework/policies.ts) is asked of resources of those only; one without, of all. */
function analyzer(name, version, level, policies) {
  const byType = new Map();
  const of = (type) => {
    let asked = byType.get(type);
    if (asked === undefined) {
      const concerned = policies.filter(({ types }) => types === undefined || types.includes(type));
      const analyze = makeAnalyzeRpcFun(name, version, level, concerned);
      asked = { analyze, judged: concerned.some(({ validateStack }) => validateStack === undefined) };
      byType.set(type, asked);
    }
    return asked;
  };
  answerUnread("analyze", (bytes) => !of(typeOf(bytes)).judged, new AnalyzeResponse());
  return orUnread((call, callback) => of(call.request.getType()).analyze(call, callback));
}

/** The field `type` of an AnalyzeRequest, and nothing else of it. */
function typeOf(bytes) {
  const reader = new BinaryReader(bytes);
  while (reader.nextField()) {
    if (reader.getFieldNumber() === 1) return reader.readString();
    reader.skipField();
  }
  return "";
}

/** Stands for a question that is not read, and for its answer. */
const UNREAD = new AnalyzeRequest();
const orUnread = (answer) => (call, callback) =>
  call.request === UNREAD ? callback(null, UNREAD) : answer(call, callback);

/** Lets a method's questions that `unread` says be, and answers them all alike: read and written out once. */
function answerUnread(method, unread, response) {
  const { requestDeserialize, responseSerialize } = AnalyzerService[method];
  const answer = responseSerialize(response);
  AnalyzerService[method] = {
    ...AnalyzerService[method],
    requestDeserialize: (bytes) => (unread(bytes) ? UNREAD : requestDeserialize(bytes)),
    responseSerialize: (given) => (given === UNREAD ? answer : responseSerialize(given)),
  };
}

server.serve = (name, version, level, pack, config) => {
  const { policies = [] } = pack;
  const mends = policies.some(({ remediateResource }) => remediateResource !== undefined);
  if (!mends) answerUnread("remediate", () => true, new RemediateResponse());
  const analyze = analyzer(name, version, level, policies);
  const analyzeStack = stackAnalyzer(name, version, level, policies);
  // The library offers no other place: it makes its server itself, once.
  const { addService } = grpc.Server.prototype;
  grpc.Server.prototype.addService = function (service, implementation) {
    grpc.Server.prototype.addService = addService;
    const remediate = orUnread(implementation.remediate);
    return addService.call(this, service, { ...implementation, analyze, analyzeStack, remediate });
  };
  return serve(name, version, level, pack, config);
};
