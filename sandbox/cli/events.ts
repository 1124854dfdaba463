import { existsSync, readFileSync } from "node:fs";
import type { EngineEvent } from "../../report/engine-events";

/** One resource of a run. */
export interface Step {
  readonly urn: string;
  readonly type: string;
  readonly parent: string;
  /** The engine's word for it: create, same, update, delete, replace, create-replacement, delete-replaced, read, … */
  readonly op: string;
  /** Unix time in seconds. */
  readonly begun: number;
  readonly ended: number;
  readonly failed: boolean;
}

export interface RunEvents {
  readonly steps: readonly Step[];
  /** Resources by operation, as the engine counts them; undefined when the run ended before it counted. */
  readonly changes: Readonly<Record<string, number>> | undefined;
  readonly seconds: number | undefined;
}

/** Reads an event log (one JSON object a line). A run that was killed may have left half a line at its end. */
export function readEvents(file: string): RunEvents {
  const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
  const steps = new Map<string, Step>();
  let changes: RunEvents["changes"];
  let seconds: number | undefined;
  for (const event of lines.flatMap(parseLine)) {
    const metadata = (event.resourcePreEvent ?? event.resOutputsEvent ?? event.resOpFailedEvent)?.metadata;
    if (metadata !== undefined) {
      const key = `${metadata.op} ${metadata.urn}`;
      steps.set(key, {
        urn: metadata.urn,
        type: metadata.type,
        parent: metadata.new?.parent ?? metadata.old?.parent ?? "",
        op: metadata.op,
        begun: steps.get(key)?.begun ?? event.timestamp,
        ended: event.timestamp,
        failed: event.resOpFailedEvent !== undefined,
      });
    }
    if (event.summaryEvent !== undefined) {
      changes = event.summaryEvent.resourceChanges ?? {};
      seconds = event.summaryEvent.durationSeconds;
    }
  }
  return { steps: [...steps.values()], changes, seconds };
}

function parseLine(line: string): EngineEvent[] {
  if (line.trim() === "") {
    return [];
  }
  try {
    return [JSON.parse(line) as EngineEvent];
  } catch {
    return [];
  }
}
