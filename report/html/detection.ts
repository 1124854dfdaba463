// How long each alarm takes to find a fault: as the program's Monitoring component tells it in its outputs.
import type { DetectionTold } from "../../components/monitoring/detection-table";
import type { EngineEvent } from "../engine-events";
import { at, type Graph, listOf, wordOf } from "./graph";

const MONITORING = "affiliate:monitoring:Monitoring";

/** A preview tells a component's outputs in its events only; after an update they are in the state. */
export function detectionOf(graph: Graph, events: readonly EngineEvent[]): readonly DetectionTold[] {
  const told = events.flatMap(({ resOutputsEvent }) =>
    resOutputsEvent?.metadata.type === MONITORING ? listOf(resOutputsEvent.metadata.new?.outputs?.detection) : [],
  );
  const kept = graph.ofType(MONITORING).flatMap(({ outputs }) => listOf(outputs.detection));
  return (told.length > 0 ? told : kept).filter(isRow);
}

const isRow = (row: unknown): row is DetectionTold =>
  wordOf(at(row, "name")) !== undefined &&
  typeof at(row, "seconds") === "number" &&
  wordOf(at(row, "severity")) !== undefined;
