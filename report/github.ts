// Where a report is read: one comment of a pull request, edited in place; one issue for a stack that has drifted.
import type { Octokit } from "@octokit/rest";
import { MARKER } from "./comment";

export interface Repository {
  readonly owner: string;
  readonly repo: string;
}

/** @throws {Error} when it is no `owner/name`. */
export function parseRepository(text: string | undefined): Repository {
  const [, owner, repo] = /^([\w.-]+)\/([\w.-]+)$/.exec(text ?? "") ?? [];
  if (owner === undefined || repo === undefined) {
    throw new Error(`GITHUB_REPOSITORY is ${text === undefined ? "not set" : `"${text}"`}; wanted: owner/name`);
  }
  return { owner, repo };
}

/** The page of the workflow's run; undefined where none runs. */
export function runUrl(env: NodeJS.ProcessEnv): string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name, GITHUB_RUN_ID: run } = env;
  return server && name && run ? `${server}/${name}/actions/runs/${run}` : undefined;
}

/**
 * An address that the comment may link to: it comes out of a job that runs the pull request's own code, so it may lead to an
 * artifact of the same run and nowhere else.
 *
 * @throws {Error} when it leads elsewhere, or no workflow runs
 */
export function reportUrl(url: string, env: NodeJS.ProcessEnv = process.env): string {
  const begin = `${runUrl(env) ?? "(no run)"}/artifacts/`;
  if (!url.startsWith(begin) || !/^\d+$/.test(url.slice(begin.length))) {
    throw new Error(`--report leads to ${JSON.stringify(url)}; wanted: an artifact of this run, ${begin}<number>`);
  }
  return url;
}

/** The client, loaded only where something is published. The token is read from the environment, and from nowhere else. */
export async function connect(env: NodeJS.ProcessEnv): Promise<Octokit> {
  if (!env.GITHUB_TOKEN) {
    throw new Error("GITHUB_TOKEN is not set. In a workflow: env: GITHUB_TOKEN: ${{ github.token }}");
  }
  const { Octokit } = await import("@octokit/rest");
  return new Octokit({ auth: env.GITHUB_TOKEN, baseUrl: env.GITHUB_API_URL || "https://api.github.com" });
}

/** Writes the pull request's one comment. Others may quote the marker: only a bot's comment is ours. */
export async function publishComment(
  github: Octokit,
  { owner, repo }: Repository,
  pullRequest: number,
  body: string,
): Promise<"created" | "updated"> {
  const comments = await github.paginate(github.rest.issues.listComments, {
    owner,
    repo,
    issue_number: pullRequest,
    per_page: 100,
  });
  const ours = comments.find((comment) => comment.user?.type === "Bot" && comment.body?.startsWith(MARKER));
  if (ours === undefined) {
    await github.rest.issues.createComment({ owner, repo, issue_number: pullRequest, body });
    return "created";
  }
  await github.rest.issues.updateComment({ owner, repo, comment_id: ours.id, body });
  return "updated";
}

export const DRIFT_LABEL = "drift";
const driftTitle = (stack: string): string => `Drift: ${stack} is not what the program says / ドリフト検知: ${stack}`;

/** Opens the stack's one issue, writes it anew, or closes it when the drift is gone. */
export async function publishDrift(
  github: Octokit,
  { owner, repo }: Repository,
  stack: string,
  /** Undefined when nothing has drifted. */
  body: string | undefined,
): Promise<"opened" | "updated" | "closed" | "nothing"> {
  const title = driftTitle(stack);
  const open = await github.paginate(github.rest.issues.listForRepo, {
    owner,
    repo,
    state: "open",
    labels: DRIFT_LABEL,
    per_page: 100,
  });
  const ours = open.find((issue) => issue.title === title && issue.pull_request === undefined);
  if (body === undefined) {
    if (ours === undefined) return "nothing";
    await github.rest.issues.update({ owner, repo, issue_number: ours.number, state: "closed" });
    return "closed";
  }
  if (ours === undefined) {
    await github.rest.issues.create({ owner, repo, title, body, labels: [DRIFT_LABEL] });
    return "opened";
  }
  await github.rest.issues.update({ owner, repo, issue_number: ours.number, body });
  return "updated";
}
