import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MARKER, renderComment } from "../../report/comment";
import { COMMENT_LIMIT, plain } from "../../report/markdown";
import { type Change, type Plan, readPlan } from "../../report/plan";

const recorded = (name: string): Plan => readPlan(join(__dirname, "recorded", `${name}.jsonl`), "staging");
const quiet: Plan = {
  stack: "production",
  preview: true,
  changes: [],
  same: 504,
  violations: [],
  exemptions: [],
  advice: [],
  postponed: 0,
  rules: 91,
  errors: [],
  warnings: [],
  seconds: 10,
};
const source = "simulated cloud";
const change = (name: string, value: string): Change => ({
  urn: `urn:pulumi:production::affiliate::aws:s3/bucket:Bucket::${name}`,
  type: "aws:s3/bucket:Bucket",
  name,
  component: "buckets",
  operation: "update",
  stateful: true,
  properties: [{ path: "bucket", kind: "update", replaces: false, before: value, after: value }],
});

describe("the comment", () => {
  it("of recorded previews, as a reader sees it", async () => {
    const text = renderComment([recorded("staging-changes"), quiet], { source, commit: "0123456789abcdef" });
    await expect(text).toMatchFileSnapshot("golden/staging-changes.md");
  });

  it("of a drift, as a reader sees it", async () => {
    const text = renderComment([recorded("staging-drift")], { source });
    await expect(text).toMatchFileSnapshot("golden/staging-drift.md");
  });

  it("says what would be lost before anything else", () => {
    const text = renderComment([recorded("staging-changes")], { source });
    expect(text.indexOf("データが置換・削除されます")).toBeLessThan(text.indexOf("ポリシー違反"));
    expect(text.indexOf("ポリシー違反")).toBeLessThan(text.indexOf("13 changes") + text.indexOf("changes / 変更"));
  });

  it("leads to the reports of the stacks that have one, before anything that may be cut", () => {
    const url = "https://github.com/o/r/actions/runs/1/artifacts/2";
    const text = renderComment([recorded("staging-changes"), quiet], { source, reports: new Map([["staging", url]]) });
    expect(text).toContain(`\n\nReport, drawn / 図入りレポート (HTML): [staging](${url})\n\n`);
    expect(text.indexOf(url)).toBeLessThan(text.indexOf("データが置換・削除されます"));
    expect(renderComment([quiet], { source })).not.toContain("図入りレポート");
  });

  it("shows errors, exemptions, and that no pack has judged", () => {
    const finding = {
      rule: "exemptions-in-force",
      level: "advisory",
      urn: undefined,
      message: "exempt from x until 2027-01-01",
    } as const;
    expect(renderComment([{ ...quiet, errors: ["config: affiliate:domain is missing"] }], { source })).toContain(
      "config: affiliate:domain is missing",
    );
    expect(renderComment([{ ...quiet, exemptions: [finding] }], { source })).toContain("1 exempt / 例外 1 件");
    expect(renderComment([{ ...quiet, rules: 0 }], { source })).toContain("no pack judged");
  });

  it("never grows over GitHub's limit, and keeps what is lost when lists are cut", () => {
    const many = Array.from({ length: 3000 }, (_, index) => change(`bucket-${index}`, `"${"x".repeat(100)}"`));
    const lost: Change = { ...change("uploads", '"a"'), operation: "delete" };
    const text = renderComment([{ ...quiet, changes: [...many, lost] }], { source });
    expect(text.length).toBeLessThanOrEqual(COMMENT_LIMIT);
    expect(text).toContain("**delete** `uploads`");
    expect(text).toContain("too long for a comment");
  });

  it("whatever stands in a plan, it stays inside its place", () => {
    const nasty = fc.string({ unit: fc.constantFrom("`", "\n", "<", ">", "@", "|", "[", "]", "*", "-", "d", " ") });
    fc.assert(
      fc.property(nasty, nasty, (name, value) => {
        const plan: Plan = {
          ...quiet,
          changes: [change(name, value)],
          violations: [{ rule: "r", level: "mandatory", urn: `u::v::w::${name}`, message: value }],
        };
        const text = renderComment([plan], { source });
        // One marker, one table row for the stack, and every fold that opens is closed outside of a fence.
        expect(text.split(MARKER)).toHaveLength(2);
        expect(outsideFences(text).match(/<details>/g)).toHaveLength(1);
        expect(outsideFences(text).match(/<\/details>/g)).toHaveLength(1);
      }),
    );
  });

  it("mentions nobody", () => {
    expect(plain("@on-call <b>|x|</b>")).toBe("@&#8203;on-call \\<b\\>\\|x\\|\\</b\\>");
  });
});

/** What GitHub reads as Markdown: a fence ends at a run as long as the one that began it. */
function outsideFences(text: string): string {
  const kept: string[] = [];
  let fence: string | undefined;
  for (const line of text.split("\n")) {
    const run = /^(`{3,})/.exec(line)?.[1];
    if (fence === undefined && run !== undefined) fence = run;
    else if (fence !== undefined) {
      if (run !== undefined && run.length >= fence.length && line === run) fence = undefined;
    } else kept.push(line);
  }
  expect(fence).toBeUndefined();
  return kept.join("\n");
}
