import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The repository's folder: where Pulumi.yaml is, above this file or above the one file that the program is compiled into. */
export const REPOSITORY_ROOT = rootAbove(__dirname);

function rootAbove(folder: string): string {
  if (existsSync(join(folder, "Pulumi.yaml"))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error(`no Pulumi.yaml above ${__dirname}`);
  return rootAbove(parent);
}
