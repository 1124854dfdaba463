// Boxes and lines, placed by ELK, the Eclipse Layout Kernel: nested boxes and right-angled lines are what it is made for.
import type { ElkExtendedEdge, ElkNode } from "elkjs/lib/elk-api";
import type { Words } from "./markup";

export interface Box {
  readonly id: string;
  readonly title: Words;
  /** Below the title, a line each. */
  readonly lines?: readonly Words[];
  /** Colours it. */
  readonly layer?: string;
  /** A sign of what changes inside: `+3 ±1`. */
  readonly badge?: string;
  /** Whether something that changes in it would lose data. */
  readonly alarming?: boolean;
  readonly children?: readonly Box[];
  /** What a click searches the resources for. */
  readonly search?: string;
  /** The box around it, whose lines are its own too. */
  readonly within?: string;
}

export interface Line {
  readonly from: string;
  readonly to: string;
  readonly title: Words;
  /** Drawn so that it stands back: what every box has. */
  readonly quiet?: boolean;
}

export interface PlacedBox extends Omit<Box, "children"> {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly group: boolean;
}

export interface PlacedLine extends Line {
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly PlacedBox[];
  readonly lines: readonly PlacedLine[];
}

export const TITLE_PIXELS = 13;
export const LINE_PIXELS = 11;
export const LINE_HEIGHT = 15;

/** Roughly: Latin letters are 0.58 of the font's size wide, Japanese ones as wide as it. */
const widthOf = (text: string, pixels: number): number =>
  [...text].reduce((sum, character) => sum + pixels * (character.charCodeAt(0) > 0x2e80 ? 1 : 0.58), 0);
const wider = ({ en, ja }: Words, pixels: number): number => Math.max(widthOf(en, pixels), widthOf(ja, pixels));

function nodeOf(box: Box): ElkNode {
  const lines = box.lines ?? [];
  const title =
    wider(box.title, TITLE_PIXELS) * 1.08 + (box.badge === undefined ? 0 : widthOf(box.badge, LINE_PIXELS) + 16);
  const width = Math.ceil(Math.max(title, ...lines.map((line) => wider(line, LINE_PIXELS))) + 28);
  const height = 30 + lines.length * LINE_HEIGHT;
  if (box.children === undefined || box.children.length === 0) return { id: box.id, width, height };
  return {
    id: box.id,
    children: box.children.map(nodeOf),
    layoutOptions: {
      "elk.padding": `[top=${height + 4},left=16,bottom=16,right=16]`,
      "elk.nodeSize.constraints": "MINIMUM_SIZE",
      "elk.nodeSize.minimum": `(${width},${height})`,
    },
  };
}

/** @param options ELK's own, by their names: https://eclipse.dev/elk/reference/options.html */
export async function place(
  boxes: readonly Box[],
  lines: readonly Line[],
  options: Readonly<Record<string, string>>,
): Promise<Drawing> {
  // Two megabytes that only a report needs.
  const { default: Elk } = await import("elkjs/lib/elk.bundled.js");
  const root: ElkNode = {
    id: "root",
    children: boxes.map(nodeOf),
    edges: lines.map(({ from, to }, index): ElkExtendedEdge => ({
      id: `line-${index}`,
      sources: [from],
      targets: [to],
    })),
    layoutOptions: {
      "elk.algorithm": "layered",
      "elk.hierarchyHandling": "INCLUDE_CHILDREN",
      "elk.edgeRouting": "ORTHOGONAL",
      "elk.json.shapeCoords": "ROOT",
      "elk.json.edgeCoords": "ROOT",
      ...options,
    },
  };
  const placed = await new Elk().layout(root);
  const byId = new Map(flat(placed.children ?? []).map((node) => [node.id, node]));
  return {
    width: Math.ceil(placed.width ?? 0),
    height: Math.ceil(placed.height ?? 0),
    boxes: allOf(boxes).map(({ children, ...box }) => {
      const { x = 0, y = 0, width = 0, height = 0 } = byId.get(box.id) ?? {};
      return { ...box, x, y, width, height, group: (children ?? []).length > 0 };
    }),
    lines: (placed.edges ?? []).flatMap((edge, index) => {
      const line = lines[index];
      return line === undefined ? [] : [{ ...line, points: pointsOf(edge) }];
    }),
  };
}

const flat = (nodes: readonly ElkNode[]): ElkNode[] => nodes.flatMap((node) => [node, ...flat(node.children ?? [])]);
const allOf = (boxes: readonly Box[]): Box[] => boxes.flatMap((box) => [box, ...allOf(box.children ?? [])]);

const pointsOf = ({ sections = [] }: ElkExtendedEdge): PlacedLine["points"] =>
  sections.flatMap(({ startPoint, bendPoints = [], endPoint }) => [startPoint, ...bendPoints, endPoint]);
