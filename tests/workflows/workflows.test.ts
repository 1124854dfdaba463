// The workflows of this repository: what they may, what they call, and that none of them holds a key.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { beforeAll, describe, expect, it } from "vitest";
import { verbs } from "../../operations/verbs";
import { complaints, type Linters, linters } from "../support/linters/linters";
import { temporaryFolder } from "../support/command-line";
import { type Job, pinFaults, readWorkflow, scriptExpressions, type Step, type Workflow } from "../support/workflows";

const root = path.resolve(__dirname, "../..");
const folder = ".github/workflows";
const files = readdirSync(path.join(root, folder)).sort();
const workflows = new Map(files.map((file) => [file, readWorkflow(path.join(folder, file))]));
const each = [...workflows].map(([file, workflow]) => ({ file, workflow }));
const actions = readdirSync(path.join(root, ".github/actions")).map((name) => ({
  name,
  text: readFileSync(path.join(root, ".github/actions", name, "action.yml"), "utf8"),
}));
const { scripts } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
};

const of = (file: string): Workflow => {
  const workflow = workflows.get(file);
  if (workflow === undefined) throw new Error(`${file} is not in ${folder}`);
  return workflow;
};
const runs = (job: Job): string[] => job.steps.flatMap(({ run }) => run ?? []);
const jobsOf = ({ jobs }: Workflow): [string, Job][] => Object.entries(jobs);
const usesOf = (job: Job): string[] => job.steps.flatMap(({ uses }) => uses ?? []);

describe.each(each)("$file", ({ workflow }) => {
  it("pins each action to a whole commit, the same everywhere", () => {
    expect(pinFaults(workflow)).toEqual([]);
  });

  it("gives nothing to all jobs, and says of each what it may", () => {
    expect(workflow.permissions).toEqual({});
    for (const [name, { permissions }] of jobsOf(workflow)) {
      expect(permissions, name).toBeDefined();
      expect(permissions?.contents, name).toBe("read");
    }
  });

  it("asks for a token of AWS only where a role is taken", () => {
    for (const [name, job] of jobsOf(workflow)) {
      const takes = usesOf(job).some((uses) => uses.startsWith("aws-actions/configure-aws-credentials@"));
      const hands = job.uses !== undefined;
      expect(job.permissions?.["id-token"], name).toBe(takes || hands ? "write" : undefined);
    }
  });

  it("holds no key", () => {
    expect(workflow.text).not.toMatch(/secrets\.|aws-access-key-id|aws-secret-access-key|AWS_SECRET/);
    expect(workflow.text).not.toMatch(/pull_request_target|workflow_run/);
  });

  it("runs no expression in a script", () => {
    expect(scriptExpressions(workflow)).toEqual([]);
  });

  it("leaves no token in the checkout, and ends by itself", () => {
    for (const [name, job] of jobsOf(workflow)) {
      if (job.uses !== undefined) continue;
      expect(job["timeout-minutes"], name).toBeGreaterThan(0);
      for (const step of job.steps) {
        if (step.uses?.startsWith("actions/checkout@")) expect(step.with?.["persist-credentials"], name).toBe(false);
      }
    }
  });

  it("calls scripts and verbs that exist", () => {
    for (const script of jobsOf(workflow).flatMap(([, job]) => runs(job))) expectCallable(script);
  });
});

function expectCallable(script: string): void {
  const paths = verbs.map((verb) => verb.path);
  for (const [, name = ""] of script.matchAll(/npm run (?:--silent )?([\w:-]+)/g)) {
    expect(Object.keys(scripts)).toContain(name);
  }
  for (const [, words = ""] of script.matchAll(/operations -- ([a-z]+(?: [a-z]+)*)/g)) {
    expect(paths).toContain(words);
  }
  for (const [file] of script.matchAll(/\.(?:ci|github)\/[\w/-]+/g)) {
    expect(existsSync(path.join(root, file)), file).toBe(true);
  }
}

describe.each(actions)("the action $name", ({ text }) => {
  const { runs: made } = parse(text) as { runs: { using: string; steps: Step[] } };

  it("is pinned, calls what exists, and runs no expression in a script", () => {
    expect(made.using).toBe("composite");
    expect(pinFaults({ text, on: {}, jobs: {} })).toEqual([]);
    for (const { run = "" } of made.steps) {
      expectCallable(run);
      expect(run).not.toContain("${{");
    }
  });
});

