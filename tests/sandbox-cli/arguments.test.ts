import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { policyEnvironment } from "../../policy/environment";
import { FIXTURE, command } from "./command";

interface Call {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** The stack files and project file that the CLI found where it was started. */
  readonly files: Readonly<Record<string, string>>;
}

let folder: string;
let home: string;

/** A CLI that notes how it was called, and ends as FAKE_EXIT says. */
const FAKE_CLI = `#!${process.execPath}
const fs = require("fs");
const [first] = process.argv.slice(2);
if (first === "version") { console.log("3.999.0"); process.exit(); }
const files = Object.fromEntries(fs.readdirSync(".").filter((n) => n.endsWith(".yaml")).map((n) => [n, fs.readFileSync(n, "utf8")]));
fs.appendFileSync(process.env.FAKE_LOG, JSON.stringify({ args: process.argv.slice(2), cwd: process.cwd(), env: process.env, files }) + "\\n");
if (first === "plugin" && process.env.FAKE_NO_PLUGINS) {
  console.error('warning: Error downloading plugin: Get "https://example.invalid/aws": dial tcp: lookup example.invalid: no such host');
  setTimeout(() => process.exit(1), 60_000);
} else {
  console.log("engine says " + first);
  process.exit(first === "plugin" || process.argv[3] === "init" ? 0 : Number(process.env.FAKE_EXIT ?? 0));
}`;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "sandbox-arguments-test-"));
  home = path.join(folder, "home");
  mkdirSync(path.join(folder, "bin"));
  for (const name of ["pulumi", "pulumi-language-nodejs"]) {
    writeFileSync(path.join(folder, "bin", name), FAKE_CLI);
    chmodSync(path.join(folder, "bin", name), 0o755);
  }
  for (const stack of ["production", "staging"]) {
    cpSync(path.join(FIXTURE, `Pulumi.${stack}.yaml`), path.join(folder, `Pulumi.${stack}.yaml`));
  }
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function run(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  return command(args, {
    HOME: path.join(folder, "user"),
    PATH: path.join(folder, "bin"),
    FAKE_LOG: path.join(folder, "calls"),
    SANDBOX_HOME: home,
    SANDBOX_STACK_FILES: folder,
    ...env,
  });
}

function calls(): Call[] {
  const log = path.join(folder, "calls");
  return existsSync(log)
    ? readFileSync(log, "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as Call)
    : [];
}

/** What the engine was asked, apart from the making of the stack and its event log. */
const asked = (): string[] =>
  calls()
    .map(({ args }) => args.join(" ").replace(/--event-log \S+/, "--event-log LOG"))
    .filter((args) => !args.startsWith("stack init"));

/** A stack that the backend already has. */
function existing(stack: string): void {
  const stacks = path.join(home, ".state", ".pulumi", "stacks", "affiliate");
  mkdirSync(stacks, { recursive: true });
  writeFileSync(path.join(stacks, `${stack}.json`), "{}");
}

describe("what the engine is asked", () => {
  test.each([
    [["preview"], "preview --stack production --event-log LOG --non-interactive"],
    [["up"], "up --stack production --yes --event-log LOG --non-interactive"],
    [["up", "-s", "staging"], "up --stack staging --yes --event-log LOG --non-interactive"],
    [["preview", "--stack=staging", "--diff"], "preview --stack staging --event-log LOG --diff --non-interactive"],
    [["up", "--target", "urn:x"], "up --stack production --yes --event-log LOG --target urn:x --non-interactive"],
    [["refresh"], "refresh --stack production --yes --skip-preview --event-log LOG --non-interactive"],
    [["destroy", "--stack", "staging"], "destroy --stack staging --yes --event-log LOG --non-interactive"],
    [["cancel"], "cancel --yes --stack production --non-interactive"],
    [["outputs", "--json"], "stack output --stack production --json --non-interactive"],
    [["export"], "stack export --stack production --non-interactive"],
  ])("%j", async (args, expected) => {
    existing("production");
    existing("staging");
    const { code, stdout } = await run(args);
    expect(asked()).toEqual([expected]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `engine says ${expected.split(" ")[0]}\n` });
  });

  test("start brings production up, then asks for its outputs", async () => {
    existing("production");
    await run(["start"]);
    expect(asked()).toEqual([
      "up --stack production --yes --event-log LOG --suppress-outputs --non-interactive",
      "stack output --stack production --non-interactive",
    ]);
  });

  test("a stack that is not there yet is made, without being selected", async () => {
    await run(["preview", "--stack", "staging"]);
    expect(calls()[0]?.args).toEqual(["stack", "init", "staging", "--no-select", "--non-interactive"]);
  });

  test("it is given a copy of the stack file, beside a project file, and no credentials", async () => {
    existing("production");
    await run(["up"], { AWS_PROFILE: "work", PULUMI_BACKEND_URL: "s3://real", PULUMI_OPTION_PARALLEL: "2" });
    const [call] = calls();
    expect(call?.cwd).toBe(path.join(home, ".stacks"));
    const original = parse(readFileSync(path.join(FIXTURE, "Pulumi.production.yaml"), "utf8")) as { config: unknown };
    expect(parse(call?.files["Pulumi.production.yaml"] ?? "")).toEqual({ config: original.config });
    expect(parse(call?.files["Pulumi.yaml"] ?? "")).toMatchObject({ name: "affiliate" });
    expect(call?.env).toMatchObject({
      PULUMI_BACKEND_URL: `file://${home}/.state?metadata=skip`,
      PULUMI_OPTION_PARALLEL: "2",
    });
    expect(call?.env).not.toHaveProperty("AWS_PROFILE");
  });
});

