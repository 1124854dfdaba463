import type { Recorded } from "../../support/mocks";
import { type Read, seriesOf } from "./known-datadog-metrics";
import { MONITOR, type Platform } from "./platform";

export const SLO = "datadog:index/serviceLevelObjective:ServiceLevelObjective";
export const DASHBOARD = "datadog:index/dashboard:Dashboard";

/** Every text of a resource that may hold a query. */
function queriesOf({ name, inputs }: Recorded): Read[] {
  const texts: string[] = [];
  const walk = (value: unknown): void => {
    if (typeof value === "string") texts.push(value);
    else if (value !== null && typeof value === "object") Object.values(value).forEach(walk);
  };
  walk(inputs);
  return texts.flatMap((text) => seriesOf(name, text));
}

/** Every series that something in Datadog reads. */
export function datadogReads({ recording }: Platform): Read[] {
  return [MONITOR, SLO, DASHBOARD].flatMap((type) => recording.ofType(type).flatMap(queriesOf));
}
