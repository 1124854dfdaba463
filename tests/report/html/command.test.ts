// `npm run report` as it is typed.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { raw } from "./world";

const root = join(__dirname, "..", "..", "..");
const events = join(root, "tests", "report", "recorded", "staging-changes.jsonl");
let folder = "";
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), "affiliate-report-"))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function report(...words: string[]): Promise<Ended> {
  const args = ["--require", "tsx/cjs", join(root, "report", "html", "main.ts"), ...words];
  try {
    return { code: 0, ...(await promisify(execFile)(process.execPath, args, { cwd: root })) };
  } catch (error) {
    return error as Ended;
  }
}

describe("npm run report", () => {
  it("makes a report of the files of a run, wherever it was run", async () => {
    const [resources, output] = [join(folder, "plan.json"), join(folder, "out", "report.html")];
    writeFileSync(
      resources,
      JSON.stringify({ steps: [{ op: "same", newState: raw({ name: "database", type: "aws:rds/cluster:Cluster" }) }] }),
    );
    const ended = await report("--stack", "staging", "--events", events, "--resources", resources, "--output", output);
    expect(ended.stderr).toBe("");
    expect(ended.stdout).toMatch(/staging: report \/ レポート: .*report\.html \(\d+ kB\)/);
    const page = readFileSync(output, "utf8");
    expect(page).toContain("would be replaced or deleted");
    expect(page).not.toContain("simulated cloud");
    expect(ended.code).toBe(0);
  }, 30_000);

  it("refuses half of a run, two sources at once, and what is no event log", async () => {
    const half = await report("--stack", "staging", "--events", events);
    expect(half.code).toBe(1);
    expect(half.stderr).toContain("--events and --resources are of one run: give both");
    const both = await report("--account", "--events", events, "--resources", events);
    expect(both.stderr).toContain("--account plans by itself");
    const wrong = await report("--events", join(root, "package.json"), "--resources", events);
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toContain("package.json is no event log: its line 1 is no JSON object");
  }, 30_000);
});
