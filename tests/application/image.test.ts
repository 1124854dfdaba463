import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ECR } from "@aws-sdk/client-ecr";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readDumpSource, tagOf } from "../../operations/image/checkout";
import { createImage } from "../../operations/image/image";
import { exitCodes } from "../../operations/exit-codes";
import { type Emulator, startEmulator } from "../support/aws-emulator";
import { type Ran, runVerbs, stackFolder, temporaryFolder } from "../support/command-line";

const REPOSITORY = "affiliate-production-app";
const REGISTRY = "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com";
const root = stackFolder();
const checkout = temporaryFolder("checkout-");
const machine = temporaryFolder("docker-");
const realPath = process.env.PATH ?? "";
let emulator: Emulator;

const git = (...args: string[]) =>
  execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example", ...args], {
    cwd: checkout,
    encoding: "utf8",
  });
const run = (...argv: string[]): Promise<Ran> => runVerbs([createImage(checkout)], argv, root);
const push = (...more: string[]) => run("--push", "--stack", "production", ...more);
const calls = (): string[][] =>
  existsSync(path.join(machine, "calls"))
    ? readFileSync(path.join(machine, "calls"), "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as string[])
    : [];
const commit = (file: string) => {
  writeFileSync(path.join(checkout, file), file);
  git("add", "-A");
  git("commit", "--quiet", "-m", file);
};

beforeAll(async () => {
  emulator = await startEmulator();
  Object.assign(process.env, emulator.environment, { FAKE_DOCKER_FOLDER: machine });
  const bin = path.join(machine, "bin");
  mkdirSync(bin);
  const fake = path.join(__dirname, "fake-docker.cjs");
  writeFileSync(path.join(bin, "docker"), `#!/bin/sh\nexec "${process.execPath}" "${fake}" "$@"\n`, { mode: 0o755 });
  cpSync(path.join(__dirname, "../../application/Dockerfile"), path.join(checkout, "Dockerfile"));
  git("init", "--quiet");
  commit("composer.lock");
  git("tag", "v1.2.3");
}, 180_000);
afterAll(async () => {
  process.env.PATH = realPath;
  await emulator.stop();
});
beforeEach(async () => {
  process.env.PATH = `${path.join(machine, "bin")}:${realPath}`;
  for (const file of ["calls", "registry", "password", "down", "lie"])
    rmSync(path.join(machine, file), { force: true });
  await emulator.reset();
  const { endpoint } = emulator;
  await new ECR({ endpoint }).createRepository({ repositoryName: REPOSITORY, imageTagMutability: "IMMUTABLE" });
});

describe("npm run image -- --push", () => {
  it("builds for Graviton, pushes under the version, and prints the image by the digest that ECR has", async () => {
    const { code, stdout, stderr } = await push();
    expect(code, stderr).toBe(0);
    const { imageDetails } = await new ECR({}).describeImages({ repositoryName: REPOSITORY });
    expect(imageDetails).toMatchObject([{ imageTags: ["v1.2.3"] }]);
    expect(stdout).toBe(`${REGISTRY}/${REPOSITORY}@${imageDetails?.[0]?.imageDigest}\n`);
    const build = calls().find(([, word]) => word === "build") ?? [];
    expect(build).toContain("--platform=linux/arm64");
    expect(build).toContain("--build-arg=VERSION=v1.2.3");
    expect(build).toContain(`--build-arg=COMMIT=${git("rev-parse", "HEAD").trim()}`);
    expect(build).toContain("--provenance=false");
    expect(build.join(" ")).not.toContain("latest");
  });

  it("gives ECR's password through standard input and prints it nowhere", async () => {
    const { stdout, stderr } = await push();
    const password = readFileSync(path.join(machine, "password"), "utf8");
    expect(password.length).toBeGreaterThan(5);
    expect(JSON.stringify(calls()) + stdout + stderr).not.toContain(password);
  });

  it("does nothing when the version is there already", async () => {
    const first = await push();
    rmSync(path.join(machine, "calls"));
    const second = await push();
    expect(second.stdout).toBe(first.stdout);
    expect(second.stderr).toContain("This version is there already");
    expect(calls().map(([word, next]) => `${word} ${next}`)).toEqual(["buildx version", "version --format"]);
  });

  it("answers a script in JSON", async () => {
    const { stdout } = await push("--json");
    expect(JSON.parse(stdout)).toMatchObject({
      repository: REPOSITORY,
      tag: "v1.2.3",
      version: "v1.2.3",
      platform: "linux/arm64",
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string,
    });
  });

  it("warns of a tree that no commit has, and gives it a tag that is no version", async () => {
    writeFileSync(path.join(checkout, "fix.php"), "<?php");
    try {
      const { stderr, stdout } = await push("--json");
      expect(stderr).toContain("warning: the checkout has changes that no commit has: fix.php");
      expect((JSON.parse(stdout) as { tag: string }).tag).toMatch(/^v1\.2\.3-changed-\d{8}T\d{6}Z$/);
    } finally {
      rmSync(path.join(checkout, "fix.php"));
    }
  });

  it("says so when what ECR has is not what docker built", async () => {
    writeFileSync(path.join(machine, "lie"), "");
    const { code, stdout, stderr } = await push();
    expect(code).toBe(exitCodes.failed.code);
    expect(stdout).toBe("");
    expect(stderr).toContain("Do not release it.");
  });

  it("a dry run calls neither docker nor AWS", async () => {
    process.env.PATH = realPath;
    const { code, stderr, stdout } = await run("--push", "--dry-run", "--stack", "elsewhere");
    expect(code, stderr).toBe(0);
    expect(stderr).toContain("Would run: docker buildx build --platform=linux/arm64");
    expect([stdout, calls()]).toEqual(["", []]);
  });
});

describe("npm run image -- --dump", () => {
  const DUMP = "affiliate-production-backup";
  const folder = path.join(checkout, "backup");
  let last: string;

  beforeAll(() => {
    mkdirSync(folder);
    commit("backup/Dockerfile");
    last = git("rev-parse", "HEAD").trim();
    commit("elsewhere");
  });

  it("builds the folder for the dump's repository, under the commit that changed it last", async () => {
    await new ECR({ endpoint: emulator.endpoint }).createRepository({ repositoryName: DUMP });
    const command = [createImage(checkout, folder)];
    const { code, stdout, stderr } = await runVerbs(command, ["--dump", "--push", "--stack", "production"], root);
    expect(code, stderr).toBe(0);
    const { imageDetails } = await new ECR({}).describeImages({ repositoryName: DUMP });
    expect(imageDetails).toMatchObject([{ imageTags: [`release-${last.slice(0, 12)}`] }]);
    expect(stdout).toBe(`${REGISTRY}/${DUMP}@${imageDetails?.[0]?.imageDigest}\n`);
    expect(calls().find(([, word]) => word === "build")).toContain(`--build-arg=COMMIT=${last}`);
  });

  it("names an image after the folder's last commit, and one of a changed tree so that no dump takes it", async () => {
    expect(await readDumpSource(folder)).toEqual({
      ...{ folder, commit: last, version: `release-${last.slice(0, 12)}`, changed: [] },
    });
    writeFileSync(path.join(folder, "new.go"), "");
    const changed = await readDumpSource(folder);
    expect([changed.version, changed.changed]).toEqual([last.slice(0, 12), ["backup/new.go"]]);
    expect(tagOf(changed, new Date(0))).toBe(`${last.slice(0, 12)}-changed-19700101T000000Z`);
  });

  it("refuses a shallow checkout, in which every commit looks as if it had changed everything", async () => {
    const shallow = path.join(temporaryFolder("shallow-"), "clone");
    git("clone", "--quiet", "--depth=1", `file://${checkout}`, shallow);
    await expect(readDumpSource(shallow)).rejects.toThrow("This checkout is shallow");
  });
});

describe("npm run image refuses", () => {
  it("a machine without docker", async () => {
    process.env.PATH = machine;
    const folder = path.join(machine, "tools");
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, "git"), `#!/bin/sh\nPATH='${realPath}' exec git "$@"\n`, { mode: 0o755 });
    process.env.PATH = folder;
    const { code, stderr } = await push();
    expect(code).toBe(exitCodes.refused.code);
    expect(stderr).toContain("There is no docker on PATH");
    expect(stderr).toContain("Install Docker Desktop, Colima or docker-ce");
  });

  it("a docker whose daemon does not run", async () => {
    writeFileSync(path.join(machine, "down"), "");
    const { code, stderr } = await push();
    expect(code).toBe(exitCodes.failed.code);
    expect(stderr).toContain("Start Docker, then try again.");
  });

  it("another account, before it builds anything", async () => {
    const { code, stderr } = await run("--push", "--stack", "elsewhere");
    expect(code).toBe(exitCodes.refused.code);
    expect(stderr).toContain("These credentials belong to account 123456789012");
    expect(calls().some(([, word]) => word === "build")).toBe(false);
  });

  it("a stack that is not up yet", async () => {
    await emulator.reset();
    const { code, stderr } = await push();
    expect(code).toBe(exitCodes.refused.code);
    expect(stderr).toContain("There is no repository affiliate-production-app in this account.");
    expect(stderr).toContain("npm run up -- production");
  });

  it.each([
    [["--path", "nowhere"], "has no Dockerfile"],
    [["--resolve", "--push"], "--resolve builds nothing"],
    [["--write"], "--write goes with --resolve"],
    [["--dump", "--path", "."], "--dump builds application/backup of this repository: leave out --path."],
    [["--stack", "nowhere"], 'There is no stack "nowhere"'],
  ])("%j", async (argv, message) => {
    const { code, stderr } = await run(...argv);
    expect(code).toBe(exitCodes.usage.code);
    expect(stderr).toContain(message);
  });
});

describe("the tag", () => {
  const of = (version: string) => tagOf({ folder: "", version, commit: "", changed: [] }, new Date(0));

  it("is the version, in the letters that a registry takes", () => {
    expect(of("v1.2.3-4-gabcdef0")).toBe("v1.2.3-4-gabcdef0");
    expect(of("release/2026+hotfix")).toBe("release-2026-hotfix");
    expect(of("x".repeat(200))).toHaveLength(128);
    expect(() => of("latest")).toThrow('The git tag "latest" names no version.');
  });
});
