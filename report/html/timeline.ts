// When each resource could begin and end, were the whole platform made anew with nothing but dependencies to wait for.
import { seconds } from "../../sandbox/providers/aws/times";
import type { Graph, Resource } from "./graph";

export interface Span {
  readonly resource: Resource;
  /** Seconds from the beginning. */
  readonly begins: number;
  readonly ends: number;
  /** On the way that decides when everything is there. */
  readonly critical: boolean;
}

export interface Timeline {
  /** By beginning. */
  readonly spans: readonly Span[];
  readonly total: number;
  /** Were one made after another. */
  readonly sum: number;
  /** From the first to the last. */
  readonly critical: readonly Span[];
}

/**
 * Durations are the sandbox's table (sandbox/providers/aws/times.ts): estimates, unverified on AWS.
 * @throws {Error} on a circle of dependencies, which no state of the engine's holds.
 */
export function timelineOf(graph: Graph): Timeline {
  const durations = new Map(graph.custom.map(({ urn, type }) => [urn, seconds(type, "create")]));
  const ends = new Map<string, number>();
  const latest = new Map<string, string | undefined>();
  const open = new Set<string>();

  const endOf = (resource: Resource): number => {
    const known = ends.get(resource.urn);
    if (known !== undefined) return known;
    if (open.has(resource.urn)) throw new Error(`${resource.urn} depends on itself`);
    open.add(resource.urn);
    let begins = 0;
    for (const needed of neededBy(graph, resource)) {
      const end = endOf(needed);
      if (end > begins) {
        begins = end;
        latest.set(resource.urn, needed.urn);
      }
    }
    const end = begins + (durations.get(resource.urn) ?? 0);
    ends.set(resource.urn, end);
    open.delete(resource.urn);
    return end;
  };
  for (const resource of graph.custom) endOf(resource);

  const total = Math.max(0, ...ends.values());
  const onTheWay = new Set<string>();
  for (let at = [...ends].find(([, end]) => end === total)?.[0]; at !== undefined; at = latest.get(at))
    onTheWay.add(at);
  const spans = graph.custom
    .map((resource): Span => {
      const end = ends.get(resource.urn) ?? 0;
      const begins = end - (durations.get(resource.urn) ?? 0);
      return { resource, begins, ends: end, critical: onTheWay.has(resource.urn) };
    })
    .sort((a, b) => a.begins - b.begins || b.ends - a.ends);
  return {
    spans,
    total,
    sum: [...durations.values()].reduce((sum, one) => sum + one, 0),
    critical: spans.filter(({ critical }) => critical),
  };
}

/** Its dependencies and a parent that is made by a provider; a component stands for what is inside of it. */
function neededBy(graph: Graph, { urn, parent, dependencies }: Resource): readonly Resource[] {
  return [...dependencies, ...(parent === undefined ? [] : [parent])].flatMap((needed) => {
    const one = graph.get(needed);
    if (one === undefined) return [];
    if (one.custom) return [one];
    if (needed === parent || graph.isInside(urn, needed)) return [];
    return graph.custom.filter((inner) => graph.isInside(inner.urn, needed));
  });
}