describe("a release that the application asks for", () => {
  it("needs no token for this repository: GitHub fetches workflow and action at the commit that was asked for", () => {
    const { jobs, text } = of("release.yml");
    expect(usesOf(jobs.release as Job)).toContain("$/.github/actions/release");
    expect(text).not.toMatch(/actions\/checkout|uses: \.\//);
    const action = actions.find(({ name }) => name === "release")?.text ?? "";
    expect(action).toContain('cd "$GITHUB_ACTION_PATH/../../.."');
    expect(action).not.toMatch(/actions\/checkout|uses: \.\//);
  });

  it("is of a digest, and of a stack that there is", () => {
    const { runs: made } = parse(actions.find(({ name }) => name === "release")?.text ?? "") as {
      runs: { steps: Step[] };
    };
    const inputs = made.steps.find(({ name }) => name === "Inputs")?.run ?? "";
    const judge = (stack: string, image: string) =>
      spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", inputs], {
        env: { PATH: process.env.PATH, STACK: stack, IMAGE: image },
        encoding: "utf8",
      });
    const digest = `sha256:${"0a".repeat(32)}`;
    expect(judge("staging", digest)).toMatchObject({ status: 0, stderr: "" });
    for (const [stack, image] of [
      ["staging", "v1.2.3"],
      ["staging", `${digest}; true`],
      ["staging --yes", digest],
      ["", digest],
    ] as const) {
      const { status, stderr } = judge(stack, image);
      expect([status, stderr]).toEqual([1, expect.stringMatching(/: found ".*"; wanted/)]);
    }
  });
});

describe("the stacks' order", () => {
  it("never cancels an update, a release or a rollback, running or waiting, and runs one of a stack at a time", () => {
    for (const [file, group] of [
      ["update.yml", "stack-${{ inputs.stack }}"],
      ["release.yml", "release-${{ inputs.stack }}"],
      ["rollback.yml", "rollback-${{ inputs.stack }}"],
      ["restore-drill.yml", "drill-${{ inputs.stack }}"],
    ] as const) {
      expect(of(file).concurrency).toEqual({ group, "cancel-in-progress": false, queue: "max" });
    }
    expect(of("drift.yml").jobs.drift).toMatchObject({
      concurrency: { group: "stack-${{ matrix.stack }}", "cancel-in-progress": false, queue: "max" },
    });
  });

  it("staging comes before production, each in its own environment", () => {
    expect(of("up.yml").jobs.production).toMatchObject({ needs: "staging", with: { stack: "production" } });
    expect(of("update.yml").jobs.update?.environment).toBe("${{ inputs.stack }}");
    expect(of("rollback.yml").jobs.rollback?.environment).toBe("${{ inputs.stack }}-rollback");
    expect(of("drift.yml").jobs.drift?.environment).toBe("${{ matrix.stack }}-drift");
    expect(of("restore-drill.yml").jobs.drill?.environment).toBe("${{ inputs.stack }}-drill");
  });

  it("an update is followed by a release of what is running", () => {
    const [update, release] = runs(of("update.yml").jobs.update as Job).filter((run) => /run up|release/.test(run));
    expect(update).toContain('npm run up -- "$STACK" --yes --refresh');
    expect(release).toContain("operations -- release --running");
  });

  it("between the two, with the rights of the update, the dump's image is pushed, should its source have changed", () => {
    const steps = of("update.yml").jobs.update?.steps ?? [];
    const at = (what: RegExp) => steps.findIndex(({ run = "", with: given }) => what.test(run + JSON.stringify(given)));
    const places = [/npm run up/, /npm run image -- --dump --push --stack "\$STACK"/, /RELEASE_ROLE_ARN/].map(at);
    expect(places).toEqual([...places].sort((one, other) => one - other));
    expect(places).not.toContain(-1);
    // Which commit changed it last is seen in the whole history alone.
    expect(steps[0]?.with?.["fetch-depth"]).toBe(0);
    expect(steps.some(({ uses }) => uses?.startsWith("docker/setup-buildx-action@"))).toBe(true);
  });

  it("what is in GitHub is looked at by none: its provider would take what a workflow's token may not see for deleted", () => {
    const refreshes = ["update.yml", "drift.yml"].flatMap((file) =>
      jobsOf(of(file)).flatMap(([, job]) => runs(job).filter((run) => run.includes("--refresh"))),
    );
    expect(refreshes).toHaveLength(2);
    for (const run of refreshes) {
      expect(run).toContain('--exclude "**github:index/**"');
      expect(run).toContain('with-datadog "$STACK" npm run');
    }
  });
});

