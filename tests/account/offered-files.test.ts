import { readFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { OfferedFiles } from "../../account/offered-files";
import type { RepositorySettings } from "../../account/github-settings";
import { ROOT } from "../config/stack-files";
import { record, type Recording } from "../support/mocks";
import { accountConfig, accountProgram } from "./program";

const BRANCH = "github:index/branch:Branch";
const FILE = "github:index/repositoryFile:RepositoryFile";
const PULL_REQUEST = "github:index/repositoryPullRequest:RepositoryPullRequest";

type Files = RepositorySettings["files"];
const github = accountConfig("production")["affiliate:github"] as Record<string, { name: string; files?: Files }>;
const listed: Files = github.application?.files ?? [];
const offer = (files: Files): Promise<Recording<unknown>> =>
  record(() => new OfferedFiles("files", { repository: "affiliate", owner: "affiliate-system", files }));

describe("the files of the application's repository", () => {
  let production: Recording<unknown>;
  beforeAll(async () => {
    production = await accountProgram("production");
  }, 120_000);

  it("are those of the image and the workflow, at the paths that they have here", () => {
    for (const { from, to } of listed) expect(from).toBe(`application/${to}`);
    const dockerfile = readFileSync(path.join(ROOT, "application/Dockerfile"), "utf8");
    const copied = [...dockerfile.matchAll(/^COPY (?:--chmod=\d+ )?(docker\/\S+) /gm)].map(([, file]) => file);
    expect(copied.length).toBeGreaterThan(3);
    expect(listed.map(({ to }) => to).sort()).toEqual(
      ["Dockerfile", ".dockerignore", ".github/workflows/deploy.yml", ...copied].sort(),
    );
  });

  it("are offered as they are, on a branch of their own, in one pull request to main", () => {
    const branch = production.one(BRANCH);
    expect(branch.inputs).toMatchObject({ repository: "affiliate", sourceBranch: "main" });
    expect(branch.inputs.branch).toMatch(/^platform-files-[0-9a-f]{10}$/);
    const files = production.ofType(FILE);
    expect(files.map(({ inputs }) => inputs.file)).toEqual(listed.map(({ to }) => to));
    for (const [index, { inputs }] of files.entries()) {
      expect(inputs).toMatchObject({ repository: "affiliate", branch: branch.inputs.branch, overwriteOnCreate: true });
      expect(inputs.content).toBe(readFileSync(path.join(ROOT, listed[index]?.from ?? ""), "utf8"));
    }
    expect(production.one(PULL_REQUEST).inputs).toMatchObject({
      baseRepository: "affiliate",
      owner: "affiliate-system",
      baseRef: "main",
      headRef: branch.inputs.branch,
    });
  });

  it("are written one after the other, and offered once all are there", () => {
    const files = production.ofType(FILE);
    for (const [index, file] of files.entries()) {
      const before = files.slice(0, index).map(({ urn }) => urn);
      expect(file.options.dependencies).toEqual(expect.arrayContaining([production.one(BRANCH).urn, ...before]));
    }
    const { dependencies } = production.one(PULL_REQUEST).options;
    expect(dependencies).toEqual(expect.arrayContaining(files.map(({ urn }) => urn)));
  });

  it("stay where they were merged: only the pull request is closed when another takes its place", () => {
    for (const { options } of [production.one(BRANCH), ...production.ofType(FILE)]) {
      expect(options.retainOnDelete).toBe(true);
    }
    expect(production.one(PULL_REQUEST).options.retainOnDelete).toBe(false);
  });

  it("are offered to a repository that has a list, and to no other", () => {
    expect(github.platform?.files).toBeUndefined();
    expect(production.ofType("affiliate:account:OfferedFiles").map(({ name }) => name)).toEqual(["application-files"]);
  });
});

describe("the branch", () => {
  const branchOf = async (files: Files) => (await offer(files)).one(BRANCH).inputs.branch;
  const [ini, conf] = ["application/docker/php/php.ini", "application/docker/php/php-fpm.conf"] as const;

  it("is named after what it holds: another content or place is another branch, another order none", async () => {
    const lists: Files[] = [
      [
        { from: ini, to: "a" },
        { from: conf, to: "b" },
      ],
      [{ from: ini, to: "a" }],
      [
        { from: conf, to: "a" },
        { from: ini, to: "b" },
      ],
      [
        { from: ini, to: "a" },
        { from: conf, to: "c" },
      ],
    ];
    const branches: unknown[] = [];
    // One after the other: the mocks are of the whole process.
    for (const files of lists) branches.push(await branchOf(files));
    expect(new Set(branches).size).toBe(lists.length);
    const turned = await branchOf([
      { from: conf, to: "b" },
      { from: ini, to: "a" },
    ]);
    expect(turned).toBe(branches[0]);
  });

  it("is not made for a file that is not here", async () => {
    await expect(offer([{ from: "application/Dockerfil", to: "Dockerfile" }])).rejects.toThrow(
      'names the file application/Dockerfil, which is not in this repository. Correct "from"',
    );
  });
});