test("the policy pack is enforced in updates and plans, whatever the caller's environment says", async () => {
  const env = { PULUMI_OPTION_POLICY_PACK: "/mine" };
  await run(["preview", "--stack", "staging"], env);
  await run(["plan", "--simulated", "--stack", "staging"], env);
  const previews = calls().filter(({ args }) => args[0] === "preview");
  expect(previews).toHaveLength(2);
  previews.forEach((call) => expect(call.env).toMatchObject(policyEnvironment("staging")));
});

describe("how it ends", () => {
  test("with the engine's exit code", async () => {
    existing("production");
    expect((await run(["up"], { FAKE_EXIT: "255" })).code).toBe(255);
    expect((await run(["export"], { FAKE_EXIT: "3" })).code).toBe(3);
  });

  test("start asks for no outputs after a failure", async () => {
    existing("production");
    expect((await run(["start"], { FAKE_EXIT: "255" })).code).toBe(255);
    expect(asked()).toHaveLength(1);
  });

  test("an unknown stack never reaches the engine", async () => {
    const { code, stderr } = await run(["up", "--stack", "prodution"]);
    expect(code).toBe(1);
    expect(stderr).toContain("Stacks here: production, staging.");
    expect(calls()).toEqual([]);
  });

  test("what needs a stack says how to make one", async () => {
    const { code, stderr } = await run(["destroy", "--stack", "staging"]);
    expect(code).toBe(1);
    expect(stderr).toContain("npm run sandbox -- up --stack staging");
  });

  test("a lock that was left behind is named with the command that takes it away", async () => {
    existing("staging");
    const locks = path.join(home, ".state", ".pulumi", "locks", "organization", "affiliate", "staging");
    mkdirSync(locks, { recursive: true });
    writeFileSync(path.join(locks, "x.json"), "{}");
    expect((await run(["up", "-s", "staging"], { FAKE_EXIT: "255" })).stderr).toContain(
      "npm run sandbox -- recover --stack staging",
    );
  });

  test.each([[["deploy"]], [[]]])("%j is answered with the commands that there are", async (args) => {
    const { code, stderr } = await run(args);
    expect(code).toBe(1);
    expect(stderr).toContain("preview");
  });
});

test("wherever it prints it says that it is a simulation, in both languages, apart from what is piped", async () => {
  existing("production");
  for (const args of [["preview"], ["up"], ["start"], ["refresh"], ["destroy"], ["cancel"], ["outputs"], ["export"]]) {
    const { stdout, stderr } = await run(args);
    expect(stderr).toContain("SIMULATION");
    expect(stderr).toContain("シミュレーション");
    expect(stdout).not.toContain("SIMULATION");
  }
});

