import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { knownStacks } from "../../config/stack-files";
import { copyStackFile, readStackFile } from "../../sandbox/cli/stacks";

let root: string;
let copies: string;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "stacks-test-"));
  copies = path.join(root, "copies");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const ROOT_FILE = `# facts of production
secretsprovider: awskms://alias/state?region=ap-northeast-1
encryptedkey: AQIC
encryptionsalt: v1:old
config:
  aws:region: ap-northeast-1
  aws:defaultTags: { tags: { Project: affiliate } }
  affiliate:accountId: "012345678901" # a text, not a number
  affiliate:network:
    zones: [{ name: ap-northeast-1a, id: apne1-az4 }]
`;

function stackFile(stack: string, text: string): string {
  const file = path.join(root, `Pulumi.${stack}.yaml`);
  writeFileSync(file, text);
  return file;
}

const copyOf = (stack: string): unknown => parse(readFileSync(path.join(copies, `Pulumi.${stack}.yaml`), "utf8"));

describe("the copy of a stack file", () => {
  test("has the same config, and no secrets provider", () => {
    stackFile("production", ROOT_FILE);
    copyStackFile(root, "production", copies);
    const { config } = parse(ROOT_FILE) as { config: unknown };
    expect(copyOf("production")).toEqual({ config });
  });

  test("leaves the root file as it is, byte for byte", () => {
    const file = stackFile("production", ROOT_FILE);
    copyStackFile(root, "production", copies);
    expect(readFileSync(file, "utf8")).toBe(ROOT_FILE);
  });

  test("is made anew each time, and keeps the salt that the CLI wrote into the one before", () => {
    stackFile("production", ROOT_FILE);
    copyStackFile(root, "production", copies);
    const copy = path.join(copies, "Pulumi.production.yaml");
    writeFileSync(copy, `${readFileSync(copy, "utf8")}  affiliate:stray: 1\nencryptionsalt: v1:new\n`);
    copyStackFile(root, "production", copies);
    expect(copyOf("production")).toEqual({
      config: (parse(ROOT_FILE) as { config: unknown }).config,
      encryptionsalt: "v1:new",
    });
  });

  test.each([
    ["at the top", `config:\n  affiliate:key:\n    secure: AAAB\n`, "config.affiliate:key"],
    ["inside a list", `config:\n  affiliate:a:\n    list: [1, { secure: AAAB }]\n`, "config.affiliate:a.list[1]"],
  ])("an encrypted value %s is refused, with its place and what to do", (_, text, place) => {
    stackFile("production", text);
    expect(() => copyStackFile(root, "production", copies)).toThrow(place);
    expect(() => copyStackFile(root, "production", copies)).toThrow("npm run operations -- secrets set");
  });

  test("a key that is merely called secure is not one", () => {
    stackFile("production", `config:\n  affiliate:a: { secure: true, other: 1 }\n`);
    expect(() => copyStackFile(root, "production", copies)).not.toThrow();
  });
});

test("an unknown stack is told with the known ones", () => {
  stackFile("production", ROOT_FILE);
  stackFile("staging", ROOT_FILE);
  writeFileSync(path.join(root, "Pulumi.yaml"), "name: affiliate\n");
  expect(knownStacks(root)).toEqual(["production", "staging"]);
  expect(() => readStackFile(root, "prodution")).toThrow(/no stack "prodution".*Stacks here: production, staging\./);
  expect(() => readStackFile(root, "../production")).toThrow("no stack");
});

test.each(["", "- a\n", "text\n"])("a file that is no mapping is told: %j", (text) => {
  stackFile("production", text);
  expect(() => readStackFile(root, "production")).toThrow("is not a stack file");
});
