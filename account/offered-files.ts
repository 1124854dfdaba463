import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as github from "@pulumi/github";
import * as pulumi from "@pulumi/pulumi";
import { REPOSITORY_ROOT } from "../config/root";
import type { RepositorySettings } from "./github-settings";

export interface OfferedFilesArgs {
  readonly repository: pulumi.Input<string>;
  readonly owner: string;
  readonly files: RepositorySettings["files"];
}

interface OfferedFile {
  readonly to: string;
  readonly content: string;
}

/**
 * Files of this repository in another one, by a branch and a pull request: main's ruleset refuses a direct write, and its
 * people shall see what comes. The branch is named after what it holds. So a change of a file makes a new branch and a new pull
 * request, and a branch that was merged, and deleted by GitHub, is never asked for again.
 */
export class OfferedFiles extends pulumi.ComponentResource {
  /** As GitHub shows it. */
  readonly branch: string;

  constructor(name: string, args: OfferedFilesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:account:OfferedFiles", name, {}, opts);
    const { repository, owner } = args;
    const files = args.files.map(({ from, to }) => ({ to, content: contentOf(from) }));
    this.branch = `platform-files-${digestOf(files)}`;
    // Merged, the branch is gone, and its files with it: GitHub would answer 404 to their deletion.
    const left = { parent: this, retainOnDelete: true };

    const branch = new github.Branch(`${name}-branch`, { repository, branch: this.branch, sourceBranch: "main" }, left);
    const written: pulumi.Resource[] = [];
    for (const { to, content } of files) {
      written.push(
        new github.RepositoryFile(
          `${name}-${to}`,
          {
            repository,
            branch: branch.branch,
            file: to,
            content,
            commitMessage: `${to}, as the platform has it`,
            overwriteOnCreate: true,
          },
          // One after the other: GitHub refuses two commits on a branch at the same time (409).
          { ...left, dependsOn: [...written] },
        ),
      );
    }
    new github.RepositoryPullRequest(
      name,
      {
        baseRepository: repository,
        owner,
        baseRef: "main",
        headRef: branch.branch,
        title: "Files of the platform",
        body: [
          "Dockerfile, server configuration and workflows as the platform expects them. Change them in the platform's",
          "repository, under `application/`; what is changed here is offered anew with the next change there.",
        ].join("\n"),
      },
      // A pull request without a commit is refused.
      { parent: this, dependsOn: written },
    );
    this.registerOutputs({ branch: this.branch });
  }
}

function contentOf(from: string): string {
  const file = join(REPOSITORY_ROOT, from);
  if (!existsSync(file)) {
    throw new pulumi.RunError(
      `affiliate:github names the file ${from}, which is not in this repository. Correct "from", or take it out of the list.`,
    );
  }
  return readFileSync(file, "utf8");
}

function digestOf(files: readonly OfferedFile[]): string {
  const hash = createHash("sha256");
  for (const { to, content } of [...files].sort((a, b) => (a.to < b.to ? -1 : 1))) hash.update(`${to}\0${content}\0`);
  return hash.digest("hex").slice(0, 10);
}
