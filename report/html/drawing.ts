// What ELK has placed, as SVG: colours come from the page's style, so that both themes and the printer have theirs.
import { type Drawing, LINE_HEIGHT, type PlacedBox, type PlacedLine } from "./layout";
import { html, idOf, type Markup, sayInSvg, spoken, type Words } from "./markup";

const MARGIN = 12;
const ROUND = 6;

export function draw({ width, height, boxes, lines }: Drawing, name: string, label: Words): Markup {
  const arrow = `${name}-arrow`;
  const [left, top, w, h] = [-MARGIN, -MARGIN, width + 2 * MARGIN, height + 2 * MARGIN];
  return html`<div class="drawing scroll" tabindex="0" role="region" ${spoken("aria-label", label)}>
    <svg
      id="${name}"
      viewBox="${left} ${top} ${w} ${h}"
      width="${w}"
      height="${h}"
      role="group"
      ${spoken("aria-label", label)}
    >
      <defs>
        <marker id="${arrow}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
          <path d="M0 0.6 7.4 4 0 7.4Z" class="arrow" />
        </marker>
      </defs>
      ${boxes.filter(({ group }) => group).map(drawGroup)}
      ${[...lines].sort((a, b) => Number(b.quiet ?? false) - Number(a.quiet ?? false)).map((line) => drawLine(line, arrow))}
      ${boxes.filter(({ group }) => !group).map(drawBox)}
    </svg>
  </div>`;
}

function drawGroup({ x, y, width, height, title, lines = [] }: PlacedBox): Markup {
  return html`<g class="group">
    <rect x="${x}" y="${y}" width="${width}" height="${height}" rx="12" />
    <text x="${x + 14}" y="${y + 21}" class="title">${sayInSvg(title)}</text>
    ${lines.map((line, index) => html`<text x="${x + 14}" y="${y + 21 + (index + 1) * LINE_HEIGHT}" class="line">${sayInSvg(line)}</text>`)}
  </g>`;
}

function drawBox({
  id,
  x,
  y,
  width,
  height,
  title,
  lines = [],
  layer,
  badge,
  alarming,
  search,
  within,
}: PlacedBox): Markup {
  const shape = html`<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="8" class="face" />
    <path d="M${x + 4} ${y + 8}v${height - 16}" class="stripe" />
    <text x="${x + 14}" y="${y + 20}" class="title">${sayInSvg(title)}</text>
    ${lines.map((line, index) => html`<text x="${x + 14}" y="${y + 20 + (index + 1) * LINE_HEIGHT}" class="line">${sayInSvg(line)}</text>`)}
    ${badge !== undefined && html`<text x="${x + width - 8}" y="${y + 19}" class="badge">${badge}</text>`}`;
  const classes = `box layer-${layer ?? "none"}${alarming ? " alarming" : ""}${badge === undefined ? "" : " changing"}`;
  const data = html`data-box="${id}"${within !== undefined && html` data-within="${within}"`}`;
  if (search === undefined) return html`<g class="${classes}" ${data}>${shape}</g>`;
  return html`<a href="#resources" class="${classes}" ${data} data-search="${search}">${shape}</a>`;
}

function drawLine({ from, to, title, quiet, points }: PlacedLine, arrow: string): Markup {
  return html`<path
    class="wire${quiet ? " quiet" : ""}"
    d="${rounded(points)}"
    data-from="${from}"
    data-to="${to}"
    marker-end="url(#${idOf(arrow)})"
    ><title>${title.en === title.ja ? title.en : `${title.en} / ${title.ja}`}</title></path
  >`;
}

/** A way along right angles, its corners rounded. */
export function rounded(points: PlacedLine["points"]): string {
  return points
    .map((point, index) => {
      const [before, after] = [points[index - 1], points[index + 1]];
      if (before === undefined) return `M${point.x} ${point.y}`;
      if (after === undefined) return `L${point.x} ${point.y}`;
      const [into, out] = [towards(point, before), towards(point, after)];
      return `L${into.x} ${into.y}Q${point.x} ${point.y} ${out.x} ${out.y}`;
    })
    .join("");
}

type Point = PlacedLine["points"][number];
function towards(from: Point, to: Point): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const part = length === 0 ? 0 : Math.min(ROUND, length / 2) / length;
  const round = (value: number): number => Math.round(value * 10) / 10;
  return { x: round(from.x + (to.x - from.x) * part), y: round(from.y + (to.y - from.y) * part) };
}
