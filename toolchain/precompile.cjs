// Compiles a TypeScript program into one file, and only when one of its sources has changed since: a plan then pays neither for
// transpiling nor for looking up a hundred files (docs/decisions/0008). Plain JavaScript, since nothing transpiles it.
"use strict";
const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const { join, relative, resolve } = require("node:path");

const ROOT = resolve(__dirname, "..");
const CACHE = join(ROOT, ".cache", "program");

/** What the compiled file is made from: how, by what, and each source as it was. */
const recipe = () => ({
  node: process.versions.node.split(".")[0],
  esbuild: JSON.parse(readFileSync(require.resolve("esbuild/package.json"), "utf8")).version,
  compiler: digest(__filename),
});

function digest(file) {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

/** The record of the last compilation, where all that it was made from is still the same. */
function current(record) {
  let known;
  try {
    known = JSON.parse(readFileSync(record, "utf8"));
    if (JSON.stringify(known.recipe) !== JSON.stringify(recipe())) return undefined;
    const same = Object.entries(known.sources).every(([source, before]) => digest(join(ROOT, source)) === before);
    return same ? known : undefined;
  } catch (error) {
    // Not compiled yet, or a source is gone: compiled anew, and what is really missing is then said by the compiler.
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** @param {string} entry a TypeScript file inside the repository @returns {string} the compiled file */
exports.precompiled = function precompiled(entry) {
  const name = relative(ROOT, entry)
    .replace(/[^\w.-]/g, "_")
    .replace(/\.ts$/, "");
  const record = join(CACHE, `${name}.json`);
  const known = current(record);
  if (known) return join(CACHE, known.file);

  const { buildSync } = require("esbuild");
  const { outputFiles, metafile } = buildSync({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    bundle: true,
    packages: "external",
    platform: "node",
    target: `node${recipe().node}`,
    format: "cjs",
    // Names stay, so that stack traces read as the sources do.
    keepNames: true,
    metafile: true,
    write: false,
    outfile: join(CACHE, `${name}.cjs`),
    logLevel: "error",
  });
  const text = outputFiles[0].text;
  const file = `${name}-${createHash("sha256").update(text).digest("hex").slice(0, 12)}.cjs`;
  mkdirSync(CACHE, { recursive: true });
  writeWhole(join(CACHE, file), text);
  const sources = Object.fromEntries(
    Object.keys(metafile.inputs).map((source) => [source, digest(join(ROOT, source))]),
  );
  writeWhole(record, JSON.stringify({ recipe: recipe(), file, sources }));
  return join(CACHE, file);
};

exports.writeWhole = writeWhole;
/** So that a second plan at the same time never reads half a file. */
function writeWhole(file, text) {
  const aside = `${file}.${process.pid}`;
  writeFileSync(aside, text);
  renameSync(aside, file);
}
