import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { loadAssets } from "./assets";
import { renderPage } from "./page";
import type { Source } from "./sources";

/** Where a report is put unless somebody says: beside a sandbox that has a folder of its own. */
export const reportFile = (stack: string, home?: string): string =>
  path.resolve(home ?? path.join(__dirname, "..", "..", ".cache"), "report", `${stack}.html`);

/** Writes the report and gives back its size in bytes. */
export async function writeReport(source: Source, file: string): Promise<number> {
  const page = await renderPage(source, await loadAssets());
  mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  writeFileSync(file, page);
  return Buffer.byteLength(page);
}
