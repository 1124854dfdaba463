import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import * as ts from "typescript";
import { describe, expect, it } from "vitest";

const root = resolve(__dirname, "..", "..");

/** From left to right; a folder may import from itself and from what stands left of it. */
const LAYERS = [
  "config",
  "functions",
  "components/foundation",
  "components/network",
  "components/data",
  "components/compute",
  "components/edge",
  "components/monitoring",
  "components/delivery",
];
/** Files directly in components/ are shared by all layers: they may import config only. */
const SHARED = "components";

/** What stands beside the program and never becomes a part of it. */
const APART = [
  "account",
  "sandbox",
  "toolchain",
  "operations",
  "bootstrap",
  "policy",
  "report",
  "benchmarks",
  "proof",
  "tests",
];

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ts$/.test(entry.name) && !entry.parentPath.includes("node_modules"))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

function relativeImports(file: string): string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(join(root, file), "utf8"), true, true);
  return importedFiles
    .map(({ fileName }) => fileName)
    .filter((name) => name.startsWith("."))
    .map((name) => relative(root, resolve(root, dirname(file), name)));
}

function layerOf(file: string): string {
  const inside = LAYERS.find((layer) => file === layer || file.startsWith(layer + sep));
  if (inside) return inside;
  if (file.startsWith(SHARED + sep)) return SHARED;
  return file.split(sep)[0] ?? file;
}

function mayImport(from: string, to: string): boolean {
  if (from === to) return true;
  if (APART.includes(to)) return false;
  if (from === SHARED) return to === "config";
  if (to === SHARED) return from.startsWith("components");
  if (from === "config") return false;
  return LAYERS.indexOf(to) !== -1 && LAYERS.indexOf(to) < LAYERS.indexOf(from);
}

function wrongImports(files: readonly string[]): string[] {
  return files.flatMap((file) =>
    relativeImports(file)
      .filter((target) => !mayImport(layerOf(file), layerOf(target)))
      .map((target) => `${file} imports ${target}`),
  );
}

describe("layers", () => {
  const program = [...sources("config"), ...sources("components"), ...sources("functions")];

  it("finds the program's files", () => {
    expect(program.length).toBeGreaterThan(30);
  });

  it("imports go from right to left only", () => {
    expect(wrongImports(program)).toEqual([]);
  });

  it("the account's program shares what is common, and no layer of the platform but the foundation", () => {
    const shared = ["account", "config", SHARED, "components/foundation"];
    const wrong = sources("account").flatMap((file) =>
      relativeImports(file).filter((target) => !shared.includes(layerOf(target))),
    );
    expect(sources("account").length).toBeGreaterThan(8);
    expect(wrong).toEqual([]);
  });

  it("would see a wrong import", () => {
    expect(mayImport("components/network", "components/data")).toBe(false);
    expect(mayImport("components/data", "components/network")).toBe(true);
    expect(mayImport("config", "components")).toBe(false);
    expect(mayImport("components/edge", "sandbox")).toBe(false);
  });

  it("no production path reaches the sandbox", () => {
    const reached = ["index.ts", ...program].flatMap((file) =>
      relativeImports(file).filter((target) => target.startsWith("sandbox")),
    );
    expect(reached).toEqual([]);
  });
});
