import { existsSync } from "node:fs";
import path from "node:path";
import { RELEASE_TAG_PREFIX } from "../../config/vocabulary";
import { Failure } from "../failure";
import { runProgram } from "./command";

/** What is built: a folder of a git checkout. */
export interface Checkout {
  readonly folder: string;
  /** What the tag is made from. */
  readonly version: string;
  readonly commit: string;
  /** Files that the commit does not have, or has otherwise. */
  readonly changed: readonly string[];
}

/** The application's; its version is `git describe`: the commit's tag, or the last one before it, the distance and the commit. */
export async function readCheckout(folder: string): Promise<Checkout> {
  for (const file of ["Dockerfile", "composer.lock"]) {
    if (existsSync(path.join(folder, file))) continue;
    const advice =
      "Give the application's checkout: --path ../affiliate-system. It takes the Dockerfile from application/.";
    throw new Failure("usage", `${folder} has no ${file}.`, advice);
  }
  const commit = await git(folder, "rev-parse", "HEAD");
  const version = await git(folder, "describe", "--tags", "--always");
  return { folder, version, commit, changed: await changedIn(folder) };
}

/**
 * The logical dump's, a folder of this repository: its version is the commit that changed it last, so that a commit of
 * something else makes no image. The platform runs the newest image of a tag with this prefix; a changed tree gets none.
 */
export async function readDumpSource(folder: string): Promise<Checkout> {
  if ((await git(folder, "rev-parse", "--is-shallow-repository")) === "true") {
    const advice = "Fetch the history: git fetch --unshallow; in a workflow, fetch-depth: 0 of actions/checkout.";
    throw new Failure("usage", "This checkout is shallow: which commit changed the dump last cannot be seen.", advice);
  }
  const commit = await git(folder, "log", "-1", "--format=%H", "--", ".");
  const changed = await changedIn(folder);
  const short = commit.slice(0, 12);
  return { folder, version: changed.length === 0 ? RELEASE_TAG_PREFIX + short : short, commit, changed };
}

async function git(folder: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runProgram("git", args, { folder });
  if (code === 0) return stdout.trimEnd();
  throw new Failure("usage", `${folder} is no git checkout with a commit: ${stderr.trim()}`);
}

/** Of this folder, should it be a part of a larger repository. */
async function changedIn(folder: string): Promise<string[]> {
  const lines = (await git(folder, "status", "--porcelain", "--", ".")).split("\n");
  return lines.filter((line) => line !== "").map((line) => line.slice(3));
}

/**
 * The image's tag. A changed tree is no version: it gets a tag of its own each time, since ECR's tags are immutable.
 * Source of the form: OCI distribution specification, "Pulling manifests".
 */
export function tagOf({ version, changed }: Checkout, now: Date): string {
  const plain = version.replace(/[^A-Za-z0-9_.-]/g, "-").replace(/^[.-]+/, "");
  const stamp = now.toISOString().replace(/[-:]|\.\d+/g, "");
  const tag = changed.length === 0 ? plain.slice(0, 128) : `${plain.slice(0, 100)}-changed-${stamp}`;
  if (tag === "latest") {
    throw new Failure(
      "usage",
      'The git tag "latest" names no version.',
      "Tag the commit with a version, such as v1.2.3.",
    );
  }
  return tag;
}
