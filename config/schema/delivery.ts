import { block, flag, integer, list, text } from "./fields";

/** GitHub's numbers never change and are never given again; names are. Source: `gh api repos/<owner>/<name>`, "id" and "owner". */
const githubId = (example: number) =>
  integer({ min: 1, max: Number.MAX_SAFE_INTEGER, unit: "GitHub: the id", example });
const repository = (name: string, id: number) =>
  block({
    name: text(/^[A-Za-z0-9._-]{1,100}$/, "a repository's name, without its owner", name),
    id: githubId(id),
  });
const pattern = text(/^[A-Za-z0-9._*?[\]/-]{1,200}$/, "a name pattern of GitHub", "main");
const patterns = (example: readonly string[]) => list(pattern, { max: 20, of: "name patterns", example });
/** From where a deployment may begin. */
const origins = (branches: readonly string[], tags: readonly string[]) =>
  block({
    /** @default none */
    branches: patterns(branches).default([]),
    /** @default none */
    tags: patterns(tags).default([]),
  });

/** Left out, nothing of GitHub's is made and no pipeline has a role. */
export const delivery = block({
  github: block({
    /** The organisation; `github:owner` names the same one. */
    owner: text(/^[A-Za-z0-9](-?[A-Za-z0-9]){0,38}$/, "a GitHub organisation's name", "affiliate-system"),
    ownerId: githubId(12345678),
    /** This repository. */
    platform: repository("affiliate-platform", 123456789),
    /** The Laravel application's, which releases. */
    application: repository("affiliate", 123456790),
  }),
  /** Who lets an update or a release go on. Source: GitHub, at most six; one of them is enough. */
  reviewers: block({
    /**
     * Ids of teams: `gh api orgs/<owner>/teams/<name>`.
     * @default none
     */
    teams: list(githubId(1234567), { max: 6, of: "team ids", example: [1234567] }).default([]),
    /**
     * Ids of people: `gh api users/<login>`.
     * @default none
     */
    users: list(githubId(7654321), { max: 6, of: "user ids", example: [7654321] }).default([]),
  }).default({ teams: [], users: [] }),
  /**
   * Whether who began a deployment may not be the one who lets it go on.
   * @default true
   */
  preventSelfReview: flag(true).default(true),
  /**
   * Minutes a deployment waits, in which it can be called off. Source: GitHub, up to 43,200 (30 days).
   * @default 0
   */
  waitMinutes: integer({ min: 0, max: 43_200, unit: "minutes", example: 5 }).default(0),
  /** From where the platform is updated. */
  updateFrom: origins(["main"], []),
  /** From where the application is released. */
  releaseFrom: origins(["main"], ["v*"]),
});
