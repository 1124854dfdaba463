// The scripts of preview.yml as they stand, from a plan to the published comment. The plan itself and the upload are ours: a
// recorded one, and an address as the action answers; reports, summaries and the comment are made by what the scripts call.
import { execFile } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { raw } from "../report/html/world";
import { temporaryFolder } from "../support/command-line";
import { type Job, readWorkflow, type Step } from "../support/workflows";

const root = path.resolve(__dirname, "../..");
const { jobs } = readWorkflow(".github/workflows/preview.yml");
const job = (name: string): Job => {
  const found = jobs[name];
  if (found === undefined) throw new Error(`preview.yml has no job ${name}`);
  return found;
};
const step = (of: string, name: string): Step => {
  const found = job(of).steps.find((one) => one.name === name);
  if (found?.run === undefined) throw new Error(`${of} has no script ${name}`);
  return found;
};
const uploads = (of: string): readonly Step[] =>
  job(of).steps.filter(({ uses }) => uses?.startsWith("actions/upload-artifact@"));
const reports = (of: string): readonly Step[] => uploads(of).filter(({ with: given }) => given?.archive === false);

const RUN = {
  GITHUB_SERVER_URL: "https://github.com",
  GITHUB_REPOSITORY: "affiliate-system/affiliate-platform",
  GITHUB_RUN_ID: "12",
  GITHUB_TOKEN: "ghs_test",
};
const address = (artifact: number): string =>
  `https://github.com/${RUN.GITHUB_REPOSITORY}/actions/runs/12/artifacts/${artifact}`;

/** A runner's folders, with an npm that plans by copying what was recorded, refuses production's plan after it, and hands the rest on. */
function runner() {
  const folder = temporaryFolder("preview-");
  const [temp, bin, home] = [path.join(folder, "temp"), path.join(folder, "bin"), path.join(folder, "sandbox")];
  for (const made of [temp, bin, path.join(home, ".state", "events")]) mkdirSync(made, { recursive: true });
  const plan = path.join(folder, "plan.json");
  const database = raw({ name: "database", type: "aws:rds/cluster:Cluster" });
  writeFileSync(plan, JSON.stringify({ steps: [{ op: "same", newState: database }] }));
  const recorded = path.join(root, "tests/report/recorded/staging-changes.jsonl");
  const npm = `#!/usr/bin/env bash
set -euo pipefail
words=" $* "
if [[ $words == *" sandbox -- preview "* ]]; then
  cp "${recorded}" "$SANDBOX_HOME/.state/events/$7-preview.jsonl"
elif [[ $words == *" preview -- "* ]]; then
  while [ "$1" != --event-log ]; do shift; done
  cp "${recorded}" "$2"
else
  exec "${path.join(path.dirname(process.execPath), "npm")}" "$@"
fi
[[ $words == *" --json "* ]] && cat "${plan}"
[[ $words != *" production "* ]] || exit 255
`;
  writeFileSync(path.join(bin, "npm"), npm);
  chmodSync(path.join(bin, "npm"), 0o755);
  const summary = path.join(folder, "summary.md");
  const base = {
    ...{ ...RUN, RUNNER_TEMP: temp, SANDBOX_HOME: home, GITHUB_STEP_SUMMARY: summary, HOME: process.env.HOME },
    PATH: `${bin}:${process.env.PATH}`,
  };
  const run = async ({ run: script = "" }: Step, env: NodeJS.ProcessEnv = {}) => {
    try {
      const args = ["--noprofile", "--norc", "-eo", "pipefail", "-c", script];
      return { code: 0, ...(await promisify(execFile)("bash", args, { cwd: root, env: { ...base, ...env } })) };
    } catch (error) {
      return error as { code: number; stdout: string; stderr: string };
    }
  };
  return { temp, summary, run };
}
type Runner = ReturnType<typeof runner>;

/** As the action would: the path's files, into the folder that the comment's job is given. */
function artifactOf(of: string, stack: string, { temp }: Runner, into: string): void {
  const upload = uploads(of).find(({ with: given }) => given?.archive !== false);
  expect(upload?.with?.name).toBe(of === "preview" ? "events-simulated" : "events-${{ matrix.stack }}");
  const from = String(upload?.with?.path).replace("${{ runner.temp }}", temp);
  expect(readdirSync(from).some((name) => name.startsWith(stack))).toBe(true);
  cpSync(from, into, { recursive: true });
}

const fileOf = (upload: Step, stack: string, { temp }: Runner): string =>
  String(upload.with?.path).replace("${{ runner.temp }}", temp).replace("${{ matrix.stack }}", stack);

