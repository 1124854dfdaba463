import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";

/**
 * Bundles the command line into one file that starts in the time of bare node. AWS's clients stay outside: each is loaded by the
 * verb that needs it. Beside the bundle lies what it was made from, by which launch.mjs sees that it is out of date.
 *
 * @param {string} root the repository
 * @param {string} dist where to put it
 */
export async function bundle(root, dist) {
  const { metafile, outputFiles } = await build({
    entryPoints: [path.join(root, "operations/cli.ts")],
    absWorkingDir: root,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    external: ["@aws-sdk/*"],
    // Code that launch.mjs kept can require, not import.
    supported: { "dynamic-import": false },
    minifySyntax: true,
    plugins: [onlyEnglish],
    metafile: true,
    write: false,
    logLevel: "silent",
  });
  // The lock file stands for everything in node_modules.
  const sources = Object.keys(metafile.inputs).filter((file) => !file.startsWith("node_modules/"));
  const made = [...sources, "package-lock.json", "operations/build.mjs"].map((file) => {
    const { mtimeMs, size } = statSync(path.join(root, file));
    return [file, mtimeMs, size];
  });
  mkdirSync(dist, { recursive: true });
  // What launch.mjs kept of an older bundle.
  const kept = readdirSync(dist).filter((file) => file.includes(".code"));
  kept.forEach((file) => rmSync(path.join(dist, file), { force: true }));
  // Renamed into place, the list of sources last: two that build at once each leave a whole file.
  replace(path.join(dist, "cli.cjs"), outputFiles[0].contents);
  replace(path.join(dist, "sources.json"), JSON.stringify(made));
}

/** zod's messages in fifty languages, of which one is spoken here, were a third of the start-up. */
const onlyEnglish = {
  name: "only-english",
  setup({ onLoad }) {
    const contents = 'export { default as en } from "./en.js";';
    onLoad({ filter: /[/\\]zod[/\\]v4[/\\]locales[/\\]index\.js$/ }, () => ({ contents, loader: "js" }));
  },
};

function replace(file, contents) {
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, contents);
  renameSync(temporary, file);
}
