// The small drawings in Markdown: made from the state as the real engine left it, and from event logs.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import { describe, expect, it } from "vitest";
import { Graph } from "../../report/html/graph";
import { graphOfEvents } from "../../report/html/graph-of-events";
import { architectureDiagram, changesDiagram, type Language } from "../../report/mermaid";
import { between } from "../../report/pages/page";
import { readEventLog } from "../../report/plan";
import type { EngineEvent } from "../../report/engine-events";
import { planOf } from "../../report/plan";
import { landed, landedHome } from "../support/landed";

const root = join(__dirname, "..", "..");
const PAGES: readonly (readonly [string, Language])[] = [
  ["README.md", "en"],
  ["README.ja.md", "ja"],
  ["docs/architecture.md", "en"],
  ["docs/architecture.ja.md", "ja"],
];

describe("the architecture in Markdown", () => {
  it.each(PAGES)(
    "in %s is as production's resources are; npm run docs writes it",
    async (name, language) => {
      const { state } = await landed("production");
      const file = join(root, name);
      const diagram = architectureDiagram(new Graph(state.deployment.resources ?? []), language);
      const page = between(readFileSync(file, "utf8"), "architecture", diagram);
      await expect(await format(page, { parser: "markdown", printWidth: 120 })).toMatchFileSnapshot(file);
    },
    600_000,
  );

  it("finds the dependencies again in the events of an update that changes nothing", async () => {
    await landed("production");
    const events = readEventLog(join(landedHome(), ".state", "events", "production-up.jsonl"), "production");
    // A first update knows no id beforehand: components, and no lines.
    const graph = graphOfEvents(events);
    expect(graph.custom.length).toBeGreaterThan(400);
    expect(changesDiagram(graph, planOf(events, "production"))).toBeUndefined();
  }, 600_000);
});

describe("what changes, for a pull request", () => {
  const URN = "urn:pulumi:test::affiliate::";
  const component = (name: string): EngineEvent => step("affiliate:data:X", name, "same", {});
  function step(
    type: string,
    name: string,
    op: string,
    given: { parent?: string; id?: string; inputs?: object; arn?: string },
  ): EngineEvent {
    const urn = `${URN}${type}::${name}`;
    const state = {
      parent: given.parent ?? "",
      inputs: given.inputs ?? {},
      outputs: { arn: given.arn },
      id: given.id ?? "",
    };
    return {
      timestamp: 0,
      resourcePreEvent: {
        metadata: {
          op,
          urn,
          type,
          old: state as never,
          new: state as never,
          detailedDiff: { a: { diffKind: "update" } },
        },
      },
    };
  }
  const inside = (name: string): string => `${URN}affiliate:data:X::${name}`;
  const events = (op: string): EngineEvent[] => [
    component("keys"),
    component("store"),
    component("web"),
    step("aws:kms/key:Key", "k", op, { parent: inside("keys"), id: "key-1", arn: "arn:aws:kms:x:1:key/1" }),
    step("aws:s3/bucket:Bucket", "s", "same", {
      parent: inside("store"),
      id: "bucket-1",
      inputs: { nested: [{ key: "arn:aws:kms:x:1:key/1" }] },
    }),
    step("aws:sns/topic:Topic", "t", "same", { parent: inside("web"), id: "topic-1", inputs: { bucket: "bucket-1" } }),
  ];
  const drawn = (op: string) => {
    const all = [...events(op), { timestamp: 1, summaryEvent: { durationSeconds: 1, resourceChanges: { same: 2 } } }];
    return changesDiagram(graphOfEvents(all), planOf(all, "test"));
  };

  it("shows what changes, and what needs it, and nothing else", () => {
    expect(drawn("update")?.split("\n")).toEqual([
      "```mermaid",
      "flowchart LR",
      '  box_keys["keys<br/>~1"]',
      '  box_store["store"]',
      "  box_keys --> box_store",
      "  classDef changing stroke:#7a4b00,stroke-width:2px",
      "  class box_keys changing",
      "```",
    ]);
    expect(drawn("replace")).toContain("class box_keys alarming");
    expect(drawn("same")).toBeUndefined();
  });

  it("lets no name out of its place", () => {
    const nasty = 'a"]; click b "x" ```\n<b>';
    const all = [
      step("aws:sns/topic:Topic", nasty, "update", { id: "1" }),
      { timestamp: 1, summaryEvent: { durationSeconds: 1, resourceChanges: { same: 1 } } },
    ];
    const text = changesDiagram(graphOfEvents(all), planOf(all, "test")) ?? "";
    expect(text.split("\n").filter((line) => line.includes("```"))).toEqual(["```mermaid", "```"]);
    expect(text).not.toMatch(/<b>|"\]; click/);
  });
});
