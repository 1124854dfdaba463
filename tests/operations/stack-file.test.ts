import { readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { readStackFile } from "../../operations/stack-file";
import { temporaryFolder } from "../support/command-line";

const repository = path.resolve(__dirname, "../..");
const folder = temporaryFolder("stack-files-");
const read = (content: string) => {
  writeFileSync(path.join(folder, "Pulumi.production.yaml"), content);
  return readStackFile(folder, "production");
};
const config = (lines: Record<string, string>) =>
  ["config:", ...Object.entries(lines).map(([key, value]) => `  ${key}: ${value}`)].join("\n");
const good = {
  "aws:region": "ap-northeast-1",
  "affiliate:environment": "production",
  "affiliate:accountId": '"1'.padEnd(13, "2") + '"',
};

const stacks = readdirSync(repository).flatMap((name) => /^Pulumi\.(\w+)\.yaml$/.exec(name)?.[1] ?? []);

it.each(stacks)("reads the repository's %s", (stack) => {
  const { facts, secretsOf, domain, tags } = readStackFile(repository, stack);
  expect(facts.environment).toBe(stack);
  expect(facts.accountId).toMatch(/^\d{12}$/);
  // The recovery stack reads the copies of production's.
  const owner = stack === "recovery" ? "production" : stack;
  expect(secretsOf.name("secret", "app-key")).toBe(`affiliate/${owner}/app-key`);
  expect(secretsOf.region).toBe(facts.region);
  expect(domain.zoneName).toBeDefined();
  expect(tags.Environment).toBe(stack);
});

describe("says in one message", () => {
  it.each([
    ["no config", "a: 1", 'Pulumi.production.yaml has no "config:"'],
    ["no YAML", "config: [", "Pulumi.production.yaml is not YAML"],
    ["no account", config({ ...good, "affiliate:accountId": "" }), 'affiliate:accountId is ""; expected'],
    ["a short account", config({ ...good, "affiliate:accountId": "123" }), 'affiliate:accountId is "123"; expected'],
    ["no region", config({ "affiliate:environment": "staging" }), "aws:region is missing; expected"],
    ["all at once", config({ "affiliate:environment": "prod" }), "aws:region is missing"],
    ["an unknown environment", config({ ...good, "affiliate:environment": "prod" }), 'affiliate:environment is "prod"'],
  ])("%s", (_case, content, says) => {
    expect(() => read(content)).toThrow(says);
  });
});

it("keeps an account id that begins with zeros, quoted or not", () => {
  expect(read(config({ ...good, "affiliate:accountId": "001234567890" })).facts.accountId).toBe("001234567890");
  expect(read(config({ ...good, "affiliate:accountId": '"001234567890"' })).facts.accountId).toBe("001234567890");
});

it("does not judge the rest of the file: an incident is no time for it", () => {
  expect(read(config({ ...good, "affiliate:network": "{ cidr: nonsense }" })).facts.region).toBe("ap-northeast-1");
});
