#!/usr/bin/env node
// Starts the bundled command line, and bundles it first when a source has changed since.
import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const folder = path.dirname(fileURLToPath(import.meta.url));
const root = path.dirname(folder);
const dist = path.join(folder, "dist");

if (!fresh()) {
  const { bundle } = await import("./build.mjs");
  await bundle(root, dist);
}
const { start } = createRequire(import.meta.url)("./dist/cli.cjs");
// Everything is printed; what a verb left behind when its time was up does not keep the process.
process.exit(await start(root));

function fresh() {
  try {
    const sources = JSON.parse(readFileSync(path.join(dist, "sources.json"), "utf8"));
    // An installation may hold the bundle alone.
    if (!existsSync(path.join(folder, "cli.ts"))) return true;
    return sources.every(([file, mtimeMs, size]) => {
      const now = statSync(path.join(root, file), { throwIfNoEntry: false });
      return now !== undefined && now.mtimeMs === mtimeMs && now.size === size;
    });
  } catch {
    return false;
  }
}