test("the user's own Pulumi folder is not touched", async () => {
  const credentials = path.join(folder, "user", ".pulumi", "credentials.json");
  mkdirSync(path.dirname(credentials), { recursive: true });
  writeFileSync(credentials, `{"current":"s3://real"}`);
  await run(["preview"]);
  expect(readFileSync(credentials, "utf8")).toBe(`{"current":"s3://real"}`);
  expect(calls().every(({ env }) => env.PULUMI_HOME === path.join(home, ".state", "home"))).toBe(true);
});

describe("plan", () => {
  const temporary = { TMPDIR: "" };
  beforeEach(() => {
    temporary.TMPDIR = path.join(folder, "tmp");
    mkdirSync(temporary.TMPDIR);
  });

  test("installs the plugins of the installed packages, and previews the root project without credentials", async () => {
    const { code, stderr } = await run(["plan", "--stack", "staging"], { ...temporary, AWS_ACCESS_KEY_ID: "AKIA" });
    expect(code).toBe(0);
    expect(stderr).toContain("PLAN: the real provider plugins");
    expect(stderr).not.toContain("SIMULATION");
    expect(asked().map((args) => args.replace(/ \d+\.\d+\.\d+ /, " VERSION "))).toEqual([
      ...["aws", "awsx", "datadog", "github"].map(
        (name) => `plugin install resource ${name} VERSION --non-interactive`,
      ),
      "preview --stack staging --event-log LOG --non-interactive",
    ]);
    const preview = calls().at(-1);
    expect(parse(preview?.files["Pulumi.yaml"] ?? "")).not.toHaveProperty("plugins");
    expect(parse(preview?.files["Pulumi.staging.yaml"] ?? "")).toMatchObject({
      config: { "aws:skipRequestingAccountId": "true", "datadog:validate": "false" },
    });
    expect(preview?.env).toMatchObject({ AWS_EC2_METADATA_DISABLED: "true", AWS_CONFIG_FILE: "/dev/null" });
    expect(preview?.env).not.toHaveProperty("AWS_ACCESS_KEY_ID");
    expect(preview?.env).not.toHaveProperty("SANDBOX_PLAN");
  });

  test("without plugins the sandbox's stand in, refuse lookups, and it says why; nothing is tried twice", async () => {
    const { code, stderr } = await run(["plan"], { ...temporary, FAKE_NO_PLUGINS: "1" });
    expect(code).toBe(0);
    expect(stderr).toContain("SIMULATION");
    expect(stderr).toMatch(/real provider plugins are not used \(aws [\d.]+: .*no such host/);
    expect(asked().filter((args) => args.startsWith("plugin"))).toHaveLength(1);
    const preview = calls().at(-1);
    expect(preview?.env).toMatchObject({ SANDBOX_PLAN: "1", PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" });
    expect(parse(preview?.files["Pulumi.yaml"] ?? "")).toHaveProperty("plugins.providers");
  });

  test("plugins that are there already are not asked for", async () => {
    const { version } = JSON.parse(
      readFileSync(path.join(__dirname, "../../node_modules/@pulumi/aws/package.json"), "utf8"),
    ) as { version: string };
    mkdirSync(path.join(folder, "user", ".pulumi", "plugins", `resource-aws-v${version}`), { recursive: true });
    await run(["plan"], temporary);
    expect(asked()[0]).toContain("plugin install resource awsx");
  });

  test("leaves nothing in the temporary folder, and passes flags on", async () => {
    const { stdout } = await run(["plan", "--simulated", "--json"], { ...temporary, FAKE_EXIT: "7" });
    expect(asked().at(-1)).toContain("--json");
    expect(stdout).toBe("engine says preview\n");
    const { readdirSync } = await import("node:fs");
    expect(readdirSync(temporary.TMPDIR).filter((name) => name.startsWith("affiliate-plan"))).toEqual([]);
  });
});
