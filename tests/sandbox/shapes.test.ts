import { describe, expect, it } from "vitest";
import { Cloud } from "../../sandbox/cloud/cloud";
import { AWS_SHAPES } from "../../sandbox/providers/aws/shapes";
import { DATADOG_SHAPES } from "../../sandbox/providers/datadog/shapes";
import { GITHUB_SHAPES } from "../../sandbox/providers/github/shapes";
import { Service } from "../../sandbox/providers/service";
import type { Shapes } from "../../sandbox/providers/shape";
import { checkInputs } from "../../sandbox/schema/check";
import { Schema } from "../../sandbox/schema/schema";
import { plain, plainValues, type Values } from "../../sandbox/schema/values";
import { temporaryFolder } from "./support/folder";
import { minimal } from "./support/minimal";

const ARN = /^arn:aws:[a-z0-9-]+:(?:[a-z]{2}-[a-z]+-\d)?:(?:\d{12}|cloudfront|lambda)?:\S.*$/;
/** ARNs of what the resource does not have. */
const NONE =
  /stateMachineVersion|sourceDb|signing|canonical|outpost|snsTopic|stream|monitoringRole|roleArn|^kmsKeyArn$|continuous/i;

const SETTINGS = { account: "123456789012", region: "ap-northeast-1", tags: {} };

function made(schemas: Schema, table: Shapes, token: string, cloud: Cloud): { id: string; state: Values } {
  const schema = schemas.resource(token);
  const shape = table[token];
  if (schema === undefined || shape === undefined) throw new Error(`no type ${token}`);
  // What a service asks of its surroundings is tested by itself.
  const { refuse: _, ...alone } = shape;
  const service = new Service(cloud, SETTINGS, schema, alone);
  const inputs = { ...("name" in schema.inputs && { name: "web1" }), ...minimal(schema) };
  expect(checkInputs(schema, inputs)).toEqual([]);
  const planned = shape.plan?.(service.request(`urn:pulumi:t::p::${token}::one`, plainValues(inputs), 0)) ?? {};
  expect(Object.values(planned).filter((reason) => typeof reason === "string")).toEqual([]);
  return service.create(`urn:pulumi:t::p::${token}::one`, inputs);
}

describe.each([
  ["aws", AWS_SHAPES],
  ["datadog", DATADOG_SHAPES],
  ["github", GITHUB_SHAPES],
] as const)("shapes of %s", (name, table: Shapes) => {
  const schemas = new Schema(name);

  it.each(Object.keys(table))("%s answers what its typings promise", (token) => {
    const { id, state } = made(schemas, table, token, new Cloud(temporaryFolder()));
    expect(id).toMatch(/\S/);
    expect(JSON.stringify(state)).not.toMatch(/undefined|NaN|\[object/);
    for (const [key, output] of Object.entries(schemas.resource(token)?.outputs ?? {})) {
      const value = plain(state[key] ?? null);
      if (output.always && output.kind === "string") expect(value, key).toBeTypeOf("string");
      if (output.always && output.kind === "number") expect(value, key).toBeTypeOf("number");
      if (/arn$/i.test(key) && typeof value === "string" && !(NONE.test(key) && value === "")) {
        expect(value, key).toMatch(ARN);
      }
    }
  });
});
