import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const POLICY = join(__dirname, "..", "..", "policy");

/** Serves three policies in a process of their own, and asks about a bucket what the engine would. */
function asked(...more: readonly string[]): unknown {
  const script = `
    const { createRequire } = require("node:module");
    require("./by-type.cjs");
    const library = createRequire(require.resolve("@pulumi/policy"));
    const grpc = library("@grpc/grpc-js");
    const { AnalyzerService } = library("@pulumi/pulumi/proto/analyzer_grpc_pb");
    const messages = library("@pulumi/pulumi/proto/analyzer_pb");
    const { serve } = library("./server");
    const read = AnalyzerService.remediate.requestDeserialize;
    const asked = [];
    const policy = (name, types) => ({
      name, types, description: name, enforcementLevel: "mandatory",
      validateResource: (_, report) => { asked.push(name); report(name + " says no"); },
    });
    const policies = [policy("buckets", ["aws:s3/bucket:Bucket"]), policy("keys", ["aws:kms/key:Key"]), policy("every")];
    let served;
    // by-type.cjs puts its own in front of this one for the one server that is made.
    grpc.Server.prototype.addService = (_, implementation) => { served = implementation; };
    grpc.Server.prototype.bindAsync = () => undefined;
    ${more.join("\n")}
    serve("pack", "1", "mandatory", { policies });
    const request = new messages.AnalyzeRequest();
    request.setType("aws:s3/bucket:Bucket");
    request.setOptions(new messages.AnalyzerResourceOptions());
    request.setProperties(new (library("google-protobuf/google/protobuf/struct_pb.js").Struct)());
    const done = (error, response) => {
      if (error) throw error;
      const found = response.getDiagnosticsList().map((each) => [each.getPolicyname(), each.getMessage()]);
      const reads = AnalyzerService.remediate.requestDeserialize === read;
      const say = (remediations) => console.log(JSON.stringify({ asked, found, reads, remediations }));
      if (reads) return say();
      const request = AnalyzerService.remediate.requestDeserialize(Buffer.from("what is no message"));
      served.remediate({ request }, (_, answer) => say(answer.getRemediationsList().length));
    };
    served.analyze({ request }, done);`;
  return JSON.parse(execFileSync(process.execPath, ["--eval", script], { cwd: POLICY, encoding: "utf8" }));
}

describe("a resource that is put before the pack", () => {
  it("is judged by the rules of its type only, and each speaks for itself", () => {
    expect(asked()).toEqual({
      asked: ["buckets", "every"],
      found: [
        ["buckets", expect.stringContaining("buckets says no")],
        ["every", expect.stringContaining("every says no")],
      ],
      reads: false,
      remediations: 0,
    });
  });

  it("is read for remediations where a policy has one", () => {
    const mends = "policies.push({ ...policy('mends', []), remediateResource: () => undefined });";
    expect(asked(mends)).toMatchObject({ asked: ["buckets", "every"], reads: true });
  });
});
