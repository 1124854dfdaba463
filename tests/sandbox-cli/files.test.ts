import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { REPOSITORY, openHome, sandboxEnvironment } from "../../sandbox/cli/home";
import { planStackFile } from "../../sandbox/cli/plan";
import { writeProject } from "../../sandbox/cli/project";

let folder: string;

beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), "sandbox-files-test-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const projectAt = (file: string) => parse(readFileSync(file, "utf8")) as Record<string, unknown>;
const REAL = projectAt(path.join(REPOSITORY, "Pulumi.yaml"));
const PROGRAM = path.resolve(REPOSITORY, String(REAL.main));

describe("the project file that the CLI is given", () => {
  test("names the same program and providers from wherever it is", () => {
    const written = writeProject(path.join(REPOSITORY, "sandbox", "Pulumi.yaml"), folder);
    const project = parse(readFileSync(path.join(folder, "Pulumi.yaml"), "utf8")) as {
      main: string;
      plugins: { providers: { name: string; path: string }[] };
    };
    expect(written).toEqual({ name: "affiliate", providers: ["aws", "awsx", "datadog", "github"] });
    expect(project.main).toBe(PROGRAM);
    expect(project.plugins.providers.every((provider) => path.isAbsolute(provider.path))).toBe(true);
    // Stack files are beside it, whatever the source says of its own.
    expect(project).not.toHaveProperty("stackConfigDir");
  });

  test("the sandbox runs the program and runtime of the real project", () => {
    const sandbox = projectAt(path.join(REPOSITORY, "sandbox", "Pulumi.yaml"));
    expect(sandbox.name).toBe(REAL.name);
    expect(sandbox.runtime).toEqual(REAL.runtime);
    expect(path.resolve(REPOSITORY, "sandbox", String(sandbox.main))).toBe(PROGRAM);
  });

  test("the program's own folder is the default", () => {
    const source = path.join(folder, "source.yaml");
    writeFileSync(source, "name: small\nruntime: nodejs\n");
    expect(writeProject(source, path.join(folder, "out"))).toEqual({ name: "small", providers: [] });
    expect(parse(readFileSync(path.join(folder, "out", "Pulumi.yaml"), "utf8"))).toEqual({
      name: "small",
      runtime: "nodejs",
      main: folder,
    });
  });
});

describe("the environment of the engine", () => {
  const toolchain = { PATH: "/cli:/usr/bin", PULUMI_LANGUAGE_NODEJS_RUN_PATH: "/run.mjs" };

  test("has no credentials and nobody's account or login", () => {
    const mine = {
      AWS_PROFILE: "work",
      AWS_ACCESS_KEY_ID: "AKIA",
      DD_API_KEY: "x",
      DATADOG_APP_KEY: "x",
      GITHUB_TOKEN: "x",
      GITHUB_OWNER: "x",
      PULUMI_ACCESS_TOKEN: "pul-x",
      PULUMI_STACK: "other",
      PULUMI_CONFIG_PASSPHRASE_FILE: "/file",
      PULUMI_BACKEND_URL: "s3://real-state",
      PULUMI_HOME: "/home/me/.pulumi",
      PULUMI_CONFIG_PASSPHRASE: "mine",
    };
    const env = sandboxEnvironment(openHome(folder), mine, toolchain);
    expect(Object.keys(env).filter((name) => /^(AWS|DD|DATADOG|GITHUB)_|TOKEN|PULUMI_STACK|_FILE$/.test(name))).toEqual(
      [],
    );
    expect(env).toMatchObject({
      ...toolchain,
      PULUMI_BACKEND_URL: `file://${folder}/.state?metadata=skip`,
      PULUMI_HOME: `${folder}/.state/home`,
      PULUMI_CONFIG_PASSPHRASE: "",
      SANDBOX_CLOUD: `${folder}/.cloud`,
    });
  });

  test("leaves the caller's flags alone", () => {
    const mine = { PULUMI_OPTION_PARALLEL: "2", LANG: "ja_JP.UTF-8", SANDBOX_TIMES: "real" };
    expect(sandboxEnvironment(openHome(folder), mine, toolchain)).toMatchObject(mine);
  });
});

test("a plan's stack file needs no account: no guard, no credentials, no lookups; the program's config is as it was", () => {
  const affiliate = { "affiliate:accountId": "123456789012", "affiliate:network": { zones: [{ id: "apne1-az4" }] } };
  const plan = planStackFile({
    secretsprovider: "awskms://x",
    encryptedkey: "x",
    config: {
      ...affiliate,
      "aws:region": "ap-northeast-1",
      "aws:defaultTags": { tags: { Project: "affiliate" } },
      "aws:allowedAccountIds": ["123456789012"],
      "aws:profile": "work",
      "aws:assumeRoles": [{ roleArn: "x" }],
      "datadog:apiUrl": "https://api.example.com",
      "github:owner": "somebody",
    },
  });
  expect(plan).toEqual({
    config: {
      ...affiliate,
      "aws:region": "ap-northeast-1",
      "aws:defaultTags": { tags: { Project: "affiliate" } },
      "aws:accessKey": "planning",
      "aws:secretKey": "planning",
      "aws:skipCredentialsValidation": "true",
      "aws:skipRequestingAccountId": "true",
      "aws:skipMetadataApiCheck": "true",
      "aws:skipRegionValidation": "true",
      "datadog:validate": "false",
    },
  });
});