/** Once for all tests; production's plan fails. */
let made: Promise<Runner> | undefined;
const simulated = (): Promise<Runner> =>
  (made ??= (async () => {
    const on = runner();
    const ended = await on.run(step("preview", "What would change"));
    expect([ended.code, ended.stderr]).toEqual([255, ""]);
    const told = await on.run(step("preview", "Summary"), {
      STAGING_REPORT: address(1),
      PRODUCTION_REPORT: address(2),
    });
    expect([told.code, told.stderr]).toEqual([0, ""]);
    return on;
  })());

async function onAws(on: Runner, stack: string, artifact: number): Promise<void> {
  const ended = await on.run(step("aws", "What would change"), { STACK: stack });
  expect([ended.code, ended.stderr]).toEqual([0, ""]);
  const [upload] = reports("aws");
  expect(readFileSync(fileOf(upload as Step, stack, on), "utf8")).toContain('<span class="pill real">AWS</span>');
  expect(step("aws", "Summary").env).toEqual({ REPORT: `\${{ steps.${upload?.id}.outputs.artifact-url }}` });
  expect((await on.run(step("aws", "Summary"), { STACK: stack, REPORT: address(artifact) })).code).toBe(0);
}

/** What the comment's job publishes, of the artifacts that it was given. */
async function published(artifacts: (into: string) => void): Promise<string> {
  const on = runner();
  artifacts(path.join(on.temp, "plans"));
  let said = "";
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (part: Buffer) => (text += part.toString()));
    request.on("end", () => {
      if (request.method === "POST") said = (JSON.parse(text) as { body: string }).body;
      response.writeHead(200, { "content-type": "application/json" }).end(request.method === "POST" ? "{}" : "[]");
    });
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  try {
    const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const ended = await on.run(step("comment", "Comment"), { PULL_REQUEST: "7", GITHUB_API_URL: api });
    expect([ended.code, ended.stderr]).toEqual([0, "comment created: pull request 7\n"]);
  } finally {
    server.closeAllConnections();
    server.close();
  }
  return said;
}

describe("the report of a pull request", () => {
  it("is one file of each stack, as it is: GitHub names it after the file and puts no zip around it", () => {
    for (const name of ["preview", "aws"]) {
      for (const upload of reports(name)) {
        expect(upload.if).toBe("success() || failure()");
        expect(upload.with).toMatchObject({ "if-no-files-found": "ignore", "retention-days": 14 });
        expect(upload.with?.path).not.toContain("*");
        expect(upload.with?.name).toBeUndefined();
      }
    }
    expect(reports("preview").map(({ id }) => id)).toEqual(["staging-report", "production-report"]);
    expect(reports("aws").map(({ id }) => id)).toEqual(["report"]);
  });

  it("is made of what the simulated cloud would change, of a plan that fails too, and then the job fails", async () => {
    const on = await simulated();
    for (const [index, upload] of reports("preview").entries()) {
      expect(readFileSync(fileOf(upload, "", on), "utf8")).toContain('<section id="changes"');
      expect(step("preview", "Summary").env).toMatchObject({
        [`${["STAGING", "PRODUCTION"][index]}_REPORT`]: `\${{ steps.${upload.id}.outputs.artifact-url }}`,
      });
    }
  }, 120_000);

  it("is where the run's summary says: a fork's pull request has no comment", async () => {
    const { summary } = await simulated();
    expect(readFileSync(summary, "utf8")).toContain(`[staging](${address(1)}) · [production](${address(2)})`);
  }, 120_000);

  it("is where the comment says, of AWS before the simulated cloud", async () => {
    const download = job("comment").steps.find(({ uses }) => uses?.startsWith("actions/download-artifact@"));
    // Reports are no archives, which this version cannot take apart; files of one artifact would lie elsewhere than those of two.
    expect(download?.with).toEqual({
      ...{ pattern: "events-*", "merge-multiple": true, path: "${{ runner.temp }}/plans" },
    });
    const [cloud, staging] = [await simulated(), runner()];
    await onAws(staging, "staging", 3);
    const alone = await published((into) => artifactOf("preview", "staging", cloud, into));
    expect(alone).toContain(`[staging](${address(1)}) · [production](${address(2)})`);
    expect(alone).toContain("simulated cloud");
    const both = await published((into) => {
      artifactOf("preview", "staging", cloud, into);
      artifactOf("aws", "staging", staging, into);
    });
    expect(both).toContain(`(HTML): [staging](${address(3)})\n`);
    expect(both).toContain("Source / 出典: AWS");
    expect(both).not.toContain("simulated");
  }, 180_000);

  it("that was not kept is not linked to", async () => {
    const on = await simulated();
    const ended = await on.run(step("preview", "Summary"), { STAGING_REPORT: address(1), PRODUCTION_REPORT: "" });
    expect(ended.stdout).toContain(`(HTML): [staging](${address(1)})\n`);
    expect(ended.stdout).toContain("**production**");
  }, 120_000);
});
