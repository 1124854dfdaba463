import { existsSync } from "node:fs";
import path from "node:path";
import { Failure } from "../failure";
import { runProgram } from "./command";

/** What is built: a checkout of the application. */
export interface Checkout {
  readonly folder: string;
  /** `git describe`: the tag of the commit, or the last one before it with the distance and the commit. */
  readonly version: string;
  readonly commit: string;
  /** Files that the commit does not have, or has otherwise. */
  readonly changed: readonly string[];
}

export async function readCheckout(folder: string): Promise<Checkout> {
  for (const file of ["Dockerfile", "composer.lock"]) {
    if (existsSync(path.join(folder, file))) continue;
    const advice =
      "Give the application's checkout: --path ../affiliate-system. It takes the Dockerfile from application/.";
    throw new Failure("usage", `${folder} has no ${file}.`, advice);
  }
  const git = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await runProgram("git", args, { folder });
    if (code === 0) return stdout.trimEnd();
    throw new Failure("usage", `${folder} is no git checkout with a commit: ${stderr.trim()}`);
  };
  const commit = await git("rev-parse", "HEAD");
  const version = await git("describe", "--tags", "--always");
  // Of this folder, should the application be a part of a larger repository.
  const changed = (await git("status", "--porcelain", "--", ".")).split("\n").filter((line) => line !== "");
  return { folder, version, commit, changed: changed.map((line) => line.slice(3)) };
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
