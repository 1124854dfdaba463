import * as github from "@pulumi/github";
import * as pulumi from "@pulumi/pulumi";
import type { RepositorySettings } from "./github-settings";

export interface RepositoryRulesArgs {
  readonly repository: pulumi.Input<string>;
  readonly settings: RepositorySettings;
}

/** GitHub Actions as an app: a check of that name from anybody else does not count. Source: GitHub, apps/github-actions. */
const GITHUB_ACTIONS_APP = 15368;

/**
 * The repository itself. Not a child of a component: it is there before the program, and `pulumi import` takes it over
 * under its bare name (docs/delivery.md).
 */
export function repositoryItself(name: string, settings: RepositorySettings): github.Repository {
  return new github.Repository(
    name,
    {
      name: settings.name,
      description: settings.description,
      visibility: settings.visibility,
      hasIssues: true,
      hasProjects: false,
      hasWiki: false,
      // One commit for each pull request: history stays linear, and GitHub signs it.
      allowSquashMerge: true,
      allowMergeCommit: false,
      allowRebaseMerge: false,
      allowAutoMerge: true,
      allowUpdateBranch: true,
      deleteBranchOnMerge: true,
      squashMergeCommitTitle: "PR_TITLE",
      squashMergeCommitMessage: "PR_BODY",
      archiveOnDestroy: true,
    },
    // The code is in it.
    { protect: true, retainOnDelete: true },
  );
}

/** Who may change main and how, and what workflows may use. */
export class RepositoryRules extends pulumi.ComponentResource {
  constructor(name: string, args: RepositoryRulesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:account:RepositoryRules", name, {}, opts);
    const { repository, settings } = args;
    const parent = { parent: this };

    new github.RepositoryRuleset(
      `${name}-main`,
      {
        name: "main",
        repository,
        target: "branch",
        enforcement: "active",
        conditions: { refName: { includes: ["~DEFAULT_BRANCH"], excludes: [] } },
        // Nobody passes by, administrators neither: in an emergency the ruleset is switched off, and the audit log says by whom.
        bypassActors: [],
        rules: {
          deletion: true,
          nonFastForward: true,
          requiredLinearHistory: true,
          requiredSignatures: true,
          pullRequest: {
            allowedMergeMethods: ["squash"],
            requiredApprovingReviewCount: settings.approvals,
            dismissStaleReviewsOnPush: true,
            requireLastPushApproval: true,
            requireCodeOwnerReview: true,
            requiredReviewThreadResolution: true,
          },
          requiredStatusChecks: {
            // On top of main as it is: two changes that are green apart may not be together.
            strictRequiredStatusChecksPolicy: true,
            requiredChecks: settings.checks.map((context) => ({ context, integrationId: GITHUB_ACTIONS_APP })),
          },
        },
      },
      parent,
    );
    new github.RepositoryRuleset(
      `${name}-releases`,
      {
        name: "releases",
        repository,
        target: "tag",
        enforcement: "active",
        conditions: { refName: { includes: ["refs/tags/v*"], excludes: [] } },
        bypassActors: [],
        // A release's tag comes to mean no other commit.
        rules: { deletion: true, nonFastForward: true, update: true },
      },
      parent,
    );
    new github.ActionsRepositoryPermissions(
      name,
      {
        repository,
        enabled: true,
        allowedActions: "selected",
        allowedActionsConfig: {
          githubOwnedAllowed: true,
          verifiedAllowed: false,
          patternsAlloweds: settings.actions,
        },
        // A tag of somebody else's action can come to mean other code; a commit cannot.
        shaPinningRequired: true,
      },
      parent,
    );
    new github.WorkflowRepositoryPermissions(
      name,
      { repository, defaultWorkflowPermissions: "read", canApprovePullRequestReviews: false },
      parent,
    );
    // The release of the application is this repository's action. GitHub refuses the setting where everybody may anyway.
    if (settings.visibility !== "public") {
      new github.ActionsRepositoryAccessLevel(name, { repository, accessLevel: settings.sharesActionsWith }, parent);
    }
    // GitHub's own form of the subject, which the roles' trust policies are written for.
    new github.ActionsRepositoryOidcSubjectClaimCustomizationTemplate(name, { repository, useDefault: true }, parent);
    const alerts = new github.RepositoryVulnerabilityAlerts(name, { repository, enabled: true }, parent);
    new github.RepositoryDependabotSecurityUpdates(
      name,
      { repository, enabled: true },
      // GitHub refuses the updates while the alerts are off.
      { ...parent, dependsOn: [alerts] },
    );
    this.registerOutputs();
  }
}
