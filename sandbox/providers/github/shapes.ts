import type { Values } from "../../schema/values";
import type { Request } from "../request";
import { shapes, type Shape, type UniqueName } from "../shape";

const number = (request: Request, purpose: string): number => Number.parseInt(request.hex(8, purpose), 16);
const etag = (request: Request): string => `W/"${request.hex(64, JSON.stringify(request.inputs))}"`;

function taken(scope: string, name: string, message: string): readonly UniqueName[] {
  return [{ scope, name, within: "world", code: "422 Validation Failed", message, operation: "GitHub", status: 422 }];
}

/** One of a kind per repository, put over what is there. */
function perRepository(...more: string[]): Shape {
  return {
    id: (request) => ["repository", ...more].map((key) => request.text(key)).join(":"),
    put: true,
    autoname: false,
    outputs: (request) => ({ repositoryId: number(request, "repository") }),
  };
}

function variable(...keys: string[]): Shape {
  const id = (request: Request): string => keys.map((key) => request.text(key)).join(":");
  return {
    id,
    unique: (request) => taken("github-variable", id(request), `Variable already exists: ${id(request)}`),
    outputs: (request) => ({
      createdAt: request.kept("createdAt", () => new Date().toISOString()),
      updatedAt: new Date().toISOString(),
      remoteUpdatedAt: new Date().toISOString(),
      repositoryId: number(request, "repository"),
    }),
  };
}

function repository(request: Request): Values {
  const name = request.text("name");
  return {
    fullName: `simulated/${name}`,
    htmlUrl: `https://github.com/simulated/${name}`,
    gitCloneUrl: `git://github.com/simulated/${name}.git`,
    httpCloneUrl: `https://github.com/simulated/${name}.git`,
    sshCloneUrl: `git@github.com:simulated/${name}.git`,
    svnUrl: `https://github.com/simulated/${name}`,
    defaultBranch: "main",
    nodeId: `R_${request.hex(10)}`,
    repoId: number(request, "repository"),
    etag: etag(request),
    fork: "false",
    primaryLanguage: "",
    sourceOwner: "",
    sourceRepo: "",
    visibility: "private",
  };
}

export const GITHUB_SHAPES = shapes({
  "github:index/repository:Repository": {
    id: (request) => request.text("name"),
    autoname: { property: "name", maxLength: 100 },
    unique: (request) => taken("github-repository", request.text("name"), "name already exists on this account"),
    outputs: repository,
    refuseDelete: (_, found) => {
      if (found.state["archiveOnDestroy"] === true)
        throw new Error(`${found.id} is archived, not deleted (archiveOnDestroy)`);
    },
  },
  "github:index/repositoryEnvironment:RepositoryEnvironment": perRepository("environment"),
  "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy": {
    id: (request) => `${request.text("repository")}:${request.text("environment")}:${number(request, "policy")}`,
    outputs: (request) => ({ policyId: number(request, "policy"), repositoryId: number(request, "repository") }),
  },
  "github:index/repositoryDeploymentBranchPolicy:RepositoryDeploymentBranchPolicy": {
    id: (request) => String(number(request, "policy")),
    outputs: (request) => ({ etag: etag(request) }),
  },
  "github:index/repositoryRuleset:RepositoryRuleset": {
    id: (request) => String(number(request, "ruleset")),
    unique: (request) =>
      taken("github-ruleset", `${request.text("repository")}/${request.text("name")}`, "Name must be unique"),
    outputs: (request) => ({
      rulesetId: number(request, "ruleset"),
      nodeId: `RRS_${request.hex(16)}`,
      etag: etag(request),
    }),
  },
  "github:index/repositoryFile:RepositoryFile": {
    id: (request) => `${request.text("repository")}:${request.text("file")}:${request.text("branch")}`,
    outputs: (request) => ({
      sha: request.hex(40, request.text("content")),
      commitSha: request.hex(40, `commit${request.text("content")}`),
      commitMessage: `Add ${request.text("file")}`,
      ref: request.text("branch") || "main",
      branch: "main",
      repositoryId: number(request, "repository"),
      autocreateBranchSourceSha: "",
    }),
    refuse: (request) => {
      const there = request.cloud
        .list(request.type)
        .some(
          (found) => found.id === `${request.text("repository")}:${request.text("file")}:${request.text("branch")}`,
        );
      if (there && request.old === undefined && !request.flag("overwriteOnCreate")) {
        throw new Error(
          `refusing to overwrite existing file: configure overwriteOnCreate to overwrite it (${request.text("file")})`,
        );
      }
    },
  },
  "github:index/repositoryTopics:RepositoryTopics": perRepository(),
  "github:index/repositoryVulnerabilityAlerts:RepositoryVulnerabilityAlerts": perRepository(),
  "github:index/repositoryDependabotSecurityUpdates:RepositoryDependabotSecurityUpdates": perRepository(),
  "github:index/repositoryCollaborators:RepositoryCollaborators": {
    ...perRepository(),
    outputs: (request) => ({ invitationIds: {}, repositoryId: number(request, "repository") }),
  },
  "github:index/repositoryPullRequest:RepositoryPullRequest": {
    id: (request) => `${request.text("baseRepository")}:${1 + (number(request, "pull") % 900)}`,
    outputs: (request) => ({
      number: 1 + (number(request, "pull") % 900),
      baseSha: request.hex(40, "base"),
      headSha: request.hex(40, "head"),
      labels: [],
      openedAt: Math.floor(Date.now() / 1000),
      openedBy: "simulated",
      state: "open",
      updatedAt: Math.floor(Date.now() / 1000),
    }),
  },
  "github:index/branch:Branch": {
    id: (request) => `${request.text("repository")}:${request.text("branch")}`,
    unique: (request) =>
      taken("github-branch", `${request.text("repository")}/${request.text("branch")}`, "Reference already exists"),
    outputs: (request) => ({
      ref: `refs/heads/${request.text("branch")}`,
      sha: request.hex(40),
      sourceSha: request.hex(40),
      etag: etag(request),
    }),
  },
  "github:index/branchDefault:BranchDefault": perRepository(),
  "github:index/branchProtection:BranchProtection": {
    id: (request) => `BPR_${request.hex(16)}`,
    unique: (request) =>
      taken(
        "github-branch-protection",
        `${request.text("repositoryId")}/${request.text("pattern")}`,
        "Name already protected",
      ),
  },
  "github:index/actionsVariable:ActionsVariable": variable("repository", "variableName"),
  "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable": variable(
    "repository",
    "environment",
    "variableName",
  ),
  "github:index/actionsSecret:ActionsSecret": { ...variable("repository", "secretName"), unique: () => [], put: true },
  "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret": {
    ...variable("repository", "environment", "secretName"),
    unique: () => [],
    put: true,
  },
  "github:index/actionsRepositoryPermissions:ActionsRepositoryPermissions": perRepository(),
  "github:index/actionsRepositoryAccessLevel:ActionsRepositoryAccessLevel": perRepository(),
  "github:index/actionsRepositoryOidcSubjectClaimCustomizationTemplate:ActionsRepositoryOidcSubjectClaimCustomizationTemplate":
    perRepository(),
  "github:index/workflowRepositoryPermissions:WorkflowRepositoryPermissions": perRepository(),
});
