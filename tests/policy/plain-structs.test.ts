import { execFileSync } from "node:child_process";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const POLICY = join(__dirname, "..", "..", "policy");
/** Messages that follow one another in a text are one message: so come keys in any order, and twice. */
const SCRIPT = `
  const { createRequire } = require("node:module");
  const sdk = createRequire(createRequire(require.resolve("@pulumi/policy")).resolve("@pulumi/pulumi"));
  const { Struct } = sdk("google-protobuf/google/protobuf/struct_pb.js");
  const parts = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
  const messages = parts.map((part) => Buffer.concat(part.map((one) => Struct.fromJavaScript(one).serializeBinary())));
  if (process.env.PLAIN) require("./plain-structs.cjs");
  const read = messages.map((message) => Struct.deserializeBinary(message));
  const refused = (() => { try { return read[0].getFieldsMap() && ""; } catch (error) { return error.message; } })();
  console.log(JSON.stringify({ read: read.map((one) => JSON.stringify(one.toJavaScript())), refused }));`;

function readBack(parts: readonly object[][], plain: boolean): { read: string[]; refused: string } {
  const env = { PATH: process.env.PATH, ...(plain && { PLAIN: "1" }) };
  const printed = execFileSync(process.execPath, ["--eval", SCRIPT], {
    cwd: POLICY,
    encoding: "utf8",
    env,
    input: JSON.stringify(parts),
  });
  return JSON.parse(printed) as { read: string[]; refused: string };
}

const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: "grapheme" }),
    fc.double({ noDefaultInfinity: true, noNaN: true }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("tree"), { maxLength: 4 }),
    fc.dictionary(fc.string({ unit: "grapheme" }), tie("tree"), { maxKeys: 4, noNullPrototype: true }),
  ),
}));
const struct = fc.dictionary(fc.string({ unit: "grapheme" }), tree, { maxKeys: 5, noNullPrototype: true });

describe("what the engine says of a resource", () => {
  const parts = [
    [{}],
    [{ last: 1 }, { first: 2 }, { last: [3, { b: null, a: "" }] }],
    ...fc.sample(fc.array(struct, { minLength: 1, maxLength: 3 }), { numRuns: 2_000, seed: 7 }),
  ];

  it("is the same read as plain JavaScript as by google-protobuf, keys in the same order", () => {
    const { read } = readBack(parts, true);
    expect(read[1]).toBe('{"first":2,"last":[3,{"a":"","b":null}]}');
    expect(read).toEqual(readBack(parts, false).read);
  });

  it("is not silently empty for who asks for the message's own map", () => {
    expect(readBack([[{ a: 1 }]], true).refused).toContain("policy/plain-structs.cjs");
    expect(readBack([[{ a: 1 }]], false).refused).toBe("");
  });
});
