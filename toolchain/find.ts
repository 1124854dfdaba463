import path from "node:path";
import { build } from "./build";
import { download } from "./download";
import { type Executables, NPM_PACKAGE, installFolder, installed, pinnedVersion } from "./install-folder";
import { withLock } from "./lock";
import { findOnPath } from "./on-path";

const RUN_PROGRAM = path.join(__dirname, "run-program.mjs");

/** How the CLI was come by. */
export type Source = "path" | "installed" | "download" | "build";

export interface Toolchain extends Executables {
  readonly version: string;
  readonly source: Source;
  /** To be added to the environment of the CLI, and of what calls it. */
  readonly env: ToolchainEnvironment;
}

export interface ToolchainEnvironment {
  /** The CLI finds its language host, and scripts find the CLI. */
  readonly PATH: string;
  /** How a program is started; see there. */
  readonly PULUMI_LANGUAGE_NODEJS_RUN_PATH: string;
}

export interface FindOptions {
  /** @default process.env */
  readonly env?: NodeJS.ProcessEnv;
  /** The npm package `pulumi`. @default the one in node_modules */
  readonly npmPackage?: string;
  /** Told what takes time. @default lines on standard error */
  readonly report?: (line: string) => void;
}

/**
 * Finds a Pulumi CLI with its Node language host: on PATH at the pinned version or newer; in the npm package's folder;
 * by that package's download; by a build from Go modules into the same folder. What was fetched once is used again.
 */
export async function findPulumi(options: FindOptions = {}): Promise<Toolchain> {
  const env = options.env ?? process.env;
  const npmPackage = options.npmPackage ?? NPM_PACKAGE;
  const report = options.report ?? ((line: string) => void process.stderr.write(`toolchain: ${line}\n`));
  const version = pinnedVersion(npmPackage);
  const folder = installFolder(version, env);
  const inherited = env.PATH ? [env.PATH] : [];
  const result = (found: Executables, source: Source, its = version): Toolchain => ({
    ...found,
    version: its,
    source,
    env: {
      PATH: [...new Set([path.dirname(found.pulumi), path.dirname(found.languageHost)]), ...inherited].join(
        path.delimiter,
      ),
      PULUMI_LANGUAGE_NODEJS_RUN_PATH: RUN_PROGRAM,
    },
  });

  const onPath = await findOnPath(version, env);
  if (!("why" in onPath)) {
    return result(onPath, "path", onPath.version);
  }
  const ready = installed(folder);
  if (ready !== undefined) {
    return result(ready, "installed");
  }

  const lock = path.join(path.dirname(path.dirname(folder)), `.${version}.lock`);
  return withLock(
    lock,
    () => report(`another process is installing Pulumi ${version}; waiting for it (${lock})`),
    async () => {
      const meanwhile = installed(folder);
      if (meanwhile !== undefined) {
        return result(meanwhile, "installed");
      }
      const failures: string[] = [];
      try {
        return result(await download(npmPackage, version, folder, env, report), "download");
      } catch (error) {
        failures.push(reason(error));
        report(`no download: ${reason(error)}`);
      }
      try {
        return result(await build(version, folder, env, report), "build");
      } catch (error) {
        failures.push(reason(error));
      }
      throw new Error(notFound(version, folder, [onPath.why, ...failures]));
    },
  );
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function notFound(version: string, folder: string, [onPath, downloaded, built]: readonly string[]): string {
  return [
    `No Pulumi CLI ${version} with its Node language host was found, and none could be fetched. Any one of these is enough:`,
    `  1. \`pulumi\` ${version} or newer on PATH, with pulumi-language-nodejs. Tried: ${onPath}`,
    `  2. the npm package's download, into ${folder}. Tried: ${downloaded}`,
    `  3. a build from Go modules (Go 1.26 or newer on PATH, a Go module proxy). Tried: ${built}`,
  ].join("\n");
}
