import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const POLICY = join(__dirname, "..", "..", "policy");

/** Serves three policies in a process of their own, and asks about a bucket and a topic what the engine would. */
function asked(...more: readonly string[]): unknown {
  const script = `
    const { createRequire } = require("node:module");
    const library = createRequire(require.resolve("@pulumi/policy"));
    const messages = library("@pulumi/pulumi/proto/analyzer_pb");
    const { Struct } = library("google-protobuf/google/protobuf/struct_pb.js");
    const read = [];
    const { toJavaScript } = Struct.prototype;
    Struct.prototype.toJavaScript = function () { read.push("properties"); return toJavaScript.call(this); };
    require("./by-type.cjs");
    const grpc = library("@grpc/grpc-js");
    const { serve } = library("./server");
    const asked = [];
    const policy = (name, types) => ({
      name, types, description: name, enforcementLevel: "mandatory",
      validateResource: (_, report) => { asked.push(name); report(name + " says no"); },
    });
    const policies = [policy("buckets", ["aws:s3/bucket:Bucket"]), policy("keys", ["aws:kms/key:Key"])];
    let served;
    let service;
    // by-type.cjs puts its own in front of this one for the one server that is made.
    grpc.Server.prototype.addService = (...given) => { [service, served] = given; };
    grpc.Server.prototype.bindAsync = () => undefined;
    ${more.join("\n")}
    serve("pack", "1", "mandatory", { policies });
    const ask = (method, type, Response) => new Promise((resolve, reject) => {
      const question = new messages.AnalyzeRequest();
      question.setType(type);
      question.setOptions(new messages.AnalyzerResourceOptions());
      question.setProperties(Struct.fromJavaScript({ encrypted: true }));
      const request = service[method].requestDeserialize(Buffer.from(question.serializeBinary()));
      served[method]({ request }, (error, response) =>
        error ? reject(error) : resolve(Response.deserializeBinary(service[method].responseSerialize(response))));
    });
    const found = async (type) => (await ask("analyze", type, messages.AnalyzeResponse))
      .getDiagnosticsList().map((each) => [each.getPolicyname(), each.getMessage()]);
    (async () => {
      const [bucket, topic] = [await found("aws:s3/bucket:Bucket"), await found("aws:sns/topic:Topic")];
      const reads = read.length;
      const mended = await ask("remediate", "aws:s3/bucket:Bucket", messages.RemediateResponse);
      console.log(JSON.stringify({
        asked, bucket, topic, reads, readToMend: read.length - reads,
        remediations: mended.getRemediationsList().map((each) => each.getPolicyname()),
      }));
    })();`;
  return JSON.parse(execFileSync(process.execPath, ["--eval", script], { cwd: POLICY, encoding: "utf8" }));
}

describe("a resource that is put before the pack", () => {
  it("is judged by the rules of its type only, and is not read where there are none", () => {
    expect(asked()).toEqual({
      asked: ["buckets"],
      bucket: [["buckets", expect.stringContaining("buckets says no")]],
      topic: [],
      reads: 1,
      readToMend: 0,
      remediations: [],
    });
  });

  it("is judged by a rule without types whatever it is, and each speaks for itself", () => {
    expect(asked('policies.push(policy("every"));')).toMatchObject({
      asked: ["buckets", "every", "every"],
      bucket: [
        ["buckets", expect.stringContaining("buckets says no")],
        ["every", expect.stringContaining("every says no")],
      ],
      topic: [["every", expect.stringContaining("every says no")]],
    });
  });

  it("is read for remediations where a policy has one", () => {
    const mends =
      "policies.push({ ...policy('mends', []), enforcementLevel: 'remediate', remediateResource: ({ props }) => ({ ...props, mended: true }) });";
    expect(asked(mends)).toMatchObject({ asked: ["buckets"], readToMend: 1, remediations: ["mends"] });
  });
});
