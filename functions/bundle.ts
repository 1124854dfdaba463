import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type * as Esbuild from "esbuild";
import { REPOSITORY_ROOT } from "../config/root";

/** A folder of functions/ with an index.ts that exports `handler`. */
export type FunctionName =
  | "queue-metrics"
  | "pager"
  | "release-gate"
  | "database-users"
  | "database-dump"
  | "redis-export"
  | "restore-validation";

/** Lambda's runtime, and the processor of all functions: the cheaper one. */
export const RUNTIME = "nodejs24.x";
export const ARCHITECTURE = "arm64";
export const HANDLER = "index.handler";

const root = REPOSITORY_ROOT;
const cache = join(root, ".cache", "functions");

const options: Esbuild.BuildOptions = {
  bundle: true,
  platform: "node",
  target: "node24",
  format: "cjs",
  // The AWS SDK too, though the runtime has one: what was tested is what runs, whenever AWS renews its own.
  mainFields: ["module", "main"],
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: "none",
  charset: "utf8",
  logLevel: "silent",
  absWorkingDir: root,
};

/** The code of a function, as `aws.lambda.Function` takes it. */
export function bundle(name: FunctionName): pulumi.asset.AssetArchive {
  return new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.FileAsset(bundleFile(name)) });
}

/**
 * The bundled file, made once for what it is made from: the sources, the locked dependencies and the options above. So
 * a plan bundles only what has changed, and the same sources make the same bytes on any machine.
 */
export function bundleFile(name: FunctionName, folder = cache): string {
  const target = join(folder, `${name}-${sourceHash(name)}`);
  const file = join(target, "index.js");
  if (existsSync(file)) return file;

  // esbuild takes longer to load than all the rest: only when there is something to do.
  const { buildSync } = createRequire(__filename)("esbuild") as typeof Esbuild;
  // Made aside and then moved, so that a second plan at the same time never sees half a file.
  const aside = `${target}.${process.pid}`;
  mkdirSync(aside, { recursive: true });
  buildSync({ ...options, entryPoints: [join(root, "functions", name, "index.ts")], outfile: join(aside, "index.js") });
  try {
    renameSync(aside, target);
  } catch (error) {
    if (!existsSync(file)) throw error;
    rmSync(aside, { recursive: true });
  }
  return file;
}

/** Changes with anything that can change the bundle: a function imports its own folder, shared/, config/ and packages. */
function sourceHash(name: FunctionName): string {
  const hash = createHash("sha256").update(JSON.stringify({ ...options, absWorkingDir: "" }));
  const files = [
    join(root, "package-lock.json"),
    ...sources(join(root, "config")),
    ...sources(join(root, "functions", "shared")),
    ...sources(join(root, "functions", name)),
  ];
  for (const path of files.sort()) {
    hash.update(relative(root, path)).update("\0").update(readFileSync(path)).update("\0");
  }
  return hash.digest("hex").slice(0, 16);
}

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
