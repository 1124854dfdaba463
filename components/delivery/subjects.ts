import { OIDC_AUDIENCE, OIDC_HOST, oidcProviderArn } from "../../config/identity";
import type { Settings } from "../../config/settings";
import type { StackFacts } from "../../config/stack";
import type { Statement } from "../policy-document";

export type GithubNames = NonNullable<Settings["delivery"]>["github"];
export type Repository = "platform" | "application";

/** What a workflow run is: in an environment, or for a pull request of the repository itself (no fork). */
export type Occasion = { readonly environment: string } | "pullRequest";

export interface Caller {
  readonly repository: Repository;
  readonly occasion: Occasion;
}

/**
 * The subjects that GitHub may send for a caller. Repositories made, renamed or moved since July 2026 send ids beside the
 * names; older ones send names alone until they choose otherwise. Both mean the same run of the same repository.
 * Source: GitHub, "OpenID Connect reference": subject claims.
 */
export function subjectsOf(github: GithubNames, { repository, occasion }: Caller): [names: string, ids: string] {
  const { name, id } = github[repository];
  const context = occasion === "pullRequest" ? "pull_request" : `environment:${occasion.environment}`;
  return [`repo:${github.owner}/${name}:${context}`, `repo:${github.owner}@${github.ownerId}/${name}@${id}:${context}`];
}

/** A trust policy for these callers and no others: the audience and the whole subject, without a wildcard. */
export function githubTrust(stack: StackFacts, github: GithubNames, callers: readonly Caller[]): readonly Statement[] {
  return [
    {
      sid: "GithubActions",
      principals: { Federated: oidcProviderArn(stack) },
      actions: ["sts:AssumeRoleWithWebIdentity"],
      conditions: {
        StringEquals: {
          [`${OIDC_HOST}:aud`]: OIDC_AUDIENCE,
          [`${OIDC_HOST}:sub`]: callers.flatMap((caller) => subjectsOf(github, caller)),
        },
      },
    },
  ];
}
