import { beforeAll, describe, expect, it } from "vitest";
import { PipelineRoles } from "../../../components/delivery/pipeline-roles";
import type { DeployRole } from "../../../config/identity";
import { record, type Recording } from "../../support/mocks";
import { mayAssume } from "../../support/oidc";
import { type ReadStatement, statementsOf } from "../../support/policies";
import { testStack } from "../../support/stack";

const PROVIDER = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";
const github = {
  owner: "affiliate-system",
  ownerId: 12345678,
  platform: { name: "affiliate-platform", id: 123456789 },
  application: { name: "affiliate", id: 123456790 },
};

let recording: Recording<unknown>;
beforeAll(async () => {
  recording = await record(
    () =>
      new PipelineRoles("roles", {
        stack: testStack(),
        github,
        assetsBucket: "assets",
        storageKeyArn: "arn:aws:kms:ap-northeast-1:123456789012:key/storage",
        slackSecretArn: "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:slack",
        secretsKeyArn: "arn:aws:kms:ap-northeast-1:123456789012:key/secrets",
        dataKeyArn: "arn:aws:kms:ap-northeast-1:123456789012:key/data",
      }),
  );
});

const trustOf = (role: DeployRole): readonly ReadStatement[] =>
  statementsOf(recording.one("aws:iam/role:Role", `roles-${role}`), "assumeRolePolicy");

/** The two forms of a repository in a subject. */
const PLATFORM = ["affiliate-system/affiliate-platform", "affiliate-system@12345678/affiliate-platform@123456789"];
const APPLICATION = ["affiliate-system/affiliate", "affiliate-system@12345678/affiliate@123456790"];
const of = (repositories: readonly string[], ...contexts: string[]): string[] =>
  repositories.flatMap((repository) => contexts.map((context) => `repo:${repository}:${context}`));

const accepted: Readonly<Record<DeployRole, readonly string[]>> = {
  preview: of(PLATFORM, "pull_request"),
  drift: of(PLATFORM, "environment:production-drift"),
  drill: of(PLATFORM, "environment:production-drill"),
  up: of(PLATFORM, "environment:production"),
  release: [...of(APPLICATION, "environment:production"), ...of(PLATFORM, "environment:production")],
  rollback: of(PLATFORM, "environment:production-rollback"),
};

/** Runs that must get no role at all. */
const STRANGERS: readonly (readonly [why: string, subject: string])[] = [
  ["a fork, by its own name", "repo:somebody/affiliate-platform:pull_request"],
  ["a fork with an environment of ours", "repo:somebody/affiliate-platform:environment:production"],
  [
    "a name that was given up and taken by another",
    "repo:affiliate-system@999/affiliate-platform@888:environment:production",
  ],
  [
    "our organisation's id with another repository's",
    "repo:affiliate-system@12345678/affiliate-platform@1:environment:production",
  ],
  ["another organisation's id", "repo:affiliate-system@1/affiliate-platform@123456789:environment:production"],
  ["names and ids mixed", "repo:affiliate-system/affiliate-platform@123456789:environment:production"],
  ["another repository of ours", "repo:affiliate-system/website:environment:production"],
  ["a longer name", "repo:affiliate-system/affiliate-platform-fork:environment:production"],
  ["another branch", "repo:affiliate-system/affiliate-platform:ref:refs/heads/feature"],
  ["a branch that begins like main", "repo:affiliate-system/affiliate-platform:ref:refs/heads/main2"],
  ["a tag", "repo:affiliate-system/affiliate-platform:ref:refs/tags/v1"],
  ["staging's environment", "repo:affiliate-system/affiliate-platform:environment:staging"],
  ["an environment in capitals", "repo:affiliate-system/affiliate-platform:environment:Production"],
  ["the application's pull request", "repo:affiliate-system/affiliate:pull_request"],
  ["the application's main", "repo:affiliate-system/affiliate:ref:refs/heads/main"],
  ["the application's rollback", "repo:affiliate-system/affiliate:environment:production-rollback"],
  ["a wildcard taken literally", "repo:affiliate-system/affiliate-platform:*"],
  ["nothing", ""],
];

const roles = Object.keys(accepted) as DeployRole[];

describe.each(roles)("the role %s", (role) => {
  it("is for its own runs, in both forms of their subject", () => {
    for (const sub of accepted[role]) {
      expect(mayAssume(trustOf(role), { provider: PROVIDER, aud: "sts.amazonaws.com", sub }), sub).toBe(true);
    }
    expect(accepted[role].length % 2).toBe(0);
  });

  it("is for none of the other roles' runs", () => {
    const others = roles.flatMap((other) => accepted[other]).filter((sub) => !accepted[role].includes(sub));
    expect(others.length).toBeGreaterThan(3);
    for (const sub of others) {
      expect(mayAssume(trustOf(role), { provider: PROVIDER, aud: "sts.amazonaws.com", sub }), sub).toBe(false);
    }
  });

  it.each(STRANGERS)("is not for %s", (_, sub) => {
    expect(mayAssume(trustOf(role), { provider: PROVIDER, aud: "sts.amazonaws.com", sub })).toBe(false);
  });

  it("takes no token that was made out for somebody else", () => {
    const [sub = ""] = accepted[role];
    for (const aud of ["https://github.com/affiliate-system", "sigstore", "", "STS.amazonaws.com"]) {
      expect(mayAssume(trustOf(role), { provider: PROVIDER, aud, sub })).toBe(false);
    }
  });

  it("takes no token of another issuer, and none of another account's provider", () => {
    const [sub = ""] = accepted[role];
    for (const provider of [
      "arn:aws:iam::123456789012:oidc-provider/gitlab.com",
      "arn:aws:iam::234567890123:oidc-provider/token.actions.githubusercontent.com",
    ]) {
      expect(mayAssume(trustOf(role), { provider, aud: "sts.amazonaws.com", sub })).toBe(false);
    }
  });
});

describe("the evaluation itself", () => {
  const [first] = [
    {
      Sid: "Any",
      Effect: "Allow",
      Principal: { Federated: PROVIDER },
      Action: "sts:AssumeRoleWithWebIdentity",
    } satisfies ReadStatement,
  ];
  const token = { provider: PROVIDER, aud: "sts.amazonaws.com", sub: "repo:anybody/anything:pull_request" };

  it("lets everybody in where a policy has no condition, and nobody where it denies", () => {
    expect(mayAssume([first], token)).toBe(true);
    expect(mayAssume([first, { ...first, Effect: "Deny" }], token)).toBe(false);
    expect(mayAssume([], token)).toBe(false);
  });

  it("does not pretend to know other operators", () => {
    const like = { ...first, Condition: { StringLike: { "token.actions.githubusercontent.com:sub": "repo:*" } } };
    expect(() => mayAssume([like], token)).toThrow("StringLike");
  });
});
