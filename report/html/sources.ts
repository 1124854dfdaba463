// Where a report is made from: the engine's events of one run, and the resources as that run leaves or would leave them.
import { readFileSync } from "node:fs";
import type { EngineEvent } from "../engine-events";
import { readEventLog } from "../plan";
import { Graph, type RawResource } from "./graph";

export interface Source {
  readonly stack: string;
  /** Who answered the run. */
  readonly cloud: "simulated" | "aws";
  readonly events: readonly EngineEvent[];
  readonly graph: Graph;
  /** When the run ended. */
  readonly at: Date;
}

interface Digest {
  readonly steps: readonly { readonly op: string; readonly newState?: RawResource | null }[];
}
interface Deployment {
  readonly resources?: readonly RawResource[] | null;
}
interface State {
  readonly deployment?: Deployment;
  /** A file backend's own form. */
  readonly checkpoint?: { readonly latest?: Deployment | null };
}

export function readSource(files: {
  readonly stack: string;
  readonly cloud: Source["cloud"];
  readonly eventLog: string;
  /** What `pulumi preview --json` or `pulumi stack export` prints. */
  readonly resources: string;
}): Source {
  const events = readEventLog(files.eventLog, files.stack);
  const last = events.at(-1)?.timestamp;
  return {
    stack: files.stack,
    cloud: files.cloud,
    events,
    graph: new Graph(parseResources(readFileSync(files.resources, "utf8"), files.resources)),
    at: last === undefined ? new Date() : new Date(last * 1000),
  };
}

/**
 * @param name for messages: the file, or the command that printed it
 * @throws {Error} when it is neither of the two, or holds no resource
 */
export function parseResources(text: string, name: string): readonly RawResource[] {
  // A run may print before its JSON begins.
  const begin = text.search(/^\{/m);
  const wanted =
    "Wanted: what `pulumi preview --json` or `pulumi stack export` prints, such as by " +
    "`npm run preview -- production --json --event-log events.jsonl > plan.json`";
  if (begin < 0) throw new Error(`${name} holds no JSON. ${wanted}`);
  const json = JSON.parse(text.slice(begin)) as Partial<Digest> & State;
  const resources = json.steps ? planned(json.steps) : (json.deployment ?? json.checkpoint?.latest)?.resources;
  if (resources === undefined || resources === null || resources.length === 0) {
    throw new Error(`${name} holds no resource of a stack. ${wanted}`);
  }
  return resources;
}

/** What would be there after the plan: a replacement comes as several steps, of which the last one's state stays. */
function planned(steps: Digest["steps"]): readonly RawResource[] {
  const states = new Map<string, RawResource>();
  for (const { op, newState } of steps) {
    if (newState && !["delete", "delete-replaced", "discard-replaced"].includes(op)) states.set(newState.urn, newState);
  }
  return [...states.values()];
}