describe("a restore drill", () => {
  const { on, jobs } = of("restore-drill.yml");

  it("is begun by hand, for a stack that there is, and keeps its report however it ends", () => {
    expect(Object.keys(on)).toEqual(["workflow_dispatch"]);
    const { inputs } = on.workflow_dispatch as { inputs: { stack: { type: string; options: string[] } } };
    expect(inputs.stack).toMatchObject({ type: "choice", options: ["staging", "production"] });
    const steps = jobs.drill?.steps ?? [];
    expect(runs(jobs.drill as Job)[0]).toBe(
      'npm run operations -- drill --stack "$STACK" --yes "$STACK" --report "$RUNNER_TEMP/drill"',
    );
    const upload = steps.find(({ uses }) => uses?.startsWith("actions/upload-artifact@"));
    expect([upload?.if, upload?.with?.path]).toEqual(["success() || failure()", "${{ runner.temp }}/drill"]);
  });

  it("has the time that the verb gives itself", () => {
    const verb = verbs.find(({ path: words }) => words === "drill");
    const taken = jobs.drill?.steps.find(({ uses }) => uses?.startsWith("aws-actions/"));
    expect(Number(taken?.with?.["role-duration-seconds"])).toBeGreaterThanOrEqual(verb?.timeoutSeconds ?? Infinity);
  });
});

describe("a pull request", () => {
  const { jobs } = of("preview.yml");

  it("of a fork gets all that main's ruleset demands, with no token, secret or variable", () => {
    const ruleset = parse(readFileSync(path.join(root, "account/Pulumi.production.yaml"), "utf8")) as unknown;
    const demanded = checksOf(ruleset) ?? [];
    expect(demanded).toEqual(["preview", "policy", "tests"]);
    for (const name of demanded) {
      const job = jobs[name];
      expect(job, name).toBeDefined();
      expect(job?.if, name).toBeUndefined();
      expect(job?.permissions, name).toEqual({ contents: "read" });
      expect(JSON.stringify(job), name).not.toMatch(/vars\.|secrets\.|github\.token/);
    }
  });

  it("of a fork gets no role and writes no comment", () => {
    const own = "github.event.pull_request.head.repo.full_name == github.repository";
    for (const name of ["aws", "comment"]) expect(jobs[name]?.if).toContain(own);
  });

  it("cannot change what writes the comment", () => {
    const checkout = jobs.comment?.steps.find(({ uses }) => uses?.startsWith("actions/checkout@"));
    expect(checkout?.with?.ref).toBe("${{ github.event.pull_request.base.sha }}");
  });
});

/** The required checks of this repository, wherever they stand in the account's stack file. */
function checksOf(stackFile: unknown): string[] | undefined {
  if (typeof stackFile !== "object" || stackFile === null) return undefined;
  for (const [key, value] of Object.entries(stackFile as Record<string, unknown>)) {
    if (key === "platform") return (value as { readonly checks?: string[] }).checks;
    const found = checksOf(value);
    if (found !== undefined) return found;
  }
  return undefined;
}

describe("linters", () => {
  let found: Linters;
  beforeAll(async () => {
    found = await linters();
  }, 300_000);

  it("actionlint and shellcheck are content with the workflows", async () => {
    const paths = files.map((file) => path.join(root, folder, file));
    // GitHub's of May and July 2026, which actionlint does not know yet.
    const newer = [
      'unexpected key "queue" for "concurrency" section',
      String.raw`specifying action "\$/\.github/actions/release" in invalid format`,
    ];
    const ignored = newer.flatMap((pattern) => ["-ignore", pattern]);
    expect(
      await complaints(found.actionlint, ["-shellcheck", found.shellcheck, "-no-color", ...ignored, ...paths]),
    ).toBe("");
  }, 120_000);

  it("shellcheck is content with the scripts that they call", async () => {
    const names = [
      ".ci/run",
      ".ci/packages",
      ...readdirSync(path.join(root, ".github/scripts")).map((name) => `.github/scripts/${name}`),
    ];
    expect(
      await complaints(
        found.shellcheck,
        names.map((name) => path.join(root, name)),
      ),
    ).toBe("");
  });

  it("shellcheck is content with the scripts of actions", async () => {
    const folder = temporaryFolder("actions-");
    // As GitHub runs them.
    const written = actions.flatMap(({ name, text }) => {
      const { runs: made } = parse(text) as { runs: { steps: Step[] } };
      return made.steps.flatMap(({ run }, index) => {
        if (run === undefined) return [];
        const file = path.join(folder, `${name}-${index}`);
        writeFileSync(file, `set -eo pipefail\n${run}`);
        return [file];
      });
    });
    expect(written.length).toBeGreaterThan(2);
    expect(await complaints(found.shellcheck, ["--shell=bash", ...written])).toBe("");
  });
});
