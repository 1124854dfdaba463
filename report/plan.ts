// What one run of the engine says that it would do, or did: read from its event log, one JSON object a line.
import { readFileSync } from "node:fs";
import { statefulTypes } from "../policy/rules/backup/stateful-protected";
import type { EngineEvent, StepMetadata } from "./engine-events";
import { type PropertyChange, propertyChanges } from "./properties";

/** `import` adopts what exists; `read` looks only. */
export type Operation = "create" | "update" | "replace" | "delete" | "import" | "refresh";

export interface Change {
  readonly urn: string;
  readonly type: string;
  /** Its name in the program. */
  readonly name: string;
  /** The component under the stack that holds it, such as `database`; itself when none does. */
  readonly component: string;
  readonly operation: Operation;
  /** Whether its loss is a loss of data. */
  readonly stateful: boolean;
  readonly properties: readonly PropertyChange[];
}

export interface Finding {
  readonly rule: string;
  readonly level: "mandatory" | "advisory" | "remediate";
  readonly urn: string | undefined;
  readonly message: string;
}

export interface Plan {
  readonly stack: string;
  readonly preview: boolean;
  readonly changes: readonly Change[];
  /** Resources that stay as they are. */
  readonly same: number;
  readonly violations: readonly Finding[];
  readonly exemptions: readonly Finding[];
  /** Other advice of the pack. */
  readonly advice: readonly Finding[];
  /** Judgements that need a value which is known at the update only. */
  readonly postponed: number;
  /** Rules that judged; 0 when no pack did. */
  readonly rules: number;
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  /** Undefined when the run ended before it counted. */
  readonly seconds: number | undefined;
}

/** Steps of the engine that are one change to its reader: a replacement comes as three. */
const OPERATIONS: Readonly<Record<string, Operation>> = {
  create: "create",
  update: "update",
  delete: "delete",
  replace: "replace",
  import: "import",
  "import-replacement": "replace",
  refresh: "refresh",
};
const EXEMPTIONS_RULE = "exemptions-in-force";
const POSTPONED = /^can't run policy .* during preview/;

/** @throws {Error} when the file is no event log: nothing in it is an event of the engine. */
export const readPlan = (file: string, stack: string): Plan => planOf(readEventLog(file, stack), stack);

/** @throws {Error} likewise. */
export function readEventLog(file: string, stack: string): readonly EngineEvent[] {
  const lines = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "");
  const events = lines.flatMap((line, index) => {
    const event = parse(line);
    // A run that was killed may have left half a line at its end; anywhere else it is a broken file.
    if (event === undefined && index < lines.length - 1) {
      throw new Error(`${file} is no event log: its line ${index + 1} is no JSON object. Wanted: one on each line`);
    }
    return event ?? [];
  });
  if (!events.some(({ preludeEvent, summaryEvent }) => preludeEvent ?? summaryEvent)) {
    throw new Error(
      `${file} holds no event of the engine's. Wanted: what \`pulumi preview --event-log <file>\` writes, such as by ` +
        `npm run preview -- ${stack} --event-log ${file}`,
    );
  }
  return events;
}

function parse(line: string): EngineEvent | undefined {
  try {
    return JSON.parse(line) as EngineEvent;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export function planOf(events: readonly EngineEvent[], stack: string): Plan {
  const steps = new Map<string, StepMetadata>();
  for (const { resourcePreEvent, resOutputsEvent } of events) {
    const metadata = resourcePreEvent?.metadata ?? resOutputsEvent?.metadata;
    if (metadata === undefined) continue;
    const key = `${metadata.op} ${metadata.urn}`;
    // What was found by a refresh is told only when it has ended.
    if (resourcePreEvent !== undefined || metadata.op === "refresh") steps.set(key, metadata);
  }
  const parents = new Map([...steps.values()].map((step) => [step.urn, parentOf(step)]));
  const changes = [...steps.values()].flatMap((step) => changeOf(step, parents));
  const summary = events.find(({ summaryEvent }) => summaryEvent)?.summaryEvent;
  const findings = events.flatMap(findingOf);
  const said = (severity: string): string[] =>
    events.flatMap(({ diagnosticEvent }) =>
      diagnosticEvent?.severity === severity ? [diagnosticEvent.message.trim()] : [],
    );
  return {
    stack,
    preview: summary?.isPreview ?? true,
    changes: changes.sort((a, b) => a.component.localeCompare(b.component) || a.urn.localeCompare(b.urn)),
    same: summary?.resourceChanges?.same ?? 0,
    violations: findings.filter(({ level }) => level === "mandatory"),
    exemptions: findings.filter(({ rule }) => rule === EXEMPTIONS_RULE),
    advice: findings.filter(
      ({ rule, level, message }) => level !== "mandatory" && rule !== EXEMPTIONS_RULE && !POSTPONED.test(message),
    ),
    postponed: findings.filter(({ message }) => POSTPONED.test(message)).length,
    rules: rulesOf(events),
    // The engine's own last words, "preview failed", say nothing that is not said already.
    errors: said("error").filter((message) => !/^(preview|update) failed$/.test(message)),
    warnings: said("warning"),
    seconds: summary?.durationSeconds,
  };
}

function changeOf(step: StepMetadata, parents: ReadonlyMap<string, string>): Change[] {
  const operation = OPERATIONS[step.op];
  if (operation === undefined || isComponent(step)) return [];
  const properties = propertyChanges(step);
  // A refresh tells of every resource; of interest are those that have drifted.
  if (operation === "refresh" && properties.length === 0) return [];
  return [
    {
      urn: step.urn,
      type: step.type,
      name: nameOf(step.urn),
      component: nameOf(outermost(step.urn, parents)),
      operation,
      stateful: statefulTypes.has(step.type),
      properties,
    },
  ];
}

const parentOf = ({ new: after, old: before }: StepMetadata): string => after?.parent ?? before?.parent ?? "";

/** Components hold resources and are none; the stack itself is one of them. */
const isComponent = ({ type }: StepMetadata): boolean => !/^[^:]+:[^:]*\/[^:]*:/.test(type);

export const nameOf = (urn: string): string => urn.split("::").slice(3).join("::");

function outermost(urn: string, parents: ReadonlyMap<string, string>): string {
  let at = urn;
  for (;;) {
    const parent = parents.get(at);
    if (parent === undefined || parent === "" || parent.includes("::pulumi:pulumi:Stack::")) return at;
    at = parent;
  }
}

function findingOf({ policyEvent }: EngineEvent): Finding[] {
  if (policyEvent === undefined) return [];
  const { policyName: rule, enforcementLevel: level, resourceUrn: urn, message } = policyEvent;
  return [{ rule, level, urn: urn === "" ? undefined : urn, message: message.trim() }];
}

function rulesOf(events: readonly EngineEvent[]): number {
  const names = new Set<string>();
  for (const { policyAnalyzeSummaryEvent, policyAnalyzeStackSummaryEvent } of events) {
    const summary = policyAnalyzeSummaryEvent ?? policyAnalyzeStackSummaryEvent;
    for (const name of [...(summary?.passed ?? []), ...(summary?.failed ?? [])]) names.add(name);
  }
  names.delete(EXEMPTIONS_RULE);
  return names.size;
}
