import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The repository's folder, wherever in it this code was compiled to. */
export const REPOSITORY = above(__dirname);

function above(folder: string): string {
  if (existsSync(join(folder, "sandbox", "Pulumi.yaml"))) return folder;
  if (folder === dirname(folder)) throw new Error(`${__dirname} is in no copy of the repository`);
  return above(dirname(folder));
}
