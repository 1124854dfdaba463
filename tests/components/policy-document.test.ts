import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { policyDocument, serviceTrust, type Statement } from "../../components/policy-document";
import { valueOf } from "../support/mocks";

const text = (statements: readonly Statement[]) => valueOf(policyDocument(statements));
const read: Statement = { sid: "Read", actions: ["s3:GetObject"], resources: "arn:aws:s3:::a/*" };

describe("policyDocument", () => {
  it("writes keys in a fixed order, lists sorted and single values as strings", async () => {
    const written = await text([
      {
        conditions: { StringEquals: { "b:key": ["2", "1", "2"], "a:key": "x" }, Bool: { "c:key": ["true"] } },
        resources: ["arn:b", "arn:a"],
        actions: ["s3:Put*", "s3:Get*"],
        principals: { Service: ["b.amazonaws.com"], AWS: ["2", "1"] },
        effect: "Deny",
        sid: "All",
      },
    ]);
    expect(written).toBe(
      '{"Version":"2012-10-17","Statement":[{"Sid":"All","Effect":"Deny",' +
        '"Principal":{"AWS":["1","2"],"Service":"b.amazonaws.com"},"Action":["s3:Get*","s3:Put*"],' +
        '"Resource":["arn:a","arn:b"],' +
        '"Condition":{"Bool":{"c:key":"true"},"StringEquals":{"a:key":"x","b:key":["1","2"]}}}]}',
    );
  });

  it("allows unless told to deny, and takes outputs anywhere", async () => {
    const document = JSON.parse(
      await text([
        {
          sid: "Read",
          principals: { AWS: pulumi.output("arn:role") },
          actions: ["s3:GetObject"],
          resources: [pulumi.output("arn:b"), "arn:a"],
          conditions: { StringEquals: { key: pulumi.output("value") } },
        },
      ]),
    ) as { Statement: unknown[] };
    expect(document.Statement).toEqual([
      {
        Sid: "Read",
        Effect: "Allow",
        Principal: { AWS: "arn:role" },
        Action: "s3:GetObject",
        Resource: ["arn:a", "arn:b"],
        Condition: { StringEquals: { key: "value" } },
      },
    ]);
  });

  it("writes the same text whatever the order of lists and keys", async () => {
    const words = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,6}$/), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(words, words, words, async (actions, resources, keys) => {
        const statement = (turn: (list: string[]) => string[]): Statement => ({
          sid: "X",
          actions: turn(actions),
          resources: turn(resources),
          conditions: { StringEquals: Object.fromEntries(turn(keys).map((key) => [key, turn(resources)])) },
        });
        const reversed = (list: string[]) => [...list].reverse();
        expect(await text([statement((list) => list)])).toBe(await text([statement(reversed)]));
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ["no statement", [], /it has no statement/],
    ["a sid with a space", [{ ...read, sid: "Read it" }], /sid "Read it" may hold letters and digits only/],
    ["a sid twice", [read, read], /sid "Read" is there twice/],
    ["no action", [{ ...read, actions: [] }], /statement "Read" names no action/],
    ["no resource", [{ ...read, resources: [] }], /statement "Read" names no resource/],
    [
      "nobody and nothing",
      [{ sid: "Read", actions: ["s3:GetObject"] }],
      /statement "Read" names neither principals nor resources/,
    ],
  ] as [string, Statement[], RegExp][])("refuses %s", (_, statements, message) => {
    expect(() => policyDocument(statements)).toThrow(message);
  });

  it("names all faults at once", () => {
    expect(() => policyDocument([{ sid: "a b", actions: [] }])).toThrow(/letters and digits.*no action.*neither/);
  });

  it("writes trust policies", async () => {
    expect(JSON.parse(await valueOf(serviceTrust("ecs.amazonaws.com")))).toEqual({
      Version: "2012-10-17",
      Statement: [
        { Sid: "Assume", Effect: "Allow", Principal: { Service: "ecs.amazonaws.com" }, Action: "sts:AssumeRole" },
      ],
    });
    const conditional = serviceTrust("ecs.amazonaws.com", { StringEquals: { "aws:SourceAccount": "1" } });
    expect(await valueOf(conditional)).toContain('"Condition":{"StringEquals":{"aws:SourceAccount":"1"}}');
  });
});
