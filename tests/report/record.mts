// Records what the tests read: `npx tsx tests/report/record.mts <event log> <file>` keeps of an event log what a report is made
// from, and leaves out the rest (unchanged resources, debugging, inputs that have not changed), so that it can be read in a diff.
import { readFileSync, writeFileSync } from "node:fs";

type Json = Record<string, unknown>;
interface Step extends Json {
  readonly op: string;
  readonly detailedDiff?: Json | null;
  readonly old?: Json | null;
  readonly new?: Json | null;
}

const [from, to] = process.argv.slice(2);
if (from === undefined || to === undefined)
  throw new Error("usage: npx tsx tests/report/record.mts <event log> <file>");

/** Outputs are what a refresh has found; a plan is made of inputs. */
function trimmedState(
  state: Json | null | undefined,
  roots: ReadonlySet<string>,
  found: boolean,
): Json | null | undefined {
  if (state === null || state === undefined) return state;
  const only = (values: unknown): Json =>
    Object.fromEntries(Object.entries((values ?? {}) as Json).filter(([key]) => roots.has(key)));
  return { parent: state.parent, inputs: only(state.inputs), ...(found && { outputs: only(state.outputs) }) };
}

function trimmedStep(step: Step): Step {
  const roots = new Set(Object.keys(step.detailedDiff ?? {}).map((path) => path.split(/[.[]/)[0] ?? path));
  const found = step.op === "refresh";
  const [before, after] = [trimmedState(step.old, roots, found), trimmedState(step.new, roots, found)];
  return { ...step, old: before, new: after, provider: undefined };
}

const kept: Json[] = [];
let summarized = false;
for (const line of readFileSync(from, "utf8")
  .split("\n")
  .filter((text) => text.trim() !== "")) {
  const event = JSON.parse(line) as Json;
  const diagnostic = event.diagnosticEvent as { severity: string } | undefined;
  if (diagnostic !== undefined && !["error", "warning"].includes(diagnostic.severity)) continue;
  if (event.policyRemediateSummaryEvent !== undefined || event.policyLoadEvent !== undefined) continue;
  if (event.policyAnalyzeSummaryEvent !== undefined) {
    // One for each resource; all say the same of the rules.
    if (summarized) continue;
    summarized = true;
  }
  if (event.preludeEvent !== undefined) event.preludeEvent = {};
  const summary = event.summaryEvent as Json | undefined;
  if (summary !== undefined) event.summaryEvent = { ...summary, PolicyPacks: undefined };
  let wanted = true;
  for (const name of ["resourcePreEvent", "resOutputsEvent"]) {
    const step = (event[name] as { metadata: Step } | undefined)?.metadata;
    if (step === undefined) continue;
    const unchanged =
      step.op === "same" || (step.op === "refresh" && Object.keys(step.detailedDiff ?? {}).length === 0);
    // Components lead from a resource to the one that a reader knows.
    const component = !/^[^:]+:[^:]*\/[^:]*:/.test(String(step.type));
    // A plan is told before its steps; what a refresh found, after.
    const told = name === (step.op === "refresh" ? "resOutputsEvent" : "resourcePreEvent");
    wanted = told && (component ? step.op !== "refresh" : !unchanged);
    event[name] = { metadata: trimmedStep(step) };
  }
  if (wanted) kept.push(event);
}
writeFileSync(to, `${kept.map((event) => JSON.stringify(event)).join("\n")}\n`);
