/** A bar from one value to another. */
export interface Bar {
  readonly label: string;
  /** @default 0 */
  readonly from?: number;
  readonly to: number;
  /** What stands behind the bar. @default its length */
  readonly text?: string;
}

const ROW = 24;
const LABEL = 380;
const WIDTH = 460;

const escape = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

/** Horizontal bars below a title, as an SVG that is legible on white and on black. */
export function bars(title: string, list: readonly Bar[]): string {
  const longest = Math.max(...list.map(({ to }) => to), Number.MIN_VALUE);
  const scale = (value: number): number => (value / longest) * WIDTH;
  const rows = list.flatMap(({ label, from = 0, to, text = (to - from).toFixed(0) }, index) => {
    const y = 40 + index * ROW;
    return [
      `<text x="${LABEL - 8}" y="${y + 12}" text-anchor="end">${escape(label)}</text>`,
      `<rect x="${(LABEL + scale(from)).toFixed(1)}" y="${y}" width="${Math.max(1, scale(to - from)).toFixed(1)}" height="16" fill="#3b7dd8"/>`,
      `<text x="${(LABEL + scale(to) + 6).toFixed(1)}" y="${y + 12}">${escape(text)}</text>`,
    ];
  });
  const height = 52 + list.length * ROW;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${LABEL + WIDTH + 90}" height="${height}" font-family="sans-serif" font-size="12" fill="#777">`,
    `<text x="8" y="20" font-size="14" font-weight="bold">${escape(title)}</text>`,
    ...rows,
    "</svg>",
    "",
  ].join("\n");
}
