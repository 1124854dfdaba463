import { replacements } from "../difference";
import { serve } from "../protocol";
import { SimulatedProvider } from "../provider";
import { GITHUB_SHAPES } from "./shapes";

const REPLACEMENTS = replacements("github", {
  "index/actionsEnvironmentSecret:ActionsEnvironmentSecret": "environment secretName",
  "index/actionsEnvironmentVariable:ActionsEnvironmentVariable": "environment variableName",
  "index/actionsSecret:ActionsSecret": "secretName",
  "index/actionsVariable:ActionsVariable": "variableName",
  "index/branch:Branch": "repository sourceBranch sourceSha",
  "index/branchProtection:BranchProtection": "repositoryId",
  "index/repositoryDependabotSecurityUpdates:RepositoryDependabotSecurityUpdates": "repository",
  "index/repositoryDeploymentBranchPolicy:RepositoryDeploymentBranchPolicy": "environmentName repository",
  "index/repositoryEnvironment:RepositoryEnvironment": "environment",
  "index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy": "environment",
  "index/repositoryFile:RepositoryFile": "branch file",
  "index/repositoryPullRequest:RepositoryPullRequest": "baseRepository headRef owner",
  "index/repositoryVulnerabilityAlerts:RepositoryVulnerabilityAlerts": "repository",
});

const shapesFolder = "sandbox/providers/github/shapes.ts";
void serve(new SimulatedProvider({ name: "github", shapes: GITHUB_SHAPES, shapesFolder, replacements: REPLACEMENTS }));
