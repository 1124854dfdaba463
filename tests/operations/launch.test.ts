import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { secretNames } from "../../config/secrets";
import { exitCodes } from "../../operations/exit-codes";
import { verbs } from "../../operations/verbs";
import { type Emulator, startEmulator } from "../support/aws-emulator";
import { type Front, startFront } from "../support/aws-front";
import { stackFolder, temporaryFolder } from "../support/command-line";
import { onTerminal } from "../support/pseudo-terminal";

const repository = path.resolve(__dirname, "../..");
/** The bundle alone beside stack files, as an installation without sources has it. */
const installed = stackFolder();
const launcher = path.join(installed, "operations/launch.mjs");
const URL = "https://hooks.slack.com/services/T0/B0/canaryCanary";
let emulator: Emulator;
let front: Front;

beforeAll(async () => {
  emulator = await startEmulator();
  front = await startFront(emulator);
  const built = spawnSync("node", [path.join(repository, "operations/launch.mjs"), "--help"]);
  expect(built.status, built.stderr.toString()).toBe(0);
  mkdirSync(path.dirname(launcher));
  cpSync(path.join(repository, "operations/launch.mjs"), launcher);
  cpSync(path.join(repository, "operations/dist"), path.join(installed, "operations/dist"), { recursive: true });
  symlinkSync(path.join(repository, "node_modules"), path.join(installed, "node_modules"));
}, 180_000);
afterAll(async () => {
  await front.stop();
  await emulator.stop();
});
beforeEach(() => front.reset());

const environment = (more: Record<string, string> = {}) => ({
  PATH: process.env.PATH ?? "",
  ...front.environment,
  ...more,
});
function launch(argv: string[], input?: string) {
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    const child = spawn("node", [launcher, ...argv], { env: environment(), stdio: "pipe" });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    child.on("close", (code) => resolve({ code, stdout, stderr }));
    child.stdin.end(input);
  });
}
const terminal = (argv: string[], answers: [string, string][] = [], more: Record<string, string> = {}) =>
  onTerminal(["node", launcher, ...argv], answers, environment(more));
const direct = () => new SecretsManager({ endpoint: emulator.endpoint, region: "ap-northeast-1", credentials });
const credentials = { accessKeyId: "testing", secretAccessKey: "testing" };
const containers = async () => {
  for (const name of secretNames) await direct().createSecret({ Name: `affiliate/production/${name}` });
};

