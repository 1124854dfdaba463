import { spawnSync } from "node:child_process";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { complaints, type Linters, linters } from "../support/linters/linters";
import { accountConfig } from "../account/program";
import { actionPins, pinFaults, readWorkflow, scriptExpressions } from "../support/workflows";

const FILE = "application/.github/workflows/deploy.yml";
const workflow = readWorkflow(FILE);
const { test, release, notify } = workflow.jobs;
const scripts = (job: typeof test) => (job?.steps ?? []).map(({ run }) => run ?? "").join("\n");

describe("pins of actions", () => {
  it("are whole commits with a version", () => {
    for (const [name, { sha, version }] of Object.entries(actionPins)) {
      expect(sha, name).toMatch(/^[0-9a-f]{40}$/);
      // Of the platform itself, what a branch has; of others, what they have released.
      expect(version, name).toMatch(name.startsWith("affiliate-system/") ? /^main$/ : /^v?\d+\.\d+\.\d+$/);
    }
  });

  it.each([
    ["a tag", "actions/checkout@v7"],
    ["another commit", `actions/checkout@${"0".repeat(40)} # v7.0.0`],
    ["another version", `actions/checkout@${actionPins["actions/checkout"]?.sha} # v6.0.0`],
    ["no version", `actions/checkout@${actionPins["actions/checkout"]?.sha}`],
    ["an unknown action", `somebody/action@${"1".repeat(40)} # v1.0.0`],
  ])("%s is a fault", (_, used) => {
    expect(pinFaults({ ...workflow, text: `      - uses: ${used}\n` })).toEqual([used]);
  });
});

describe("the application's workflow", () => {
  it("pins every action", () => {
    expect(pinFaults(workflow)).toEqual([]);
  });

  it("may read the code, and only the release may ask for a token of AWS", () => {
    expect(workflow.permissions).toEqual({ contents: "read" });
    expect(release?.permissions).toEqual({ contents: "read", "id-token": "write" });
    expect([test?.permissions, notify?.permissions]).toEqual([undefined, undefined]);
    expect(workflow.text).not.toMatch(/aws-access-key-id|aws-secret-access-key|AWS_ACCESS_KEY/);
  });

  it("runs no expression in a script", () => {
    expect(scriptExpressions(workflow)).toEqual([]);
  });

  it("tests as the runbook does, before anything is built", () => {
    for (const command of [
      "php artisan test --parallel",
      "--coverage-clover",
      "composer audit",
      "npm audit",
      "psalm",
    ]) {
      expect(scripts(test)).toContain(command);
    }
    expect(workflow.text).toMatch(/ {2}release:\n {4}needs: test\n/);
  });

  it("releases a digest, under no moving tag, in the environment that reviewers guard", () => {
    const last = release?.steps.at(-1);
    expect(last?.with).toEqual({
      stack: "${{ env.STACK }}",
      image: "${{ steps.built.outputs.digest || steps.build.outputs.digest }}",
    });
    expect(workflow.text).not.toMatch(/:latest|=latest/);
    expect(release?.environment).toContain("'production' || 'staging'");
    const build = release?.steps.find(({ name }) => name === "Build and push")?.with;
    expect(build).toMatchObject({ platforms: "linux/arm64", push: true, provenance: false, sbom: false });
    // The scan and the static files come before visitors do.
    const names = release?.steps.map(({ name }) => name ?? "") ?? [];
    const order = ["Build and push", "The image has no critical hole", "Static files to the bucket", "Release"];
    expect(names.filter((name) => order.includes(name))).toEqual(order);
  });

  it("releases by the platform's own action, of the repository that the account's stack file names, with no token for it", () => {
    const { owner, platform } = accountConfig("production")["affiliate:github"] as {
      owner: string;
      platform: { name: string };
    };
    const uses = release?.steps.at(-1)?.uses ?? "";
    expect(uses.split("@")[0]).toBe(`${owner}/${platform.name}/.github/actions/release`);
    expect(workflow.text).not.toMatch(/create-github-app-token|PLATFORM_APP/);
    // Where the pinned commit is among the history, which a shallow clone has not: it holds the action.
    const git = (...args: string[]) => spawnSync("git", args, { cwd: __dirname, encoding: "utf8" });
    const sha = uses.split("@")[1] ?? "";
    if (git("cat-file", "-e", `${sha}^{commit}`).status === 0) {
      expect(git("cat-file", "-e", `${sha}:.github/actions/release/action.yml`).stderr).toBe("");
    }
    expect(release?.steps.filter(({ uses = "" }) => uses.startsWith("actions/checkout@"))).toHaveLength(1);
  });

  it("has the jobs that main's ruleset demands: a check that nobody reports keeps every pull request open", () => {
    const { application } = accountConfig("production")["affiliate:github"] as { application: { checks: string[] } };
    for (const check of application.checks) {
      expect(Object.keys(workflow.jobs)).toContain(check);
      expect(workflow.jobs[check]?.if, check).toBeUndefined();
    }
    expect(Object.keys(workflow.on)).toContain("pull_request");
  });

  it("takes the image that an earlier try of the version has pushed: its tag cannot be moved", () => {
    const build = release?.steps.find(({ name }) => name === "Build and push");
    expect(build?.if).toBe("steps.built.outputs.digest == ''");
    expect(scripts(release)).toContain('--image-ids "imageTag=$VERSION"');
  });

  it("gives nothing to a pull request, of a fork for one", () => {
    expect(release?.if).toBe("github.event_name == 'push'");
    expect(JSON.stringify(test)).not.toMatch(/secrets\.|vars\./);
  });

  it("tells Slack however it ended, without the address on a command line", () => {
    expect(notify?.if).toContain("always()");
    expect(scripts(notify)).toContain("--config <(");
    expect(notify?.environment).toBeUndefined();
  });

  it("never cancels a release, and ends each job some time", () => {
    expect(JSON.stringify(workflow.concurrency)).toContain("github.event_name == 'pull_request' }}");
    for (const job of Object.values(workflow.jobs)) expect(job["timeout-minutes"]).toBeGreaterThan(0);
  });
});

describe("actionlint with shellcheck", () => {
  let found: Linters;
  beforeAll(async () => {
    found = await linters();
  }, 240_000);
  const lint = (file: string) => complaints(found.actionlint, ["-no-color", "-shellcheck", found.shellcheck, file]);

  it("has nothing to say, and would", async () => {
    expect(await lint(path.resolve(__dirname, "../..", FILE))).toBe("");
    const said = await lint(path.join(__dirname, "bad/workflow.yml"));
    expect(said).toContain('property "nothing" is not defined');
    expect(said).toContain("SC2086");
  });
});
