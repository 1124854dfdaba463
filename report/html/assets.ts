// The page's script and style: the script is TypeScript, bundled when a report is made.
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";

export interface Assets {
  readonly script: string;
  readonly style: string;
}

const FOLDER = path.join(__dirname, "browser");
const STYLES = path.join(__dirname, "style");

/** In the order of their names: what comes later has the last word. */
const styles = (): string =>
  readdirSync(STYLES)
    .sort()
    .map((name) => readFileSync(path.join(STYLES, name), "utf8"))
    .join("");

export async function loadAssets(): Promise<Assets> {
  const options = { bundle: true, minify: true, write: false, target: "es2022", charset: "utf8" } as const;
  const { outputFiles } = await build({
    ...options,
    entryPoints: [path.join(FOLDER, "main.ts")],
    format: "iife",
    tsconfig: path.join(FOLDER, "tsconfig.json"),
  });
  const script = outputFiles[0]?.text ?? "";
  // In HTML a script ends at the first of these, wherever it stands.
  if (/<\/script|<!--/i.test(script))
    throw new Error("the page's script would end too early: it holds </script or <!--");
  return { script, style: styles() };
}