describe("help", () => {
  it("is data: on standard output, with every verb and exit code", async () => {
    const { code, stdout, stderr } = await launch(["--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const verb of verbs) expect(stdout).toContain(verb.path);
    for (const { code, meaning } of Object.values(exitCodes)) expect(stdout).toContain(`${code}  ${meaning}`);
  });

  it.each(verbs)("$path: examples, and what it takes", async (verb) => {
    const { code, stdout } = await launch([...verb.path.split(" "), "--help"]);
    expect(code).toBe(0);
    expect(verb.examples.length).toBeGreaterThan(0);
    for (const { command } of verb.examples) {
      expect(stdout).toContain(command);
      expect(command).toContain(`operations -- ${verb.path}`);
    }
    expect(stdout.includes("--dry-run")).toBe(verb.changes);
  });
});

describe("a wrong command line ends with 2 and calls nothing", () => {
  it.each([
    [[], "Usage: operations <verb>"],
    [["secret", "check"], "unknown command 'secret'"],
    [["secrets", "chek", "--stack", "production"], "Did you mean check?"],
    [["secrets", "check"], "required option '-s, --stack <stack>' not specified"],
    [["secrets", "check", "--stack", "prod"], "Stacks here: elsewhere, production, staging"],
    [["secrets", "check", "--stack", "../production"], "There is no stack"],
    [["secrets", "check", "--stack", "production", "--timeout", "soon"], "Give seconds, such as 90."],
    [["secrets", "set", "--stack", "production"], "missing required argument 'name'"],
  ])("%j", async (argv, says) => {
    const { code, stdout, stderr } = await launch(argv);
    expect(stderr).toContain(says);
    expect({ code, stdout }).toEqual({ code: exitCodes.usage.code, stdout: "" });
    expect(front.calls).toEqual([]);
  });
});

describe("a run", () => {
  it("prints data alone on standard output, and ends with its code", async () => {
    await containers();
    const { code, stdout, stderr } = await launch(["secrets", "check", "--stack", "production", "--json"]);
    expect(code).toBe(exitCodes.incomplete.code);
    expect(JSON.parse(stdout)).toMatchObject({ ready: false });
    expect(stderr).toBe("");
  });

  it("takes values from standard input", async () => {
    await containers();
    const argv = ["secrets", "set", "slack", "--stack", "production", "--from-stdin", "--yes", "production"];
    const { code, stdout, stderr } = await launch(argv, JSON.stringify({ webhook_url: URL }));
    expect(code, stderr).toBe(0);
    expect(stdout + stderr).not.toContain("canary");
  });

  const check = ["secrets", "check", "--stack", "production"];
  const aWhile = () => new Promise<void>((resolve) => setTimeout(resolve, 5_000));

  it("gives up after --timeout, whatever is under way", async () => {
    front.before("DescribeSecret", aWhile);
    const { code, stderr } = await launch([...check, "--timeout", "0.5"]);
    expect(code).toBe(exitCodes.timedOut.code);
    expect(stderr).toContain("Not done after 0.5 s");
  });

  it("stops at once on Ctrl-C", async () => {
    const child = spawn("node", [launcher, ...check], { env: environment(), stdio: "ignore" });
    front.before("DescribeSecret", () => {
      if (!child.killed) child.kill("SIGINT"); // a second one would end it by itself
      return aWhile();
    });
    expect(await new Promise((resolve) => child.on("close", resolve))).toBe(exitCodes.interrupted.code);
  });

  it("is quiet when the reader of its output has read enough", () => {
    const { status, stderr } = spawnSync("bash", ["--norc", "-o", "pipefail", "-c", `node ${launcher} --help | true`], {
      env: environment(),
    });
    expect({ status, stderr: stderr.toString() }).toEqual({ status: 0, stderr: "" });
  });

  it("says what to do when AWS cannot be reached", () => {
    const unreachable = { ...environment(), AWS_ENDPOINT_URL: "http://127.0.0.1:1", AWS_MAX_ATTEMPTS: "1" };
    const { status, stderr } = spawnSync("node", [launcher, ...check], { env: unreachable });
    expect(status).toBe(exitCodes.failed.code);
    expect(stderr.toString()).toMatch(/^error: AWS could not be reached: .*ECONNREFUSED/);
  });
});

describe("on a terminal", () => {
  const set = ["secrets", "set", "slack", "--stack", "production"];

  it("asks without showing what is typed, again when it will not do, and has the stack's name typed", async () => {
    await containers();
    const { code, shown, unasked } = await terminal(set, [
      ["Slack incoming webhook URL", "canary-typing-error\r"],
      ["Slack incoming webhook URL", `x\u007f${URL}\r`],
      ["Type the stack's name (production)", "production\r"],
    ]);
    expect({ code, unasked }, shown).toEqual({ code: 0, unasked: 0 });
    expect(shown).not.toContain("canary");
    expect(shown).toContain("does not look like one");
    const { SecretString } = await direct().getSecretValue({ SecretId: "affiliate/production/slack" });
    expect(SecretString).toBe(JSON.stringify({ webhook_url: URL }));
  });

  it.each([
    ["another name", "staging\r", exitCodes.refused.code],
    ["a y", "y\r", exitCodes.refused.code],
    ["Ctrl-C", "\u0003", exitCodes.interrupted.code],
  ])("%s instead of the stack's name changes nothing", async (_case, keys, expected) => {
    await containers();
    const { code, shown } = await terminal(set, [
      ["webhook URL", `${URL}\r`],
      ["Type the stack's name", keys],
    ]);
    expect(code, shown).toBe(expected);
    expect(front.changes()).toEqual([]);
  });

  it("in staging a y is enough", async () => {
    await direct().createSecret({ Name: "affiliate/staging/app-key" });
    const { code, shown } = await terminal(
      ["secrets", "set", "app-key", "--stack", "staging"],
      [
        ["APP_KEY (not shown; Enter generates one)", "\r"],
        ["Go on in staging? [y/N]", "y\r"],
      ],
    );
    expect(code, shown).toBe(0);
  });

  it("has colours, but for NO_COLOR, --no-color and dumb terminals", async () => {
    const check = ["secrets", "check", "--stack", "production"];
    const coloured = async (argv: string[], more: Record<string, string>) =>
      (await terminal(argv, [], { TERM: "xterm", ...more })).shown.includes("\u001b[31merror:");
    expect(await coloured(check, {})).toBe(true);
    expect(await coloured(check, { NO_COLOR: "1" })).toBe(false);
    expect(await coloured(check, { TERM: "dumb" })).toBe(false);
    expect(await coloured([...check, "--no-color"], {})).toBe(false);
  });
});

describe("the bundle", () => {
  const folder = temporaryFolder("sources-");

  it("needs nothing but node and the clients of AWS: no Pulumi, no parser to be installed", () => {
    const code = readFileSync(path.join(installed, "operations/dist/cli.cjs"), "utf8");
    const wanted = [...code.matchAll(/\b(?:require|import)\("([^"]+)"\)/g)].map((match) => match[1] ?? "");
    expect(wanted.filter((name) => !isBuiltin(name) && !name.startsWith("@aws-sdk/"))).toEqual([]);
    expect(code).not.toMatch(/\bimport\("/);
    expect(wanted).toContain("@aws-sdk/client-secrets-manager");
  });

  it("is compiled once: what was kept of it is read, never that of another bundle, and made anew where it is broken", () => {
    const alone = path.join(temporaryFolder("kept-"), "operations");
    const dist = path.join(alone, "dist");
    mkdirSync(dist, { recursive: true });
    cpSync(path.join(repository, "operations/launch.mjs"), path.join(alone, "launch.mjs"));
    writeFileSync(path.join(dist, "sources.json"), "[]");
    const bundle = (text: string) =>
      writeFileSync(path.join(dist, "cli.cjs"), `exports.start = async () => (console.log("${text}"), 0);\n`);
    const kept = () => readdirSync(dist).filter((name) => name.endsWith(".code"));
    const says = () =>
      spawnSync("node", [path.join(alone, "launch.mjs")])
        .stdout.toString()
        .trim();
    bundle("one");
    expect([says(), kept().length, says(), kept().length]).toEqual(["one", 1, "one", 1]);
    const [code = ""] = kept();
    const whole = statSync(path.join(dist, code)).size;
    // Of the same length: V8 itself would take the old code for it.
    bundle("two");
    expect(says()).toBe("two");
    const [broken = ""] = kept().filter((name) => name !== code);
    writeFileSync(path.join(dist, broken), "cut");
    expect(says()).toBe("two");
    expect(statSync(path.join(dist, broken)).size).toBeGreaterThan(whole / 2);
  });

  it("ends as its verb did where nothing can be kept of it", () => {
    const alone = path.join(temporaryFolder("unkept-"), "operations");
    const dist = path.join(alone, "dist");
    mkdirSync(dist, { recursive: true });
    cpSync(path.join(repository, "operations/launch.mjs"), path.join(alone, "launch.mjs"));
    writeFileSync(path.join(dist, "sources.json"), "[]");
    const bundle = path.join(dist, "cli.cjs");
    writeFileSync(bundle, "exports.start = async () => (console.log('done'), 6);\n");
    const { mtimeMs, size } = statSync(bundle);
    // Neither to be read nor to be written over, by whoever runs the tests.
    const name = `cli-${size}-${mtimeMs}-${process.version}-${process.arch}.code`;
    mkdirSync(path.join(dist, name, "in the way"), { recursive: true });
    const { status, stdout, stderr } = spawnSync("node", [path.join(alone, "launch.mjs")], { encoding: "utf8" });
    expect({ status, stdout, stderr }).toEqual({ status: 6, stdout: "done\n", stderr: "" });
    expect(readdirSync(dist).sort()).toEqual(["cli.cjs", name, "sources.json"].sort());
  });

  it("is made anew when a source has changed, and only then", () => {
    const source = (text: string) =>
      `import { says } from "./says";\nexport const start = () => (console.log(says + "${text}"), Promise.resolve(0));\n`;
    mkdirSync(path.join(folder, "operations"));
    for (const file of ["operations/launch.mjs", "operations/build.mjs", "package-lock.json"]) {
      cpSync(path.join(repository, file), path.join(folder, file));
    }
    symlinkSync(path.join(repository, "node_modules"), path.join(folder, "node_modules"));
    const write = (file: string, text: string) => writeFileSync(path.join(folder, "operations", file), text);
    const says = () =>
      spawnSync("node", [path.join(folder, "operations/launch.mjs")])
        .stdout.toString()
        .trim();
    const made = () => readFileSync(path.join(folder, "operations/dist/sources.json"), "utf8");
    write("says.ts", 'export const says = "one";\n');
    write("cli.ts", source(", two"));
    expect(says()).toBe("one, two");
    const first = made();
    expect(says()).toBe("one, two");
    expect(made()).toBe(first);
    write("says.ts", 'export const says = "three";\n');
    expect(says()).toBe("three, two");
    expect(made()).not.toBe(first);
  });
});
