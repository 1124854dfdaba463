#!/usr/bin/env node
// Starts the bundled command line, and bundles it first when a source has changed since. What node compiles of it is kept beside
// it: reading a megabyte of code anew was most of what a start cost.
import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { createRequire, Module } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";

const folder = path.dirname(fileURLToPath(import.meta.url));
const root = path.dirname(folder);
const dist = path.join(folder, "dist");
const file = path.join(dist, "cli.cjs");

if (!fresh()) {
  const { bundle } = await import("./build.mjs");
  await bundle(root, dist);
}
const { exports, keep } = load();
const code = await exports.start(root);
keep();
// Everything is printed; what a verb left behind when its time was up does not keep the process.
process.exit(code);

function fresh() {
  try {
    const sources = JSON.parse(readFileSync(path.join(dist, "sources.json"), "utf8"));
    // An installation may hold the bundle alone.
    if (!existsSync(path.join(folder, "cli.ts"))) return true;
    return sources.every(([source, mtimeMs, size]) => {
      const now = statSync(path.join(root, source), { throwIfNoEntry: false });
      return now !== undefined && now.mtimeMs === mtimeMs && now.size === size;
    });
  } catch {
    return false;
  }
}

/** The bundle's exports, and what keeps its compiled code for the next start. */
function load() {
  const require = createRequire(file);
  const kept = keptFile();
  const cachedData = existsSync(kept) ? readFileSync(kept) : undefined;
  const source = Module.wrap(readFileSync(file, "utf8"));
  const script = new Script(source, { filename: file, cachedData });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, require, module, file, dist);
  const missing = cachedData === undefined || script.cachedDataRejected;
  return { exports: module.exports, keep: () => missing && write(kept, script.createCachedData()) };
}

/** V8 itself tells other versions and cut files, but not another bundle of the same length. */
function keptFile() {
  const { mtimeMs, size } = statSync(file);
  return path.join(dist, `cli-${size}-${mtimeMs}-${process.version}-${process.arch}.code`);
}

function write(kept, data) {
  const temporary = `${kept}.${process.pid}`;
  try {
    writeFileSync(temporary, data);
    renameSync(temporary, kept);
  } catch (error) {
    // Installed where its users may not write: each start compiles.
    if (!["EACCES", "EPERM", "EROFS"].includes(error.code)) throw error;
  }
}
