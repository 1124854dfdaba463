// The small version of the drawings, for Markdown: GitHub draws it by itself.
import { architectureOf } from "./html/architecture";
import { dependencyBoxes } from "./html/dependencies";
import type { Graph } from "./html/graph";
import { graphOfEvents } from "./html/graph-of-events";
import type { Box, Line } from "./html/layout";
import { Marks } from "./html/marks";
import { placesOf } from "./html/places";
import { type Plan, planOf, readEventLog } from "./plan";

export type Language = "en" | "ja";

/** Boxes of a drawing beyond which it says nothing any more. */
const LARGEST = 24;

/** The platform as the graph has it, without what every box has: endpoints, S3, the way out. */
export function architectureDiagram(graph: Graph, language: Language): string {
  const nothing = new Marks({ changes: [], same: graph.custom.length });
  const { boxes, lines } = architectureOf(graph, placesOf(graph), nothing);
  const loud = lines.filter(({ quiet }) => quiet !== true);
  const ends = new Set(loud.flatMap(({ from, to }) => [from, to]));
  const kept = boxes.flatMap((box) => withEnds(box, ends, false));
  return flowchart("LR", kept, loud, language);
}

/** A box that a line ends at, with all that is inside of it; or that holds such a one. */
function withEnds(box: Box, ends: ReadonlySet<string>, inside: boolean): Box[] {
  const own = inside || ends.has(box.id);
  const children = (box.children ?? []).flatMap((child) => withEnds(child, ends, own));
  return own || children.length > 0 ? [{ ...box, ...(box.children && { children }) }] : [];
}

/** Components that change, and those that need them. Undefined when nothing changes, or so much that names say more. */
export function changesDiagram(graph: Graph, plan: Plan): string | undefined {
  const { boxes, lines } = dependencyBoxes(graph, new Marks(plan));
  const changing = new Set(boxes.filter(({ badge }) => badge !== undefined).map(({ id }) => id));
  const touched = lines.filter(({ from }) => changing.has(from));
  const shown = new Set([...changing, ...touched.map(({ to }) => to)]);
  if (changing.size === 0 || shown.size > LARGEST) return undefined;
  return flowchart("LR", boxes.filter(({ id }) => shown.has(id)).map(short), touched, "en");
}

const short = ({ lines: _, ...box }: Box): Box => box;

/** A plan with its diagram, from its event log. */
export function readDrawn(file: string, stack: string): { readonly plan: Plan; readonly diagram: string | undefined } {
  const events = readEventLog(file, stack);
  const plan = planOf(events, stack);
  return { plan, diagram: changesDiagram(graphOfEvents(events), plan) };
}

function flowchart(direction: "LR" | "TB", boxes: readonly Box[], lines: readonly Line[], language: Language): string {
  const drawn = [
    ...boxes.flatMap((box) => boxLines(box, language, "  ")),
    ...lines.map(({ from, to }) => `  ${idOf(from)} --> ${idOf(to)}`),
  ];
  const all = flat(boxes);
  const styled = (kind: string, style: string, ids: readonly string[]): string[] =>
    ids.length === 0 ? [] : [`  classDef ${kind} ${style}`, `  class ${ids.map(idOf).join(",")} ${kind}`];
  const [alarming, changing] = [
    all.filter((box) => box.alarming === true).map(({ id }) => id),
    all.filter((box) => box.badge !== undefined && box.alarming !== true).map(({ id }) => id),
  ];
  return [
    "```mermaid",
    `flowchart ${direction}`,
    ...drawn,
    ...styled("alarming", "stroke:#a8201a,stroke-width:3px", alarming),
    ...styled("changing", "stroke:#7a4b00,stroke-width:2px", changing),
    "```",
  ].join("\n");
}

const flat = (boxes: readonly Box[]): Box[] => boxes.flatMap((box) => [box, ...flat(box.children ?? [])]);

function boxLines(box: Box, language: Language, indent: string): string[] {
  const text = [box.title[language], ...(box.lines ?? []).map((line) => line[language])];
  if (box.badge !== undefined) text.push(box.badge);
  const label = `["${text.map(quoted).join("<br/>")}"]`;
  if (box.children === undefined) return [`${indent}${idOf(box.id)}${label}`];
  const inside = box.children.flatMap((child) => boxLines(child, language, `${indent}  `));
  return [`${indent}subgraph ${idOf(box.id)}${label}`, ...inside, `${indent}end`];
}

/** Mermaid takes entities in a quoted text, and ends it at a quotation mark. Some words, such as `end`, may be no id. */
const quoted = (text: string): string =>
  text.replace(/\s+/g, " ").replace(/[#"<>&;`]/g, (character) => `#${character.charCodeAt(0)};`);
const idOf = (id: string): string => `box_${id.replace(/[^A-Za-z0-9]/g, "_")}`;
