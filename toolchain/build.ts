import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { CLI_FILE, type Executables, LANGUAGE_HOST_FILE, installed } from "./install-folder";
import { run } from "./processes";

const PREFIX = ".build-";

interface Target {
  readonly file: string;
  /** A folder here with its own go.mod and go.sum: the two pin different versions of one module. */
  readonly module: string;
  readonly package: string;
  readonly flags: (version: string) => readonly string[];
}

// The language host comes first: the npm package takes a folder that has `pulumi` for complete.
const TARGETS: readonly Target[] = [
  {
    file: LANGUAGE_HOST_FILE,
    module: "language-nodejs",
    package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
    flags: () => ["-ldflags", "-s -w"],
  },
  {
    file: CLI_FILE,
    module: "cli",
    package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    // Without the version stamped in, the CLI says an empty one.
    flags: (version) => ["-ldflags", `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${version}`],
  },
];

/** Builds the CLI and its Node language host from Go modules (checked against go.sum) and puts them into `folder`. */
export async function build(
  version: string,
  folder: string,
  env: NodeJS.ProcessEnv,
  report: (line: string) => void,
): Promise<Executables> {
  const goEnv: NodeJS.ProcessEnv = {
    ...env,
    // go.mod and go.sum are taken as they are: a module that is not in them, or differs, is an error.
    GOFLAGS: "-mod=readonly",
    GOWORK: "off",
    // No C compiler needed, and the same result with and without one.
    CGO_ENABLED: "0",
  };
  const started = Date.now();
  const say = (line: string): void => report(`${elapsed(started)} ${line}`);
  say(`building Pulumi ${version} from Go modules: about 4 minutes on 2 cores, once`);

  const versions = path.dirname(path.dirname(folder));
  mkdirSync(versions, { recursive: true });
  // Beside its destination, so that the last step is a rename; what a killed build left there goes first.
  readdirSync(versions)
    .filter((name) => name.startsWith(PREFIX))
    .forEach((name) => rmSync(path.join(versions, name), { recursive: true, force: true }));
  const temporary = mkdtempSync(path.join(versions, PREFIX));
  try {
    for (const [index, target] of TARGETS.entries()) {
      const step = `[${index + 1}/${TARGETS.length}] ${target.file}`;
      await compile(target, version, path.join(temporary, target.file), goEnv, (line) => say(`${step}: ${line}`));
    }
    mkdirSync(folder, { recursive: true });
    TARGETS.forEach(({ file }) => renameSync(path.join(temporary, file), path.join(folder, file)));
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  const found = installed(folder);
  if (found === undefined) {
    throw new Error(`the build left no complete CLI in ${folder}`);
  }
  say(`built; kept in ${folder}`);
  return found;
}

async function compile(
  target: Target,
  version: string,
  output: string,
  env: NodeJS.ProcessEnv,
  say: (line: string) => void,
): Promise<void> {
  const cwd = path.join(__dirname, target.module);
  const go = (args: readonly string[], onErrorLine?: (line: string) => void): Promise<string> =>
    run("go", args, { cwd, env, onErrorLine }).catch((error: unknown) => {
      throw (error as NodeJS.ErrnoException).code === "ENOENT" ? new Error("no `go` on PATH") : error;
    });

  const downloads = counter(say, (count) => `${count} modules downloaded`);
  say("reading modules");
  const packages = await go(["list", "-deps", target.package], downloads.count).finally(downloads.end);
  const total = packages.split("\n").filter((line) => line !== "").length;
  const compiled = counter(say, (count) => `${count} of at most ${total} packages compiled`);
  say("compiling");
  const args = ["build", "-v", "-trimpath", "-buildvcs=false", ...target.flags(version), "-o", output, target.package];
  await go(args, compiled.count).finally(compiled.end);
}

/** Counts lines, and says how far it is every ten seconds. */
function counter(say: (line: string) => void, text: (count: number) => string) {
  let count = 0;
  const timer = setInterval(() => count > 0 && say(text(count)), 10_000);
  return { count: () => void count++, end: () => clearInterval(timer) };
}

function elapsed(since: number): string {
  const seconds = Math.round((Date.now() - since) / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
