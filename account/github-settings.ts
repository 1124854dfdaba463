import type { z } from "zod";
import { block, integer, list, oneOf, text } from "../config/schema/fields";

/** A file of this repository that the other one takes. */
const file = block({
  /** In this repository. */
  from: text(
    /^application\/(?!.*\.\.)[A-Za-z0-9._/-]+$/,
    "a path under application/ in this repository",
    "application/Dockerfile",
  ),
  /** In the other one. */
  to: text(
    /^(?!\/|.*\.\.)[A-Za-z0-9._/-]+$/,
    "a path in the other repository, without / at its beginning",
    "Dockerfile",
  ),
});

const repository = block({
  /** Source: GitHub, "Creating a repository": at most 100 letters, digits and . _ - */
  name: text(/^[A-Za-z0-9._-]{1,100}$/, "a repository's name, without its owner", "affiliate-platform"),
  description: text(/^[^\n]{1,350}$/, "one line of at most 350 characters", "The platform of the affiliate system"),
  /**
   * Who may see it.
   * @default private
   */
  visibility: oneOf(["private", "internal", "public"]).default("private"),
  /** Jobs that must be green before a pull request can be merged, by the names that they have among its checks. */
  checks: list(text(/^[^\n]{1,100}$/, "a check's name", "tests"), {
    min: 1,
    max: 20,
    of: "check names",
    example: ["preview", "policy", "tests"],
  }),
  /**
   * Approvals that a pull request needs.
   * @default 1
   */
  approvals: integer({ min: 1, max: 6, unit: "approvals", example: 1 }).default(1),
  /**
   * Actions of others that workflows may use beside GitHub's own; all of them by commit.
   * @default none
   */
  actions: list(
    text(
      /^[A-Za-z0-9_.-]+\/[A-Za-z0-9_.*-]+@\*$/,
      "an action of any version, owner/name@*",
      "aws-actions/configure-aws-credentials@*",
    ),
    { max: 30, of: "actions", example: ["aws-actions/configure-aws-credentials@*"] },
  ).default([]),
  /**
   * Other private repositories whose workflows may use actions and reusable workflows of this one. A public repository's are
   * everybody's.
   * @default none
   */
  sharesActionsWith: oneOf(["none", "organization", "enterprise"]).default("none"),
  /**
   * Files that it takes from here, offered in a pull request.
   * @default none
   */
  files: list(file, {
    max: 50,
    of: "files",
    example: [{ from: "application/Dockerfile", to: "Dockerfile" }],
  }).default([]),
});

export type RepositorySettings = z.infer<typeof repository>;

export const github = block({
  /** The organisation; `github:owner` names the same one. */
  owner: text(/^[A-Za-z0-9](-?[A-Za-z0-9]){0,38}$/, "a GitHub organisation's name", "affiliate-system"),
  /** This repository. */
  platform: repository,
  /** The Laravel application's. */
  application: repository,
});
