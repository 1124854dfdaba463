#!/usr/bin/env node
// Starts the bundled command line, and bundles it first when a source has changed since. What node compiles of it is kept beside
// it: reading a megabyte of code anew was most of what a start cost.
import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
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
  // Of one file, whatever another process puts in its place meanwhile.
  const opened = openSync(file, "r");
  const { mtimeMs, size } = fstatSync(opened);
  const source = Module.wrap(readFileSync(opened, "utf8"));
  closeSync(opened);
  // V8 itself tells other versions and cut code, but not another bundle of the same length.
  const kept = path.join(dist, `cli-${size}-${mtimeMs}-${process.version}-${process.arch}.code`);
  const cachedData = codeIn(kept);
  const script = new Script(source, { filename: file, cachedData });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(file), module, file, dist);
  const missing = cachedData === undefined || script.cachedDataRejected;
  return { exports: module.exports, keep: () => missing && write(kept, script.createCachedData()) };
}

function codeIn(kept) {
  try {
    return readFileSync(kept);
  } catch {
    // Not kept yet, or not to be read: compiled anew.
    return undefined;
  }
}

function write(kept, data) {
  const temporary = `${kept}.${process.pid}`;
  try {
    writeFileSync(temporary, data);
    renameSync(temporary, kept);
  } catch {
    // Read-only, a full disk: each start compiles, and a verb that has done its work ends as it did.
    rmSync(temporary, { force: true });
  }
}
