import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { Failure } from "../failure";

const run = promisify(execFile);

export interface Proposal {
  /** In the repository's root. */
  readonly file: string;
  readonly branch: string;
  readonly title: string;
  readonly body: string;
  /** From the file as it is where the change goes to. */
  readonly edit: (content: string) => string;
}

export interface Proposed {
  readonly branch: string;
  /** Of the pull request; undefined where the change is on a branch of this clone only. */
  readonly url?: string;
  /** The command that is left to do. */
  readonly next?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Opens a pull request where a token of GitHub is in the environment; elsewhere commits the change to a branch of this
 * clone, without touching what is checked out. A branch of the same name is an earlier try of the same: it is taken up.
 */
export async function propose(root: string, proposal: Proposal, env: Environment, local: boolean): Promise<Proposed> {
  if (local || !env["GITHUB_TOKEN"]) return commitHere(root, proposal);
  return openPullRequest(await repositoryOf(root, env), proposal, env);
}

type Repository = { readonly owner: string; readonly repo: string };

const REMOTE = /github[^:/]*[:/]([\w.-]+)\/([\w.-]+?)(?:\.git)?\/?$/;

async function repositoryOf(root: string, env: Environment): Promise<Repository> {
  const named = env["GITHUB_REPOSITORY"] ?? "";
  const [, owner, repo] =
    /^([\w.-]+)\/([\w.-]+)$/.exec(named) ?? REMOTE.exec(await git(root, "remote", "get-url", "origin")) ?? [];
  if (owner !== undefined && repo !== undefined) return { owner, repo };
  throw new Failure(
    "usage",
    "Which repository? GITHUB_REPOSITORY is not owner/name, and neither is the remote origin.",
  );
}

async function openPullRequest(repository: Repository, proposal: Proposal, env: Environment): Promise<Proposed> {
  const { Octokit } = await import("@octokit/rest");
  const github = new Octokit({ auth: env["GITHUB_TOKEN"], baseUrl: env["GITHUB_API_URL"] || "https://api.github.com" });
  const { file, branch, title, body } = proposal;
  const { data: facts } = await github.rest.repos.get(repository);
  const base = facts.default_branch;
  const { data: open } = await github.rest.pulls.list({
    ...repository,
    head: `${repository.owner}:${branch}`,
    state: "open",
  });
  if (open[0] !== undefined) return { branch, url: open[0].html_url };

  const { data: head } = await github.rest.git.getRef({ ...repository, ref: `heads/${base}` });
  const made = await github.rest.git
    .createRef({ ...repository, ref: `refs/heads/${branch}`, sha: head.object.sha })
    .then(() => true, existed);
  const { data: found } = await github.rest.repos.getContent({ ...repository, path: file, ref: made ? base : branch });
  if (!("content" in found))
    throw new Failure("failed", `${file} is no file of ${repository.owner}/${repository.repo}.`);
  const content = Buffer.from(found.content, "base64").toString("utf8");
  const edited = made ? proposal.edit(content) : content;
  if (edited !== content) {
    await github.rest.repos.createOrUpdateFileContents({
      ...{ ...repository, branch, path: file, message: title, sha: found.sha },
      content: Buffer.from(edited).toString("base64"),
    });
  }
  const { data: pull } = await github.rest.pulls.create({ ...repository, head: branch, base, title, body });
  return { branch, url: pull.html_url };
}

/** GitHub's answer for a branch that is there already. */
function existed(error: unknown): false {
  if ((error as { status?: number }).status === 422) return false;
  throw error;
}

async function commitHere(root: string, { file, branch, title, edit }: Proposal): Promise<Proposed> {
  const next = `git push -u origin ${branch}`;
  if ((await git(root, "branch", "--list", branch)).trim() !== "") return { branch, next };
  const folder = await mkdtemp(path.join(tmpdir(), "operations-"));
  const tree = path.join(folder, "tree");
  try {
    await git(root, "worktree", "add", "--quiet", "-b", branch, tree, "HEAD");
    const place = path.join(tree, file);
    await writeFile(place, edit(await readFile(place, "utf8")));
    await git(tree, "commit", "--quiet", "-m", title, "--", file);
  } catch (error) {
    // Half a branch would be taken for a whole one the next time.
    await git(root, "worktree", "remove", "--force", tree).catch(() => undefined);
    await git(root, "branch", "-D", branch).catch(() => undefined);
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
    await git(root, "worktree", "prune");
  }
  return { branch, next };
}

async function git(root: string, ...words: string[]): Promise<string> {
  try {
    return (await run("git", ["-C", root, ...words])).stdout;
  } catch (error) {
    const { stderr = "", message } = error as { stderr?: string; message: string };
    throw new Failure("failed", `git ${words[0] ?? ""}: ${stderr.trim() || message}`);
  }
}
