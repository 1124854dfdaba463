import { accessSync, constants, readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";

const SUFFIX = process.platform === "win32" ? ".exe" : "";
export const CLI_FILE = `pulumi${SUFFIX}`;
export const LANGUAGE_HOST_FILE = `pulumi-language-nodejs${SUFFIX}`;

/** The npm package `pulumi`: its version is the CLI's, and it says where its CLI belongs. */
export const NPM_PACKAGE = path.resolve(__dirname, "../node_modules/pulumi");

/** A CLI and the Node language host that it will start. */
export interface Executables {
  readonly pulumi: string;
  readonly languageHost: string;
}

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    const found = statSync(file);
    return found.isFile() && found.size > 0;
  } catch {
    return false;
  }
}

/** The pinned version: an exact dev dependency, so there is one place to change it. */
export function pinnedVersion(npmPackage: string): string {
  const manifest = path.join(npmPackage, "package.json");
  try {
    const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version?: unknown };
    if (typeof version === "string" && version !== "") {
      return version;
    }
  } catch (error) {
    throw new Error(`The npm package "pulumi" is not installed (${manifest}). Run: npm ci`, { cause: error });
  }
  throw new Error(`${manifest} names no version. Run: npm ci`);
}

/** Where the npm package looks for its CLI and puts its download: a build put there serves `npx pulumi` too. */
export function installFolder(version: string, env: NodeJS.ProcessEnv): string {
  const home = env.PULUMI_HOME || path.join(env.HOME || homedir(), ".pulumi");
  return path.join(home, "versions", version, "bin");
}

/** What is in such a folder, when it is complete. */
export function installed(folder: string): Executables | undefined {
  const found = { pulumi: path.join(folder, CLI_FILE), languageHost: path.join(folder, LANGUAGE_HOST_FILE) };
  return isExecutable(found.pulumi) && isExecutable(found.languageHost) ? found : undefined;
}
