import type { RunEvents, Step } from "./events";

/** Where a component stands in the platform, by its type token `affiliate:<layer>:<Class>`. */
interface Row {
  readonly layer: string;
  readonly component: string;
  readonly kind: string;
  count: number;
  begun: number;
  ended: number;
}

const ORDER = ["foundation", "network", "data", "compute", "edge", "monitoring", "delivery"];
const COMPONENT = /^affiliate:([a-z-]+):(\w+)$/;

/** "create 214, same 3" in the engine's words; undefined when the engine did not come to its count. */
export function operations({ changes }: RunEvents): string | undefined {
  if (changes === undefined) {
    return undefined;
  }
  const counted = Object.entries(changes).filter(([, count]) => count > 0);
  if (counted.every(([operation]) => operation === "same")) {
    return `no changes (${changes.same ?? 0} resources)`;
  }
  return counted.map(([operation, count]) => `${operation} ${count}`).join(", ");
}

/** A table of the program's components: how many resources each holds, and how long they took. */
export function byComponent({ steps, seconds }: RunEvents): string {
  const rows = componentRows(steps.filter(({ op }) => !["delete", "delete-replaced", "discard"].includes(op)));
  const resources = rows.reduce((sum, { count }) => sum + count, 0);
  const table = rows.map((row, index) => [
    row.layer === rows[index - 1]?.layer ? "" : row.layer,
    row.component,
    row.kind,
    String(row.count),
    row.count === 0 ? "" : `${row.ended - row.begun} s`,
  ]);
  const header = ["layer", "component", "kind", "resources", "time"];
  const layers = new Set(rows.map(({ layer }) => layer)).size;
  return [
    ...align([header, ...table], [3, 4]),
    "",
    `${resources} resources in ${rows.length} components of ${layers} layers${seconds === undefined ? "" : `, ${seconds} s`}`,
  ].join("\n");
}

/** Counts resources under the outermost component of the program that holds them; components themselves are not counted. */
function componentRows(steps: readonly Step[]): Row[] {
  const byUrn = new Map(steps.map((step) => [step.urn, step]));
  const rows = new Map<string, Row>();
  for (const step of steps) {
    const owner = outermost(step, byUrn);
    if (owner !== undefined) {
      const row = rows.get(owner.urn) ?? newRow(owner);
      rows.set(owner.urn, row);
      // Components are registered all at once and end last: their resources tell how long they took.
      if (isResource(step)) {
        row.count += 1;
        row.begun = Math.min(row.begun, step.begun);
        row.ended = Math.max(row.ended, step.ended);
      }
    }
  }
  const place = ({ layer }: Row): number => (ORDER.includes(layer) ? ORDER.indexOf(layer) : ORDER.length);
  return [...rows.values()].sort(
    (a, b) => place(a) - place(b) || a.layer.localeCompare(b.layer) || a.component.localeCompare(b.component),
  );
}

function newRow(owner: Step): Row {
  const [, layer = "other", kind = owner.type] = COMPONENT.exec(owner.type) ?? [];
  return { layer, component: nameOf(owner.urn), kind, count: 0, begun: Infinity, ended: 0 };
}

/** The ancestor right under the stack; undefined for the stack itself and for providers. */
function outermost(step: Step, byUrn: ReadonlyMap<string, Step>): Step | undefined {
  if (step.type === "pulumi:pulumi:Stack" || step.type.startsWith("pulumi:providers:")) {
    return undefined;
  }
  const parent = byUrn.get(step.parent);
  return parent === undefined || parent.type === "pulumi:pulumi:Stack" ? step : (outermost(parent, byUrn) ?? step);
}

/** Types of providers have a module with a slash (aws:ec2/vpc:Vpc); components of packages (awsx:ec2:Vpc) have not. */
function isResource({ type }: Step): boolean {
  return /^[^:]+:[^:]*\/[^:]*:/.test(type);
}

function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

function align(rows: readonly (readonly string[])[], right: readonly number[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) =>
        right.includes(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  );
}
