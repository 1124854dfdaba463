import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);
const CACHE = path.resolve(__dirname, "../../.cache/emulator");
const REQUIREMENTS = path.join(__dirname, "aws-emulator.requirements.txt");

/** The account that the emulator answers for; stack files in tests name it. */
export const EMULATOR_ACCOUNT = "123456789012";

export interface Emulator {
  /** Its address, on the loopback interface at a port of its own. */
  readonly endpoint: string;
  /** What a process needs in its environment to reach it, and nothing of the developer's own AWS set-up. */
  readonly environment: Readonly<Record<string, string>>;
  /** Forgets every resource of every account and region. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

/** The variables that send an AWS SDK to `endpoint` with made-up credentials. */
export function emulatorEnvironment(endpoint: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: "testing",
    AWS_SECRET_ACCESS_KEY: "testing",
    AWS_REGION: "ap-northeast-1",
    AWS_EC2_METADATA_DISABLED: "true",
    // A developer's profile must not reach the tests, nor the tests a real account.
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  };
}

/**
 * Starts moto's server (a real HTTP server that keeps AWS resources in memory). The first call on a machine makes a
 * Python environment under .cache/emulator, which takes about 15 seconds; later ones start in about one.
 */
export async function startEmulator(): Promise<Emulator> {
  const python = await environment();
  // The server ends when our end of its standard input closes, so that a killed test run leaves nothing behind.
  const program = [
    "import os, sys, threading",
    "from moto.server import main",
    "threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()",
    'main(["-H", "127.0.0.1", "-p", "0"])',
  ].join("\n");
  const server = spawn(python, ["-c", program], {
    stdio: ["pipe", "ignore", "pipe"],
    env: { PATH: process.env.PATH ?? "", PYTHONDONTWRITEBYTECODE: "1", MOTO_ACCOUNT_ID: EMULATOR_ACCOUNT },
  });
  const endpoint = await addressOf(server);
  return {
    endpoint,
    environment: emulatorEnvironment(endpoint),
    async reset() {
      const answer = await fetch(`${endpoint}/moto-api/reset`, { method: "POST" });
      if (!answer.ok) throw new Error(`the AWS emulator refused to reset: HTTP ${answer.status}`);
    },
    async stop() {
      if (server.exitCode !== null) return;
      const ended = new Promise((resolve) => server.once("exit", resolve));
      server.kill();
      await ended;
    },
  };
}

/** Reads the address that the server printed: port 0 lets the system choose one that is free. */
async function addressOf(server: ChildProcess): Promise<string> {
  let printed = "";
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      server.kill();
      reject(new Error(`the AWS emulator did not start within 30 s; it printed:\n${printed}`));
    }, 30_000);
    server.stderr?.on("data", (chunk: Buffer) => {
      if (printed.length > 10_000) return; // one line per request follows: not ours to keep
      printed += chunk.toString();
      const address = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(printed)?.[1];
      if (address === undefined) return;
      clearTimeout(late);
      resolve(address);
    });
    server.once("exit", (code) => {
      clearTimeout(late);
      reject(new Error(`the AWS emulator ended with code ${code}; it printed:\n${printed}`));
    });
    server.once("error", reject);
  });
}

/** The interpreter of a Python environment that has exactly the pinned packages; made once per list of pins. */
async function environment(): Promise<string> {
  const pins = createHash("sha256").update(readFileSync(REQUIREMENTS)).digest("hex").slice(0, 12);
  const folder = path.join(CACHE, `venv-${pins}`);
  const python = path.join(folder, "bin", "python");
  const complete = path.join(folder, "complete");
  if (existsSync(complete)) return python;

  mkdirSync(CACHE, { recursive: true });
  await withLock(path.join(CACHE, "lock"), async () => {
    if (existsSync(complete)) return;
    rmSync(folder, { recursive: true, force: true });
    await python3(["-m", "venv", folder]);
    await install(python);
    writeFileSync(complete, "");
  });
  return python;
}

async function python3(args: string[]): Promise<void> {
  try {
    await run("python3", args);
  } catch (error) {
    throw new Error(
      "The AWS emulator of the tests needs python3 (3.10 or newer) with its venv module, and could not make an " +
        "environment. On Debian: apt-get install python3 python3-venv; on macOS: brew install python3.\n" +
        detail(error),
    );
  }
}

async function install(python: string): Promise<void> {
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "-r", REQUIREMENTS];
  try {
    await run(python, pip);
  } catch (error) {
    throw new Error(`The AWS emulator of the tests could not be installed with pip:\n${detail(error)}`);
  }
}

function detail(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message?: string };
  return (stderr ?? message ?? String(error)).trim();
}

/** One installer at a time over all test workers; a lock that nobody has touched for a while is its dead owner's. */
export async function withLock(folder: string, work: () => Promise<void>): Promise<void> {
  const abandonedAfter = 20_000;
  for (;;) {
    try {
      mkdirSync(folder);
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      const touched = statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
      if (Date.now() - touched > abandonedAfter) rmSync(folder, { recursive: true, force: true });
      await sleep(200);
    }
  }
  const heartbeat = setInterval(() => utimesSync(folder, new Date(), new Date()), 2_000);
  try {
    await work();
  } finally {
    clearInterval(heartbeat);
    rmSync(folder, { recursive: true, force: true });
  }
}
